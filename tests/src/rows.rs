//! What a database really holds, read beside the program.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Connection, FromRow};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where rows are.
#[derive(Debug, Clone)]
pub enum Database {
    /// A SQLite file.
    File(PathBuf),
    /// The address of a PostgreSQL database.
    Address(String),
}

impl From<&Path> for Database {
    fn from(file: &Path) -> Self {
        Self::File(file.to_owned())
    }
}

impl From<&PathBuf> for Database {
    fn from(file: &PathBuf) -> Self {
        Self::File(file.clone())
    }
}

impl From<&Self> for Database {
    fn from(database: &Self) -> Self {
        database.clone()
    }
}

/// The single number of a query.
pub async fn count(database: impl Into<Database>, query: &'static str) -> i64 {
    one(database, query).await
}

/// The single value of a query.
pub async fn one<T>(database: impl Into<Database>, query: &'static str) -> T
where
    T: Send + Unpin,
    (T,): for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>,
{
    let (value,): (T,) = match database.into() {
        Database::File(file) => {
            let mut connection = open(&file).await;
            let row = sqlx::query_as(query).fetch_one(&mut connection).await.unwrap();
            connection.close().await.unwrap();
            row
        }
        Database::Address(url) => {
            let mut connection = PgConnection::connect(&url).await.unwrap();
            let row = sqlx::query_as(query).fetch_one(&mut connection).await.unwrap();
            connection.close().await.unwrap();
            row
        }
    };
    value
}

/// Every row of a query.
pub async fn all<T>(database: &Database, query: &str) -> Vec<T>
where
    T: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>,
{
    Reader::of(database).await.all(query).await
}

/// A connection of its own, for whoever reads often.
#[derive(Debug)]
pub enum Reader {
    /// To a SQLite file.
    File(SqliteConnection),
    /// To a PostgreSQL database.
    Server(PgConnection),
}

impl Reader {
    /// Connects.
    pub async fn of(database: &Database) -> Self {
        match database {
            Database::File(file) => Self::File(open(file).await),
            Database::Address(url) => Self::Server(PgConnection::connect(url).await.unwrap()),
        }
    }

    /// Every row of a query.
    pub async fn all<T>(&mut self, query: &str) -> Vec<T>
    where
        T: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>,
    {
        let query = AssertSqlSafe(query.to_owned());
        match self {
            Self::File(connection) => sqlx::query_as(query).fetch_all(connection).await.unwrap(),
            Self::Server(connection) => sqlx::query_as(query).fetch_all(connection).await.unwrap(),
        }
    }
}

/// Runs statements that bind nothing.
pub async fn execute(database: impl Into<Database>, statements: &str) {
    let statements = sqlx::raw_sql(AssertSqlSafe(statements.to_owned()));
    match database.into() {
        Database::File(file) => {
            let mut connection = open(&file).await;
            statements.execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        }
        Database::Address(url) => {
            let mut connection = PgConnection::connect(&url).await.unwrap();
            statements.execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        }
    }
}

async fn open(file: &Path) -> SqliteConnection {
    let options =
        SqliteConnectOptions::new().filename(file).foreign_keys(true).busy_timeout(Duration::from_secs(10));
    SqliteConnection::connect_with(&options).await.unwrap()
}
