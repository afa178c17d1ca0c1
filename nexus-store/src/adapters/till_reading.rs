use super::till_catalogue::whole_price;
use super::{BackendStore, dialect, store_error};
use crate::columns::Instant;
use crate::rows::till::{
    AlertRow, BillingPolicyRow, IbanChangeRow, InvoiceRow, KnownPaymentRow, PackRow, PaymentRow,
    PaymentSettingsRow, PricingRow, PrintRow, RecordRow, RefundRow, UsageRow,
};
use crate::statements::{till_bookkeeping, till_catalogue, till_payments};
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::money::Money;
use nexus_core::rights::Scope;
use nexus_core::till::alert::Alert;
use nexus_core::till::catalogue::{
    BillingPolicy, ItemType, Offer, Pack, PaymentSettings, PricingRef, PricingVariable, Product, UsagePrice,
};
use nexus_core::till::invoice::{Invoice, InvoiceNumber};
use nexus_core::till::order::{IbanChange, Payment, PaymentRecord, Refund};
use nexus_core::till::payment::{RecordProvider, RecordState};
use nexus_core::till::ports::{PricingChange, RecordFilter, TillReading, WaitingPayment};
use nexus_core::till::receipt::PrintedInvoice;
use nexus_core::till::reconciliation::KnownPayment;
use nexus_core::{PaymentId, StoreError, UserId};
use sqlx::{FromRow, Row as _};

