use super::context::{LedgerContext, event};
use crate::identity::use_cases::Behalf;
use crate::ledger::{
    CreditRequest, Credits, Entry, Grant, LedgerError, LotOrigin, Movement, MovementId, MovementKind, Pupil,
    RequestDecision, RequestState, grant, open_wallet, reverse,
};
use crate::{Addressee, ErrorCode, FieldError, StudentId, Tx};
use serde_json::{Value, json};

/// Longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// A correction of a pupil's credits by the office, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// Which pupil.
    pub student: StudentId,
    /// How many credits, in either direction.
    pub amount: Credits,
    /// Why.
    pub reason: String,
}

/// Reads an amount as pages send it: a number or a text with at most three decimals, never rounded.
///
/// # Errors
/// [`LedgerError::Fields`], which names the field.
pub fn read_amount(field: &str, value: &Value) -> Result<Credits, LedgerError> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => String::new(),
    };
    let amount = Credits::parse(&text).ok().filter(|amount| !amount.is_zero());
    amount.ok_or_else(|| LedgerError::Fields(vec![FieldError::new(field, ErrorCode::InvalidAmount)]))
}

fn reason<'a>(field: &str, text: &'a str) -> Result<&'a str, LedgerError> {
    let text = text.trim();
    let code = if text.is_empty() {
        ErrorCode::FieldRequired
    } else if text.chars().count() > LONGEST_REASON {
        ErrorCode::FieldTooLong
    } else if text.chars().any(char::is_control) {
        ErrorCode::ForbiddenCharacters
    } else {
        return Ok(text);
    };
    Err(LedgerError::Fields(vec![FieldError::new(field, code)]))
}

/// Corrects a pupil's credits; never below nothing.
///
/// # Errors
/// [`LedgerError::MissingCredits`] (402) when more is taken than there is.
pub async fn adjust_credits(
    context: &LedgerContext,
    behalf: Behalf<'_>,
    command: &Adjustment,
) -> Result<(Movement, Credits, Pupil), LedgerError> {
    let reason = reason("description", &command.reason)?;
    let now = context.clock.now();
    let mut tx = context.store.begin().await?;
    let pupil = tx
        .wallet_pupil(behalf.permit.scope(), &command.student)
        .await?
        .ok_or(LedgerError::StudentNotFound)?;
    let actor = behalf.permit.audit_name();
    let movement = if command.amount.is_positive() {
        let wanted = Grant {
            owner: pupil.user.clone(),
            origin: LotOrigin::Adjustment,
            amount: command.amount,
            expires_at: None,
            key: format!("adjustment:{}", context.ids.next_id()),
            description: reason.to_owned(),
            actor,
        };
        grant(&mut *tx, &wanted, now).await?.movement
    } else {
        let wallet = open_wallet(&mut *tx, &pupil.user, now).await?;
        let parts = wallet.take(command.amount.negated(), now)?;
        let entry = Entry::new(MovementKind::Adjustment, parts, reason, &actor, now);
        tx.append_movement(&wallet, &entry).await?
    };
    let balance = open_wallet(&mut *tx, &pupil.user, now).await?.available(now);
    let diff =
        json!({"movement": movement.id, "credits": command.amount, "balance": balance, "reason": reason});
    tx.record(&event(behalf, "CREDITS_ADJUST", now).about("student", pupil.id.as_str()).with(diff)).await?;
    tx.commit().await?;
    Ok((movement, balance, pupil))
}

/// Undoes a movement, once.
///
/// # Errors
/// What [`reverse`] says.
pub async fn reverse_movement(
    context: &LedgerContext,
    behalf: Behalf<'_>,
    id: MovementId,
    why: &str,
) -> Result<Movement, LedgerError> {
    let why = reason("reason", why)?;
    let now = context.clock.now();
    let mut tx = context.store.begin().await?;
    let movement = reverse(&mut *tx, id, why, &behalf.permit.audit_name(), now).await?;
    let diff = json!({"movement": movement.id, "reverses": id, "credits": movement.delta, "reason": why});
    let event = event(behalf, "CREDITS_REVERSE", now).about("user", movement.owner.as_str());
    tx.record(&event.with(diff)).await?;
    tx.commit().await?;
    Ok(movement)
}

