//! How long what is kept for a while is kept, and forgetting it afterwards.
//!
//! Nothing that somebody still has to decide about is ever forgotten by itself: an effect that was given up or that may or may
//! not have left, the mail-log line that helps to decide, a notification that nobody has read, a row in quarantine.

mod forgetting;
mod policy;
mod ports;

pub use forgetting::{BATCH, Forgotten, MOST_BATCHES, forget_what_is_old};
pub use policy::{Kept, RetentionPolicy, effect_is_due, mail_log_is_due, notification_is_due};
pub use ports::RetentionTx;
