//! Payments as they are stored: of packs (`payment_records`) and of orders (`payments`).

use super::alert::ToldByNotice;
use super::catalogue::{ItemType, PackId, RecordId};
use super::payment::{PaymentKind, PaymentMethod, PaymentState, RecordProvider, RecordState};
use crate::ledger::Credits;
use crate::money::Money;
use crate::{Checksum, PaymentId, StudentId, UserId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

/// The payment of a pack of credits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRecord {
    /// Its number.
    pub id: RecordId,
    /// How it is paid.
    pub provider: RecordProvider,
    /// The reference that names it (`externalId`).
    pub reference: String,
    /// Who gets the credits.
    pub user: UserId,
    /// What is bought.
    pub pack: PackId,
    /// What it costs.
    pub amount: Money,
    /// Where it stands.
    pub state: RecordState,
    /// Who reserved; absent for rows of former times.
    pub reserved_by: Option<UserId>,
    /// What he wrote.
    pub note: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl PaymentRecord {
    /// The name under which its traces are found.
    pub fn subject(&self) -> String {
        format!("record:{}", self.id)
    }

    /// The reference that people read in mails: `PR-12`.
    pub fn shown_reference(&self) -> String {
        format!("PR-{}", self.id)
    }
}

/// A payment of a pack to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// How it is paid.
    pub provider: RecordProvider,
    /// The reference that names it.
    pub reference: String,
    /// Who gets the credits.
    pub user: UserId,
    /// What is bought.
    pub pack: PackId,
    /// What it costs.
    pub amount: Money,
    /// Where it stands.
    pub state: RecordState,
    /// Who reserves.
    pub reserved_by: Option<UserId>,
    /// What he wrote.
    pub note: Option<String>,
    /// Now.
    pub at: Timestamp,
}

/// What is ordered: a product of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderedItem {
    /// What kind of thing.
    pub kind: ItemType,
    /// Its key.
    pub key: String,
}

/// The payment of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its identifier.
    pub id: PaymentId,
    /// Who pays.
    pub user: UserId,
    /// For which pupil.
    pub student: Option<StudentId>,
    /// What kind of payment it is.
    pub kind: PaymentKind,
    /// What is bought; absent for rows of former times that do not say.
    pub item: Option<OrderedItem>,
    /// What it costs.
    pub amount: Money,
    /// What it is, for people.
    pub description: String,
    /// Where it stands.
    pub state: PaymentState,
    /// How it is paid; absent for rows of former times that do not say.
    pub method: Option<PaymentMethod>,
    /// The key that its sender chose, and what he sent under it.
    pub order_key: Option<(String, Checksum)>,
    /// Where he pays, once the provider has opened the payment.
    pub provider: Option<OpenedPayment>,
    /// What the existing pages read beside.
    pub metadata: Value,
    /// When it was written.
    pub created_at: Timestamp,
}

/// A payment that a provider has opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedPayment {
    /// The provider's reference.
    pub reference: String,
    /// The page on which it is paid.
    pub url: String,
}

impl Payment {
    /// The name under which its traces are found.
    pub fn subject(&self) -> String {
        format!("payment:{}", self.id)
    }

    /// What the existing pages read beside an order.
    pub fn metadata_of(student: &StudentId, item: &OrderedItem) -> Value {
        json!({
            "studentId": student.as_str(),
            "itemKey": item.key,
            "itemType": item.kind.as_str().to_lowercase(),
        })
    }
}

/// The number of whole credits that an ordered pack gives: `CREDITS_10` gives ten.
pub fn credits_of_pack(key: &str) -> Option<u32> {
    let digits = key.strip_prefix("CREDITS_")?;
    let is_number = (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|credits| is_number && *credits > 0)
}

/// A step in the history of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentEvent {
    /// Of which payment: see [`PaymentRecord::subject`], [`Payment::subject`].
    pub subject: String,
    /// Where it stood.
    pub before: Option<&'static str>,
    /// Where it stands now.
    pub after: &'static str,
    /// Who did it, as the audit log knows him.
    pub actor: String,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A notice that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenNotice {
    /// Who sent it.
    pub provider: &'static str,
    /// What makes it one.
    pub key: String,
    /// Which payment it names.
    pub payment: PaymentId,
    /// What was received.
    pub body: Checksum,
    /// What came of it.
    pub outcome: &'static str,
    /// What it said.
    pub told: ToldByNotice,
    /// When.
    pub at: Timestamp,
}

/// The proof of a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferProof {
    /// Its identifier.
    pub id: String,
    /// For which order.
    pub payment: PaymentId,
    /// The bank's reference.
    pub reference: String,
    /// The day of the transfer.
    pub date: Date,
    /// How much was sent.
    pub amount: Money,
    /// The document, when one was sent: where it is kept, what it is, what it holds.
    pub file: Option<ProofFile>,
    /// Who sent it.
    pub uploaded_by: UserId,
    /// When.
    pub at: Timestamp,
}

/// The document of a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFile {
    /// Where it is kept.
    pub key: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What it holds.
    pub checksum: Checksum,
}

/// Money that is given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Its identifier.
    pub id: String,
    /// Of which payment.
    pub subject: String,
    /// The key that its sender chose: the same one is not done twice.
    pub key: String,
    /// How much.
    pub amount: Money,
    /// The credits that are taken back.
    pub credits: Credits,
    /// Why.
    pub reason: String,
    /// Who did it, as the audit log knows him.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// What a paid order entitles to and another part of the school delivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    /// The order.
    pub payment: PaymentId,
    /// The pupil.
    pub student: StudentId,
    /// What was bought.
    pub item: OrderedItem,
    /// When it was paid.
    pub at: Timestamp,
}

/// A change of the account number that waits for its second person, or was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IbanChange {
    /// Its identifier.
    pub id: String,
    /// The number until now.
    pub before: Option<String>,
    /// The number that is asked for.
    pub after: Option<String>,
    /// Who asks.
    pub requested_by: UserId,
    /// When.
    pub requested_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_names_its_credits() {
        assert_eq!(credits_of_pack("CREDITS_10"), Some(10));
        for key in ["CREDITS_", "CREDITS_0", "CREDITS_-1", "CREDITS_1.5", "CREDITS_999999", "GRAND_ORAL"] {
            assert_eq!(credits_of_pack(key), None, "{key}");
        }
    }
}
