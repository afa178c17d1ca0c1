//! What a database file really holds, read beside the program.

use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::path::Path;

/// The single number of a query.
pub async fn count(database: &Path, query: &'static str) -> i64 {
    one(database, query).await
}

/// The single value of a query.
pub async fn one<T>(database: &Path, query: &'static str) -> T
where
    T: Send + Unpin,
    (T,): for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>,
{
    let options =
        SqliteConnectOptions::new().filename(database).busy_timeout(std::time::Duration::from_secs(10));
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    let (value,): (T,) = sqlx::query_as(query).fetch_one(&pool).await.unwrap();
    pool.close().await;
    value
}

/// Runs statements that bind nothing.
pub async fn execute(database: &Path, statements: &str) {
    let options = SqliteConnectOptions::new().filename(database).foreign_keys(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned())).execute(&pool).await.unwrap();
    pool.close().await;
}
