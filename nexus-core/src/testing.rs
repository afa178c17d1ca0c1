//! Clocks, ids and models that a test drives by hand.

use crate::identity::password::{
    HashingCost, HashingError, NewPassword, PasswordHash, PasswordHasher, PasswordHashing, Verdict,
};
use crate::{ChatRequest, Clock, Completion, IdSource, LanguageModel, LanguageModelError, SecretSource};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// Starts at an instant.
    pub fn at(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves forward.
    ///
    /// # Panics
    /// When the instant leaves the calendar, or a test that held the clock has panicked.
    #[allow(clippy::unwrap_used)] // a poisoned lock means that the test already failed
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }
}

impl Clock for ManualClock {
    #[allow(clippy::unwrap_used)]
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Ids that count: `prefix1`, `prefix2`…
#[derive(Debug)]
pub struct CountingIds(&'static str, AtomicU64);

impl CountingIds {
    /// Starts at 1.
    pub fn new(prefix: &'static str) -> Self {
        Self(prefix, AtomicU64::new(1))
    }
}

impl IdSource for CountingIds {
    fn next_id(&self) -> String {
        format!("{}{}", self.0, self.1.fetch_add(1, Ordering::Relaxed))
    }
}

/// Chance that is the same in every run: SHA-256 of a seed and a counter.
#[derive(Debug)]
pub struct SeededSecrets(u64, AtomicU64);

impl SeededSecrets {
    /// Starts the sequence of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed, AtomicU64::new(0))
    }
}

impl SecretSource for SeededSecrets {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let place = self.1.fetch_add(1, Ordering::Relaxed);
            let block = Sha256::digest([self.0.to_be_bytes(), place.to_be_bytes()].concat());
            for (byte, drawn) in chunk.iter_mut().zip(block) {
                *byte = drawn;
            }
        }
    }
}

/// The real hashing at its least cost, on the calling thread.
#[derive(Debug)]
pub struct QuickHasher(PasswordHashing, SeededSecrets);

impl QuickHasher {
    /// With salts of a seed.
    ///
    /// # Panics
    /// Never: the least cost is one that argon2id knows.
    #[allow(clippy::unwrap_used)]
    pub fn new(seed: u64) -> Self {
        Self(PasswordHashing::new(HashingCost::LEAST).unwrap(), SeededSecrets::new(seed))
    }
}

#[async_trait]
impl PasswordHasher for QuickHasher {
    async fn hash(&self, password: NewPassword) -> Result<PasswordHash, HashingError> {
        self.0.hash(&password, &self.1)
    }

    async fn verify(
        &self,
        presented: SecretString,
        stored: Option<PasswordHash>,
    ) -> Result<Verdict, HashingError> {
        self.0.verify(&presented, stored.as_ref())
    }

    async fn hash_again(&self, presented: SecretString) -> Result<PasswordHash, HashingError> {
        self.0.hash_again(&presented, &self.1)
    }
}

/// A model that gives prepared answers, in order, and keeps what it was asked.
#[derive(Debug, Default)]
pub struct ScriptedModel {
    answers: Mutex<VecDeque<Result<Completion, LanguageModelError>>>,
    requests: Mutex<Vec<ChatRequest>>,
}

impl ScriptedModel {
    /// Prepares the answers.
    pub fn new(answers: impl IntoIterator<Item = Result<Completion, LanguageModelError>>) -> Self {
        Self { answers: Mutex::new(answers.into_iter().collect()), requests: Mutex::default() }
    }

    /// What the model was asked so far.
    ///
    /// # Panics
    /// When a test that held the script has panicked.
    #[allow(clippy::unwrap_used)]
    pub fn requests(&self) -> Vec<ChatRequest> {
        self.requests.lock().unwrap().clone()
    }
}

#[async_trait]
impl LanguageModel for ScriptedModel {
    #[allow(clippy::unwrap_used)]
    async fn complete(&self, request: &ChatRequest) -> Result<Completion, LanguageModelError> {
        self.requests.lock().unwrap().push(request.clone());
        self.answers
            .lock()
            .unwrap()
            .pop_front()
            .unwrap_or_else(|| Err(LanguageModelError::Permanent("the script has no more answers".into())))
    }
}
