//! Every value of every row of the existing application's tables, so that a lost or changed one shows.

use crate::existing::columns;
use nexus_store::conformance::postgres_server::TestDatabase;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// (table, key) → the values of the row's columns as text.
pub(crate) type Fingerprint = BTreeMap<(String, String), Vec<Option<String>>>;

/// Reads every column that the existing application knows.
pub(crate) async fn fingerprint(database: &TestDatabase) -> Fingerprint {
    let columns = columns();
    let mut connection = database.connect().await;
    let mut found = Fingerprint::new();
    let mut rest = columns.as_slice();
    while let Some(first) = rest.first() {
        let (of_table, others) =
            rest.split_at(rest.iter().take_while(|column| column.table == first.table).count());
        rest = others;
        let key = of_table.iter().find(|column| column.key).unwrap();
        // Credits have three decimals from now on: 50 and 50.000 are one number.
        let text = |name: &str| match name {
            "balance" | "delta" => format!("\"{name}\"::float8::text"),
            _ => format!("\"{name}\"::text"),
        };
        let values: Vec<_> = of_table.iter().map(|column| text(&column.name)).collect();
        let query =
            format!("SELECT \"{}\"::text, ARRAY[{}] FROM \"{}\"", key.name, values.join(", "), first.table);
        let rows: Vec<(String, Vec<Option<String>>)> =
            sqlx::query_as(AssertSqlSafe(query)).fetch_all(&mut connection).await.unwrap();
        found.extend(rows.into_iter().map(|(key, values)| ((first.table.clone(), key), values)));
    }
    found
}

/// Asserts that every row and value of `before` is still there; returns the rows that are new, by table.
#[track_caller]
pub(crate) fn assert_nothing_lost(before: &Fingerprint, after: &Fingerprint) -> BTreeMap<String, usize> {
    for (row, values) in before {
        assert_eq!(after.get(row), Some(values), "{row:?}");
    }
    let mut fresh = BTreeMap::new();
    for (table, _) in after.keys().filter(|row| !before.contains_key(*row)) {
        *fresh.entry(table.clone()).or_default() += 1;
    }
    fresh
}
