//! Taking over the database of the existing application: what its rows break, and what is done about it.
//!
//! The rules are data ([`RULES`]): a name, a French sentence, the SQL that finds the rows, what is proposed. They read
//! columns that the existing application has too, so they can be asked before a single step was done. A row that breaks
//! a rule of the schema is put in quarantine or compensated by an entry of the ledger, in the same transaction as the
//! rule's constraint; no row is ever deleted.

mod rule;
mod rules;
mod settle;

pub use rule::{Repair, Rule, Severity};
pub use rules::RULES;

pub(crate) use rule::{Probe, Query};
