//! What a whole database holds, to be compared with what it held before.

use crate::rows::{Database, Reader};
use std::collections::BTreeMap;

/// Tables that hold what a request leaves for its own repetition, or what a migration noted: no part of what happened.
const LEFT_OUT: [&str; 2] = ["idempotency_keys", "_sqlx_migrations"];

/// Every row of every table, in a form that is equal when they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents(BTreeMap<String, (i64, String)>);

/// How to read the contents of a database whose schema stands.
#[derive(Debug)]
pub struct Dump {
    reader: Reader,
    query: String,
}

impl Dump {
    /// Of the tables that are there now.
    pub async fn of(database: &Database) -> Self {
        let mut reader = Reader::of(database).await;
        let parts: Vec<String> = match database {
            Database::File(_) => {
                let columns: Vec<(String, String)> = reader.all(
                    "SELECT held.name, group_concat('quote(\"' || inside.name || '\")', ' || '',''  || ')
                     FROM sqlite_master held JOIN pragma_table_info(held.name) inside
                     WHERE held.type = 'table' AND held.name NOT LIKE 'sqlite!_%' ESCAPE '!' GROUP BY held.name",
                )
                .await;
                columns
                    .into_iter()
                    .filter(|(table, _)| !LEFT_OUT.contains(&table.as_str()))
                    .map(|(table, row)| {
                        format!(
                            "SELECT '{table}', count(*), COALESCE(group_concat(line, ';'), '')
                             FROM (SELECT {row} AS line FROM \"{table}\" ORDER BY 1)"
                        )
                    })
                    .collect()
            }
            Database::Address(_) => {
                let tables: Vec<(String, String)> = reader
                    .all(
                        "SELECT table_name::text, '' FROM information_schema.tables
                     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'",
                    )
                    .await;
                tables
                    .into_iter()
                    .filter(|(table, _)| !LEFT_OUT.contains(&table.as_str()))
                    .map(|(table, _)| {
                        format!(
                            "SELECT '{table}', count(*), COALESCE(string_agg(held::text, ';' ORDER BY held::text), '')
                             FROM \"{table}\" held"
                        )
                    })
                    .collect()
            }
        };
        Self { reader, query: parts.join(" UNION ALL ") }
    }

    /// What is there now.
    pub async fn read(&mut self) -> Contents {
        let rows: Vec<(String, i64, String)> = self.reader.all(&self.query).await;
        Contents(rows.into_iter().map(|(table, count, rows)| (table, (count, rows))).collect())
    }
}

impl Contents {
    /// The number of rows of each table that has any.
    pub fn counts(&self) -> BTreeMap<&str, i64> {
        let counts = self.0.iter().map(|(table, (count, _))| (table.as_str(), *count));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    /// The tables that differ.
    pub fn changed_since(&self, before: &Self) -> Vec<&str> {
        let differs = |(table, held): &(&String, &(i64, String))| before.0.get(*table) != Some(*held);
        self.0.iter().filter(differs).map(|(table, _)| table.as_str()).collect()
    }
}
