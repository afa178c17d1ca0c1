use crate::StoreError;
use crate::till::catalogue::{
    BillingPolicy, ItemType, Offer, Pack, PackEntry, PackId, PaymentSettings, PricingEntry, PricingId,
    PricingVariable, Product, UsageEntry, UsagePrice,
};
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

/// The catalogue inside a transaction.
///
/// # Contract
/// * What a `lock_*` method returned is not changed by anybody else until the end.
/// * Where something of the same name is there already, writing answers `None` or `false` and changes nothing.
#[async_trait]
pub trait CatalogueTx: Send {
    /// Reads a pack.
    async fn lock_pack(&mut self, id: PackId) -> Result<Option<Pack>, StoreError>;
    /// Writes a new pack.
    async fn insert_pack(&mut self, entry: &PackEntry, now: Timestamp) -> Result<Pack, StoreError>;
    /// Changes a pack.
    async fn save_pack(&mut self, pack: &Pack) -> Result<(), StoreError>;

    /// Reads the price of a usage.
    async fn lock_usage(&mut self, key: &str) -> Result<Option<UsagePrice>, StoreError>;
    /// Writes the price of a new usage.
    async fn insert_usage(&mut self, entry: &UsageEntry, now: Timestamp) -> Result<bool, StoreError>;
    /// Changes the price of a usage.
    async fn save_usage(&mut self, usage: &UsagePrice) -> Result<(), StoreError>;
    /// Removes the price of a usage.
    async fn remove_usage(&mut self, key: &str) -> Result<(), StoreError>;

    /// Reads a pricing variable.
    async fn lock_pricing(&mut self, id: PricingId) -> Result<Option<PricingVariable>, StoreError>;
    /// Writes a new pricing variable.
    async fn insert_pricing(
        &mut self,
        entry: &PricingEntry,
        now: Timestamp,
    ) -> Result<Option<PricingVariable>, StoreError>;
    /// Changes a pricing variable.
    async fn save_pricing(&mut self, variable: &PricingVariable) -> Result<bool, StoreError>;
    /// Removes a pricing variable.
    async fn remove_pricing(&mut self, id: PricingId) -> Result<(), StoreError>;

    /// Reads a product.
    async fn product(&mut self, kind: ItemType, key: &str) -> Result<Option<Product>, StoreError>;

    /// Holds a product, or the place of one that is not there yet.
    async fn lock_product(&mut self, kind: ItemType, key: &str) -> Result<Option<Product>, StoreError>;
    /// Writes a product, or replaces the one of its kind and key; `id` names a new one.
    async fn save_product(&mut self, id: &str, product: &Product, now: Timestamp) -> Result<(), StoreError>;

    /// Reads the billing policy; the default one while the school has not chosen.
    async fn lock_billing_policy(&mut self) -> Result<BillingPolicy, StoreError>;
    /// Writes the billing policy.
    async fn save_billing_policy(&mut self, policy: &BillingPolicy, now: Timestamp)
    -> Result<(), StoreError>;
    /// Reads the settings of payments; the default ones while the school has not chosen.
    async fn lock_payment_settings(&mut self) -> Result<PaymentSettings, StoreError>;
    /// Writes the settings of payments.
    async fn save_payment_settings(
        &mut self,
        settings: &PaymentSettings,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Writes an offer, or replaces the one of its code.
    async fn save_offer(&mut self, offer: &Offer, now: Timestamp) -> Result<(), StoreError>;

    /// Notes a change for the stream of prices. The numbers of the notes grow in the order of the commits: whoever notes one
    /// waits for the end of a transaction that has noted another.
    async fn note_pricing_change(
        &mut self,
        kind: &str,
        payload: &Value,
        now: Timestamp,
    ) -> Result<(), StoreError>;
}
