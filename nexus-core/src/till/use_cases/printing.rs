//! Documents on paper: what a worker does with a document that was issued, and who gets it.

use super::{TillContext, TillError};
use crate::audit::AuditEvent;
use crate::ledger::Credits;
use crate::rights::{Permit, Scope};
use crate::till::catalogue::RecordId;
use crate::till::invoice::{InvoiceNumber, IssuedInvoice};
use crate::till::order::{Payment, PaymentRecord, Refund};
use crate::till::receipt::{PrintError, PrintedInvoice, Receipt, way_of_order, way_of_record};
use crate::{
    Checksum, ClaimedJob, Coded, ErrorCode, FileError, JobKind, JobOutcome, LeaseError, PaymentId,
    RetryPolicy, StoreError, Tx, UserId,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

/// When a print that failed is tried again: for about a day, so that an engine which is not installed yet, or a full disk, costs
/// nobody his document.
const AGAIN: RetryPolicy = RetryPolicy {
    max_attempts: 40,
    base_delay: SignedDuration::from_secs(2),
    max_delay: SignedDuration::from_hours(1),
};

/// Why a document is not printed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrintingError {
    /// The job names no document, or one about a payment that is gone.
    #[error("the document or its payment does not exist")]
    Absent,
    /// The workers of all earlier claims disappeared.
    #[error("the job was interrupted at every claim")]
    Interrupted,
    /// The printer failed.
    #[error(transparent)]
    Print(#[from] PrintError),
    /// Another worker has the job.
    #[error(transparent)]
    Job(#[from] LeaseError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file store failed.
    #[error(transparent)]
    Files(#[from] FileError),
}

impl PrintingError {
    const fn is_retryable(&self) -> bool {
        match self {
            Self::Print(error) => error.retryable,
            Self::Store(error) | Self::Job(LeaseError::Store(error)) => error.is_retryable(),
            Self::Files(_) => true,
            Self::Absent | Self::Interrupted | Self::Job(_) => false,
        }
    }
}

impl Coded for PrintingError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Absent => ErrorCode::InvoiceNotFound,
            Self::Interrupted => ErrorCode::Internal,
            Self::Print(error) => error.code(),
            Self::Job(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Files(error) => error.code(),
        }
    }
}

/// Claims one document that is to be printed, prints it and settles the job. Tells whether there was one.
///
/// # Errors
/// The store failed.
pub async fn print_next(context: &TillContext, lease: SignedDuration) -> Result<bool, StoreError> {
    match context.store.claim(&[JobKind::PrintInvoice], context.now(), lease).await? {
        Some(job) => run_print_job(context, &job).await.map(|_| true),
        None => Ok(false),
    }
}

/// Runs a claimed job and settles it, whatever happens; `None` when another worker took it over.
///
/// # Errors
/// The store failed; the job is claimed again after its lease.
pub async fn run_print_job(
    context: &TillContext,
    job: &ClaimedJob,
) -> Result<Option<JobOutcome>, StoreError> {
    let result = if job.attempt > AGAIN.max_attempts {
        Err(PrintingError::Interrupted)
    } else {
        print_invoice(context, job).await
    };
    let error = match result {
        Ok(()) => return Ok(Some(JobOutcome::Done)),
        Err(PrintingError::Job(LeaseError::LeaseLost)) => return Ok(None),
        Err(error) => error,
    };
    let code = error.code().as_str();
    let reason = format!("{code} : {}", error.sentence());
    let outcome = JobOutcome::after_failure(&AGAIN, job, context.now(), reason, error.is_retryable());
    match context.store.settle_alone(job, &outcome).await {
        Ok(()) => Ok(Some(outcome)),
        Err(LeaseError::LeaseLost) => Ok(None),
        Err(LeaseError::Store(error)) => Err(error),
    }
}

/// Prints the document that a job names: what stands on it is read in one transaction, printed outside of any, and the file
/// noted in another one. Killed anywhere, the job is claimed again and leaves the same file.
///
/// # Errors
/// [`PrintingError`].
pub async fn print_invoice(context: &TillContext, job: &ClaimedJob) -> Result<(), PrintingError> {
    let number = InvoiceNumber::parse(&job.subject).ok_or(PrintingError::Absent)?;
    let mut tx = context.begin().await?;
    let issued = tx.issued_invoice(number).await?.ok_or(PrintingError::Absent)?;
    let receipt = receipt_of(context, tx.as_mut(), &issued).await?;
    // It has only read.
    drop(tx);

    let content = context.printer.print(&receipt).await?;
    let printed = PrintedInvoice::of(number, &content);
    let key = printed.file_key().ok_or(PrintingError::Absent)?;
    context.files.put(&key, content).await?;

    let now = context.now();
    let mut tx = context.begin().await?;
    if tx.insert_print(&issued.id, &printed, now).await? {
        let details = json!({"number": number.to_string(), "sha256": printed.checksum.to_string()});
        let event = AuditEvent::new("system", "INVOICE_PRINT", now).about("invoice", &issued.id);
        tx.record(&event.with(details)).await?;
    }
    tx.settle(job, &JobOutcome::Done).await?;
    tx.commit().await?;
    Ok(())
}

/// What is known of the payment behind a document.
struct Behind {
    /// First and family name of whoever has the credits or the plan.
    pupil: Option<String>,
    way: Option<&'static str>,
    reference: String,
    credits: Option<Credits>,
}

async fn receipt_of(
    context: &TillContext,
    tx: &mut dyn Tx,
    issued: &IssuedInvoice,
) -> Result<Receipt, PrintingError> {
    let invoice = &issued.invoice;
    let refund = match invoice.subject.strip_prefix("refund:") {
        Some(id) => Some(tx.refund(id).await?.ok_or(PrintingError::Absent)?),
        None => None,
    };
    let subject = refund.as_ref().map_or(&invoice.subject, |refund| &refund.subject);
    let corrects = match &refund {
        Some(refund) => tx.invoice_of(&refund.subject).await?.map(|invoice| invoice.number),
        None => None,
    };
    let behind = behind(tx, subject, invoice.issued_at).await?;
    let payer = tx.lock_account(&issued.user).await?;
    let payer = payer.map_or_else(String::new, |payer| full_name(&payer.first_name, &payer.last_name));
    let pupil = behind.pupil;
    let credits = refund.as_ref().map_or(behind.credits, |refund| Some(refund.credits));
    Ok(Receipt {
        number: invoice.number,
        school: context.settings.school.clone(),
        pupil: pupil.filter(|pupil| !pupil.is_empty() && *pupil != payer),
        payer,
        lines: invoice.lines.clone(),
        totals: invoice.totals,
        way: behind.way,
        reference: behind.reference,
        credits: credits.filter(|credits| credits.is_positive()),
        corrects,
        reason: refund.map(|refund: Refund| refund.reason),
        day: invoice.issued_at.to_zoned(context.settings.zone.clone()).date(),
        issued_at: invoice.issued_at,
    })
}

fn full_name(first: &str, last: &str) -> String {
    format!("{first} {last}").trim().to_owned()
}

async fn behind(tx: &mut dyn Tx, subject: &str, at: Timestamp) -> Result<Behind, PrintingError> {
    match subject.split_once(':') {
        Some(("record", id)) => {
            let id = RecordId::parse(id).ok_or(PrintingError::Absent)?;
            let record = tx.lock_record(id).await?.ok_or(PrintingError::Absent)?;
            of_record(tx, &record, at).await
        }
        Some(("payment", id)) => {
            let id = PaymentId::parse(id).map_err(|_| PrintingError::Absent)?;
            let payment = tx.lock_payment(&id).await?.ok_or(PrintingError::Absent)?;
            of_order(tx, &payment, at).await
        }
        _ => Err(PrintingError::Absent),
    }
}

async fn of_record(tx: &mut dyn Tx, record: &PaymentRecord, at: Timestamp) -> Result<Behind, PrintingError> {
    let owner = tx.lock_account(&record.user).await?;
    Ok(Behind {
        pupil: owner.map(|owner| full_name(&owner.first_name, &owner.last_name)),
        way: Some(way_of_record(record.provider)),
        reference: record.shown_reference(),
        credits: given(tx, &record.user, &format!("cash:{}", record.id), at).await?,
    })
}

async fn of_order(tx: &mut dyn Tx, payment: &Payment, at: Timestamp) -> Result<Behind, PrintingError> {
    let (mut pupil, mut credits) = (None, None);
    if let Some(student) = &payment.student {
        let found = tx.student(student, &Scope::Any).await?;
        pupil = found.map(|pupil| full_name(&pupil.first_name, &pupil.last_name));
        if let Some(owner) = tx.account_of_student(student).await? {
            credits = given(tx, &owner, &payment.subject(), at).await?;
        }
    }
    let way = payment.method.map(way_of_order);
    Ok(Behind { pupil, way, reference: payment.id.to_string(), credits })
}

/// The credits that a payment gave, as the ledger has them.
async fn given(
    tx: &mut dyn Tx,
    owner: &UserId,
    key: &str,
    at: Timestamp,
) -> Result<Option<Credits>, StoreError> {
    let wallet = tx.lock_wallet(owner, at).await?;
    Ok(tx.movement_by_key(wallet.id, key).await?.map(|movement| movement.delta))
}

/// Reads the PDF of a document that the permit reaches, and what it holds.
///
/// # Errors
/// [`TillError::InvoiceNotFound`]; [`TillError::InvoiceNotReady`] while it is not printed. A file that is gone, or is not the one
/// that was kept, is a failure of the store: waiting would not bring it back.
pub async fn invoice_content(
    context: &TillContext,
    permit: &Permit,
    number: InvoiceNumber,
) -> Result<(PrintedInvoice, Vec<u8>), TillError> {
    let damaged = StoreError::Corrupt("the file of a document is not the one that was kept");
    let found = context.store.printed_invoice(number, permit.scope()).await?;
    let printed = found.ok_or(TillError::InvoiceNotFound)?.ok_or(TillError::InvoiceNotReady)?;
    let content = match printed.file_key() {
        Some(key) => context.files.get(&key).await?,
        None => None,
    };
    match content.filter(|content| Checksum::of_bytes(content) == printed.checksum) {
        Some(content) => Ok((printed, content)),
        None => Err(damaged.into()),
    }
}
