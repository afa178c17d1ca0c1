//! The database of a fixture, reached beside the store: as the existing application writes to it, or as somebody who tampers.

use super::Fixture;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection, Executor};
use tempfile::TempDir;

async fn sqlite(folder: &TempDir) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.path().join("nexus.db"));
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// Whether the fixture is on PostgreSQL.
pub fn is_postgres(fixture: &Fixture) -> bool {
    !fixture.guard.is::<TempDir>()
}

/// Runs statements.
pub async fn try_execute(fixture: &Fixture, statements: &str) -> Result<(), sqlx::Error> {
    if let Some(folder) = fixture.guard.downcast_ref::<TempDir>() {
        let mut connection = sqlite(folder).await;
        connection.execute(AssertSqlSafe(statements.to_owned())).await?;
        return connection.close().await;
    }
    #[cfg(feature = "postgres")]
    if let Some(database) = fixture.guard.downcast_ref::<super::postgres_server::TestDatabase>() {
        let mut connection = database.connect().await;
        connection.execute(AssertSqlSafe(statements.to_owned())).await?;
        return connection.close().await;
    }
    panic!("the guard of this fixture is no database")
}

/// Runs statements that are right.
pub async fn execute(fixture: &Fixture, statements: &str) {
    try_execute(fixture, statements).await.expect(statements);
}

/// The single text of a query; absent when it is null.
pub async fn text(fixture: &Fixture, query: &str) -> Option<String> {
    let query = sqlx::AssertSqlSafe(query.to_owned());
    if let Some(folder) = fixture.guard.downcast_ref::<TempDir>() {
        return sqlx::query_scalar(query).fetch_one(&mut sqlite(folder).await).await.unwrap();
    }
    #[cfg(feature = "postgres")]
    if let Some(database) = fixture.guard.downcast_ref::<super::postgres_server::TestDatabase>() {
        return sqlx::query_scalar(query).fetch_one(&mut database.connect().await).await.unwrap();
    }
    panic!("the guard of this fixture is no database")
}
