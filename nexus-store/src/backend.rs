//! A whole database, whichever it is.

use crate::migrations::MigrationReport;
use async_trait::async_trait;
use nexus_bilan::ports::BilanStore;
use nexus_core::identity::ports::IdentityStore;
use nexus_core::identity::session_directory::SessionDirectory;
use nexus_core::{IdempotencyStore, StoreError, StoreHealth};
use std::fmt;

/// Every port on one database, and what only the program that wires it asks for. `Arc<dyn Backend>` upcasts to the `Arc`
/// of any port.
#[async_trait]
pub trait Backend:
    BilanStore + IdentityStore + SessionDirectory + IdempotencyStore + StoreHealth + fmt::Debug
{
    /// Brings the schema up to this version; safe when several processes do it at once.
    async fn migrate(&self) -> Result<MigrationReport, StoreError>;

    /// Tells what [`Self::migrate`] would do, and changes nothing.
    async fn pending_migrations(&self) -> Result<MigrationReport, StoreError>;

    /// Closes every connection; afterwards the store answers errors only.
    async fn close(&self);

    /// Where the database is, for people: a file, or a server and the name of a database. Never a password.
    fn location(&self) -> String;
}
