//! Rows that nobody reads before the end of their transaction: they are written together, just before it.
//!
//! A booking tells five people, plans three reminders and writes its story: one message to the database for each would be most
//! of what a booking takes.

use super::idempotency::ANSWER_CLAIM;
use super::ledger::MOVE_BALANCE;
use super::outbox::INSERT_EFFECT;
use super::{BackendTx, dialect};
use nexus_core::StoreError;
use serde_json::Value;
use std::collections::BTreeSet;

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

impl BackendTx {
    /// Writes the rows that wait when rows of these statements are among them: the first step of whatever reads such rows.
    pub(super) async fn write_late_rows_of(&mut self, statements: &[&str]) -> Result<(), StoreError> {
        if self.late.hold(statements) { self.write_late_rows().await } else { Ok(()) }
    }

    /// Writes the rows that wait: the last but one step of a commit.
    pub(super) async fn write_late_rows(&mut self) -> Result<(), StoreError> {
        let LateRows(waiting) = std::mem::take(&mut self.late);
        if waiting.is_empty() {
            return Ok(());
        }
        let waiting: Vec<_> =
            waiting.into_iter().map(|(statement, rows)| (statement, Value::Array(rows))).collect();
        let expected: Vec<_> =
            waiting.iter().map(|(statement, rows)| (*statement, distinct(statement, rows))).collect();
        let written = dialect::write_together(&mut self.tx, waiting).await?;
        for ((statement, expected), rows) in expected.into_iter().zip(written) {
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
        Ok(())
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
