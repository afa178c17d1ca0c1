use super::{AttemptFailure, ClaimedEffect, FailureClass, FailureCode};
use crate::RetryPolicy;
use jiff::Timestamp;

/// How one attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// The other side has accepted it.
    Accepted,
    /// It failed, or nobody knows.
    Failed(AttemptFailure),
}

/// How a worker leaves an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EffectOutcome {
    /// Accepted by the other side.
    Sent,
    /// Try again at this instant.
    Retry {
        /// When.
        at: Timestamp,
        /// Why.
        reason: FailureCode,
    },
    /// Given up.
    Dead {
        /// Why.
        reason: FailureCode,
    },
    /// A person has to decide.
    Ambiguous {
        /// Why.
        reason: FailureCode,
    },
}

/// Decides what follows an attempt.
///
/// What may have been accepted is never tried again by itself. A transient failure is tried again with growing delays, unless
/// it was the last attempt or the effect would then have expired.
pub fn after_attempt(
    outcome: &AttemptOutcome,
    effect: &ClaimedEffect,
    policy: &RetryPolicy,
    now: Timestamp,
) -> EffectOutcome {
    let failure = match outcome {
        AttemptOutcome::Accepted => return EffectOutcome::Sent,
        AttemptOutcome::Failed(failure) => failure,
    };
    let reason = failure.code.clone();
    match failure.class {
        FailureClass::Ambiguous => EffectOutcome::Ambiguous { reason },
        FailureClass::Permanent => EffectOutcome::Dead { reason },
        FailureClass::Transient => {
            let next = policy
                .next_try(effect.attempt, now, effect.id.as_str())
                .filter(|at| effect.expires_at.is_none_or(|end| *at < end));
            match next {
                Some(at) => EffectOutcome::Retry { at, reason },
                None => EffectOutcome::Dead { reason },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EffectId;
    use crate::outbox::EffectKind;
    use jiff::SignedDuration;
    use proptest::prelude::*;

    const POLICY: RetryPolicy = RetryPolicy {
        max_attempts: 6,
        base_delay: SignedDuration::from_secs(10),
        max_delay: SignedDuration::from_hours(1),
    };

    fn claimed(attempt: u32, expires_at: Option<Timestamp>) -> ClaimedEffect {
        ClaimedEffect {
            id: EffectId::parse("e1").unwrap(),
            kind: EffectKind::SendMail,
            effect: None,
            created_at: Timestamp::UNIX_EPOCH,
            expires_at,
            attempt,
            token: "t".into(),
            lease_until: Timestamp::UNIX_EPOCH,
        }
    }

    fn class() -> impl Strategy<Value = FailureClass> {
        prop_oneof![
            Just(FailureClass::Transient),
            Just(FailureClass::Permanent),
            Just(FailureClass::Ambiguous)
        ]
    }

    proptest! {
        /// The decision for every class, attempt and expiry.
        #[test]
        fn only_a_transient_failure_is_tried_again(
            class in class(), attempt in 1_u32..20, seconds in prop::option::of(0_i64..10_000)
        ) {
            let now = Timestamp::from_second(1_000).unwrap();
            let end = seconds.map(|seconds| Timestamp::from_second(1_000 + seconds).unwrap());
            let failure = AttemptFailure { class, code: FailureCode::named("connection") };
            let outcome = after_attempt(&AttemptOutcome::Failed(failure), &claimed(attempt, end), &POLICY, now);
            match outcome {
                EffectOutcome::Retry { at, .. } => {
                    prop_assert_eq!(class, FailureClass::Transient);
                    prop_assert!(attempt < POLICY.max_attempts && at > now);
                    prop_assert!(end.is_none_or(|end| at < end));
                }
                EffectOutcome::Dead { reason } => {
                    prop_assert_ne!(class, FailureClass::Ambiguous);
                    prop_assert_eq!(reason.as_str(), "connection");
                    let expires_first = end.is_some_and(|end| end.duration_since(now) <= POLICY.max_delay);
                    prop_assert!(
                        class == FailureClass::Permanent || attempt >= POLICY.max_attempts || expires_first
                    );
                }
                EffectOutcome::Ambiguous { .. } => prop_assert_eq!(class, FailureClass::Ambiguous),
                EffectOutcome::Sent => prop_assert!(false),
            }
        }

        #[test]
        fn what_was_accepted_is_sent_whatever_the_attempt(attempt: u32) {
            let outcome = after_attempt(
                &AttemptOutcome::Accepted, &claimed(attempt, Some(Timestamp::UNIX_EPOCH)), &POLICY, Timestamp::MAX,
            );
            prop_assert_eq!(outcome, EffectOutcome::Sent);
        }
    }
}
