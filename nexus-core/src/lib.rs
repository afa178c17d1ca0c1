#![doc = include_str!("../README.md")]

mod actor;
pub mod audit;
pub mod calendar;
mod checksum;
pub mod civil_time;
mod clock;
pub mod consistency;
mod error_code;
mod files;
pub mod french;
mod health;
mod id;
mod idempotency;
pub mod identity;
pub mod invariants;
mod job;
mod language_model;
mod lease;
pub mod ledger;
pub mod mail;
pub mod money;
mod notification;
pub mod outbox;
mod page;
pub mod payment_reference;
mod people;
mod pseudonyms;
pub mod retention;
pub mod rights;
mod role;
mod secret_source;
pub mod seed;
mod store;
mod subject;
pub mod subscriptions;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod till;

pub use actor::Actor;
pub use checksum::Checksum;
pub use clock::Clock;
pub use error_code::{Coded, ErrorClass, ErrorCode, FieldError};
pub use files::{FileError, FileKey, FileStore};
pub use health::{PoolUse, StoreHealth};
pub use id::{
    BilanId, CoachId, EffectId, IdSource, InvalidId, JobId, ParentId, PaymentId, SessionId, StudentId, UserId,
};
pub use idempotency::{
    AnswerHeader, IdempotencyClaim, IdempotencyStart, IdempotencyStore, IdempotencyTerm, StoredAnswer,
};
pub use job::{ClaimedJob, JobKind, JobOutcome, JobState, JobTx, NewJob};
pub use language_model::{
    ChatDelta, ChatMessage, ChatRequest, Completion, FinishReason, LanguageModel, LanguageModelError,
    Speaker, Usage,
};
pub use lease::{LeaseError, RetryPolicy};
pub use notification::{Addressee, Notice, NotificationTx};
pub use page::{Page, Pagination};
pub use people::{DirectoryTx, Family, NewStudent, Person, Student};
pub use pseudonyms::{PseudonymKey, Pseudonyms};
pub use role::Role;
pub use secret_source::SecretSource;
pub use store::{JobQueue, Store, StoreError, Tx};
pub use subject::SchoolSubject;
