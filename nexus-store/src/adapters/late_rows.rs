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
use nexus_core::StoreError;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

/// Rows that wait, by the statement that writes them, which takes them as one JSON array, `$1`.
#[derive(Debug, Default)]
pub(super) struct LateRows(Vec<(&'static str, Vec<Value>)>);

impl LateRows {
    /// Adds a row.
    pub(super) fn add(&mut self, statement: &'static str, row: Value) {
        match self.0.iter_mut().find(|(known, _)| *known == statement) {
            Some((_, rows)) => rows.push(row),
            None => self.0.push((statement, vec![row])),
        }
    }

    /// Adds a row to which rows of the other statements may refer: it is written before them.
    pub(super) fn add_first(&mut self, statement: &'static str, row: Value) {
        if !self.hold(&[statement]) {
            self.0.insert(0, (statement, Vec::new()));
        }
        self.add(statement, row);
    }

    /// Whether rows of these statements wait.
    fn hold(&self, statements: &[&str]) -> bool {
        self.0.iter().any(|(known, _)| statements.contains(known))
    }

    /// Adds a row, unless the same one waits already.
    pub(super) fn add_once(&mut self, statement: &'static str, row: Value) {
        if !self.0.iter().any(|(known, rows)| *known == statement && rows.contains(&row)) {
            self.add(statement, row);
        }
    }
}

/// Texts that were put together of statements, by which statements these are: the same ones are written together again and again.
#[derive(Debug, Default)]
pub(super) struct TogetherTexts(RwLock<HashMap<Vec<Place>, Arc<str>>>);

/// Where a constant lies, and how long it is.
type Place = (usize, usize);

impl TogetherTexts {
    /// The text of these statements, made when it was not yet.
    pub(super) fn of<'a>(
        &self,
        statements: impl Iterator<Item = &'a str>,
        make: impl FnOnce() -> String,
    ) -> Arc<str> {
        // Where a constant lies says which one it is, and is compared faster than kilobytes of SQL.
        let key: Vec<_> =
            statements.map(|statement| (statement.as_ptr() as usize, statement.len())).collect();
        if let Some(text) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(text);
        }
        let mut texts = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(texts.entry(key).or_insert_with(|| make().into()))
    }
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
        let waiting: Vec<_> =
            waiting.into_iter().map(|(statement, rows)| (statement, Value::Array(rows))).collect();
        let expected: Vec<_> =
            waiting.iter().map(|(statement, rows)| (*statement, distinct(statement, rows))).collect();
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

/// How many rows a statement has to change: movements of one wallet change one.
fn distinct(statement: &str, rows: &Value) -> u64 {
    let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
    if statement == MOVE_BALANCE {
        let wallets: BTreeSet<_> =
            rows.iter().filter_map(|row| row.get("wallet").and_then(Value::as_i64)).collect();
        return wallets.len() as u64;
    }
    rows.len() as u64
}
