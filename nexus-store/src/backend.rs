//! A whole database, whichever it is.

use crate::adoption::{AdoptionObserver, SchemaObject};
use crate::migrations::MigrationReport;
use async_trait::async_trait;
use nexus_bilan::ports::BilanStore;
use nexus_core::calendar::CalendarStore;
use nexus_core::consistency::SchoolCounting;
use nexus_core::identity::ports::IdentityStore;
use nexus_core::identity::session_directory::SessionDirectory;
use nexus_core::invariants::InvariantReading;
use nexus_core::ledger::LedgerStore;
use nexus_core::subscriptions::SubscriptionStore;
use nexus_core::till::ports::TillReading;
use nexus_core::{IdempotencyStore, StoreError, StoreHealth};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use tokio::sync::Notify;

/// Every port on one database, and what only the program that wires it asks for. `Arc<dyn Backend>` upcasts to the `Arc`
/// of any port.
#[async_trait]
pub trait Backend:
    BilanStore
    + IdentityStore
    + LedgerStore
    + TillReading
    + SubscriptionStore
    + SessionDirectory
    + IdempotencyStore
    + StoreHealth
    + SchoolCounting
    + InvariantReading
    + CalendarStore
    + TillReading
    + fmt::Debug
{
    /// Brings the schema up to this version; safe when several processes do it at once. On a database of the existing
    /// application, rows that break a rule are put in quarantine or compensated; none is lost.
    async fn migrate(&self) -> Result<MigrationReport, StoreError> {
        self.migrate_observed(&mut ()).await
    }

    /// [`Self::migrate`], telling what it does while it does it.
    async fn migrate_observed(
        &self,
        observer: &mut dyn AdoptionObserver,
    ) -> Result<MigrationReport, StoreError>;

    /// Whether the database was made by the existing application and no step was made yet. A server does not take such a
    /// one over by itself: somebody looks first at what that would do.
    async fn awaits_adoption(&self) -> Result<bool, StoreError>;

    /// Tells which steps [`Self::migrate`] would make, and changes nothing.
    async fn pending_migrations(&self) -> Result<MigrationReport, StoreError>;

    /// The tables, columns, indexes, constraints, triggers and types that the database has.
    async fn schema_objects(&self) -> Result<BTreeSet<SchemaObject>, StoreError>;

    /// What the schema of this version has and the database has not, and changes nothing.
    async fn missing_objects(&self) -> Result<Vec<SchemaObject>, StoreError>;

    /// Tells every row that breaks a rule, and changes nothing.
    async fn inspect(&self, observer: &mut dyn AdoptionObserver) -> Result<(), StoreError>;

    /// Rung whenever a commit of this process leaves an effect to be carried out, whoever made it: a worker that listens does
    /// not wait for its next look.
    fn effect_bell(&self) -> Arc<Notify>;

    /// Closes every connection; afterwards the store answers errors only.
    async fn close(&self);

    /// Where the database is, for people: a file, or a server and the name of a database. Never a password.
    fn location(&self) -> String;
}
