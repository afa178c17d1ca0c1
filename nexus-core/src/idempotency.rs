//! Requests that must not be done twice, however often they are sent.
//!
//! A page that lost its connection sends its request again with the same *idempotency key*. The first one is done; the others
//! get its answer.

use crate::{Checksum, StoreError};
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One execution of a request that carries a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyClaim {
    /// Who asks, for what, with which key: a keyed hash, so that nothing of it can be read back.
    pub scope: Checksum,
    /// What was sent: the same key with another content is another request.
    pub fingerprint: Checksum,
    /// Proof of this very execution; another execution under the same key has another one.
    pub token: String,
}

/// Until when a claim holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencyTerm {
    /// The present.
    pub now: Timestamp,
    /// After this instant an execution that did not end counts as dead, and its key is free.
    pub lease_until: Timestamp,
    /// After this instant the key is free, and the answer erased.
    pub expires_at: Timestamp,
}

/// What is kept of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// HTTP status.
    pub status: u16,
    /// The headers that are given again.
    pub headers: Vec<AnswerHeader>,
    /// The body; absent when it may not be kept (a secret, too large), so that the answer cannot be given again.
    pub body: Option<Vec<u8>>,
}

/// A header of a stored answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerHeader {
    /// Its name, in lower case.
    pub name: String,
    /// Its value, visible ASCII.
    pub value: String,
}

/// What the store says to a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdempotencyStart {
    /// The key was free and is the claim's now: do it.
    Started,
    /// An execution of the same request runs, until this instant at the latest.
    InFlight {
        /// End of its lease.
        until: Timestamp,
    },
    /// The request was done; this is its answer.
    Answered(StoredAnswer),
    /// The key is taken by another content.
    OtherContent,
}

/// Keys and answers. Each method is one atomic step of its own.
///
/// # Contract
/// * Of any number of simultaneous claims on one scope, exactly one starts.
/// * A key is free again when its execution was abandoned, when its lease ended without an answer, or when it expired.
/// * A transaction that records an event with a claim answers the key when it commits, without a body: from then on nobody
///   frees or claims it, and only `keep_answer` says more. It fails with [`StoreError::Conflict`], and nothing of it is there,
///   when the key has become another execution's.
/// * What `keep_answer` wrote is what every later claim of the same content is given, until it expires.
/// * Answers hold personal data: after `expires_at` they are given to nobody, and [`Self::erase_expired_answers`] erases them.
#[async_trait]
pub trait IdempotencyStore: Send + Sync {
    /// Claims a key.
    async fn claim_key(
        &self,
        claim: &IdempotencyClaim,
        term: IdempotencyTerm,
    ) -> Result<IdempotencyStart, StoreError>;

    /// Keeps the answer of an execution; `false`, and nothing is written, when the key is no longer the claim's.
    async fn keep_answer(&self, claim: &IdempotencyClaim, answer: &StoredAnswer) -> Result<bool, StoreError>;

    /// Frees the key of an execution that did nothing; does nothing when the key is no longer the claim's.
    async fn free_key(&self, claim: &IdempotencyClaim) -> Result<(), StoreError>;

    /// Erases what has expired, at most some thousands of rows; returns how many. To be called until it returns 0.
    async fn erase_expired_answers(&self, now: Timestamp) -> Result<u64, StoreError>;
}
