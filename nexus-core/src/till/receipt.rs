//! What stands on the paper of an invoice or of a credit note, and the port of whoever prints it.
//!
//! The rows hold no name: whoever prints looks the names up, and what he printed is kept as a file.

use super::invoice::{InvoiceLine, InvoiceNumber, InvoiceTotals};
use super::payment::{PaymentMethod, RecordProvider};
use crate::ledger::Credits;
use crate::{Checksum, Coded, ErrorCode, FileKey};
use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use std::fmt;

/// The school as its documents name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchoolDetails {
    /// Its name.
    pub name: String,
    /// Its address, in one line.
    pub address: Option<String>,
    /// Its number with the tax office.
    pub tax_number: Option<String>,
    /// How it is reached.
    pub contact: Option<String>,
}

impl SchoolDetails {
    /// A school of which only the name is known.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), address: None, tax_number: None, contact: None }
    }
}

/// Everything that stands on a document.
#[derive(Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its number.
    pub number: InvoiceNumber,
    /// Who issues it.
    pub school: SchoolDetails,
    /// Who paid; empty when his account was forgotten.
    pub payer: String,
    /// The pupil it was for, when one is known and is not the payer.
    pub pupil: Option<String>,
    /// What was bought.
    pub lines: Vec<InvoiceLine>,
    /// Its sums.
    pub totals: InvoiceTotals,
    /// How it was paid; absent for rows of former times that do not say.
    pub way: Option<&'static str>,
    /// The payment as people name it: `PR-12`, or the identifier of the order.
    pub reference: String,
    /// The credits that it gave, or that were taken back.
    pub credits: Option<Credits>,
    /// Of a credit note: the invoice that it corrects.
    pub corrects: Option<InvoiceNumber>,
    /// Of a credit note: why.
    pub reason: Option<String>,
    /// The day at the school.
    pub day: Date,
    /// The instant of issue; it is the date inside the file, so that printing twice gives the same bytes.
    pub issued_at: Timestamp,
}

impl fmt::Debug for Receipt {
    /// Names do not go into logs.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Receipt({})", self.number)
    }
}

/// How a pack was paid, for people.
pub const fn way_of_record(provider: RecordProvider) -> &'static str {
    match provider {
        RecordProvider::Konnect => "Carte bancaire (Konnect)",
        RecordProvider::Wire => "Virement bancaire",
        RecordProvider::Cash => "Espèces",
    }
}

/// How an order was paid, for people.
pub const fn way_of_order(method: PaymentMethod) -> &'static str {
    match method {
        PaymentMethod::Konnect => "Carte bancaire (Konnect)",
        PaymentMethod::Wise => "Virement (Wise)",
        PaymentMethod::Manual => "Au secrétariat",
    }
}

/// Why a document is not printed.
#[derive(Debug, thiserror::Error)]
#[error("the document could not be printed")]
pub struct PrintError {
    /// The entry of the table of errors.
    pub code: ErrorCode,
    /// Whether the same document may be printed later.
    pub retryable: bool,
    /// What the printer says.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl Coded for PrintError {
    fn code(&self) -> ErrorCode {
        self.code
    }
}

/// Makes a PDF of a document.
///
/// # Contract
/// * The same receipt gives the same bytes.
/// * It reads nothing but the receipt, and is called outside every transaction.
#[async_trait]
pub trait ReceiptPrinter: Send + Sync {
    /// Prints a document.
    async fn print(&self, receipt: &Receipt) -> Result<Vec<u8>, PrintError>;
}

/// A document that was printed, and where it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedInvoice {
    /// The name of the file, which its content gives.
    pub key: String,
    /// What it holds.
    pub checksum: Checksum,
    /// Its size in bytes.
    pub bytes: u64,
}

impl PrintedInvoice {
    /// Names a printed document by its content.
    pub fn of(number: InvoiceNumber, content: &[u8]) -> Self {
        let checksum = Checksum::of_bytes(content);
        let key = format!("invoices/{}/{number}-{checksum}.pdf", number.year);
        Self { key, checksum, bytes: content.len() as u64 }
    }

    /// Where it is kept.
    pub fn file_key(&self) -> Option<FileKey> {
        FileKey::parse(self.key.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::till::invoice::InvoiceSeries;

    #[test]
    fn a_file_is_named_by_what_it_holds() {
        let number = InvoiceNumber { series: InvoiceSeries::Invoice, year: 2026, place: 1 };
        let printed = PrintedInvoice::of(number, b"%PDF-1");
        assert!(printed.key.starts_with("invoices/2026/F2026-00001-"), "{}", printed.key);
        assert!(printed.file_key().is_some());
        assert_eq!(printed, PrintedInvoice::of(number, b"%PDF-1"));
        assert_ne!(printed.key, PrintedInvoice::of(number, b"%PDF-2").key);
    }
}
