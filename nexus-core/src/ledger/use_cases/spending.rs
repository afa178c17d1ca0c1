use super::context::{LedgerContext, event};
use crate::identity::use_cases::Behalf;
use crate::ledger::{Credits, LedgerError, Spend, spend};
use crate::rights::Scope;
use crate::{ErrorCode, FieldError, UserId};
use serde_json::json;

/// Fewest characters of a key of somebody's own.
const SHORTEST_KEY: usize = 6;

/// Longest text that goes with a movement, in characters.
const LONGEST_TEXT: usize = 200;

/// Credits to be spent on something that has a price, or an amount that the office names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpendCredits {
    /// Whose credits.
    pub user: String,
    /// What they are spent on.
    pub usage: Option<String>,
    /// How many whole credits; the office only. Wins over the price.
    pub credits: Option<i64>,
    /// Unique in the wallet.
    pub key: Option<String>,
    /// Why, in place of the name of the usage.
    pub reason: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpentCredits {
    /// What can be spent now.
    pub balance: Credits,
    /// Whether the key had spent them before.
    pub already: bool,
}

impl SpendCredits {
    fn check(&self) -> Result<UserId, LedgerError> {
        let mut fields = Vec::new();
        let mut wrong = |field: &str, code| fields.push(FieldError::new(field, code));
        let user = UserId::parse(self.user.clone());
        if user.is_err() {
            wrong("userId", ErrorCode::InvalidField);
        }
        if self.credits.is_some_and(|credits| credits < 1) {
            wrong("credits", ErrorCode::InvalidAmount);
        }
        if self.usage.as_deref().is_some_and(|usage| usage.trim().is_empty()) {
            wrong("usageKey", ErrorCode::FieldRequired);
        }
        if self.reason.as_deref().is_some_and(|reason| reason.chars().count() > LONGEST_TEXT) {
            wrong("metadata.reason", ErrorCode::FieldTooLong);
        }
        fields.extend(wrong_key(self.key.as_deref()));
        if self.usage.is_none() && self.credits.is_none() {
            fields.push(FieldError::with_detail(
                "usageKey",
                ErrorCode::FieldRequired,
                "usageKey ou credits requis",
            ));
        }
        match user {
            Ok(user) if fields.is_empty() => Ok(user),
            _ => Err(LedgerError::Fields(fields)),
        }
    }
}

/// Why a key of somebody's own cannot be taken.
pub(super) fn wrong_key(key: Option<&str>) -> Option<FieldError> {
    let code = match key.map(|key| key.chars().count()) {
        Some(count) if count < SHORTEST_KEY => ErrorCode::FieldTooShort,
        Some(count) if count > LONGEST_TEXT => ErrorCode::FieldTooLong,
        _ => return None,
    };
    Some(FieldError::new("idempotencyKey", code))
}

/// Spends credits; the same key spends them once.
///
/// # Errors
/// [`LedgerError::MissingCredits`] (402), [`LedgerError::UnknownUsage`], [`LedgerError::AmountNotYours`] when a family names an
/// amount, [`LedgerError::AccountNotFound`] when the permit does not reach the wallet.
pub async fn spend_credits(
    context: &LedgerContext,
    behalf: Behalf<'_>,
    command: &SpendCredits,
) -> Result<SpentCredits, LedgerError> {
    let owner = command.check()?;
    let is_office = *behalf.permit.scope() == Scope::Any;
    if command.credits.is_some() && !is_office {
        return Err(LedgerError::AmountNotYours);
    }
    let now = context.clock.now();
    let mut tx = context.store.begin().await?;
    if !tx.reaches_wallet(behalf.permit.scope(), &owner).await? {
        return Err(LedgerError::AccountNotFound);
    }
    let amount = match (command.credits, &command.usage) {
        (Some(count), _) => Credits::whole(count).ok_or(LedgerError::InvalidAmount)?,
        (None, Some(usage)) => tx.usage_price(usage).await?.ok_or(LedgerError::UnknownUsage)?,
        (None, None) => return Err(LedgerError::UnknownUsage),
    };
    let description = command.reason.as_deref().or(command.usage.as_deref()).unwrap_or("Dépense");
    let wanted = Spend {
        owner: owner.clone(),
        amount,
        description: description.to_owned(),
        key: command.key.clone(),
        actor: behalf.permit.audit_name(),
    };
    let spent = spend(&mut *tx, &wanted, now).await?;
    if !spent.already {
        let diff = json!({"movement": spent.movement.id, "credits": amount, "usage": command.usage});
        tx.record(&event(behalf, "CREDITS_SPEND", now).about("user", owner.as_str()).with(diff)).await?;
    }
    tx.commit().await?;
    Ok(SpentCredits { balance: spent.available, already: spent.already })
}
