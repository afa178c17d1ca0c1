//! Which database the configuration means.

use crate::configuration::Configuration;
use nexus_core::outbox::PayloadSeal;
use nexus_core::{Clock, Coded, ErrorCode, IdSource, StoreError};
use nexus_store::Backend;
use nexus_store::sqlite::{SqliteOptions, SqliteStore};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How often a database that is away is tried again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// An address that is of no use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrongAddress {
    /// The setting.
    pub(crate) setting: &'static str,
    /// What is wrong, in French; never the address, which may hold a password.
    pub(crate) message: String,
}

/// Opens the database without changing its schema: PostgreSQL where an address is given, and then nothing is connected
/// yet; otherwise a file of the data folder. The seal keeps what effects hold from whoever has the database alone.
pub(crate) async fn open(
    configuration: &Configuration,
    seal: PayloadSeal,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
) -> Result<Arc<dyn Backend>, StoreError> {
    #[cfg(feature = "postgres")]
    if let Ok(Some(options)) = postgres::options(configuration) {
        let store = nexus_store::postgres::PostgresStore::open(&options, clock, ids);
        return Ok(Arc::new(store.sealed_with(seal)));
    }
    let options = SqliteOptions::new(configuration.database());
    Ok(Arc::new(SqliteStore::open(&options, clock, ids).await?.sealed_with(seal)))
}

/// Brings the schema up to date. A PostgreSQL that is away is waited for in the background, while requests are told to come
/// back: a server that starts before its database needs nobody to start it again.
///
/// # Errors
/// Whatever waiting cannot mend: a schema of another version, a database that refuses, a file that cannot be written.
pub async fn migrate_when_possible(
    store: &Arc<dyn Backend>,
    configuration: &Configuration,
) -> Result<(), StoreError> {
    match migrate_unless_foreign(&**store).await {
        Err(error)
            if configuration.database_url.is_some() && error.code() == ErrorCode::StorageUnavailable =>
        {
            tracing::warn!(
                database = store.location(),
                error = &error as &dyn std::error::Error,
                "the database is away, the schema is brought up to date when it is back"
            );
            tokio::spawn(migrate_later(Arc::downgrade(store)));
            Ok(())
        }
        outcome => outcome,
    }
}

/// Taking over a database of the existing application is somebody's decision, not what starting a server does.
async fn migrate_unless_foreign(store: &dyn Backend) -> Result<(), StoreError> {
    if store.awaits_adoption().await? {
        return Err(StoreError::NotAdopted);
    }
    store.migrate().await.map(drop)
}

/// Tries until it is done, until it cannot be done, or until nobody uses the store any more.
async fn migrate_later(store: Weak<dyn Backend>) {
    loop {
        tokio::time::sleep(LOOK_AGAIN).await;
        let Some(store) = store.upgrade() else { return };
        match migrate_unless_foreign(&*store).await {
            Ok(()) => {
                tracing::info!("the database is back, its schema is up to date");
                return;
            }
            Err(error) if error.code() == ErrorCode::StorageUnavailable => {}
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "the schema cannot be brought up to date");
                return;
            }
        }
    }
}

/// Looks at the addresses without connecting.
pub(crate) fn check(configuration: &Configuration) -> Result<(), WrongAddress> {
    #[cfg(feature = "postgres")]
    return postgres::options(configuration).map(drop);
    #[cfg(not(feature = "postgres"))]
    match &configuration.database_url {
        None => Ok(()),
        Some(_) => Err(WrongAddress {
            setting: "database_url",
            message: "ce programme a été compilé sans PostgreSQL ; sans adresse, une base SQLite est tenue"
                .to_owned(),
        }),
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::WrongAddress;
    use crate::configuration::Configuration;
    use nexus_store::postgres::{InvalidDatabaseUrl, PostgresOptions};
    use secrecy::ExposeSecret;

    /// The options of PostgreSQL; `None` where SQLite is meant.
    pub(super) fn options(configuration: &Configuration) -> Result<Option<PostgresOptions>, WrongAddress> {
        let Some(url) = &configuration.database_url else { return Ok(None) };
        let mut options =
            PostgresOptions::parse(url.expose_secret()).map_err(|error| wrong("database_url", &error))?;
        options.connections = configuration.database_connections;
        match &configuration.database_replica_url {
            None => Ok(Some(options)),
            Some(replica) => options
                .with_replica(replica.expose_secret())
                .map(Some)
                .map_err(|error| wrong("database_replica_url", &error)),
        }
    }

    fn wrong(setting: &'static str, error: &InvalidDatabaseUrl) -> WrongAddress {
        let message = match error {
            InvalidDatabaseUrl::NoDatabase => {
                "il manque le nom de la base : postgresql://serveur:5432/NOM".to_owned()
            }
            InvalidDatabaseUrl::UnknownParameter(number) => {
                format!(
                    "le paramètre n° {number} après « ? » est inconnu (sslmode, sslrootcert, host, schema…)"
                )
            }
            _ => "ce n'est pas une adresse comme postgresql://nom:mot-de-passe@serveur:5432/base".to_owned(),
        };
        WrongAddress { setting, message }
    }
}
