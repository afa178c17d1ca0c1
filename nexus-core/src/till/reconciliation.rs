//! What a provider says that it was paid, against what is written here.

mod compare;
mod csv;
mod encoding;

pub use compare::{Comparison, KnownPayment, ReconciledLine, StatementLine, reconcile};
pub use csv::{neutralised, write_row};

use crate::money::{Currency, Money};
use crate::{Coded, ErrorCode};

/// Largest statement, in bytes.
pub const LARGEST_STATEMENT: usize = 10 * 1024 * 1024;

/// Most lines of a statement.
pub const MOST_LINES: usize = 100_000;

/// Why a statement cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// Larger than [`LARGEST_STATEMENT`], or longer than [`MOST_LINES`].
    #[error("the statement is too large")]
    TooLarge,
    /// Neither UTF-8 nor Windows-1252, or no text at all.
    #[error("the statement is no text")]
    Encoding,
    /// A quotation that does not end, or a line without the columns of the first one.
    #[error("line {0} is not well formed")]
    Malformed(usize),
    /// A column that is needed has no title.
    #[error("a column is missing")]
    ColumnMissing(&'static str),
    /// An amount or a currency cannot be read.
    #[error("the amount of line {0} cannot be read")]
    Amount(usize),
}

impl Coded for StatementError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::TooLarge => ErrorCode::TooLarge,
            _ => ErrorCode::StatementUnreadable,
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::TooLarge => ErrorCode::TooLarge.sentence().to_owned(),
            Self::Encoding => "Ce relevé n'est pas un texte lisible (UTF-8 ou Windows-1252).".to_owned(),
            Self::Malformed(line) => format!("La ligne {line} du relevé est mal formée."),
            Self::ColumnMissing(name) => format!("La colonne « {name} » manque au relevé."),
            Self::Amount(line) => format!("Le montant de la ligne {line} du relevé est illisible."),
        }
    }
}

/// The titles under which a column may stand, the first one being ours.
const REFERENCE: [&str; 5] = ["reference", "payment_id", "order_id", "orderid", "externalid"];
const AMOUNT: [&str; 3] = ["amount", "montant", "amounttnd"];
const CURRENCY: [&str; 3] = ["currency", "devise", "token"];

/// Reads a statement: any of `,`, `;` and tabulations between columns, the titles in the first line.
///
/// # Errors
/// [`StatementError`].
pub fn read_statement(content: &[u8]) -> Result<Vec<StatementLine>, StatementError> {
    if content.len() > LARGEST_STATEMENT {
        return Err(StatementError::TooLarge);
    }
    let text = encoding::decode(content)?;
    let mut rows = csv::read(&text)?.into_iter();
    let titles: Vec<String> = rows.next().map(|(_, titles)| titles).unwrap_or_default();
    let titles: Vec<String> = titles.iter().map(|title| title.trim().to_lowercase()).collect();
    let column = |names: &[&'static str]| titles.iter().position(|title| names.contains(&title.as_str()));
    let reference = column(&REFERENCE).ok_or(StatementError::ColumnMissing(REFERENCE[0]))?;
    let amount = column(&AMOUNT).ok_or(StatementError::ColumnMissing(AMOUNT[0]))?;
    let currency = column(&CURRENCY);
    rows.map(|(line, cells)| {
        let cell = |place: usize| cells.get(place).map_or("", |cell| cell.trim());
        let code = currency.map(cell).filter(|code| !code.is_empty()).unwrap_or("TND");
        let currency = Currency::parse(code).map_err(|_| StatementError::Amount(line))?;
        let amount = Money::from_french(cell(amount), currency).map_err(|_| StatementError::Amount(line))?;
        Ok(StatementLine { reference: cell(reference).to_owned(), amount })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn separators_titles_and_encodings() {
        for content in [
            &b"reference,amount,currency\npay-1,450.000,TND\n"[..],
            b"\xef\xbb\xbfR\xc3\xa9gion;Reference;Montant\r\nTunis;pay-1;450,000\r\n",
            b"R\xe9gion\tpayment_id\tamount\nSfax\tpay-1\t450\n",
            b"\"reference\",\"amount\"\n\"pay-1\",\"450,000\"\n",
        ] {
            let lines = read_statement(content).unwrap();
            assert_eq!(lines, [StatementLine { reference: "pay-1".to_owned(), amount: Money::dinars(450) }]);
        }
    }

    #[test]
    fn what_is_no_statement_is_refused() {
        let read = |content: &[u8]| read_statement(content).unwrap_err();
        assert_eq!(read(&vec![b'a'; LARGEST_STATEMENT + 1]), StatementError::TooLarge);
        assert_eq!(read(b"\xff\xfer\0e\0"), StatementError::Encoding);
        assert_eq!(read(b"a\0b"), StatementError::Encoding);
        assert_eq!(read(b""), StatementError::ColumnMissing("reference"));
        assert_eq!(read(b"reference,currency\n"), StatementError::ColumnMissing("amount"));
        assert_eq!(read(b"reference,amount\n\"pay"), StatementError::Malformed(2));
        assert_eq!(read(b"reference,amount\npay"), StatementError::Malformed(2));
        assert_eq!(read(b"reference,amount\npay-1,=1+1"), StatementError::Amount(2));
        assert_eq!(read(b"reference,amount,devise\npay-1,1,USD"), StatementError::Amount(2));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fall(content in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read_statement(&content);
        }

        #[test]
        fn a_written_row_is_read_back(cells in prop::collection::vec("[^\u{0}\u{fffd}]{0,20}", 2..6)) {
            // A row in which nothing stands is none.
            prop_assume!(cells.iter().any(|cell| !cell.is_empty()));
            let text = format!("{}{}", write_row(["a"; 8].iter().take(cells.len())), write_row(&cells));
            let rows = csv::read(&text).unwrap();
            let expected: Vec<String> = cells.iter().map(|cell| neutralised(cell)).collect();
            prop_assert_eq!(&rows[1].1, &expected);
        }
    }
}