/// Asks for credits for a child. Nothing moves before the office has decided.
///
/// # Errors
/// [`LedgerError::StudentNotFound`] when the permit does not reach him.
pub async fn request_credits(
    context: &LedgerContext,
    behalf: Behalf<'_>,
    student: &StudentId,
    amount: Credits,
    why: Option<&str>,
) -> Result<CreditRequest, LedgerError> {
    if !amount.is_positive() {
        return Err(LedgerError::Fields(vec![FieldError::new("creditAmount", ErrorCode::InvalidAmount)]));
    }
    let why = why.filter(|why| !why.trim().is_empty()).map(|why| reason("reason", why)).transpose()?;
    let by = behalf.user().ok_or(LedgerError::StudentNotFound)?;
    let now = context.clock.now();
    let mut tx = context.store.begin().await?;
    let pupil = tx.wallet_pupil(behalf.permit.scope(), student).await?.ok_or(LedgerError::StudentNotFound)?;
    let request = CreditRequest {
        id: context.ids.next_id(),
        student: pupil.id.clone(),
        amount,
        reason: why.map(str::to_owned),
        state: RequestState::Pending,
        requested_by: by.clone(),
        created_at: now,
    };
    tx.insert_credit_request(&request).await?;
    let message = format!("{} {} : {amount} demandés.", pupil.first_name, pupil.last_name);
    let data = json!({"requestId": request.id, "studentId": pupil.id});
    let told = ("CREDIT_REQUEST", "Nouvelle demande de crédits", message);
    context.tell(&mut *tx, Addressee::Office, told, data, now).await?;
    let diff = json!({"request": request.id, "credits": amount});
    tx.record(&event(behalf, "CREDIT_REQUEST", now).about("student", pupil.id.as_str()).with(diff)).await?;
    tx.commit().await?;
    Ok(request)
}

/// Gives the credits of a request, once.
///
/// # Errors
/// [`LedgerError::RequestDecided`] (409) when somebody has decided already.
pub async fn approve_credit_request(
    context: &LedgerContext,
    behalf: Behalf<'_>,
    id: &str,
    why: Option<&str>,
) -> Result<Movement, LedgerError> {
    let now = context.clock.now();
    let mut tx = context.store.begin().await?;
    let (request, pupil) = decide(context, tx.as_mut(), behalf, (id, RequestState::Approved, why)).await?;
    let wanted = Grant {
        owner: pupil.user,
        origin: LotOrigin::Adjustment,
        amount: request.amount,
        expires_at: None,
        key: format!("request:{}", request.id),
        description: "Demande de crédits approuvée".to_owned(),
        actor: behalf.permit.audit_name(),
    };
    let movement = grant(&mut *tx, &wanted, now).await?.movement;
    tx.commit().await?;
    Ok(movement)
}

/// Refuses a request, once: nothing moves.
///
/// # Errors
/// [`LedgerError::RequestDecided`] (409) when somebody has decided already.
pub async fn reject_credit_request(
    context: &LedgerContext,
    behalf: Behalf<'_>,
    id: &str,
    why: Option<&str>,
) -> Result<(), LedgerError> {
    let mut tx = context.store.begin().await?;
    decide(context, tx.as_mut(), behalf, (id, RequestState::Rejected, why)).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes the decision with its traces.
async fn decide(
    context: &LedgerContext,
    tx: &mut dyn Tx,
    behalf: Behalf<'_>,
    (id, state, why): (&str, RequestState, Option<&str>),
) -> Result<(CreditRequest, Pupil), LedgerError> {
    let why = why.filter(|why| !why.trim().is_empty()).map(|why| reason("reason", why)).transpose()?;
    let now = context.clock.now();
    let request = tx.lock_credit_request(id).await?.ok_or(LedgerError::RequestNotFound)?;
    if request.state != RequestState::Pending {
        return Err(LedgerError::RequestDecided);
    }
    let pupil = tx
        .wallet_pupil(behalf.permit.scope(), &request.student)
        .await?
        .ok_or(LedgerError::StudentNotFound)?;
    let decision =
        RequestDecision { state, by: behalf.user().cloned(), reason: why.map(str::to_owned), at: now };
    tx.decide_credit_request(id, &decision).await?;
    let approved = state == RequestState::Approved;
    let said = if approved { "acceptée" } else { "refusée" };
    let message = format!("Votre demande de {} pour {} est {said}.", request.amount, pupil.first_name);
    let told = ("CREDIT_REQUEST", "Demande de crédits", message);
    let data = json!({"requestId": request.id, "status": state.as_str(), "reason": why});
    context.tell(&mut *tx, request.requested_by.clone(), told, data, now).await?;
    let action = if approved { "CREDIT_REQUEST_APPROVE" } else { "CREDIT_REQUEST_REJECT" };
    let diff = json!({"request": request.id, "credits": request.amount, "reason": why});
    tx.record(&event(behalf, action, now).about("student", pupil.id.as_str()).with(diff)).await?;
    Ok((request, pupil))
}
