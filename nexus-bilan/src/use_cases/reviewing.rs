use super::answering::enqueue_processing;
use super::context::BilanContext;
use super::context::audit_event;
use super::error::BilanError;
use crate::bilan::Bilan;
use crate::lifecycle::BilanEvent;
use nexus_core::BilanId;
use nexus_core::rights::Permit;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What a member of staff decides about a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewDecision {
    /// It may be published.
    Validate,
    /// It must be made again.
    Reject,
}

/// Approves or refuses a report.
pub async fn review(
    context: &BilanContext,
    permit: &Permit,
    id: &BilanId,
    decision: ReviewDecision,
) -> Result<Bilan, BilanError> {
    let event = match decision {
        ReviewDecision::Validate => BilanEvent::Validate,
        ReviewDecision::Reject => BilanEvent::Reject,
    };
    step(context, permit, id, event).await
}

/// Opens the report to the family.
pub async fn publish(context: &BilanContext, permit: &Permit, id: &BilanId) -> Result<Bilan, BilanError> {
    step(context, permit, id, BilanEvent::Publish).await
}

/// Asks for a new revision of the report, from the same immutable score.
pub async fn regenerate(context: &BilanContext, permit: &Permit, id: &BilanId) -> Result<Bilan, BilanError> {
    step(context, permit, id, BilanEvent::Regenerate).await
}

/// Asks for another try after a failure.
pub async fn retry(context: &BilanContext, permit: &Permit, id: &BilanId) -> Result<Bilan, BilanError> {
    step(context, permit, id, BilanEvent::Retry).await
}

async fn step(
    context: &BilanContext,
    permit: &Permit,
    id: &BilanId,
    event: BilanEvent,
) -> Result<Bilan, BilanError> {
    let mut tx = context.store.begin_bilan().await?;
    let mut bilan = tx.lock_bilan(id, permit.scope()).await?.ok_or(BilanError::BilanNotFound)?;
    let before = bilan.state;
    bilan.apply(event)?;
    if matches!(event, BilanEvent::Regenerate | BilanEvent::Retry) {
        // A new revision has a new job: the old one is done or in quarantine, and stays as evidence.
        bilan.report_revision += 1;
        bilan.failure = None;
        enqueue_processing(context, tx.as_mut(), &bilan).await?;
    }
    tx.save_bilan(&bilan).await?;
    let changed = json!({"before": before, "after": bilan.state, "reportRevision": bilan.report_revision});
    tx.record(&audit_event(permit, action_name(event), &bilan, context.now()).with(changed)).await?;
    tx.commit().await?;
    Ok(bilan)
}

/// The name under which the audit log knows a step of the staff.
const fn action_name(event: BilanEvent) -> &'static str {
    match event {
        BilanEvent::Validate => "BILAN_VALIDATE",
        BilanEvent::Reject => "BILAN_REJECT",
        BilanEvent::Publish => "BILAN_PUBLISH",
        BilanEvent::Regenerate => "BILAN_REGENERATE",
        BilanEvent::Retry => "BILAN_RETRY",
        _ => "BILAN_STEP",
    }
}
