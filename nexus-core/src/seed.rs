//! A believable school for trying and showing things, and the rule that keeps it out of real databases.

use crate::{Coded, ErrorCode, StoreError};
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

/// A value of a row that is written as it is.
#[derive(Debug, Clone, PartialEq)]
pub enum SeedValue {
    /// Free text.
    Text(String),
    /// A name of a closed list; PostgreSQL has a type of its own for each.
    Word(&'static str),
    /// A whole number.
    Whole(i64),
    /// A number of a column of the existing application that is not whole.
    Decimal(f64),
    /// Yes or no.
    Flag(bool),
    /// An instant.
    Instant(Timestamp),
    /// A JSON document.
    Json(Value),
    /// A JSON document in a column of text.
    JsonText(Value),
    /// The numbered row of a table that was written before: its smallest `id` among those with this value.
    RowWith {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The value.
        value: Box<SeedValue>,
    },
}

/// A row of a table that has no port of its own yet. Names are those of the schema, without quotes.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedRow {
    /// The table.
    pub table: &'static str,
    /// Columns and values.
    pub cells: Vec<(&'static str, SeedValue)>,
}

impl SeedRow {
    /// An empty row of a table.
    pub const fn of(table: &'static str) -> Self {
        Self { table, cells: Vec::new() }
    }

    /// Adds a value.
    #[must_use]
    pub fn with(mut self, column: &'static str, value: impl Into<SeedValue>) -> Self {
        self.cells.push((column, value.into()));
        self
    }

    /// The value of a column.
    pub fn get(&self, column: &str) -> Option<&SeedValue> {
        self.cells.iter().find(|(name, _)| *name == column).map(|(_, value)| value)
    }
}

impl From<&str> for SeedValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for SeedValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for SeedValue {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<bool> for SeedValue {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Timestamp> for SeedValue {
    fn from(instant: Timestamp) -> Self {
        Self::Instant(instant)
    }
}

/// How many rows a table holds that no seed wrote.
pub type ForeignRows = (&'static str, u64);

/// The seed inside a transaction.
///
/// # Contract
/// * [`Self::lock_seed`] and [`Self::foreign_rows`] work on a database of any age, even on one that holds no table at all.
/// * What [`Self::lock_seed`] returned stays true until the end of the transaction, absence included.
#[async_trait]
pub trait SeedTx: Send {
    /// Holds the mark that a seed leaves; tells when the school was written, if it was.
    async fn lock_seed(&mut self) -> Result<Option<Timestamp>, StoreError>;

    /// Leaves the mark.
    async fn mark_seed(&mut self, now: Timestamp) -> Result<(), StoreError>;

    /// The tables that hold rows of people, money, teaching or catalogue, accounts whose id begins with one of `own` left
    /// aside, with the number of those rows.
    async fn foreign_rows(&mut self, own: &[&str]) -> Result<Vec<ForeignRows>, StoreError>;

    /// Writes a row.
    async fn insert_seed_row(&mut self, row: &SeedRow) -> Result<(), StoreError>;

    /// Changes cells of the row that has this text as its `id`.
    async fn update_seed_row(&mut self, id: &str, row: &SeedRow) -> Result<(), StoreError>;
}

/// What a seed may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeedDecision {
    /// Write the school.
    Write,
    /// Leave everything: a seed wrote the school then.
    AlreadyWritten(Timestamp),
}

/// Why a database is not seeded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SeedRefused {
    /// Families are served here.
    #[error("a production database is never seeded")]
    Production,
    /// The configuration forbids it.
    #[error("the configuration forbids seeding")]
    Forbidden,
    /// The database holds what no seed wrote.
    #[error("the database is not disposable")]
    NotDisposable(Vec<ForeignRows>),
}

impl Coded for SeedRefused {
    fn code(&self) -> ErrorCode {
        ErrorCode::SeedRefused
    }

    fn sentence(&self) -> String {
        match self {
            Self::Production => "Une base de production ne reçoit jamais de données d'essai.".to_owned(),
            Self::Forbidden => "La configuration (seed_allowed) interdit les données d'essai.".to_owned(),
            Self::NotDisposable(rows) => {
                let held: Vec<_> = rows.iter().map(|(table, count)| format!("{table} : {count}")).collect();
                format!(
                    "Cette base n'est pas jetable : elle contient des données que « nexus seed » n'a pas écrites ({}). Rien n'a \
                     été changé ; prenez une base vide.",
                    held.join(", ")
                )
            }
        }
    }
}

/// Decides whether a database may be seeded. A setting alone never allows it: what counts is what the database holds.
pub fn may_seed(
    production: bool,
    allowed: bool,
    mark: Option<Timestamp>,
    foreign: Vec<ForeignRows>,
) -> Result<SeedDecision, SeedRefused> {
    match mark {
        _ if production => Err(SeedRefused::Production),
        _ if !allowed => Err(SeedRefused::Forbidden),
        Some(written) => Ok(SeedDecision::AlreadyWritten(written)),
        None if foreign.is_empty() => Ok(SeedDecision::Write),
        None => Err(SeedRefused::NotDisposable(foreign)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARK: Option<Timestamp> = Some(Timestamp::UNIX_EPOCH);

    #[test]
    fn production_is_never_seeded() {
        for (allowed, mark) in [(true, None), (true, MARK), (false, None)] {
            assert_eq!(may_seed(true, allowed, mark, Vec::new()), Err(SeedRefused::Production));
        }
    }

    #[test]
    fn an_empty_database_is_seeded_once() {
        assert_eq!(may_seed(false, true, None, Vec::new()), Ok(SeedDecision::Write));
        assert_eq!(
            may_seed(false, true, MARK, vec![("users", 3)]),
            Ok(SeedDecision::AlreadyWritten(Timestamp::UNIX_EPOCH))
        );
        assert_eq!(may_seed(false, false, MARK, Vec::new()), Err(SeedRefused::Forbidden));
    }

    #[test]
    fn what_others_wrote_is_named_and_left_alone() {
        let refused = may_seed(false, true, None, vec![("users", 3), ("payments", 1)]).unwrap_err();
        assert!(refused.sentence().contains("users : 3, payments : 1"), "{refused:?}");
        assert_eq!(refused, SeedRefused::NotDisposable(vec![("users", 3), ("payments", 1)]));
    }
}
