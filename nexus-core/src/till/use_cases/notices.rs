use super::delivery::{deliver_and_invoice, is_deliverable};
use super::orders::note_step;
use super::{TillContext, TillError};
use crate::audit::AuditEvent;
use crate::till::alert::ToldByNotice;
use crate::till::order::{Payment, SeenNotice};
use crate::till::payment::{AlreadyDecided, PaymentState};
use crate::till::ports::{Decision, ProviderError};
use crate::till::webhook::{Amount, AwaitedPayment, NoticeScheme, PaymentNotice, RawNotice, Verdict, decide};
use crate::{Checksum, PaymentId, Tx};
use jiff::Timestamp;
use serde_json::{Value, json};

/// What whoever sent a notice is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeAnswer {
    /// Whether nothing was to be done: the event was known.
    pub idempotent: bool,
    /// What came of it.
    pub verdict: Verdict,
}

/// Looks at a notice of a provider. The event, the new state of the payment, what it gives, and the document about it are one
/// transaction; copies of the event, at the same moment or later, find it there.
///
/// # Errors
/// In this order: [`ProviderError::NotConfigured`], a [`NoticeError`](crate::till::webhook::NoticeError),
/// [`TillError::PaymentNotFound`].
pub async fn receive_notice(
    context: &TillContext,
    scheme: &dyn NoticeScheme,
    raw: RawNotice<'_>,
) -> Result<NoticeAnswer, TillError> {
    if !scheme.is_configured() {
        return Err(ProviderError::NotConfigured.into());
    }
    let now = context.now();
    scheme.verify(raw, now)?;
    let notice = scheme.read(raw.body)?;
    let id = PaymentId::parse(notice.payment.clone()).map_err(|_| TillError::PaymentNotFound)?;
    let mut tx = context.begin().await?;
    let payment = tx.lock_payment(&id).await?.ok_or(TillError::PaymentNotFound)?;
    let awaited = AwaitedPayment { state: payment.state, amount: payment.amount };
    let verdict = match decide(awaited, &notice) {
        // Money for something that nobody could give: a person has to look.
        Verdict::Complete if !is_deliverable(&payment) => Verdict::Contradiction,
        verdict => verdict,
    };
    if verdict == Verdict::Ignored {
        return Ok(NoticeAnswer { idempotent: false, verdict });
    }
    let body = Checksum::of_bytes(raw.body);
    let seen = SeenNotice {
        provider: scheme.provider(),
        key: event_key(&notice, verdict, body),
        payment: id,
        body,
        outcome: verdict.as_str(),
        told: ToldByNotice {
            status: notice.status,
            key: notice.key.clone(),
            minor: match notice.amount {
                Some(Amount::Minor(minor)) => Some(minor),
                Some(Amount::Unreadable) | None => None,
            },
            currency: notice.currency.clone(),
        },
        at: now,
    };
    if !tx.note_notice(&seen).await? {
        return Ok(NoticeAnswer { idempotent: true, verdict: Verdict::Known });
    }
    let actor = format!("webhook:{}", scheme.provider());
    let told = Told { provider: scheme.provider(), key: &notice.key };
    match verdict {
        Verdict::Complete => complete(context, tx.as_mut(), &payment, told, &actor, now).await?,
        Verdict::Fail => fail(tx.as_mut(), &payment, told, &actor, now).await?,
        Verdict::Mismatch | Verdict::Contradiction => {
            alert(context, tx.as_mut(), &payment, verdict, &actor, now).await?;
        }
        Verdict::Known | Verdict::Ignored => {}
    }
    tx.commit().await?;
    Ok(NoticeAnswer { idempotent: verdict == Verdict::Known, verdict })
}

/// What makes an event one. Failure and success of one transaction are two events. One that somebody has to look at does not
/// take the place of the right one that may still come.
fn event_key(notice: &PaymentNotice, verdict: Verdict, body: Checksum) -> String {
    let status = notice.status.as_str();
    if verdict.is_alarming() {
        format!("{}:{}:{status}:{body}", notice.payment, notice.key)
    } else {
        format!("{}:{}:{status}", notice.payment, notice.key)
    }
}

/// Who told what became of a payment, and of which transaction.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) provider: &'a str,
    pub(super) key: &'a str,
}

impl Told<'_> {
    /// What the existing pages read beside a payment: `konnectTransactionId`…
    pub(super) fn beside(self, payment: &Payment, moment: &str, now: Timestamp) -> Value {
        let transaction = format!("{}TransactionId", self.provider);
        with(&payment.metadata, json!({transaction: self.key, moment: now.to_string()}))
    }
}

async fn complete(
    context: &TillContext,
    tx: &mut dyn Tx,
    payment: &Payment,
    notice: Told<'_>,
    actor: &str,
    now: Timestamp,
) -> Result<(), TillError> {
    let metadata = notice.beside(payment, "completedAt", now);
    settle(tx, payment, payment.state.complete()?, &metadata, actor, now).await?;
    deliver_and_invoice(context, tx, payment, actor, now).await
}

async fn fail(
    tx: &mut dyn Tx,
    payment: &Payment,
    notice: Told<'_>,
    actor: &str,
    now: Timestamp,
) -> Result<(), TillError> {
    let metadata = notice.beside(payment, "failedAt", now);
    settle(tx, payment, payment.state.fail()?, &metadata, actor, now).await
}

/// Moves an order that is held, with its history and its audit row.
pub(super) async fn settle(
    tx: &mut dyn Tx,
    payment: &Payment,
    to: PaymentState,
    metadata: &Value,
    actor: &str,
    now: Timestamp,
) -> Result<(), TillError> {
    let decision = Decision { by: actor, at: now };
    if !tx.move_payment(&payment.id, payment.state, to, metadata, decision).await? {
        return Err(AlreadyDecided.into());
    }
    note_step(tx, &Payment { state: to, ..payment.clone() }, Some(payment.state), actor, now).await?;
    let details = json!({"before": {"status": payment.state.as_str()}, "after": {"status": to.as_str()},
        "amountMinor": payment.amount.minor(), "currency": payment.amount.currency().as_str()});
    let event = AuditEvent::new(actor, format!("PAYMENT_{}", to.as_str()), now);
    tx.record(&event.about("payment", payment.id.as_str()).with(details)).await?;
    Ok(())
}

/// Tells the office that somebody has to look at a payment.
async fn alert(
    context: &TillContext,
    tx: &mut dyn Tx,
    payment: &Payment,
    verdict: Verdict,
    actor: &str,
    now: Timestamp,
) -> Result<(), TillError> {
    let message = match verdict {
        Verdict::Mismatch => {
            "Le montant ou la devise annoncés par le service de paiement ne sont pas ceux de la commande."
        }
        _ => "Le service de paiement annonce un état contraire à celui de la commande.",
    };
    let data = json!({"paymentId": payment.id, "reason": verdict.as_str()});
    let told = ("Paiement à vérifier", message.to_owned());
    context.tell_office(tx, "PAYMENT_REQUIRED", told, data).await?;
    let event = AuditEvent::new(actor, "PAYMENT_QUARANTINE", now).about("payment", payment.id.as_str());
    tx.record(&event.with(json!({"reason": verdict.as_str(), "status": payment.state.as_str()}))).await?;
    Ok(())
}

/// The fields of an object, with more of them.
pub(super) fn with(metadata: &Value, more: Value) -> Value {
    let mut fields = metadata.as_object().cloned().unwrap_or_default();
    if let Value::Object(more) = more {
        fields.extend(more);
    }
    Value::Object(fields)
}
