//! Clocks, ids and models that a test drives by hand.

use crate::{ChatRequest, Clock, Completion, IdSource, LanguageModel, LanguageModelError};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
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
