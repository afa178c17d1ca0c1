use super::context::CatalogueChange;
use super::{TillContext, TillError};
use crate::ErrorCode;
use crate::identity::field::FieldProblems;
use crate::identity::use_cases::Behalf;
use crate::money::Money;
use crate::till::catalogue::{
    BillingPolicy, BillingPolicyForm, ItemType, OfferForm, Pack, PackEntry, PackForm, PackId, PricingEntry,
    PricingForm, PricingId, PricingVariable, Product, ProductForm, UsageForm, UsagePrice, read_offers,
};
use crate::till::order::credits_of_pack;
use serde_json::{Value, json};

fn pack_value(entry: &PackEntry) -> Value {
    json!({"credits": entry.credits, "priceMillimes": entry.price.minor(), "bonus": entry.bonus, "active": entry.active})
}

fn pricing_value(entry: &PricingEntry) -> Value {
    json!({
        "service": entry.service, "variable": entry.variable, "valeur": entry.value.to_json(),
        "devise": entry.value.currency().as_str(),
    })
}

/// Puts a new pack on sale.
///
/// # Errors
/// Every wrong field.
pub async fn create_pack(
    context: &TillContext,
    behalf: Behalf<'_>,
    form: &PackForm,
) -> Result<Pack, TillError> {
    let entry = form.read(None)?;
    let mut tx = context.begin().await?;
    let pack = tx.insert_pack(&entry, context.now()).await?;
    let change = CatalogueChange {
        action: "PACK_CREATE",
        kind: "pack",
        id: pack.id.to_string(),
        before: Value::Null,
        after: pack_value(&entry),
    };
    context.commit_change(tx, behalf, change).await?;
    Ok(pack)
}

/// Changes a pack; what is left out stays.
///
/// # Errors
/// [`TillError::PackNotFound`], every wrong field.
pub async fn change_pack(
    context: &TillContext,
    behalf: Behalf<'_>,
    id: PackId,
    form: &PackForm,
) -> Result<Pack, TillError> {
    let mut tx = context.begin().await?;
    let before = tx.lock_pack(id).await?.ok_or(TillError::PackNotFound)?;
    let pack = Pack { entry: form.read(Some(&before.entry))?, updated_at: context.now(), ..before };
    tx.save_pack(&pack).await?;
    let change = CatalogueChange {
        action: "PACK_UPDATE",
        kind: "pack",
        id: id.to_string(),
        before: pack_value(&before.entry),
        after: pack_value(&pack.entry),
    };
    context.commit_change(tx, behalf, change).await?;
    Ok(pack)
}

/// Takes a pack off sale. It stays: payments refer to it.
///
/// # Errors
/// [`TillError::PackNotFound`].
pub async fn retire_pack(context: &TillContext, behalf: Behalf<'_>, id: PackId) -> Result<(), TillError> {
    let form = PackForm { active: Some(false), ..PackForm::default() };
    change_pack(context, behalf, id, &form).await.map(drop)
}

/// Prices a new usage.
///
/// # Errors
/// [`TillError::UsageTaken`], every wrong field.
pub async fn create_usage(
    context: &TillContext,
    behalf: Behalf<'_>,
    form: &UsageForm,
) -> Result<UsagePrice, TillError> {
    let entry = form.read(None)?;
    let now = context.now();
    let mut tx = context.begin().await?;
    if !tx.insert_usage(&entry, now).await? {
        return Err(TillError::UsageTaken);
    }
    let change = CatalogueChange {
        action: "USAGE_CREATE",
        kind: "usage",
        id: entry.key.clone(),
        before: Value::Null,
        after: json!({"credits": entry.credits}),
    };
    context.commit_change(tx, behalf, change).await?;
    Ok(UsagePrice { entry, updated_at: now })
}

/// Changes the price of a usage.
///
/// # Errors
/// [`TillError::UsageNotFound`], every wrong field.
pub async fn change_usage(
    context: &TillContext,
    behalf: Behalf<'_>,
    key: &str,
    form: &UsageForm,
) -> Result<UsagePrice, TillError> {
    let mut tx = context.begin().await?;
    let before = tx.lock_usage(key).await?.ok_or(TillError::UsageNotFound)?;
    let usage = UsagePrice { entry: form.read(Some(&before.entry))?, updated_at: context.now() };
    tx.save_usage(&usage).await?;
    let change = CatalogueChange {
        action: "USAGE_UPDATE",
        kind: "usage",
        id: key.to_owned(),
        before: json!({"credits": before.entry.credits}),
        after: json!({"credits": usage.entry.credits}),
    };
    context.commit_change(tx, behalf, change).await?;
    Ok(usage)
}

/// Removes the price of a usage; the audit log keeps what it was.
///
/// # Errors
/// [`TillError::UsageNotFound`].
pub async fn remove_usage(context: &TillContext, behalf: Behalf<'_>, key: &str) -> Result<(), TillError> {
    let mut tx = context.begin().await?;
    let before = tx.lock_usage(key).await?.ok_or(TillError::UsageNotFound)?;
    tx.remove_usage(key).await?;
    let change = CatalogueChange {
        action: "USAGE_DELETE",
        kind: "usage",
        id: key.to_owned(),
        before: json!({"credits": before.entry.credits}),
        after: Value::Null,
    };
    Ok(context.commit_change(tx, behalf, change).await?)
}

