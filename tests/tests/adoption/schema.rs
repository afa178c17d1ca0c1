//! The schema that the migrations make: the same on both databases, with every name that the owner's documents give.

use crate::existing::{columns, fixture};
use crate::support::store;
use nexus_store::Backend;
use nexus_store::adoption::SchemaObject;
use nexus_store::conformance::postgres_server::PostgresServer;
use nexus_tests::people;
use nexus_tests::sheets::repository;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Columns by table.
type Tables = BTreeMap<String, BTreeSet<String>>;

fn tables(objects: &BTreeSet<SchemaObject>) -> Tables {
    let mut tables = Tables::new();
    for object in objects {
        match object.kind.as_str() {
            "table" => drop(tables.entry(object.name.clone()).or_default()),
            "column" => {
                let (table, column) = object.name.split_once('.').unwrap();
                tables.entry(table.to_owned()).or_default().insert(column.to_owned());
            }
            _ => {}
        }
    }
    tables
}

async fn on_postgres() -> BTreeSet<SchemaObject> {
    let database = PostgresServer::shared().database().await;
    let store = store(&database);
    store.migrate().await.unwrap();
    store.schema_objects().await.unwrap()
}

async fn on_sqlite() -> BTreeSet<SchemaObject> {
    let folder = tempfile::tempdir().unwrap();
    people::store(folder.path()).await.schema_objects().await.unwrap()
}

/// The list that `nexus migrate --check` compares a database with. After a new step: `NEXUS_UPDATE_SCHEMA=1 cargo test -p
/// nexus-tests --test adoption schema`, then look at the difference.
#[allow(clippy::disallowed_methods)] // whoever wrote a new step asks for the lists to be written
fn assert_listed(name: &str, objects: &BTreeSet<SchemaObject>) {
    let path = repository().join("nexus-store/src/adoption/schema").join(name);
    let list = objects.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n") + "\n";
    if std::env::var_os("NEXUS_UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &list).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let differences: Vec<_> = lines(&written).symmetric_difference(&lines(&list)).cloned().collect();
    assert!(
        differences.is_empty(),
        "{name} is not what the steps make; with a new step, run this again with NEXUS_UPDATE_SCHEMA=1: {differences:#?}"
    );
}

#[tokio::test]
async fn the_lists_of_both_databases_are_what_the_steps_make() {
    assert_listed("postgres.txt", &on_postgres().await);
    assert_listed("sqlite.txt", &on_sqlite().await);
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let (postgres, sqlite) = (tables(&on_postgres().await), tables(&on_sqlite().await));
    let names = |tables: &Tables| tables.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&postgres), names(&sqlite));
    for (table, columns) in &postgres {
        assert_eq!(columns, &sqlite[table], "{table}");
    }
}

/// `documented-columns.txt` has one line per name of documentation-technique.md (§2, §13, K, U); the rest comes from the
/// list of the existing application.
#[tokio::test]
async fn every_name_that_the_owner_gives_is_there() {
    let mut wanted = Tables::new();
    for column in columns() {
        wanted.entry(column.table).or_default().insert(column.name);
    }
    let documented = std::fs::read_to_string(fixture("documented-columns.txt")).unwrap();
    for line in documented.lines().filter(|line| !line.starts_with('#')) {
        let (table, columns) = line.split_once(':').unwrap();
        wanted.entry(table.to_owned()).or_default().extend(columns.split_whitespace().map(str::to_owned));
    }
    for (database, tables) in
        [("PostgreSQL", tables(&on_postgres().await)), ("SQLite", tables(&on_sqlite().await))]
    {
        for (table, columns) in &wanted {
            let there = tables.get(table).unwrap_or_else(|| panic!("{database} has no table {table}"));
            let lacking: Vec<_> = columns.difference(there).collect();
            assert!(lacking.is_empty(), "{database}: {table} lacks {lacking:?}");
        }
    }
}

#[tokio::test]
async fn every_foreign_key_leads_an_index() {
    let database = PostgresServer::shared().database().await;
    store(&database).migrate().await.unwrap();
    let mut connection = database.connect().await;
    let slow: Vec<String> = sqlx::query_scalar(
        "SELECT conrelid::regclass || '.' || attname FROM pg_constraint
         JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
         WHERE contype = 'f' AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1]
                                             AND indpred IS NULL)",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert!(slow.is_empty(), "PostgreSQL: {slow:?}");

    let folder = tempfile::tempdir().unwrap();
    people::store(folder.path()).await.close().await;
    let pool = open(&folder.path().join("nexus.db")).await;
    let slow: Vec<String> = sqlx::query_scalar(
        r#"SELECT held.name || '.' || key."from" FROM sqlite_master held JOIN pragma_foreign_key_list(held.name) key
           WHERE held.type = 'table' AND NOT EXISTS (
               SELECT 1 FROM pragma_index_list(held.name) list JOIN pragma_index_info(list.name) first
               WHERE first.seqno = 0 AND first.name = key."from" AND NOT list.partial)"#,
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert!(slow.is_empty(), "SQLite: {slow:?}");
}

/// What both databases refuse has the same name on both, where it has one.
#[tokio::test]
async fn both_databases_refuse_under_the_same_names() {
    let folder = tempfile::tempdir().unwrap();
    people::store(folder.path()).await.close().await;
    let pool = open(&folder.path().join("nexus.db")).await;
    let made: String = sqlx::query_scalar("SELECT group_concat(sql, ' ') FROM sqlite_master")
        .fetch_one(&pool)
        .await
        .unwrap();
    let constraints =
        std::fs::read_to_string(repository().join("nexus-store/migrations/postgres/0020_constraints.sql"))
            .unwrap();
    let words: Vec<&str> = constraints.split_whitespace().collect();
    let declared = words.windows(3).filter_map(|three| match *three {
        ["UNIQUE", "INDEX", name] | ["ADD", "CONSTRAINT", name] => Some(name.trim_matches('"')),
        _ => None,
    });
    let names: BTreeSet<&str> = declared.filter(|name| !name.ends_with("_fkey") && *name != "%I").collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        assert!(made.contains(name), "SQLite has no {name}");
    }
}

async fn open(path: &Path) -> SqlitePool {
    SqlitePool::connect_with(SqliteConnectOptions::new().filename(path)).await.unwrap()
}
