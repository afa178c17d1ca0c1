use super::held::while_held;
use super::lane::Queue;
use async_trait::async_trait;
use nexus_core::outbox::{
    ClaimedEffect, Delivery, EffectOutcome, OutboxContext, claim_next_effect, deliver, prolong_effect, settle,
};
use nexus_core::{LeaseError, StoreError};
use std::time::{Duration, Instant};

/// How long a worker waits before it tries again to write how an effect ended.
const SETTLE_AGAIN: Duration = Duration::from_millis(500);

/// Effects towards the outside.
pub(super) struct Effects(pub(super) OutboxContext);

#[async_trait]
impl Queue for Effects {
    fn name(&self) -> &'static str {
        "outbox"
    }

    async fn work_once(&self) -> Result<bool, StoreError> {
        let Some(effect) = claim_next_effect(&self.0).await? else { return Ok(false) };
        let prolong = || prolong_effect(&self.0, &effect);
        let done = while_held(self.0.lease, prolong, self.carry_out(&effect)).await;
        let outcome = match done.unwrap_or(Err(LeaseError::LeaseLost)) {
            Ok(EffectOutcome::Sent) => {
                tracing::info!(effect = %effect.id, kind = effect.kind.as_str(), attempt = effect.attempt, "effect sent");
                "sent"
            }
            Ok(EffectOutcome::Retry { reason, .. }) => {
                tracing::warn!(effect = %effect.id, attempt = effect.attempt, %reason, "effect failed; to be tried again");
                "retry"
            }
            Ok(EffectOutcome::Dead { reason }) => {
                tracing::error!(effect = %effect.id, attempt = effect.attempt, %reason, "effect given up");
                "dead"
            }
            Ok(EffectOutcome::Ambiguous { reason }) => {
                tracing::error!(effect = %effect.id, %reason, "effect may have left; a person has to decide");
                "ambiguous"
            }
            Err(LeaseError::LeaseLost) => {
                tracing::warn!(effect = %effect.id, "the effect is no longer this worker's");
                "lost"
            }
            Err(LeaseError::Store(error)) => return Err(error),
            Err(other) => return Err(StoreError::Backend(other.into())),
        };
        metrics::counter!("nexus_outbox_total", "kind" => effect.kind.as_str(), "outcome" => outcome)
            .increment(1);
        Ok(true)
    }
}

impl Effects {
    async fn carry_out(&self, effect: &ClaimedEffect) -> Result<EffectOutcome, LeaseError> {
        let delivery = deliver(&self.0, effect).await?;
        self.settle_insistently(effect, &delivery).await
    }

    /// What the other side answered is known here and nowhere else: a store that is away for a moment must not turn it into a
    /// question for a person.
    async fn settle_insistently(
        &self,
        effect: &ClaimedEffect,
        delivery: &Delivery,
    ) -> Result<EffectOutcome, LeaseError> {
        let patience = Duration::try_from(self.0.lease).unwrap_or_default();
        let begun = Instant::now();
        loop {
            match settle(&self.0, effect, delivery).await {
                Err(LeaseError::Store(error)) if error.is_retryable() && begun.elapsed() < patience => {
                    tracing::warn!(effect = %effect.id, error = &error as &dyn std::error::Error,
                        "how the effect ended cannot be written yet");
                    tokio::time::sleep(SETTLE_AGAIN).await;
                }
                settled => return settled,
            }
        }
    }
}
