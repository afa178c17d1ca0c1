//! One attempt at one effect: claim, prepare, say that it begins, hand over, settle.

use super::{
    AttemptFailure, AttemptOutcome, ClaimedEffect, Effect, EffectKind, EffectOutcome, FailureCode,
    OutboxContext, SendMail, after_attempt,
};
use crate::mail::{Mail, MailChannel, MailLogEntry, MailStatus, MailTo, Recipient, render};
use crate::{LeaseError, StoreError};

/// How an attempt ended, and what the mail log will say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// How it ended.
    pub outcome: AttemptOutcome,
    log: Option<MailLogEntry>,
}

impl Delivery {
    const fn failed(failure: AttemptFailure, log: Option<MailLogEntry>) -> Self {
        Self { outcome: AttemptOutcome::Failed(failure), log }
    }
}

/// Claims one due effect. Who carries it out for longer than the lease has to prolong it meanwhile ([`prolong_effect`]).
pub async fn claim_next_effect(context: &OutboxContext) -> Result<Option<ClaimedEffect>, StoreError> {
    context.store.claim_effect(EffectKind::ALL, context.now(), context.lease).await
}

/// Gives a sign of life: the claim lasts for one more lease from now.
pub async fn prolong_effect(context: &OutboxContext, effect: &ClaimedEffect) -> Result<(), LeaseError> {
    let until = context.now().checked_add(context.lease).unwrap_or(effect.lease_until);
    context.store.extend_effect(effect, until).await
}

/// Claims, carries out and settles one due effect. Returns what it was and how it was left, if there was one and its lease
/// was kept.
pub async fn run_next_effect(
    context: &OutboxContext,
) -> Result<Option<(EffectKind, EffectOutcome)>, LeaseError> {
    let Some(effect) = claim_next_effect(context).await? else { return Ok(None) };
    let delivery = deliver(context, &effect).await?;
    let outcome = settle(context, &effect, &delivery).await?;
    Ok(Some((effect.kind, outcome)))
}

/// Makes one attempt at a claimed effect.
///
/// Stopped at any point before it begins to send, nothing has left and the effect is claimed again after its lease. Stopped
/// after it, the effect becomes ambiguous when the lease ends.
///
/// # Errors
/// [`LeaseError`] when the effect is no longer this worker's, or the store failed before anything was handed over.
pub async fn deliver(context: &OutboxContext, effect: &ClaimedEffect) -> Result<Delivery, LeaseError> {
    let permanent = |code| Ok(Delivery::failed(AttemptFailure::permanent(FailureCode::named(code)), None));
    if effect.expires_at.is_some_and(|end| end <= context.now()) {
        return permanent(FailureCode::EXPIRED);
    }
    if effect.attempt > context.retry.max_attempts {
        // Each claim ended without a word before anything was handed over.
        return permanent(FailureCode::INTERRUPTED);
    }
    match &effect.effect {
        Some(Effect::SendMail(mail)) => send_mail(context, effect, mail).await,
        // The right secret may be configured tomorrow.
        None => {
            let code = FailureCode::named(FailureCode::PAYLOAD_UNREADABLE);
            Ok(Delivery::failed(AttemptFailure::transient(code), None))
        }
    }
}

async fn send_mail(
    context: &OutboxContext,
    effect: &ClaimedEffect,
    mail: &SendMail,
) -> Result<Delivery, LeaseError> {
    let permanent =
        |code, log| Ok(Delivery::failed(AttemptFailure::permanent(FailureCode::named(code)), log));
    let mut tx = context.store.begin().await?;
    let recipient = match &mail.to {
        MailTo::Person(user) => tx.recipient(user).await?,
        MailTo::Address { address, name } => {
            Some(Recipient { user: None, address: address.clone(), name: name.clone() })
        }
    };
    drop(tx);
    let Some(recipient) = recipient else { return permanent("recipient_unknown", None) };
    let mut log = MailLogEntry {
        effect: effect.id.clone(),
        user: recipient.user.clone(),
        address: recipient.address.clone(),
        template: mail.message.template(),
        status: MailStatus::Failed,
        attempts: effect.attempt,
        error: None,
        message_id: context.mailer.message_id(&effect.id),
        created_at: effect.created_at,
        sent_at: None,
    };
    if !recipient.is_deliverable() {
        return permanent("address_refused", Some(log));
    }
    let Ok(rendered) = render(&mail.message, &context.site, &recipient) else {
        return permanent("template", Some(log));
    };
    let letter = Mail { effect: effect.id.clone(), to: recipient, content: rendered, date: context.now() };
    let prepared = match context.mailer.prepare(&letter).await {
        Ok(prepared) => prepared,
        Err(failure) => return Ok(Delivery::failed(failure, Some(log))),
    };

    // From this commit on the other side may have the mail.
    log.status = MailStatus::Sending;
    let mut tx = context.store.begin().await?;
    tx.begin_sending(effect).await?;
    tx.log_mail(&log).await?;
    tx.commit().await?;

    match prepared.hand_over().await {
        Ok(channel) => {
            log.status = match channel {
                MailChannel::Smtp => MailStatus::Sent,
                MailChannel::File => MailStatus::File,
            };
            log.sent_at = Some(context.now());
            Ok(Delivery { outcome: AttemptOutcome::Accepted, log: Some(log) })
        }
        Err(failure) => Ok(Delivery::failed(failure, Some(log))),
    }
}

/// Writes how an attempt ended, in the outbox and in the mail log. May be called again when the store failed.
///
/// # Errors
/// [`LeaseError::LeaseLost`] when somebody else has, or has settled, the effect.
pub async fn settle(
    context: &OutboxContext,
    effect: &ClaimedEffect,
    delivery: &Delivery,
) -> Result<EffectOutcome, LeaseError> {
    let now = context.now();
    let outcome = after_attempt(&delivery.outcome, effect, &context.retry, now);
    let mut tx = context.store.begin().await?;
    tx.settle_effect(effect, &outcome, now).await?;
    if let Some(log) = &delivery.log {
        let mut log = log.clone();
        let (status, error) = match &outcome {
            EffectOutcome::Sent => (log.status, None),
            EffectOutcome::Retry { reason, .. } => (MailStatus::Failed, Some(reason.clone())),
            EffectOutcome::Dead { reason } => (MailStatus::Dead, Some(reason.clone())),
            EffectOutcome::Ambiguous { reason } => (MailStatus::Ambiguous, Some(reason.clone())),
        };
        (log.status, log.error) = (status, error);
        tx.log_mail(&log).await?;
    }
    tx.commit().await?;
    Ok(outcome)
}
