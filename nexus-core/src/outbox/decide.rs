use super::{EffectState, InvalidDecision, PersonDecision};
use crate::audit::AuditEvent;
use crate::{Clock, Coded, EffectId, ErrorCode, Store, StoreError};
use serde_json::json;

/// Why a person's decision about an effect was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecisionError {
    /// No such effect.
    #[error("the effect does not exist")]
    Absent,
    /// The state of the effect does not allow it.
    #[error(transparent)]
    Invalid(#[from] InvalidDecision),
    /// What was to be sent makes no sense any more, and was erased.
    #[error("the effect has expired")]
    Expired,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Coded for DecisionError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Absent => ErrorCode::EffectNotFound,
            Self::Invalid(_) => ErrorCode::EffectNotOpen,
            Self::Expired => ErrorCode::EffectExpired,
            Self::Store(error) => error.code(),
        }
    }
}

/// Carries out a person's decision about an effect that no worker goes on with, and records who decided.
///
/// # Errors
/// [`DecisionError`]; nothing is changed then.
pub async fn decide(
    store: &dyn Store,
    clock: &dyn Clock,
    actor: &str,
    id: &EffectId,
    decision: PersonDecision,
) -> Result<EffectState, DecisionError> {
    let now = clock.now();
    let mut tx = store.begin().await?;
    let effect = tx.lock_effect(id).await?.ok_or(DecisionError::Absent)?;
    let state = effect.state.after(decision)?;
    let action = match decision {
        PersonDecision::Retry => {
            if !effect.has_payload || effect.expires_at.is_some_and(|end| end <= now) {
                return Err(DecisionError::Expired);
            }
            tx.requeue_effect(id, now).await?;
            "OUTBOX_RETRY"
        }
        PersonDecision::Discard => {
            tx.discard_effect(id, now).await?;
            "OUTBOX_DISCARD"
        }
    };
    let change = json!({"before": effect.state, "after": state, "kind": effect.kind});
    tx.record(&AuditEvent::new(actor, action, now).about("outbox", id.as_str()).with(change)).await?;
    tx.commit().await?;
    Ok(state)
}
