//! Effects towards the outside that are written in the transaction of their cause and carried out after it.
//!
//! An effect is never lost: its row commits with what caused it. It is never repeated blindly either: before a worker hands
//! it over it says so durably, and an effect whose worker then disappears, or whose other side did not answer, becomes
//! [`EffectState::Ambiguous`] and waits for a person.

mod attempt;
mod context;
mod decide;
mod delivery;
mod effect;
mod failure;
mod ports;
mod seal;
mod state;

pub use attempt::{AttemptOutcome, EffectOutcome, after_attempt};
pub use context::OutboxContext;
pub use decide::{DecisionError, decide};
pub use delivery::{Delivery, claim_next_effect, deliver, prolong_effect, run_next_effect, settle};
pub use effect::{ClaimedEffect, Effect, EffectKind, NewEffect, SendMail, StoredEffect};
pub use failure::{AttemptFailure, FailureClass, FailureCode};
pub use ports::{Backlog, EffectFilter, OutboxQueue, OutboxTx, Swept};
pub use seal::{PayloadSeal, UnreadablePayload};
pub use state::{EffectState, InvalidDecision, PersonDecision};
