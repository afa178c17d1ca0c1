use super::notices::with;
use super::{TillContext, TillError};
use crate::identity::field::FieldProblems;
use crate::identity::text;
use crate::identity::use_cases::Behalf;
use crate::money::{Currency, Money};
use crate::till::order::{Payment, ProofFile, TransferProof};
use crate::till::payment::{PaymentMethod, PaymentState};
use crate::till::proof::ProofKind;
use crate::{Checksum, ErrorCode, FileKey, PaymentId};
use jiff::civil::Date;
use serde_json::json;

/// A document that was sent beside a form.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    /// What it holds.
    pub content: Vec<u8>,
}

/// The proof of a transfer as it is sent, not read yet.
#[derive(Debug, Clone, Default)]
pub struct SubmitProof {
    /// `orderId`.
    pub order: Option<String>,
    /// `transferReference`.
    pub reference: Option<String>,
    /// `transferDate`.
    pub date: Option<String>,
    /// `transferAmount`, in units of the order's currency.
    pub amount: Option<String>,
    /// The document, when there is one.
    pub file: Option<UploadedFile>,
}

/// Keeps the proof of a transfer and tells the office. What was sent before stays beside it.
///
/// # Errors
/// Every wrong field; [`TillError::PaymentNotFound`] for somebody else's order or one that was decided;
/// [`TillError::Proof`] for a document of another kind.
pub async fn submit_proof(
    context: &TillContext,
    behalf: Behalf<'_>,
    command: &SubmitProof,
) -> Result<(), TillError> {
    let now = context.now();
    let user = behalf.user().ok_or(TillError::AccountNotFound)?;
    let mut problems = FieldProblems::default();
    let order = text::line(&mut problems, "orderId", command.order.as_deref(), 1..=64);
    let reference = text::line(&mut problems, "transferReference", command.reference.as_deref(), 2..=100);
    let date = text::line(&mut problems, "transferDate", command.date.as_deref(), 10..=10);
    let today = now.to_zoned(context.settings.zone.clone()).date();
    let date = date.and_then(|text| match text.parse::<Date>() {
        // A transfer of tomorrow is none yet.
        Ok(date) if date.to_string() == text && date <= today => Some(date),
        _ => {
            problems.add("transferDate", ErrorCode::InvalidDate);
            None
        }
    });
    let amount = text::line(&mut problems, "transferAmount", command.amount.as_deref(), 1..=40);
    let amount = amount.and_then(|text| match Money::from_french(&text, Currency::Tnd) {
        Ok(amount) if amount.is_positive() => Some(amount),
        Ok(_) => {
            problems.add("transferAmount", ErrorCode::InvalidMoney);
            None
        }
        Err(error) => {
            problems.add_error("transferAmount", &error);
            None
        }
    });
    let fields = match (order, reference, date, amount) {
        (Some(order), Some(reference), Some(date), Some(amount)) => Some((order, reference, date, amount)),
        _ => None,
    };
    let (order, reference, date, amount) = problems.finish(fields)?;
    let payment = PaymentId::parse(order).map_err(|_| TillError::PaymentNotFound)?;
    let is_awaited = |known: &Payment| {
        known.user == *user
            && known.state == PaymentState::Pending
            && known.method == Some(PaymentMethod::Wise)
    };
    // Before anything is kept: a stranger's order costs no room.
    context.store.payment(&payment).await?.filter(is_awaited).ok_or(TillError::PaymentNotFound)?;
    let file = match &command.file {
        Some(file) => Some(keep(context, &payment, &file.content).await?),
        None => None,
    };

    let mut tx = context.begin().await?;
    let known = tx.lock_payment(&payment).await?.filter(is_awaited).ok_or(TillError::PaymentNotFound)?;
    let proof = TransferProof {
        id: context.ids.next_id(),
        payment: payment.clone(),
        reference,
        date,
        amount,
        file,
        uploaded_by: user.clone(),
        at: now,
    };
    tx.insert_proof(&proof).await?;
    let told = json!({
        "transferReference": proof.reference, "transferDate": proof.date.to_string(),
        "transferAmount": proof.amount.to_decimal(), "submittedAt": now.to_string(),
        "hasProof": proof.file.is_some(),
    });
    tx.save_payment_metadata(&payment, &with(&known.metadata, told.clone()), now).await?;
    tx.record(&behalf.event("PAYMENT_PROOF", now).about("payment", payment.as_str()).with(told)).await?;
    let message = format!("Une preuve de virement a été envoyée pour « {} ».", known.description);
    let data = json!({"paymentId": payment});
    context.tell_office(tx.as_mut(), "PAYMENT_REQUIRED", ("Virement à valider", message), data).await?;
    tx.commit().await?;
    Ok(())
}

/// Keeps a document under a name made of what it holds: the same one sent twice is kept once.
async fn keep(context: &TillContext, payment: &PaymentId, content: &[u8]) -> Result<ProofFile, TillError> {
    let kind = ProofKind::of(content)?;
    let checksum = Checksum::of_bytes(content);
    let key = format!("proofs/{payment}/{checksum}.{}", kind.extension());
    // Ids and checksums are made of letters, digits and hyphens.
    let Some(name) = FileKey::parse(key.as_str()) else { return Err(TillError::PaymentNotFound) };
    context.files.put(&name, content.to_vec()).await?;
    Ok(ProofFile { key, media_type: kind.media_type(), checksum })
}
