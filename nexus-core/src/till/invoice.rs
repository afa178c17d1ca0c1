//! Invoices and credit notes: numbered without a gap, each year anew, and never changed.

use crate::UserId;
use crate::money::{Money, MoneyError, TaxRate};
use jiff::Timestamp;
use std::fmt;

/// What a numbered document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvoiceSeries {
    /// Money that was received.
    Invoice,
    /// Money that was given back.
    CreditNote,
}

impl InvoiceSeries {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Invoice, Self::CreditNote];

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invoice => "INVOICE",
            Self::CreditNote => "CREDIT_NOTE",
        }
    }

    /// Reads a stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|series| series.as_str() == text)
    }

    const fn letter(self) -> char {
        match self {
            Self::Invoice => 'F',
            Self::CreditNote => 'A',
        }
    }
}

/// The number of a document: `F2026-00042`. Within a series and a year the numbers are 1, 2, 3…
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InvoiceNumber {
    /// Its series.
    pub series: InvoiceSeries,
    /// The year at the school.
    pub year: i16,
    /// Its place in that year, from 1 on.
    pub place: u32,
}

impl InvoiceNumber {
    /// Reads a number as it is printed, and in no other way: `F2026-42` is none.
    pub fn parse(text: &str) -> Option<Self> {
        let letter = text.chars().next()?;
        let series = InvoiceSeries::ALL.into_iter().find(|series| series.letter() == letter)?;
        let (year, place) = text.get(letter.len_utf8()..)?.split_once('-')?;
        let number = Self { series, year: year.parse().ok()?, place: place.parse().ok()? };
        (number.place > 0 && number.to_string() == text).then_some(number)
    }
}

impl fmt::Display for InvoiceNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}-{:05}", self.series.letter(), self.year, self.place)
    }
}

/// One line of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    /// What was bought.
    pub label: String,
    /// With tax.
    pub gross: Money,
}

/// The sums of a document: `net + tax = gross = Σ lines`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvoiceTotals {
    /// Without tax.
    pub net: Money,
    /// The taxes of the lines, added.
    pub tax: Money,
    /// With tax.
    pub gross: Money,
}

/// A document that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Its number.
    pub number: InvoiceNumber,
    /// What it is about: `record:12`, `payment:ck…`, `refund:…`.
    pub subject: String,
    /// Its lines.
    pub lines: Vec<InvoiceLine>,
    /// Its sums.
    pub totals: InvoiceTotals,
    /// When it was issued.
    pub issued_at: Timestamp,
}

/// A document as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedInvoice {
    /// Its identifier.
    pub id: String,
    /// Whose it is.
    pub user: UserId,
    /// What it says.
    pub invoice: Invoice,
}

/// Adds up the lines of a document; tax is taken per line, rounded there, and then added.
///
/// # Errors
/// [`MoneyError::CurrenciesDiffer`], [`MoneyError::TooLarge`]; [`MoneyError::Malformed`] without any line.
pub fn totals(lines: &[InvoiceLine], rate: TaxRate) -> Result<InvoiceTotals, MoneyError> {
    let currency = lines.first().ok_or(MoneyError::Malformed)?.gross.currency();
    let gross = Money::sum(currency, lines.iter().map(|line| line.gross))?;
    let tax = Money::sum(currency, lines.iter().map(|line| line.gross.split_tax(rate).tax))?;
    Ok(InvoiceTotals { net: gross.checked_sub(tax)?, tax, gross })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(minor: i64) -> InvoiceLine {
        InvoiceLine { label: "Pack".to_owned(), gross: Money::millimes(minor).unwrap() }
    }

    #[test]
    fn a_number_says_series_year_and_place() {
        let number = InvoiceNumber { series: InvoiceSeries::Invoice, year: 2026, place: 42 };
        assert_eq!(number.to_string(), "F2026-00042");
        let number = InvoiceNumber { series: InvoiceSeries::CreditNote, place: 123_456, ..number };
        assert_eq!(number.to_string(), "A2026-123456");
    }

    #[test]
    fn only_what_is_printed_is_a_number() {
        for text in ["F2026-00042", "A2026-123456"] {
            assert_eq!(InvoiceNumber::parse(text).map(|number| number.to_string()).as_deref(), Some(text));
        }
        for text in [
            "",
            "é",
            "F",
            "F2026",
            "F2026-42",
            "F2026-00000",
            "f2026-00042",
            "F2026-+0042",
            "F2026-000042",
            "X2026-00042",
        ] {
            assert_eq!(InvoiceNumber::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_document_without_lines_has_no_total() {
        assert_eq!(totals(&[], TaxRate::NONE), Err(MoneyError::Malformed));
    }

    proptest! {
        #[test]
        fn the_sums_agree(minors in prop::collection::vec(0_i64..1_000_000_000, 1..20), rate in 0_u16..=10_000) {
            let lines: Vec<_> = minors.iter().map(|minor| line(*minor)).collect();
            let totals = totals(&lines, TaxRate::new(rate).unwrap()).unwrap();
            prop_assert_eq!(totals.gross.minor(), minors.iter().sum::<i64>());
            prop_assert_eq!(totals.net.checked_add(totals.tax), Ok(totals.gross));
        }
    }
}