const SELECT_OFFERS: &str = concat!(
    r#"SELECT "code", "label", "includeAria" AS include_aria, "#,
    dialect::json_text!(r#""refs""#),
    r#" AS refs FROM offer_bindings ORDER BY "code""#
);
const SELECT_PAYMENT: &str =
    concat!(till_payments::payments!(dialect::json_text!(r#"p."metadata""#)), r#" WHERE p."id" = $1"#);
const SELECT_WAITING: &str = concat!(
    r#"SELECT waiting.*, u."email", u."firstName" AS first_name, u."lastName" AS last_name FROM ("#,
    till_payments::payments!(dialect::json_text!(r#"p."metadata""#)),
    r#" WHERE p."status" = 'PENDING' AND p."currency" IN ('TND', 'EUR') ORDER BY p."createdAt", p."id" LIMIT $1
) waiting JOIN users u ON u."id" = waiting.user_id ORDER BY waiting.created_at, waiting.id"#
);

/// An offer as it is stored: code, label, whether ARIA comes with it, prices.
type OfferRow = (String, String, bool, String);

/// A product as it is stored: kind, key, units, currency, description, whether it is sold.
type ProductRow = (String, String, i64, String, String, bool);

#[async_trait]
impl TillReading for BackendStore {
    async fn packs(&self) -> Result<Vec<Pack>, StoreError> {
        let query = sqlx::query_as::<_, PackRow>(till_catalogue::SELECT_PACKS);
        let rows = query.fetch_all(&self.primary).await.map_err(store_error)?;
        rows.into_iter().map(Pack::try_from).collect()
    }

    async fn usages(&self) -> Result<Vec<UsagePrice>, StoreError> {
        let query = sqlx::query_as::<_, UsageRow>(till_catalogue::SELECT_USAGES);
        let rows = query.fetch_all(&self.primary).await.map_err(store_error)?;
        rows.into_iter().map(UsagePrice::try_from).collect()
    }

    async fn pricing(&self) -> Result<Vec<PricingVariable>, StoreError> {
        let query = sqlx::query_as::<_, PricingRow>(till_catalogue::SELECT_PRICING);
        let rows = query.fetch_all(&self.primary).await.map_err(store_error)?;
        rows.into_iter().map(PricingVariable::try_from).collect()
    }

    async fn products(&self) -> Result<Vec<Product>, StoreError> {
        let query = sqlx::query_as::<_, ProductRow>(till_catalogue::SELECT_PRODUCTS);
        let rows = query.fetch_all(&self.primary).await.map_err(store_error)?;
        rows.into_iter()
            .map(|(kind, key, units, currency, description, active)| {
                let kind =
                    ItemType::parse(&kind).ok_or(StoreError::Corrupt("the kind of a product is unknown"))?;
                Ok(Product { kind, key, price: whole_price(units, &currency), description, active })
            })
            .collect()
    }

    async fn offers(&self) -> Result<Vec<Offer>, StoreError> {
        let query = sqlx::query_as::<_, OfferRow>(SELECT_OFFERS);
        let rows = query.fetch_all(&self.primary).await.map_err(store_error)?;
        let offer = |(code, label, include_aria, refs): OfferRow| {
            // What the existing application wrote in another form is no price: one bad row must not hide a whole list.
            let refs: Vec<PricingRef> = serde_json::from_str(&refs).unwrap_or_default();
            Offer { code, label, include_aria, refs }
        };
        Ok(rows.into_iter().map(offer).collect())
    }

    async fn billing_policy(&self) -> Result<BillingPolicy, StoreError> {
        let query = sqlx::query_as::<_, BillingPolicyRow>(till_catalogue::SELECT_BILLING_POLICY);
        let row = query.fetch_optional(&self.primary).await.map_err(store_error)?;
        row.map_or_else(|| Ok(BillingPolicy::default()), BillingPolicy::try_from)
    }

    async fn payment_settings(&self) -> Result<PaymentSettings, StoreError> {
        let query = sqlx::query_as::<_, PaymentSettingsRow>(till_catalogue::SELECT_PAYMENT_SETTINGS);
        let row = query.fetch_optional(&self.primary).await.map_err(store_error)?;
        Ok(row.map(PaymentSettings::from).unwrap_or_default())
    }

    async fn iban_change(&self) -> Result<Option<IbanChange>, StoreError> {
        let query = sqlx::query_as::<_, IbanChangeRow>(till_bookkeeping::SELECT_IBAN_CHANGE);
        let row = query.fetch_optional(&self.primary).await.map_err(store_error)?;
        row.map(IbanChange::try_from).transpose()
    }

    async fn payment_records(&self, filter: &RecordFilter) -> Result<Vec<PaymentRecord>, StoreError> {
        let query = sqlx::query_as::<_, RecordRow>(till_payments::SELECT_RECORDS)
            .bind(filter.provider.map(RecordProvider::as_str))
            .bind(filter.state.map(RecordState::as_str))
            .bind(i64::from(filter.limit));
        let rows = query.fetch_all(&self.primary).await.map_err(store_error)?;
        rows.into_iter().map(PaymentRecord::try_from).collect()
    }

    async fn waiting_payments(&self, limit: u32) -> Result<Vec<WaitingPayment>, StoreError> {
        let query = sqlx::query(SELECT_WAITING).bind(i64::from(limit));
        let rows = query.fetch_all(&self.primary).await.map_err(store_error)?;
        rows.iter()
            .map(|row| {
                let payment = PaymentRow::from_row(row).map_err(store_error)?;
                Ok(WaitingPayment {
                    payment: Payment::try_from(payment)?,
                    email: row.try_get("email").map_err(store_error)?,
                    first_name: row.try_get("first_name").map_err(store_error)?,
                    last_name: row.try_get("last_name").map_err(store_error)?,
                })
            })
            .collect()
    }

    async fn payment(&self, id: &PaymentId) -> Result<Option<Payment>, StoreError> {
        let query = sqlx::query_as::<_, PaymentRow>(SELECT_PAYMENT).bind(id.as_str());
        let row = query.fetch_optional(&self.primary).await.map_err(store_error)?;
        row.map(Payment::try_from).transpose()
    }

    async fn paid_through(
        &self,
        method: &str,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<KnownPayment>, StoreError> {
        let query = sqlx::query_as::<_, KnownPaymentRow>(till_payments::PAID_THROUGH)
            .bind(method)
            .bind(Instant(since))
            .bind(Instant(until));
        let rows = query.fetch_all(&self.primary).await.map_err(store_error)?;
        rows.into_iter().map(KnownPayment::try_from).collect()
    }

    async fn invoices_of_user(&self, user: &UserId, limit: u32) -> Result<Vec<Invoice>, StoreError> {
        let query = sqlx::query_as::<_, InvoiceRow>(till_bookkeeping::SELECT_INVOICES_OF_USER)
            .bind(user.as_str())
            .bind(i64::from(limit));
        let rows = query.fetch_all(&self.primary).await.map_err(store_error)?;
        rows.into_iter().map(Invoice::try_from).collect()
    }

    async fn printed_invoice(
        &self,
        number: InvoiceNumber,
        scope: &Scope,
    ) -> Result<Option<Option<PrintedInvoice>>, StoreError> {
        let (mut own, mut parent) = (None, None);
        match scope {
            Scope::Own { user, .. } => own = Some(user.to_string()),
            Scope::Children { parent: profile } => parent = Some(profile.to_string()),
            Scope::Any | Scope::Pupils { .. } | Scope::Nothing => {}
        }
        let query = sqlx::query_as::<_, PrintRow>(till_bookkeeping::SELECT_PRINT)
            .bind(*scope == Scope::Any)
            .bind(own)
            .bind(parent)
            .bind(number.series.as_str())
            .bind(i64::from(number.year))
            .bind(i64::from(number.place));
        let row = query.fetch_optional(&self.primary).await.map_err(store_error)?;
        row.map(Option::try_from).transpose()
    }

    async fn pricing_changes(&self, after: i64, limit: u32) -> Result<Vec<PricingChange>, StoreError> {
        let query = sqlx::query_as::<_, (i64, String, String)>(till_catalogue::SELECT_CHANGES)
            .bind(after)
            .bind(i64::from(limit));
        let rows = query.fetch_all(&self.primary).await.map_err(store_error)?;
        rows.into_iter()
            .map(|(id, kind, payload)| {
                let payload = serde_json::from_str(&payload)
                    .map_err(|_| StoreError::Corrupt("a change of prices cannot be read"))?;
                Ok(PricingChange { id, kind, payload })
            })
            .collect()
    }

    async fn last_pricing_change(&self) -> Result<i64, StoreError> {
        sqlx::query_scalar(till_catalogue::LAST_CHANGE).fetch_one(&self.primary).await.map_err(store_error)
    }

    async fn alerts(&self, waiting: bool, limit: u32) -> Result<Vec<Alert>, StoreError> {
        let query =
            sqlx::query_as::<_, AlertRow>(till_payments::SELECT_ALERTS).bind(!waiting).bind(i64::from(limit));
        let rows = query.fetch_all(&self.primary).await.map_err(store_error)?;
        rows.into_iter().map(Alert::try_from).collect()
    }

    async fn alarming_notices(&self) -> Result<u64, StoreError> {
        let query = sqlx::query_scalar::<_, i64>(till_payments::COUNT_ALARMING);
        let count = query.fetch_one(&self.primary).await.map_err(store_error)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn refunded_total(&self, subject: &str, amount: Money) -> Result<Money, StoreError> {
        let query = sqlx::query_as::<_, RefundRow>(till_bookkeeping::SELECT_REFUNDS).bind(subject);
        let rows = query.fetch_all(&self.primary).await.map_err(store_error)?;
        let refunds = rows.into_iter().map(Refund::try_from).collect::<Result<Vec<_>, _>>()?;
        Money::sum(amount.currency(), refunds.iter().map(|refund| refund.amount))
            .map_err(|_| StoreError::Corrupt("the refunds of a payment cannot be added"))
    }
}
