//! What the store said about somebody, believed for a moment.

use nexus_core::ErrorCode;
use nexus_core::identity::session_directory::SessionFacts;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long what the store said about somebody is believed. Together with the quarter of a second after which an open stream
/// asks again, and the time of one query, it stays well below the second within which a closed session is closed everywhere.
const BELIEVED: Duration = Duration::from_millis(400);

/// What the store says of somebody; absent when there is no such account.
pub(super) type Answer = Result<Option<SessionFacts>, ErrorCode>;

/// One person. However many requests want to know at once, the store is asked once.
#[derive(Debug, Default)]
pub(super) struct Believed {
    last: Mutex<Last>,
    /// Held by whoever asks the store.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Last {
    said: Option<Said>,
    /// How often it was forgotten: an answer to a question of before is no answer.
    forgotten: u64,
}

#[derive(Debug)]
struct Said {
    answer: Answer,
    /// The answer may be older than its arrival, never older than its question.
    asked: Instant,
    arrived: Instant,
}

impl Believed {
    fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is believed now, if anything is; never a failure.
    pub(super) fn fresh(&self) -> Option<Answer> {
        let last = self.last();
        let said =
            last.said.as_ref().filter(|said| said.answer.is_ok() && said.asked.elapsed() < BELIEVED)?;
        Some(said.answer.clone())
    }

    /// What is believed now, or what the store says to this question.
    ///
    /// # Errors
    /// The store cannot say.
    pub(super) async fn or_ask(&self, question: impl Future<Output = Answer>) -> Answer {
        if let Some(believed) = self.fresh() {
            return believed;
        }
        let wanted = Instant::now();
        let _asking = self.asking.lock().await;
        // Somebody has asked meanwhile: what was an answer to him is one to whoever waited for it, a failure too.
        if let Some(answer) = self.answered_since(wanted) {
            return answer;
        }
        let (asked, forgotten) = (Instant::now(), self.last().forgotten);
        let answer = question.await;
        let mut last = self.last();
        if last.forgotten == forgotten {
            last.said = Some(Said { answer: answer.clone(), asked, arrived: Instant::now() });
        }
        answer
    }

    fn answered_since(&self, wanted: Instant) -> Option<Answer> {
        let last = self.last();
        last.said.as_ref().filter(|said| said.arrived >= wanted).map(|said| said.answer.clone())
    }

    /// Believes nothing any more.
    pub(super) fn forget(&self) {
        let mut last = self.last();
        last.said = None;
        last.forgotten += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    const UNKNOWN: Answer = Ok(None);

    #[tokio::test]
    async fn what_was_said_is_believed_until_it_is_forgotten() {
        let believed = Believed::default();
        assert_eq!(believed.or_ask(async { UNKNOWN }).await, UNKNOWN);
        assert_eq!(believed.or_ask(async { unreachable!("it is believed") }).await, UNKNOWN);
        believed.forget();
        assert_eq!(believed.or_ask(async { Err(ErrorCode::Timeout) }).await, Err(ErrorCode::Timeout));
        // A failure is told to those who waited for it, and to nobody else.
        assert_eq!(believed.or_ask(async { UNKNOWN }).await, UNKNOWN);
    }

    #[tokio::test]
    async fn those_who_ask_at_once_share_an_answer_and_a_failure() {
        for answer in [UNKNOWN, Err(ErrorCode::StorageUnavailable)] {
            let (believed, asked) = (Arc::new(Believed::default()), Arc::new(AtomicU32::new(0)));
            let mut waiting: Vec<std::pin::Pin<Box<dyn Future<Output = Answer>>>> = Vec::new();
            for _ in 0..10 {
                let (believed, asked) = (Arc::clone(&believed), Arc::clone(&asked));
                let answer = answer.clone();
                waiting.push(Box::pin(async move {
                    let question = async move {
                        asked.fetch_add(1, Ordering::Relaxed);
                        // Everybody else is polled, and waits, before this one goes on.
                        tokio::task::yield_now().await;
                        answer
                    };
                    believed.or_ask(question).await
                }));
            }
            let answers = futures_util::future::join_all(waiting).await;
            assert!(answers.iter().all(|each| *each == answer));
            assert_eq!(asked.load(Ordering::Relaxed), 1, "{answer:?}");
        }
    }

    #[tokio::test]
    async fn an_answer_to_a_question_of_before_it_was_forgotten_is_not_kept() {
        let believed = Believed::default();
        let old = async {
            believed.forget();
            UNKNOWN
        };
        assert_eq!(believed.or_ask(old).await, UNKNOWN);
        assert_eq!(believed.fresh(), None);
    }
}
