use super::context::LedgerContext;
use crate::identity::use_cases::Behalf;
use crate::ledger::statement::statement;
use crate::ledger::{Credits, LedgerError, Pupil, RequestLine, Statement, WalletReading, explain};
use crate::{StoreError, StudentId};

/// Movements of a statement, at most: a school year of a pupil has some hundreds.
const MOST_MOVEMENTS: u32 = 10_000;

/// The wallet of whoever asks, with its newest movements; absent when he never had one.
pub async fn own_wallet(
    context: &LedgerContext,
    behalf: Behalf<'_>,
    most: u32,
) -> Result<Option<WalletReading>, LedgerError> {
    let owner = behalf.user().ok_or(LedgerError::AccountNotFound)?;
    Ok(context.store.read_wallet(owner, most).await?)
}

/// A pupil whom the permit reaches (himself when none is named), and his wallet.
///
/// # Errors
/// [`LedgerError::StudentNotFound`] when the permit does not reach him.
pub async fn pupil_credits(
    context: &LedgerContext,
    behalf: Behalf<'_>,
    student: Option<&StudentId>,
    most: u32,
) -> Result<(Pupil, Option<WalletReading>), LedgerError> {
    let own = behalf.permit.actor().and_then(|actor| actor.student.as_ref());
    let student = student.or(own).ok_or(LedgerError::StudentNotFound)?;
    let pupil = context.store.pupil_of_ledger(behalf.permit.scope(), student).await?;
    let pupil = pupil.ok_or(LedgerError::StudentNotFound)?;
    let wallet = context.store.read_wallet(&pupil.user, most).await?;
    Ok((pupil, wallet))
}

/// Why a pupil's balance is what it is, in French sentences.
///
/// # Errors
/// [`LedgerError::StudentNotFound`] when the permit does not reach him.
pub async fn explain_credits(
    context: &LedgerContext,
    behalf: Behalf<'_>,
    student: Option<&StudentId>,
) -> Result<(Credits, Vec<String>), LedgerError> {
    let now = context.clock.now();
    let (_, reading) = pupil_credits(context, behalf, student, MOST_MOVEMENTS).await?;
    Ok(match reading {
        Some(reading) => (reading.balance(now), explain(&reading, now, &context.zone)),
        None => (Credits::ZERO, vec!["Aucun crédit n'a encore été donné.".to_owned()]),
    })
}

/// A pupil's movements, oldest first, each with the balance after it.
///
/// # Errors
/// [`LedgerError::StudentNotFound`] when the permit does not reach him.
pub async fn statement_of(
    context: &LedgerContext,
    behalf: Behalf<'_>,
    student: Option<&StudentId>,
) -> Result<Vec<Statement>, LedgerError> {
    let (_, reading) = pupil_credits(context, behalf, student, MOST_MOVEMENTS).await?;
    Ok(reading.map(|reading| statement(&reading)).unwrap_or_default())
}

/// Every pupil with what he can spend.
pub async fn list_pupils(context: &LedgerContext) -> Result<Vec<(Pupil, Credits)>, StoreError> {
    context.store.pupils_with_credits(context.clock.now()).await
}

/// The requests that wait, oldest first.
pub async fn list_credit_requests(context: &LedgerContext) -> Result<Vec<RequestLine>, StoreError> {
    context.store.waiting_credit_requests().await
}
