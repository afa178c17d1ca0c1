#![doc = include_str!("../README.md")]

mod actor;
mod checksum;
mod clock;
mod error_code;
mod files;
mod id;
mod job;
mod language_model;
mod people;
pub mod rights;
mod role;
mod store;
#[cfg(feature = "testing")]
pub mod testing;

pub use actor::Actor;
pub use checksum::Checksum;
pub use clock::Clock;
pub use error_code::{Coded, ErrorClass, ErrorCode};
pub use files::{FileError, FileKey, FileStore};
pub use id::{BilanId, CoachId, IdSource, InvalidId, JobId, ParentId, StudentId, UserId};
pub use job::{ClaimedJob, JobError, JobKind, JobOutcome, JobState, JobTx, NewJob, RetryPolicy};
pub use language_model::{
    ChatDelta, ChatMessage, ChatRequest, Completion, FinishReason, LanguageModel, LanguageModelError,
    Speaker, Usage,
};
pub use people::{DirectoryTx, Family, NewStudent, Person, Student};
pub use role::Role;
pub use store::{JobQueue, Store, StoreError, Tx};
