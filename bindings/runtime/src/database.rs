//! Which database, and how it is opened.

use crate::configuration::Configuration;
use crate::services::StartError;
use nexus_core::{Clock, IdSource};
use nexus_store::Backend;
use nexus_store::postgres::{InvalidDatabaseUrl, PostgresOptions, PostgresStore};
use nexus_store::sqlite::{SqliteOptions, SqliteStore};
use secrecy::ExposeSecret;
use std::sync::Arc;

/// PostgreSQL where an address is configured, the file of the data folder otherwise. A server that does not answer is no
/// error here: each request tells it, and the next one works as soon as it is up.
pub(crate) async fn open_store(
    configuration: &Configuration,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
) -> Result<Arc<dyn Backend>, StartError> {
    let Some(address) = &configuration.database_url else {
        let options = SqliteOptions::new(configuration.database());
        return Ok(Arc::new(SqliteStore::open(&options, clock, ids).await?));
    };
    let mut options = PostgresOptions::parse(address.expose_secret())?;
    if let Some(replica) = &configuration.database_replica_url {
        options = options.with_replica(replica.expose_secret())?;
    }
    options.connections = configuration.database_connections;
    Ok(Arc::new(PostgresStore::open(&options, clock, ids)))
}

/// What is wrong with the address, in French and without it.
pub(crate) fn sentence(reason: &InvalidDatabaseUrl) -> String {
    let what = match reason {
        InvalidDatabaseUrl::NoDatabase => "elle ne nomme aucune base".to_owned(),
        InvalidDatabaseUrl::UnknownParameter(name) => format!("le paramètre « {name} » n'existe pas"),
        _ => "elle n'est pas de la forme postgresql://utilisateur:secret@machine/base".to_owned(),
    };
    format!("L'adresse de la base (DATABASE_URL) ne convient pas : {what}.")
}
