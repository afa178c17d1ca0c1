use super::{BackendTx, dialect, store_error};
use crate::columns::Instant;
use crate::rows::till::{BillingPolicyRow, PackRow, PaymentSettingsRow, PricingRow, UsageRow};
use crate::statements::till_catalogue as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::StoreError;
use nexus_core::money::{Currency, Money};
use nexus_core::till::catalogue::{
    BillingPolicy, ItemType, Offer, Pack, PackEntry, PackId, PaymentSettings, PricingEntry, PricingId,
    PricingVariable, Product, UsageEntry, UsagePrice,
};
use nexus_core::till::ports::CatalogueTx;
use serde_json::Value;
use sqlx::types::Json;

const LOCK_PACK: &str = concat!(sql::packs!(), r#" WHERE "id" = $1"#, dialect::for_update!());
const LOCK_USAGE: &str = concat!(sql::usages!(), r#" WHERE "key" = $1"#, dialect::for_update!());
const LOCK_PRICING: &str = concat!(sql::pricing!(), r#" WHERE "id" = $1"#, dialect::for_update!());
const LOCK_BILLING_POLICY: &str = concat!(sql::billing_policy!(), dialect::for_update!());
const LOCK_PAYMENT_SETTINGS: &str = concat!(sql::payment_settings!(), dialect::for_update!());

/// The name that whoever writes the catalogue of pricing variables, or notes a change, holds until the end.
const CHANGES: (&str, &str) = ("till", "pricing changes");

/// The existing application keeps whole units; a currency that the school does not take is no price.
pub(super) fn whole_price(units: i64, currency: &str) -> Option<Money> {
    let currency = Currency::parse(currency).ok()?;
    Money::new(units.checked_mul(currency.per_unit())?, currency).ok()
}

#[async_trait]
impl CatalogueTx for BackendTx {
    async fn lock_pack(&mut self, id: PackId) -> Result<Option<Pack>, StoreError> {
        let query = sqlx::query_as::<_, PackRow>(LOCK_PACK).bind(id.get());
        query.fetch_optional(&mut *self.tx).await.map_err(store_error)?.map(Pack::try_from).transpose()
    }

    async fn insert_pack(&mut self, entry: &PackEntry, now: Timestamp) -> Result<Pack, StoreError> {
        let id: i64 = sqlx::query_scalar(sql::INSERT_PACK)
            .bind(i64::from(entry.credits))
            .bind(entry.price.minor())
            .bind(i64::from(entry.bonus))
            .bind(entry.active)
            .bind(Instant(now))
            .fetch_one(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let id = PackId::new(id).ok_or(StoreError::Corrupt("the number of a pack is out of range"))?;
        Ok(Pack { id, entry: *entry, updated_at: now })
    }

    async fn save_pack(&mut self, pack: &Pack) -> Result<(), StoreError> {
        sqlx::query(sql::UPDATE_PACK)
            .bind(pack.id.get())
            .bind(i64::from(pack.entry.credits))
            .bind(pack.entry.price.minor())
            .bind(i64::from(pack.entry.bonus))
            .bind(pack.entry.active)
            .bind(Instant(pack.updated_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn lock_usage(&mut self, key: &str) -> Result<Option<UsagePrice>, StoreError> {
        let query = sqlx::query_as::<_, UsageRow>(LOCK_USAGE).bind(key.to_owned());
        query.fetch_optional(&mut *self.tx).await.map_err(store_error)?.map(UsagePrice::try_from).transpose()
    }

    async fn insert_usage(&mut self, entry: &UsageEntry, now: Timestamp) -> Result<bool, StoreError> {
        let outcome = sqlx::query(sql::INSERT_USAGE)
            .bind(&entry.key)
            .bind(i64::from(entry.credits))
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(outcome.rows_affected() == 1)
    }

    async fn save_usage(&mut self, usage: &UsagePrice) -> Result<(), StoreError> {
        sqlx::query(sql::UPDATE_USAGE)
            .bind(&usage.entry.key)
            .bind(i64::from(usage.entry.credits))
            .bind(Instant(usage.updated_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn remove_usage(&mut self, key: &str) -> Result<(), StoreError> {
        sqlx::query(sql::DELETE_USAGE).bind(key).execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(())
    }

    async fn lock_pricing(&mut self, id: PricingId) -> Result<Option<PricingVariable>, StoreError> {
        let query = sqlx::query_as::<_, PricingRow>(LOCK_PRICING).bind(id.get());
        let row = query.fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(PricingVariable::try_from).transpose()
    }

    async fn insert_pricing(
        &mut self,
        entry: &PricingEntry,
        now: Timestamp,
    ) -> Result<Option<PricingVariable>, StoreError> {
        let id: Option<i64> = sqlx::query_scalar(sql::INSERT_PRICING)
            .bind(&entry.service)
            .bind(&entry.variable)
            .bind(entry.value.minor())
            .bind(entry.value.currency().per_unit())
            .bind(entry.value.currency().as_str())
            .bind(Instant(now))
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let Some(id) = id else { return Ok(None) };
        let id = PricingId::new(id).ok_or(StoreError::Corrupt("the number of a price is out of range"))?;
        Ok(Some(PricingVariable { id, entry: entry.clone(), updated_at: now }))
    }

    async fn save_pricing(&mut self, variable: &PricingVariable) -> Result<bool, StoreError> {
        // Two of them that take one name at one time would both find it free.
        dialect::lock_names(self, &[CHANGES]).await?;
        let outcome = sqlx::query(sql::UPDATE_PRICING)
            .bind(variable.id.get())
            .bind(&variable.entry.service)
            .bind(&variable.entry.variable)
            .bind(variable.entry.value.minor())
            .bind(variable.entry.value.currency().per_unit())
            .bind(variable.entry.value.currency().as_str())
            .bind(Instant(variable.updated_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(outcome.rows_affected() == 1)
    }

    async fn remove_pricing(&mut self, id: PricingId) -> Result<(), StoreError> {
        let query = sqlx::query(sql::DELETE_PRICING).bind(id.get());
        query.execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(())
    }

    async fn product(&mut self, kind: ItemType, key: &str) -> Result<Option<Product>, StoreError> {
        let row: Option<(i64, String, String, bool)> = sqlx::query_as(sql::SELECT_PRODUCT)
            .bind(kind.as_str())
            .bind(key)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(row.map(|(units, currency, description, active)| Product {
            kind,
            key: key.to_owned(),
            price: whole_price(units, &currency),
            description,
            active,
        }))
    }

    async fn lock_product(&mut self, kind: ItemType, key: &str) -> Result<Option<Product>, StoreError> {
        // A product that is not there yet has no row to lock.
        dialect::lock_names(self, &[("product", &format!("{}:{key}", kind.as_str()))]).await?;
        self.product(kind, key).await
    }

    async fn save_product(&mut self, id: &str, product: &Product, now: Timestamp) -> Result<(), StoreError> {
        let price = product.price.ok_or(StoreError::Corrupt("a product has no price"))?;
        sqlx::query(sql::SAVE_PRODUCT)
            .bind(id)
            .bind(product.kind.as_str())
            .bind(&product.key)
            .bind(price.minor() / price.currency().per_unit())
            .bind(price.currency().as_str())
            .bind(&product.description)
            .bind(product.active)
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn lock_billing_policy(&mut self) -> Result<BillingPolicy, StoreError> {
        let query = sqlx::query_as::<_, BillingPolicyRow>(LOCK_BILLING_POLICY);
        let row = query.fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map_or_else(|| Ok(BillingPolicy::default()), BillingPolicy::try_from)
    }

    async fn save_billing_policy(
        &mut self,
        policy: &BillingPolicy,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(sql::SAVE_BILLING_POLICY)
            .bind(i64::from(policy.deposit.get()))
            .bind(&policy.schedule_end)
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn lock_payment_settings(&mut self) -> Result<PaymentSettings, StoreError> {
        let query = sqlx::query_as::<_, PaymentSettingsRow>(LOCK_PAYMENT_SETTINGS);
        let row = query.fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        Ok(row.map(PaymentSettings::from).unwrap_or_default())
    }

    async fn save_payment_settings(
        &mut self,
        settings: &PaymentSettings,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(sql::SAVE_PAYMENT_SETTINGS)
            .bind(settings.allow_card)
            .bind(settings.allow_wire)
            .bind(settings.allow_cash)
            .bind(&settings.iban)
            .bind(&settings.cash_note)
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn save_offer(&mut self, offer: &Offer, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(sql::SAVE_OFFER)
            .bind(&offer.code)
            .bind(&offer.label)
            .bind(offer.include_aria)
            .bind(Json(offer.refs.clone()))
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn note_pricing_change(
        &mut self,
        kind: &str,
        payload: &Value,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // A number that is drawn first and committed last would be behind whoever reads the stream in between.
        dialect::lock_names(self, &[CHANGES]).await?;
        sqlx::query(sql::NOTE_CHANGE)
            .bind(kind)
            .bind(payload.to_string())
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }
}
