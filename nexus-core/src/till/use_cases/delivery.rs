//! What a payment gives once it is paid, and the document about it; always inside the transaction that makes it paid.

use super::{TillContext, TillError};
use crate::ledger::{Credits, Grant, LotOrigin, grant};
use crate::money::Money;
use crate::subscriptions::PlanKey;
use crate::subscriptions::use_cases::{Beginning, activate_plan};
use crate::till::catalogue::ItemType;
use crate::till::invoice::{Invoice, InvoiceLine, InvoiceNumber, InvoiceSeries, totals};
use crate::till::order::{Entitlement, Payment, credits_of_pack};
use crate::{JobId, JobKind, NewJob, Tx, UserId};
use jiff::Timestamp;
use serde_json::json;

/// Whole credits as credits of the ledger.
pub(super) fn whole(credits: u32) -> Result<Credits, TillError> {
    Credits::whole(i64::from(credits)).ok_or(TillError::Ledger(crate::ledger::LedgerError::InvalidAmount))
}

/// Whether what an order was placed for can be given: its pupil is known, and a pack says how many credits it holds.
pub(super) fn is_deliverable(payment: &Payment) -> bool {
    payment.student.is_some()
        && payment.item.as_ref().is_some_and(|item| match item.kind {
            ItemType::Pack => credits_of_pack(&item.key).is_some(),
            ItemType::Subscription | ItemType::Addon => true,
        })
}

/// Gives what an order was placed for: credits, or a plan, which begins at once. What the school has to put in place by hand (an
/// addition, a plan that it sells under another key) waits as an entitlement, and the office is told.
///
/// # Errors
/// [`TillError::Unsold`] when the order does not say what is to be given: it is never taken for paid in silence.
async fn deliver(
    context: &TillContext,
    tx: &mut dyn Tx,
    payment: &Payment,
    actor: &str,
    now: Timestamp,
) -> Result<(), TillError> {
    let unsold = TillError::Unsold(crate::till::catalogue::UnsoldItem);
    let (Some(student), Some(item)) = (&payment.student, &payment.item) else { return Err(unsold) };
    match item.kind {
        ItemType::Pack => {
            let Some(credits) = credits_of_pack(&item.key) else { return Err(unsold) };
            let owner = tx.account_of_student(student).await?.ok_or(TillError::StudentNotFound)?;
            let purchase = Grant {
                owner,
                origin: LotOrigin::Purchase,
                amount: whole(credits)?,
                expires_at: None,
                key: payment.subject(),
                description: format!("Achat : {}", payment.description),
                actor: actor.to_owned(),
            };
            grant(tx, &purchase, now).await?;
        }
        ItemType::Subscription | ItemType::Addon => {
            let entitlement = Entitlement {
                payment: payment.id.clone(),
                student: student.clone(),
                item: item.clone(),
                at: now,
            };
            if !tx.add_entitlement(&entitlement).await? {
                return Ok(());
            }
            let plan = PlanKey::parse(&item.key).filter(|_| item.kind == ItemType::Subscription);
            let Some(plan) = plan else {
                let message = format!("Payé et à mettre en place : {}.", payment.description);
                let data = json!({"paymentId": payment.id});
                let told = ("Achat à mettre en place", message);
                return Ok(context.tell_office(tx, "PAYMENT_TO_DELIVER", told, data).await?);
            };
            let beginning = Beginning { ids: context.ids.as_ref(), zone: &context.settings.zone, actor, now };
            activate_plan(tx, beginning, student, plan).await?;
            tx.deliver_entitlement(&payment.id, now).await?;
        }
    }
    Ok(())
}

/// Gives what an order that is paid now was placed for, and issues the document about it.
///
/// # Errors
/// As [`deliver`].
pub(super) async fn deliver_and_invoice(
    context: &TillContext,
    tx: &mut dyn Tx,
    payment: &Payment,
    actor: &str,
    now: Timestamp,
) -> Result<(), TillError> {
    deliver(context, tx, payment, actor, now).await?;
    let invoice = Issue {
        series: InvoiceSeries::Invoice,
        user: &payment.user,
        subject: &payment.subject(),
        label: payment.description.clone(),
        amount: payment.amount,
    };
    issue(context, tx, invoice, now).await?;
    Ok(())
}

/// What prints a document, once.
fn print_job(context: &TillContext, number: InvoiceNumber, now: Timestamp) -> NewJob {
    NewJob {
        id: JobId::generate(&*context.ids),
        kind: JobKind::PrintInvoice,
        subject: number.to_string(),
        unique_key: format!("invoice:{number}"),
        run_at: now,
    }
}

/// A document to be issued.
pub(super) struct Issue<'a> {
    pub(super) series: InvoiceSeries,
    pub(super) user: &'a UserId,
    pub(super) subject: &'a str,
    pub(super) label: String,
    pub(super) amount: Money,
}

/// Issues a document. It takes its number last, so that the counter is held for as short as can be.
pub(super) async fn issue(
    context: &TillContext,
    tx: &mut dyn Tx,
    issue: Issue<'_>,
    now: Timestamp,
) -> Result<Invoice, TillError> {
    let lines = vec![InvoiceLine { label: issue.label, gross: issue.amount }];
    let totals = totals(&lines, context.settings.tax)?;
    let year = now.to_zoned(context.settings.zone.clone()).year();
    let place = tx.take_invoice_place(issue.series, year).await?;
    let number = InvoiceNumber { series: issue.series, year, place };
    let invoice = Invoice { number, subject: issue.subject.to_owned(), lines, totals, issued_at: now };
    tx.insert_invoice(&context.ids.next_id(), issue.user, &invoice).await?;
    tx.enqueue(&print_job(context, number, now)).await?;
    Ok(invoice)
}
