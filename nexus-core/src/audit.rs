//! The audit log: who did what to what, in a chain of hashes that shows every later change.
//!
//! Each row holds the hash of the row before it and a hash over itself. A row that was changed, removed or slipped in breaks the
//! chain at its place; the head of the chain, kept beside it (and, by a careful operator, elsewhere), shows rows that were cut
//! off its end. Rows that the existing application wrote without a hash are sealed into the chain as they are found.

mod chain;
mod event;
mod ports;
mod verify;

pub use chain::{AuditHead, AuditRow, ChainLink};
pub use event::{AuditEvent, RequestMark};
pub use ports::{AuditLog, AuditReader, AuditTx};
pub use verify::{AuditFinding, AuditReport, Verifier, verify_audit};
