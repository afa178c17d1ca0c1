//! Taking over the database of the existing application: what its rows break, and what is done about it.
//!
//! The rules are data ([`RULES`]): a name, a French sentence, the SQL that finds the rows, what is proposed. They read
//! columns that the existing application has too, so they can be asked before a single step was done. A row that breaks
//! a rule of the schema is put in quarantine or compensated by an entry of the ledger, in the same transaction as the
//! rule's constraint; no row is ever deleted.

mod anomaly;
mod marks;
mod observer;
mod rule;
mod rules;
mod schema;
mod settle;

pub use anomaly::Anomaly;
pub use observer::AdoptionObserver;
pub use rule::{Repair, Rule, Severity};
pub use rules::{RULES, rules};
pub use schema::SchemaObject;

pub(crate) use marks::Marks;
pub(crate) use rule::{Probe, Query};
#[cfg(feature = "postgres")]
pub(crate) use schema::expected_postgres;
pub(crate) use schema::{expected_sqlite, missing};
pub(crate) use settle::{Offence, group, pairs};

/// The step whose constraints the rows must keep: rows that do not are dealt with in its transaction.
pub(crate) const CONSTRAINTS_STEP: i64 = 20;