/// Writes a new pricing variable.
///
/// # Errors
/// [`TillError::PricingTaken`], every wrong field.
pub async fn create_pricing(
    context: &TillContext,
    behalf: Behalf<'_>,
    form: &PricingForm,
) -> Result<PricingVariable, TillError> {
    let entry = form.read(None)?;
    let mut tx = context.begin().await?;
    let variable = tx.insert_pricing(&entry, context.now()).await?.ok_or(TillError::PricingTaken)?;
    let change = CatalogueChange {
        action: "PRICING_CREATE",
        kind: "pricing",
        id: variable.id.to_string(),
        before: Value::Null,
        after: pricing_value(&entry),
    };
    context.commit_change(tx, behalf, change).await?;
    Ok(variable)
}

/// Changes a pricing variable; what is left out stays.
///
/// # Errors
/// [`TillError::PricingNotFound`], [`TillError::PricingTaken`], every wrong field.
pub async fn change_pricing(
    context: &TillContext,
    behalf: Behalf<'_>,
    id: PricingId,
    form: &PricingForm,
) -> Result<PricingVariable, TillError> {
    let mut tx = context.begin().await?;
    let before = tx.lock_pricing(id).await?.ok_or(TillError::PricingNotFound)?;
    let variable = PricingVariable { id, entry: form.read(Some(&before.entry))?, updated_at: context.now() };
    if !tx.save_pricing(&variable).await? {
        return Err(TillError::PricingTaken);
    }
    let change = CatalogueChange {
        action: "PRICING_UPDATE",
        kind: "pricing",
        id: id.to_string(),
        before: pricing_value(&before.entry),
        after: pricing_value(&variable.entry),
    };
    context.commit_change(tx, behalf, change).await?;
    Ok(variable)
}

/// Removes a pricing variable; the audit log keeps what it was.
///
/// # Errors
/// [`TillError::PricingNotFound`].
pub async fn remove_pricing(
    context: &TillContext,
    behalf: Behalf<'_>,
    id: PricingId,
) -> Result<(), TillError> {
    let mut tx = context.begin().await?;
    let before = tx.lock_pricing(id).await?.ok_or(TillError::PricingNotFound)?;
    tx.remove_pricing(id).await?;
    let change = CatalogueChange {
        action: "PRICING_DELETE",
        kind: "pricing",
        id: id.to_string(),
        before: pricing_value(&before.entry),
        after: Value::Null,
    };
    Ok(context.commit_change(tx, behalf, change).await?)
}

fn product_value(product: &Product) -> Value {
    json!({
        "itemType": product.kind.as_str(), "itemKey": product.key, "amountMinor": product.price.map(Money::minor),
        "currency": product.price.map(|price| price.currency().as_str()), "description": product.description,
        "active": product.active,
    })
}

/// Writes a product of the catalogue, new or known; what is left out of a known one stays.
///
/// # Errors
/// Every wrong field; a pack under a key that does not say what it gives has one.
pub async fn save_product(
    context: &TillContext,
    behalf: Behalf<'_>,
    kind: ItemType,
    key: &str,
    form: &ProductForm,
) -> Result<Product, TillError> {
    let mut problems = FieldProblems::default();
    if kind == ItemType::Pack && credits_of_pack(key).is_none() {
        problems.add("key", ErrorCode::ItemNotForSale);
    }
    problems.finish(Some(()))?;
    let now = context.now();
    let mut tx = context.begin().await?;
    let before = tx.lock_product(kind, key).await?;
    let product = form.read(kind, key, before.as_ref())?;
    tx.save_product(&context.ids.next_id(), &product, now).await?;
    let change = CatalogueChange {
        action: if before.is_some() { "PRODUCT_UPDATE" } else { "PRODUCT_CREATE" },
        kind: "product",
        id: format!("{}/{}", kind.as_str(), product.key),
        before: before.as_ref().map_or(Value::Null, product_value),
        after: product_value(&product),
    };
    context.commit_change(tx, behalf, change).await?;
    Ok(product)
}

/// Changes how annual plans are paid.
///
/// # Errors
/// Every wrong field.
pub async fn change_billing_policy(
    context: &TillContext,
    behalf: Behalf<'_>,
    form: &BillingPolicyForm,
) -> Result<BillingPolicy, TillError> {
    let now = context.now();
    let mut tx = context.begin().await?;
    let before = tx.lock_billing_policy().await?;
    let policy = BillingPolicy { updated_at: Some(now), ..form.read(&before)? };
    tx.save_billing_policy(&policy, now).await?;
    let value = |policy: &BillingPolicy| json!({"annualDepositPct": policy.deposit.get(), "scheduleEndISO": policy.schedule_end});
    let change = CatalogueChange {
        action: "BILLING_POLICY_UPDATE",
        kind: "billing_policy",
        id: "1".to_owned(),
        before: value(&before),
        after: value(&policy),
    };
    context.commit_change(tx, behalf, change).await?;
    Ok(policy)
}

/// Writes offers, all of them or none; those that are not named stay.
///
/// # Errors
/// Every wrong field.
pub async fn replace_offers(
    context: &TillContext,
    behalf: Behalf<'_>,
    forms: &[OfferForm],
) -> Result<usize, TillError> {
    let offers = read_offers(forms)?;
    let mut tx = context.begin().await?;
    for offer in &offers {
        tx.save_offer(offer, context.now()).await?;
    }
    let codes: Vec<_> = offers.iter().map(|offer| offer.code.as_str()).collect();
    let change = CatalogueChange {
        action: "OFFERS_UPDATE",
        kind: "offers",
        id: "all".to_owned(),
        before: Value::Null,
        after: json!({ "codes": codes }),
    };
    context.commit_change(tx, behalf, change).await?;
    Ok(offers.len())
}
