use super::durability::Durability;
use super::late_rows::LateRows;
use super::ledger::{MovementNumbers, WalletBeside};
use super::{Source, SqliteOptions, Unit, store_error};
use nexus_core::audit::AuditEvent;
use nexus_core::outbox::PayloadSeal;
use nexus_core::{Clock, IdSource, StoreError};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Sqlite, SqlitePool};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

/// Pause before a file that another process is opening or closing is tried again.
const BREATH: Duration = Duration::from_millis(10);

/// Pages (of 4 KiB) of the write-ahead log that are put into the database together: 16 MiB of the disk, and of work after a crash.
const PAGES_OF_THE_LOG: &str = "4000";

/// A SQLite database.
///
/// Writers of this process queue for one connection, which is fair and never meets `SQLITE_BUSY`; writers of another
/// process are waited for by `busy_timeout`. Nobody is told that his work is done before it is on the disk, which is waited for
/// once for all who come together (`durability.rs`). Readers see the last commit and wait for nobody (WAL).
#[derive(Clone)]
pub struct SqliteStore {
    /// Transactions, and writes of one statement.
    pub(super) writer: Source,
    pub(super) durability: Durability,
    /// Reads that must see every commit, those that decide about rights and sessions among them.
    pub(super) primary: Source,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn IdSource>,
    /// Keeps what effects hold from whoever has the database alone.
    pub(super) seal: Arc<PayloadSeal>,
    /// Rung when an effect was committed.
    pub(super) effect_bell: Arc<Notify>,
    path: PathBuf,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the database without changing its schema.
    pub async fn open(
        options: &SqliteOptions,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Result<Self, StoreError> {
        let mut connect = SqliteConnectOptions::new()
            .filename(&options.path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged commit survives a power cut all the same: see `durability.rs`.
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            // What a statement would take back goes into memory, not into files of /tmp: no page of a pupil's is written there.
            .pragma("temp_store", "MEMORY")
            // A booking leaves 37 pages in the log. By default every 27th one would wait twice for the disk, with the writer held.
            .pragma("wal_autocheckpoint", PAGES_OF_THE_LOG)
            .busy_timeout(options.busy_timeout);
        if let Some(pages) = options.max_pages {
            connect = connect.pragma("max_page_count", pages.to_string());
        }
        let pool = |connections| {
            SqlitePoolOptions::new()
                .min_connections(0)
                .max_connections(connections)
                // No network lies between: a connection that was whole when it was put back is whole.
                .test_before_acquire(false)
                // A full disk makes SQLite roll back by itself; the ROLLBACK of the driver then fails, and the connection
                // would believe itself inside a transaction for ever. Such a one is closed and another one opened.
                .after_release(|connection, _| {
                    Box::pin(async move {
                        if connection.is_in_transaction() {
                            // The ROLLBACK may be on its way.
                            connection.ping().await?;
                        }
                        Ok(!connection.is_in_transaction())
                    })
                })
                .connect_lazy_with(connect.clone())
        };
        #[allow(clippy::useless_conversion)] // in proofs a source is more than a pool (`interruptions.rs`)
        let store = Self {
            writer: pool(1).into(),
            durability: Durability::of(&options.path),
            primary: pool(options.readers).into(),
            clock,
            ids,
            seal: Arc::new(PayloadSeal::none()),
            effect_bell: Arc::default(),
            path: options.path.clone(),
        };
        store.connect_first(options.busy_timeout).await?;
        Ok(store)
    }

    /// Connects now, so that a read-only folder or a file that is no database is told at the start.
    ///
    /// The first connection to a new file makes it one with a write-ahead log. SQLite refuses at once, without waiting as long
    /// as it was told to, whoever meets another process that is doing that, or is closing such a file: so it is waited for here.
    async fn connect_first(&self, busy_timeout: Duration) -> Result<(), StoreError> {
        let deadline = Instant::now() + busy_timeout;
        loop {
            let connected = sqlx::query("SELECT 1").execute(&self.writer).await.map_err(store_error);
            match connected {
                Err(StoreError::Conflict(_)) if Instant::now() < deadline => sleep(BREATH).await,
                connected => return connected.map(drop),
            }
        }
    }

    /// The same store, whose calls fail where a proof says.
    #[cfg(feature = "conformance")]
    #[must_use]
    pub fn interrupted_by(mut self, interruptions: &crate::interruptions::Interruptions) -> Self {
        self.writer.interrupted_by(interruptions.clone());
        self.primary.interrupted_by(interruptions.clone());
        self
    }

    /// The same store, whose effects are sealed with these secrets.
    #[must_use]
    pub fn sealed_with(mut self, seal: PayloadSeal) -> Self {
        self.seal = Arc::new(seal);
        self
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Resolves when what was written by single statements is durable.
    pub(super) async fn settled(&self) -> Result<(), StoreError> {
        self.durability.reached().await
    }

    pub(super) fn place(&self) -> String {
        self.path.display().to_string()
    }

    pub(super) async fn close_connections(&self) {
        self.primary.close().await;
        self.writer.close().await;
    }

    pub(super) fn named_pools(&self) -> Vec<(&'static str, &SqlitePool)> {
        vec![("writer", &self.writer), ("primary", &self.primary)]
    }

    /// A connection for reads that may lag behind the last commit. These do not: one file has no replica.
    pub(super) async fn reader(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        self.primary.acquire().await.map_err(store_error)
    }

    /// Opens a transaction that may write.
    pub(super) async fn transaction(&self) -> Result<SqliteTx, StoreError> {
        // A plain BEGIN would read first and fail at its first write when somebody wrote in between.
        let tx = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(store_error)?;
        Ok(SqliteTx {
            tx,
            clock: Arc::clone(&self.clock),
            seal: Arc::clone(&self.seal),
            recorded: Vec::new(),
            late: LateRows::default(),
            numbers: MovementNumbers::default(),
            wallet_beside: WalletBeside::default(),
            effect_bell: Arc::clone(&self.effect_bell),
            has_effects: false,
            durability: self.durability.clone(),
        })
    }
}

/// One open transaction. SQLite's write lock is the lock of every aggregate.
pub(super) struct SqliteTx {
    pub(super) tx: Unit,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) seal: Arc<PayloadSeal>,
    /// Audit events that the commit will write and seal.
    pub(super) recorded: Vec<AuditEvent>,
    /// What the commit will write before that.
    pub(super) late: LateRows,
    pub(super) numbers: MovementNumbers,
    pub(super) wallet_beside: WalletBeside,
    pub(super) effect_bell: Arc<Notify>,
    /// Whether the commit will leave effects to be carried out.
    pub(super) has_effects: bool,
    pub(super) durability: Durability,
}

impl SqliteTx {
    /// Makes durable what was done.
    pub(super) async fn end(self) -> Result<(), StoreError> {
        self.tx.commit().await.map_err(store_error)?;
        self.durability.reached().await
    }
}
