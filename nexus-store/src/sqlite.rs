//! The SQLite backend: one file, WAL, one writer at a time.

mod dialect;
mod durability;
mod error;
mod migrate;
mod new_file;
mod options;
mod store;

// Each adapter is one file that both backends compile; it knows its database by these names.
#[path = "adapters/account_links.rs"]
mod account_links;
#[path = "adapters/accounts.rs"]
mod accounts;
#[path = "adapters/adoption.rs"]
mod adoption;
#[path = "adapters/audit.rs"]
mod audit;
#[path = "adapters/bilans.rs"]
mod bilans;
#[path = "adapters/calendar.rs"]
mod calendar;
#[path = "adapters/calendar_reading.rs"]
mod calendar_reading;
#[path = "adapters/consistency.rs"]
mod consistency;
#[path = "adapters/credit_import.rs"]
mod credit_import;
#[path = "adapters/directory.rs"]
mod directory;
#[path = "adapters/health.rs"]
mod health;
#[path = "adapters/idempotency.rs"]
mod idempotency;
#[path = "adapters/invariants.rs"]
mod invariants;
#[path = "adapters/jobs.rs"]
mod jobs;
#[path = "adapters/late_rows.rs"]
mod late_rows;
#[path = "adapters/leases.rs"]
mod leases;
#[path = "adapters/ledger.rs"]
mod ledger;
#[path = "adapters/ledger_reading.rs"]
mod ledger_reading;
#[path = "adapters/mail.rs"]
mod mail;
#[path = "adapters/notifications.rs"]
mod notifications;
#[path = "adapters/outbox.rs"]
mod outbox;
#[path = "adapters/people_reading.rs"]
mod people_reading;
#[path = "adapters/profiles.rs"]
mod profiles;
#[path = "adapters/retention.rs"]
mod retention;
#[path = "adapters/schema_steps.rs"]
mod schema_steps;
#[path = "adapters/scope.rs"]
mod scope;
#[path = "adapters/seed.rs"]
mod seed;
#[path = "adapters/sign_in_attempts.rs"]
mod sign_in_attempts;
#[path = "adapters/subscriptions.rs"]
mod subscriptions;
#[path = "adapters/subscriptions_reading.rs"]
mod subscriptions_reading;
#[path = "adapters/till_bookkeeping.rs"]
mod till_bookkeeping;
#[path = "adapters/till_catalogue.rs"]
mod till_catalogue;
#[path = "adapters/till_payments.rs"]
mod till_payments;
#[path = "adapters/till_reading.rs"]
mod till_reading;
#[path = "adapters/unit_of_work.rs"]
mod unit_of_work;

use error::store_error;
use migrate::migrator;
use sqlx::Sqlite as Db;
use store::{SqliteStore as BackendStore, SqliteTx as BackendTx};

/// A transaction, and the connections that it is one of: proofs make them fail.
#[cfg(feature = "conformance")]
type Unit = crate::interruptions::Unit<Db>;
#[cfg(not(feature = "conformance"))]
type Unit = sqlx::Transaction<'static, Db>;
#[cfg(feature = "conformance")]
type Source = crate::interruptions::Source<Db>;
#[cfg(not(feature = "conformance"))]
type Source = sqlx::Pool<Db>;

pub use options::SqliteOptions;
pub use store::SqliteStore;
