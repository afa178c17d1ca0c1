//! The ways out for mails: a mail server when one is configured, files otherwise.

mod file;
mod letter;
mod setup;
mod smtp;

pub use file::FileMailer;
pub(crate) use setup::smtp_mailer;
pub use setup::{MailSetupError, build_mailer, mail_site};
pub use smtp::{SmtpMailer, SmtpOptions};
