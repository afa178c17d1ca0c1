use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::time::Duration;
use url::Url;

/// How a PostgreSQL store is opened. What it prints never holds a password.
#[derive(Clone)]
pub struct PostgresOptions {
    pub(super) primary: PgConnectOptions,
    pub(super) replica: Option<PgConnectOptions>,
    /// Most connections to the server, and as many again to the replica.
    pub connections: u32,
    /// How long a request waits for a connection, a server that is starting included.
    pub acquire_timeout: Duration,
    /// Longest time of one statement.
    pub statement_timeout: Duration,
    /// How long a statement waits for what another transaction holds.
    pub lock_timeout: Duration,
    /// A transaction that does nothing for this long is rolled back: its process hangs, and others wait for its locks.
    pub idle_transaction_timeout: Duration,
    /// The name under which the server shows these connections.
    pub application_name: String,
}

/// Why an address is not one of a PostgreSQL database. The address itself, which may hold a password, is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidDatabaseUrl {
    /// It does not begin with `postgresql://` or `postgres://`.
    #[error("not a postgresql:// address")]
    Scheme,
    /// It cannot be read.
    #[error("the address cannot be read")]
    Malformed,
    /// It names no database.
    #[error("the address names no database")]
    NoDatabase,
    /// It has a parameter that nobody knows, the first being 1 (a misspelt `sslmode` would leave the connection open to be
    /// read). Its name is not repeated: it may be the end of a password that was not encoded.
    #[error("parameter {0} of the address is unknown")]
    UnknownParameter(usize),
}

/// Parameters that the driver understands.
const PARAMETERS: [&str; 14] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "host",
    "hostaddr",
    "port",
    "user",
    "password",
];

/// Parameters by which the existing application tunes its own driver (Prisma); they mean nothing here.
const FOREIGN_PARAMETERS: [&str; 9] = [
    "connection_limit",
    "pool_timeout",
    "connect_timeout",
    "socket_timeout",
    "pgbouncer",
    "statement_cache_size",
    "sslaccept",
    "sslidentity",
    "single_use_connections",
];

impl PostgresOptions {
    /// The usual options for `postgresql://user:password@host:port/database?sslmode=…`, the address that the existing
    /// application has too: its `schema` is honoured, the settings of its own driver are left to it.
    pub fn parse(url: &str) -> Result<Self, InvalidDatabaseUrl> {
        Ok(Self {
            primary: connect_options(url)?,
            replica: None,
            connections: 10,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(10),
            idle_transaction_timeout: Duration::from_mins(1),
            application_name: "nexus".to_owned(),
        })
    }

    /// With a replica, which answers the reads that may lag behind.
    pub fn with_replica(mut self, url: &str) -> Result<Self, InvalidDatabaseUrl> {
        self.replica = Some(connect_options(url)?);
        Ok(self)
    }

    /// Where the database is, for people: `postgresql://host:port/database`.
    pub fn place(&self) -> String {
        place(&self.primary)
    }

    /// The options of a connection to the server, with the limits of a session.
    pub(super) fn primary_session(&self) -> PgConnectOptions {
        self.session(&self.primary)
    }

    /// The options of a connection to the replica, which can write nothing even where the server would let it.
    pub(super) fn replica_session(&self) -> Option<PgConnectOptions> {
        let replica = self.replica.as_ref()?;
        Some(self.session(replica).options([("default_transaction_read_only", "on")]))
    }

    /// The options of the connection that changes the schema: a step takes the time that it takes.
    pub(super) fn migration_session(&self) -> PgConnectOptions {
        let unbounded = Self {
            statement_timeout: Duration::ZERO,
            lock_timeout: Duration::ZERO,
            application_name: format!("{}-migrate", self.application_name),
            ..self.clone()
        };
        unbounded.session(&self.primary)
    }

