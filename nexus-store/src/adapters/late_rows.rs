//! Rows that nobody reads before the end of their transaction: they are written together, just before it.
//!
//! A booking tells five people, plans three reminders and writes its story: one message to the database for each would be most
//! of what a booking takes.

use super::audit::{Entry, Head, Recording};
use super::calendar::clash;
use super::idempotency::ANSWER_CLAIM;
use super::ledger::{MOVE_BALANCE, taken};
use super::outbox::INSERT_EFFECT;
use super::{BackendTx, dialect, store_error};
use crate::columns::{JsonRow, JsonRows};
use nexus_core::StoreError;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// Rows that wait, by the statement that writes them, which takes them as one JSON array, `$1`.
#[derive(Debug, Default)]
pub(super) struct LateRows(Vec<Waiting>);

/// Rows of one statement.
#[derive(Debug)]
struct Waiting {
    statement: &'static str,
    rows: Vec<JsonRow>,
    /// Which rows of the database they change, where several of them may change the same one.
    changed: BTreeSet<i64>,
}

impl Waiting {
    const fn of(statement: &'static str) -> Self {
        Self { statement, rows: Vec::new(), changed: BTreeSet::new() }
    }

    /// How many rows of the database have to be written.
    fn expected(&self) -> u64 {
        if self.changed.is_empty() { self.rows.len() as u64 } else { self.changed.len() as u64 }
    }
}

impl LateRows {
    /// Adds a row.
    pub(super) fn add(&mut self, statement: &'static str, row: JsonRow) {
        self.of(statement).rows.push(row);
    }

    /// Adds a row that changes one of the database, as others may do too.
    pub(super) fn add_change(&mut self, statement: &'static str, row: JsonRow, changed: i64) {
        let waiting = self.of(statement);
        waiting.rows.push(row);
        waiting.changed.insert(changed);
    }

    /// Adds a row to which rows of the other statements may refer: it is written before them.
    pub(super) fn add_first(&mut self, statement: &'static str, row: JsonRow) {
        if !self.hold(&[statement]) {
            self.0.insert(0, Waiting::of(statement));
        }
        self.add(statement, row);
    }

    /// Adds a row, unless the same one waits already.
    pub(super) fn add_once(&mut self, statement: &'static str, row: JsonRow) {
        let waiting = self.of(statement);
        if !waiting.rows.contains(&row) {
            waiting.rows.push(row);
        }
    }

    /// Whether rows of these statements wait.
    fn hold(&self, statements: &[&str]) -> bool {
        self.0.iter().any(|waiting| statements.contains(&waiting.statement))
    }

    fn of(&mut self, statement: &'static str) -> &mut Waiting {
        let place = self.0.iter().position(|waiting| waiting.statement == statement);
        let place = place.unwrap_or(self.0.len());
        if place == self.0.len() {
            self.0.push(Waiting::of(statement));
        }
        &mut self.0[place]
    }
}

/// A statement, and the rows that it writes.
pub(super) type Writing = (&'static str, JsonRows);

/// Texts that were put together of statements, by which statements these are.
type Texts = HashMap<Vec<Place>, Arc<str>>;

/// Where a constant lies, and how long it is.
type Place = (usize, usize);

/// The text that writes these together, put together when it was not yet: the same ones come again and again.
pub(super) fn text_of(
    statements: &[Writing],
    recording: Option<&Recording>,
    together: impl FnOnce() -> String,
) -> Arc<str> {
    static TEXTS: LazyLock<RwLock<Texts>> = LazyLock::new(RwLock::default);
    let recorded = recording.map(|recording| recording.insert);
    // Where a constant lies says which one it is, and is compared faster than kilobytes of SQL.
    let key: Vec<Place> = (statements.iter().map(|(statement, _)| *statement).chain(recorded))
        .map(|statement| (statement.as_ptr() as usize, statement.len()))
        .collect();
    if let Some(text) = TEXTS.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Arc::clone(text);
    }
    let mut texts = TEXTS.write().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(texts.entry(key).or_insert_with(|| together().into()))
}

/// What writing together did.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// How many rows each statement wrote.
    pub(super) counts: Vec<u64>,
    /// What was recorded.
    pub(super) entries: Vec<Entry>,
    /// The end of the chain, held, when something was recorded and it was read in the same message.
    pub(super) head: Option<Head>,
}

/// Why the rows were refused. Those that decide something are told apart.
fn refusal(error: sqlx::Error) -> StoreError {
    if let Some(clash) = clash(&error) {
        return StoreError::Conflict(clash.into());
    }
    taken(&error).map_or_else(|| store_error(error), |taken| StoreError::Conflict(taken.into()))
}

impl BackendTx {
    /// Writes the rows that wait when rows of these statements are among them: the first step of whatever reads such rows.
    pub(super) async fn write_late_rows_of(&mut self, statements: &[&str]) -> Result<(), StoreError> {
        if self.late.hold(statements) { self.write_late_rows(None).await.map(drop) } else { Ok(()) }
    }

    /// Writes the rows that wait and what is recorded: the last step but one of a commit.
    pub(super) async fn write_late_rows(
        &mut self,
        recording: Option<Recording>,
    ) -> Result<Written, StoreError> {
        let LateRows(waiting) = std::mem::take(&mut self.late);
        if waiting.is_empty() && recording.is_none() {
            return Ok(Written::default());
        }
        let expected: Vec<_> =
            waiting.iter().map(|waiting| (waiting.statement, waiting.expected())).collect();
        let waiting =
            waiting.iter().map(|waiting| (waiting.statement, JsonRows::of(&waiting.rows))).collect();
        let written = dialect::write_together(&mut self.tx, waiting, recording).await.map_err(refusal)?;
        for ((statement, expected), &rows) in expected.into_iter().zip(&written.counts) {
            if statement == INSERT_EFFECT {
                // An effect that was there before is no news to a worker.
                self.has_effects |= rows > 0;
            }
            if statement == MOVE_BALANCE && rows != expected {
                return Err(StoreError::Corrupt("a balance would fall below zero"));
            }
            if statement == ANSWER_CLAIM && rows != expected {
                return Err(StoreError::Conflict("the idempotency key is another execution's by now".into()));
            }
        }
        Ok(written)
    }
}
