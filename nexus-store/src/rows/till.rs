//! Catalogue and payments as they come from a database.

use super::checksum;
use super::people::malformed;
use crate::columns::Instant;
use nexus_core::ledger::Credits;
use nexus_core::money::{Currency, Money, Percentage};
use nexus_core::till::alert::{Alert, AlertDecision, AlertId, ToldByNotice};
use nexus_core::till::catalogue::{
    BillingPolicy, ItemType, Pack, PackEntry, PackId, PaymentSettings, PricingEntry, PricingId,
    PricingVariable, RecordId, UsageEntry, UsagePrice,
};
use nexus_core::till::invoice::{
    Invoice, InvoiceLine, InvoiceNumber, InvoiceSeries, InvoiceTotals, IssuedInvoice,
};
use nexus_core::till::order::{
    Entitlement, IbanChange, OpenedPayment, OrderedItem, Payment, PaymentRecord, Refund,
};
use nexus_core::till::payment::{PaymentKind, PaymentMethod, PaymentState, RecordProvider, RecordState};
use nexus_core::till::receipt::PrintedInvoice;
use nexus_core::till::reconciliation::KnownPayment;
use nexus_core::till::webhook::EventStatus;
use nexus_core::{PaymentId, StoreError, StudentId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

const fn corrupt<E>(what: &'static str) -> impl FnOnce(E) -> StoreError {
    move |_| StoreError::Corrupt(what)
}

pub(crate) fn money(minor: i64, currency: &str) -> Result<Money, StoreError> {
    let currency = Currency::parse(currency).map_err(corrupt("a stored currency is unknown"))?;
    Money::new(minor, currency).map_err(corrupt("a stored amount is out of range"))
}

fn word<T>(word: Option<T>) -> Result<T, StoreError> {
    word.ok_or(StoreError::Corrupt("a word of the till is unknown"))
}

fn count(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(corrupt("a number of credits is out of range"))
}

#[derive(sqlx::FromRow)]
pub(crate) struct PackRow {
    id: i64,
    credits: i64,
    price: i64,
    bonus: i64,
    active: bool,
    updated_at: Instant,
}

impl TryFrom<PackRow> for Pack {
    type Error = StoreError;
    fn try_from(row: PackRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: word(PackId::new(row.id))?,
            entry: PackEntry {
                credits: count(row.credits)?,
                price: money(row.price, "TND")?,
                bonus: count(row.bonus)?,
                active: row.active,
            },
            updated_at: row.updated_at.0,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct UsageRow {
    key: String,
    credits: i64,
    updated_at: Instant,
}

impl TryFrom<UsageRow> for UsagePrice {
    type Error = StoreError;
    fn try_from(row: UsageRow) -> Result<Self, StoreError> {
        let entry = UsageEntry { key: row.key, credits: count(row.credits)? };
        Ok(Self { entry, updated_at: row.updated_at.0 })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct PricingRow {
    id: i64,
    service: String,
    variable: String,
    currency: String,
    value: i64,
    updated_at: Instant,
}

impl TryFrom<PricingRow> for PricingVariable {
    type Error = StoreError;
    fn try_from(row: PricingRow) -> Result<Self, StoreError> {
        let value = money(row.value, &row.currency)?;
        Ok(Self {
            id: word(PricingId::new(row.id))?,
            entry: PricingEntry { service: row.service, variable: row.variable, value },
            updated_at: row.updated_at.0,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct BillingPolicyRow {
    deposit: i64,
    schedule_end: String,
    updated_at: Instant,
}

impl TryFrom<BillingPolicyRow> for BillingPolicy {
    type Error = StoreError;
    fn try_from(row: BillingPolicyRow) -> Result<Self, StoreError> {
        Ok(Self {
            deposit: word(u8::try_from(row.deposit).ok().and_then(Percentage::new))?,
            schedule_end: row.schedule_end,
            updated_at: Some(row.updated_at.0),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct PaymentSettingsRow {
    allow_card: bool,
    allow_wire: bool,
    allow_cash: bool,
    iban: Option<String>,
    cash_note: Option<String>,
    updated_at: Instant,
}

impl From<PaymentSettingsRow> for PaymentSettings {
    fn from(row: PaymentSettingsRow) -> Self {
        Self {
            allow_card: row.allow_card,
            allow_wire: row.allow_wire,
            allow_cash: row.allow_cash,
            iban: row.iban,
            cash_note: row.cash_note,
            updated_at: Some(row.updated_at.0),
        }
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct RecordRow {
    id: i64,
    provider: String,
    reference: String,
    user_id: String,
    pack: i64,
    currency: String,
    amount: i64,
    status: String,
    reserved_by: Option<String>,
    note: Option<String>,
    created_at: Instant,
    updated_at: Instant,
}

impl TryFrom<RecordRow> for PaymentRecord {
    type Error = StoreError;
    fn try_from(row: RecordRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: word(RecordId::new(row.id))?,
            provider: word(RecordProvider::parse(&row.provider))?,
            reference: row.reference,
            user: UserId::parse(row.user_id).map_err(malformed)?,
            pack: word(PackId::new(row.pack))?,
            amount: money(row.amount, &row.currency)?,
            state: word(RecordState::parse(&row.status))?,
            reserved_by: row.reserved_by.map(UserId::parse).transpose().map_err(malformed)?,
            note: row.note,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct PaymentRow {
    id: String,
    user_id: String,
    student_id: Option<String>,
    kind: String,
    item_type: Option<String>,
    item_key: Option<String>,
    currency: String,
    amount: i64,
    description: String,
    status: String,
    method: Option<String>,
    order_key: Option<String>,
    order_hash: Option<String>,
    provider_ref: Option<String>,
    provider_url: Option<String>,
    metadata: Option<String>,
    created_at: Instant,
}

impl TryFrom<PaymentRow> for Payment {
    type Error = StoreError;
    fn try_from(row: PaymentRow) -> Result<Self, StoreError> {
        let metadata: Value = match row.metadata {
            Some(text) => {
                serde_json::from_str(&text).map_err(corrupt("the metadata of a payment cannot be read"))?
            }
            None => Value::Null,
        };
        // The existing application keeps pupil and item in the metadata alone.
        let told = |name: &str| metadata.get(name).and_then(Value::as_str).map(str::to_owned);
        let student = row.student_id.or_else(|| told("studentId"));
        let kind = row.item_type.or_else(|| told("itemType"));
        let item = kind
            .and_then(|kind| ItemType::parse_order(&kind))
            .zip(row.item_key.or_else(|| told("itemKey")))
            .map(|(kind, key)| OrderedItem { kind, key });
        let order_key = match row.order_key.zip(row.order_hash) {
            Some((key, hash)) => Some((key, checksum(&hash)?)),
            None => None,
        };
        let opened = row.provider_ref.zip(row.provider_url);
        Ok(Self {
            id: PaymentId::parse(row.id).map_err(malformed)?,
            user: UserId::parse(row.user_id).map_err(malformed)?,
            student: student.and_then(|student| StudentId::parse(student).ok()),
            kind: word(PaymentKind::parse(&row.kind))?,
            item,
            amount: money(row.amount, &row.currency)?,
            description: row.description,
            state: word(PaymentState::parse(&row.status))?,
            method: row.method.as_deref().and_then(PaymentMethod::parse),
            order_key,
            provider: opened.map(|(reference, url)| OpenedPayment { reference, url }),
            metadata,
            created_at: row.created_at.0,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct KnownPaymentRow {
    reference: String,
    currency: String,
    amount: i64,
}

impl TryFrom<KnownPaymentRow> for KnownPayment {
    type Error = StoreError;
    fn try_from(row: KnownPaymentRow) -> Result<Self, StoreError> {
        Ok(Self { reference: row.reference, amount: money(row.amount, &row.currency)? })
    }
}

/// A notice that was put aside, and what was decided about it.
#[derive(sqlx::FromRow)]
pub(crate) struct AlertRow {
    id: i64,
    provider: String,
    payment: String,
    reason: String,
    told_status: Option<String>,
    told_key: Option<String>,
    told_minor: Option<i64>,
    told_currency: Option<String>,
    received_at: Instant,
    decision: Option<String>,
    decided_for: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<Instant>,
}

impl TryFrom<AlertRow> for Alert {
    type Error = StoreError;
    fn try_from(row: AlertRow) -> Result<Self, StoreError> {
        let status = row.told_status.as_deref().map(|text| word(EventStatus::parse(text))).transpose()?;
        let told = status.zip(row.told_key).map(|(status, key)| ToldByNotice {
            status,
            key,
            minor: row.told_minor,
            currency: row.told_currency,
        });
        let decision = match (row.decision, row.decided_for, row.decided_by, row.decided_at) {
            (Some(decision), Some(reason), Some(by), Some(at)) => {
                Some(AlertDecision { accepted: decision == "ACCEPTED", reason, by, at: at.0 })
            }
            _ => None,
        };
        Ok(Self {
            id: word(AlertId::new(row.id))?,
            provider: row.provider,
            payment: PaymentId::parse(row.payment).map_err(malformed)?,
            reason: row.reason,
            told,
            received_at: row.received_at.0,
            decision,
        })
    }
}

/// A line of a document as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredLine {
    label: String,
    minor: i64,
}

/// The text in which lines are stored.
pub(crate) fn lines_text(lines: &[InvoiceLine]) -> Result<String, StoreError> {
    let lines: Vec<_> = lines
        .iter()
        .map(|line| StoredLine { label: line.label.clone(), minor: line.gross.minor() })
        .collect();
    serde_json::to_string(&lines).map_err(corrupt("the lines of a document cannot be written"))
}

#[derive(sqlx::FromRow)]
pub(crate) struct InvoiceRow {
    id: String,
    user_id: String,
    series: String,
    year: i64,
    place: i64,
    subject: String,
    lines: String,
    net: i64,
    tax: i64,
    gross: i64,
    currency: String,
    issued_at: Instant,
}

impl TryFrom<InvoiceRow> for Invoice {
    type Error = StoreError;
    fn try_from(row: InvoiceRow) -> Result<Self, StoreError> {
        let lines: Vec<StoredLine> =
            serde_json::from_str(&row.lines).map_err(corrupt("the lines of a document cannot be read"))?;
        let line = |line: StoredLine| {
            Ok(InvoiceLine { label: line.label, gross: money(line.minor, &row.currency)? })
        };
        Ok(Self {
            number: InvoiceNumber {
                series: word(InvoiceSeries::parse(&row.series))?,
                year: i16::try_from(row.year).map_err(corrupt("a year is out of range"))?,
                place: count(row.place)?,
            },
            subject: row.subject,
            lines: lines.into_iter().map(line).collect::<Result<_, StoreError>>()?,
            totals: InvoiceTotals {
                net: money(row.net, &row.currency)?,
                tax: money(row.tax, &row.currency)?,
                gross: money(row.gross, &row.currency)?,
            },
            issued_at: row.issued_at.0,
        })
    }
}

impl TryFrom<InvoiceRow> for IssuedInvoice {
    type Error = StoreError;
    fn try_from(mut row: InvoiceRow) -> Result<Self, StoreError> {
        let (id, user) = (std::mem::take(&mut row.id), std::mem::take(&mut row.user_id));
        Ok(Self { id, user: UserId::parse(user).map_err(malformed)?, invoice: row.try_into()? })
    }
}

/// The print of a document; a document that has none is there all the same.
#[derive(sqlx::FromRow)]
pub(crate) struct PrintRow {
    key: Option<String>,
    checksum: Option<String>,
    bytes: Option<i64>,
}

impl TryFrom<PrintRow> for Option<PrintedInvoice> {
    type Error = StoreError;
    fn try_from(row: PrintRow) -> Result<Self, StoreError> {
        let (Some(key), Some(hash), Some(bytes)) = (row.key, row.checksum, row.bytes) else {
            return Ok(None);
        };
        let bytes = u64::try_from(bytes).map_err(corrupt("the size of a document is out of range"))?;
        Ok(Some(PrintedInvoice { key, checksum: checksum(&hash)?, bytes }))
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct RefundRow {
    id: String,
    subject: String,
    key: String,
    amount: i64,
    currency: String,
    credits: i64,
    reason: String,
    actor: String,
    at: Instant,
}

impl TryFrom<RefundRow> for Refund {
    type Error = StoreError;
    fn try_from(row: RefundRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            subject: row.subject,
            key: row.key,
            amount: money(row.amount, &row.currency)?,
            credits: Credits::from_milli(row.credits)
                .ok_or(StoreError::Corrupt("the credits of a refund are out of range"))?,
            reason: row.reason,
            actor: row.actor,
            at: row.at.0,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct EntitlementRow {
    payment: String,
    student: String,
    item_type: String,
    item_key: String,
    at: Instant,
}

impl TryFrom<EntitlementRow> for Entitlement {
    type Error = StoreError;
    fn try_from(row: EntitlementRow) -> Result<Self, StoreError> {
        Ok(Self {
            payment: PaymentId::parse(row.payment).map_err(malformed)?,
            student: StudentId::parse(row.student).map_err(malformed)?,
            item: OrderedItem { kind: word(ItemType::parse(&row.item_type))?, key: row.item_key },
            at: row.at.0,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct IbanChangeRow {
    id: String,
    former: Option<String>,
    wanted: Option<String>,
    requested_by: String,
    requested_at: Instant,
}

impl TryFrom<IbanChangeRow> for IbanChange {
    type Error = StoreError;
    fn try_from(row: IbanChangeRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            before: row.former,
            after: row.wanted,
            requested_by: UserId::parse(row.requested_by).map_err(malformed)?,
            requested_at: row.requested_at.0,
        })
    }
}