    fn session(&self, connect: &PgConnectOptions) -> PgConnectOptions {
        let milliseconds = |duration: Duration| duration.as_millis().to_string();
        connect.clone().application_name(&self.application_name).options([
            ("timezone", "UTC".to_owned()),
            ("statement_timeout", milliseconds(self.statement_timeout)),
            ("lock_timeout", milliseconds(self.lock_timeout)),
            ("idle_in_transaction_session_timeout", milliseconds(self.idle_transaction_timeout)),
        ])
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PostgresOptions")
            .field("primary", &place(&self.primary))
            .field("replica", &self.replica.as_ref().map(place))
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

fn place(connect: &PgConnectOptions) -> String {
    let server = match connect.get_socket() {
        Some(folder) => folder.display().to_string(),
        None => format!("{}:{}", connect.get_host(), connect.get_port()),
    };
    format!("postgresql://{server}/{}", connect.get_database().unwrap_or_default())
}

fn connect_options(text: &str) -> Result<PgConnectOptions, InvalidDatabaseUrl> {
    let mut url = Url::parse(text.trim()).map_err(|_| InvalidDatabaseUrl::Malformed)?;
    if !matches!(url.scheme(), "postgresql" | "postgres") {
        return Err(InvalidDatabaseUrl::Scheme);
    }
    if url.path().trim_matches('/').is_empty() {
        return Err(InvalidDatabaseUrl::NoDatabase);
    }
    let mut schema = None;
    let mut kept = Vec::new();
    for (index, (name, value)) in url.query_pairs().enumerate() {
        match &*name {
            "schema" => schema = Some(value.into_owned()),
            name if PARAMETERS.contains(&name) => kept.push((name.to_owned(), value.into_owned())),
            name if FOREIGN_PARAMETERS.contains(&name) => {}
            _ => return Err(InvalidDatabaseUrl::UnknownParameter(index + 1)),
        }
    }
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    let options: PgConnectOptions = url.as_str().parse().map_err(|_| InvalidDatabaseUrl::Malformed)?;
    Ok(match schema {
        // In quotes: a schema's name may be anything.
        Some(schema) => options.options([("search_path", format!("\"{}\"", schema.replace('"', "\"\"")))]),
        None => options,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_the_existing_application_is_understood() {
        let url = "postgresql://nexus:s3cret@db.example:6543/nexus?schema=public&connection_limit=5&sslmode=require";
        let options = PostgresOptions::parse(url).unwrap();
        assert_eq!(options.place(), "postgresql://db.example:6543/nexus");
        assert_eq!(options.primary.get_options(), Some("-c search_path=\"public\""));
        assert!(matches!(options.primary.get_ssl_mode(), sqlx::postgres::PgSslMode::Require));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (url, expected) in [
            ("mysql://localhost/nexus", InvalidDatabaseUrl::Scheme),
            ("file:nexus.db", InvalidDatabaseUrl::Scheme),
            ("nexus.db", InvalidDatabaseUrl::Malformed),
            ("postgresql://localhost:99999/nexus", InvalidDatabaseUrl::Malformed),
            ("postgresql://localhost", InvalidDatabaseUrl::NoDatabase),
            ("postgresql://localhost/n?sslmode=perhaps", InvalidDatabaseUrl::Malformed),
            ("postgresql://localhost/n?sslmod=require", InvalidDatabaseUrl::UnknownParameter(1)),
        ] {
            assert_eq!(PostgresOptions::parse(url).unwrap_err(), expected, "{url}");
        }
    }

    #[test]
    fn no_password_is_printed() {
        let options =
            PostgresOptions::parse("postgres://nexus:s3cret@localhost/nexus?password=s3cret").unwrap();
        let options = options.with_replica("postgres://nexus:s3cret@replica/nexus").unwrap();
        let printed = format!("{options:?} {}", options.place());
        assert!(!printed.contains("s3cret"), "{printed}");
    }

    #[test]
    fn every_session_has_its_limits_and_utc() {
        let options = PostgresOptions::parse("postgres://localhost/nexus").unwrap();
        let session = options.primary_session();
        let settings = session.get_options().unwrap();
        for setting in ["timezone=UTC", "statement_timeout=30000", "lock_timeout=10000"] {
            assert!(settings.contains(setting), "{settings}");
        }
        assert!(options.migration_session().get_options().unwrap().contains("statement_timeout=0"));
    }
}
