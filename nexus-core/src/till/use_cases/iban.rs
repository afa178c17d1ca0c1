use super::context::CatalogueChange;
use super::{TillContext, TillError};
use crate::identity::use_cases::Behalf;
use crate::till::catalogue::{Iban, PaymentSettings, PaymentSettingsForm};
use crate::till::order::IbanChange;
use serde_json::{Value, json};

/// The settings as they are now, and whether a new account number waits for a second person.
#[derive(Debug, Clone)]
pub struct SettingsChanged {
    /// As they are.
    pub settings: PaymentSettings,
    /// The change that waits.
    pub waiting: Option<IbanChange>,
}

/// An account number as the audit log may know it.
fn shown(iban: Option<&str>) -> Value {
    iban.map_or(Value::Null, |iban| {
        Iban::parse(iban).map_or_else(|_| json!("?"), |iban| json!(iban.masked()))
    })
}

fn value(settings: &PaymentSettings) -> Value {
    json!({
        "allowCard": settings.allow_card, "allowWire": settings.allow_wire, "allowCash": settings.allow_cash,
        "iban": shown(settings.iban.as_deref()), "cashNote": settings.cash_note,
    })
}

/// Changes the settings of payments at once, except the account number: that one waits for a second person.
///
/// # Errors
/// Every wrong field; [`TillError::ChangePending`] when another number waits already.
pub async fn change_payment_settings(
    context: &TillContext,
    behalf: Behalf<'_>,
    form: &PaymentSettingsForm,
) -> Result<SettingsChanged, TillError> {
    let now = context.now();
    let mut tx = context.begin().await?;
    let before = tx.lock_payment_settings().await?;
    let wanted = form.read(&before)?;
    let settings = PaymentSettings { iban: before.iban.clone(), updated_at: Some(now), ..wanted.clone() };
    tx.save_payment_settings(&settings, now).await?;
    let mut waiting = tx.lock_iban_change().await?;
    if wanted.iban != before.iban {
        let user = behalf.user().ok_or(TillError::AccountNotFound)?;
        if waiting.as_ref().is_some_and(|change| change.after != wanted.iban) {
            return Err(TillError::ChangePending);
        }
        if waiting.is_none() {
            let change = IbanChange {
                id: context.ids.next_id(),
                before: before.iban.clone(),
                after: wanted.iban.clone(),
                requested_by: user.clone(),
                requested_at: now,
            };
            if !tx.insert_iban_change(&change).await? {
                return Err(TillError::ChangePending);
            }
            let details =
                json!({"before": shown(before.iban.as_deref()), "after": shown(wanted.iban.as_deref())});
            tx.record(&behalf.event("IBAN_REQUEST", now).about("payment_settings", "1").with(details))
                .await?;
            waiting = Some(change);
        }
    }
    let change = CatalogueChange {
        action: "PAYMENT_SETTINGS_UPDATE",
        kind: "payment_settings",
        id: "1".to_owned(),
        before: value(&before),
        after: value(&settings),
    };
    context.commit_change(tx, behalf, change).await?;
    Ok(SettingsChanged { settings, waiting })
}

/// A second person decides about a new account number.
///
/// # Errors
/// [`TillError::ChangeNotFound`]; [`TillError::SamePerson`] for whoever asked for it, unless he takes it back.
pub async fn decide_iban(
    context: &TillContext,
    behalf: Behalf<'_>,
    approve: bool,
) -> Result<PaymentSettings, TillError> {
    let now = context.now();
    let user = behalf.user().ok_or(TillError::AccountNotFound)?;
    let mut tx = context.begin().await?;
    let before = tx.lock_payment_settings().await?;
    let change = tx.lock_iban_change().await?.ok_or(TillError::ChangeNotFound)?;
    if approve && change.requested_by == *user {
        return Err(TillError::SamePerson);
    }
    if !tx.decide_iban_change(&change.id, approve, user, now).await? {
        return Err(TillError::ChangeNotFound);
    }
    let mut settings = before.clone();
    if approve {
        settings = PaymentSettings { iban: change.after.clone(), updated_at: Some(now), ..settings };
        tx.save_payment_settings(&settings, now).await?;
    }
    let action = if approve { "IBAN_APPROVE" } else { "IBAN_REJECT" };
    let change = CatalogueChange {
        action,
        kind: "payment_settings",
        id: "1".to_owned(),
        before: value(&before),
        after: value(&settings),
    };
    context.commit_change(tx, behalf, change).await?;
    Ok(settings)
}
