use super::late_rows::LateRows;
use super::ledger::{MovementNumbers, WalletBeside};
use super::replica::Replica;
use super::{PostgresOptions, Source, Unit, store_error};
use nexus_core::audit::AuditEvent;
use nexus_core::outbox::PayloadSeal;
use nexus_core::{Clock, IdSource, StoreError};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{Connection, PgPool, Postgres};
use std::collections::BTreeSet;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// An idle connection is tried before it is used once it was idle for this long: a server that was restarted costs a
/// request a moment, not an error, and a busy pool no round trip.
const TRUSTED_WHILE_IDLE: Duration = Duration::from_secs(1);

/// How long a request waits for the replica before the primary answers it.
const PATIENCE_WITH_REPLICA: Duration = Duration::from_secs(1);

/// A PostgreSQL database.
///
/// Nothing is connected before it is needed: a server that is down makes each request fail, and the next one work as soon
/// as it is up. Transactions read what is committed and hold the rows that they lock.
#[derive(Clone)]
pub struct PostgresStore {
    /// Transactions, and writes of one statement.
    pub(super) writer: Source,
    /// Reads that must see every commit, those that decide about rights and sessions among them.
    pub(super) primary: Source,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn IdSource>,
    /// Keeps what effects hold from whoever has the database alone.
    pub(super) seal: Arc<PayloadSeal>,
    /// Rung when an effect was committed.
    pub(super) effect_bell: Arc<Notify>,
    replica: Option<Replica>,
    options: PostgresOptions,
}

impl std::fmt::Debug for PostgresStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PostgresStore").field("options", &self.options).finish_non_exhaustive()
    }
}

impl PostgresStore {
    /// Prepares the connections, without making one; inside a tokio runtime.
    pub fn open(options: &PostgresOptions, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        let pool = |connect: PgConnectOptions, patience| {
            PgPoolOptions::new()
                .min_connections(0)
                .max_connections(options.connections)
                .acquire_timeout(patience)
                .test_before_acquire(false)
                .before_acquire(|connection, state| {
                    Box::pin(async move {
                        Ok(state.idle_for < TRUSTED_WHILE_IDLE || connection.ping().await.is_ok())
                    })
                })
                .connect_lazy_with(connect)
        };
        #[allow(clippy::useless_conversion)] // in proofs a source is more than a pool (`interruptions.rs`)
        let primary = Source::from(pool(options.primary_session(), options.acquire_timeout));
        let replica =
            options.replica_session().map(|session| Replica::new(pool(session, PATIENCE_WITH_REPLICA)));
        Self {
            writer: primary.clone(),
            primary,
            clock,
            ids,
            seal: Arc::new(PayloadSeal::none()),
            effect_bell: Arc::default(),
            replica,
            options: options.clone(),
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

    pub(super) fn place(&self) -> String {
        self.options.place()
    }

    pub(super) async fn close_connections(&self) {
        if let Some(replica) = &self.replica {
            replica.close().await;
        }
        self.primary.close().await;
    }

    pub(super) fn named_pools(&self) -> Vec<(&'static str, &PgPool)> {
        // One pool reads and writes.
        let replica = self.replica.as_ref().map(|replica| ("replica", replica.pool()));
        let primary: &PgPool = &self.primary;
        [("primary", primary)].into_iter().chain(replica).collect()
    }

    /// A connection for reads that may lag behind the last commit: to the replica, or to the primary where there is none
    /// that answers.
    pub(super) async fn reader(&self) -> Result<PoolConnection<Postgres>, StoreError> {
        if let Some(replica) = &self.replica
            && let Some(connection) = replica.acquire().await
        {
            return Ok(connection);
        }
        self.primary.acquire().await.map_err(store_error)
    }

    /// Opens a transaction that may write.
    pub(super) async fn transaction(&self) -> Result<PostgresTx, StoreError> {
        // Said in full: a database may have another default. Whether it may be written is the database's to say.
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED";
        let tx = self.writer.begin_with(begin).await.map_err(store_error)?;
        Ok(PostgresTx {
            tx,
            clock: Arc::clone(&self.clock),
            seal: Arc::clone(&self.seal),
            recorded: Vec::new(),
            late: LateRows::default(),
            numbers: MovementNumbers::default(),
            wallet_beside: WalletBeside::default(),
            held_wallets: BTreeSet::new(),
            effect_bell: Arc::clone(&self.effect_bell),
            has_effects: false,
        })
    }

    /// Resolves when what was written by single statements is durable: as soon as they are answered.
    #[allow(clippy::unused_self)] // as the store of SQLite has it
    pub(super) fn settled(&self) -> Ready<Result<(), StoreError>> {
        ready(Ok(()))
    }

    /// A connection of its own for changing the schema, whose statements have no limit.
    pub(super) async fn migration_connection(&self) -> Result<PgConnection, StoreError> {
        let session = self.options.migration_session();
        let connect = PgConnection::connect_with(&session);
        match tokio::time::timeout(self.options.acquire_timeout, connect).await {
            Ok(connection) => connection.map_err(store_error),
            Err(_) => Err(store_error(sqlx::Error::PoolTimedOut)),
        }
    }
}

/// One open transaction.
pub(super) struct PostgresTx {
    pub(super) tx: Unit,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) seal: Arc<PayloadSeal>,
    /// Audit events that the commit will write and seal.
    pub(super) recorded: Vec<AuditEvent>,
    /// What the commit will write before that.
    pub(super) late: LateRows,
    pub(super) numbers: MovementNumbers,
    pub(super) wallet_beside: WalletBeside,
    /// Owners of wallets that nobody else may change.
    pub(super) held_wallets: BTreeSet<String>,
    pub(super) effect_bell: Arc<Notify>,
    /// Whether the commit will leave effects to be carried out.
    pub(super) has_effects: bool,
}

impl PostgresTx {
    /// Makes durable what was done.
    pub(super) async fn end(self) -> Result<(), StoreError> {
        self.tx.commit().await.map_err(store_error)
    }
}
