//! What the schema of this version is made of, by name.
//!
//! `schema/postgres.txt` and `schema/sqlite.txt` list it; a test reads the catalogue of a real database that this version
//! made and compares. `nexus migrate --check` tells what of it a database lacks.

use std::collections::BTreeSet;
use std::fmt;

/// A table, column, index, constraint, trigger or type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemaObject {
    /// `table`, `column`, `index`, `constraint`, `trigger`, `type`.
    pub kind: String,
    /// Its name; those of columns and constraints begin with their table's.
    pub name: String,
}

impl fmt::Display for SchemaObject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.kind, self.name)
    }
}

/// The schema of this version on PostgreSQL.
#[cfg(feature = "postgres")]
pub(crate) fn expected_postgres() -> BTreeSet<SchemaObject> {
    read(include_str!("schema/postgres.txt"))
}

/// The schema of this version on SQLite.
pub(crate) fn expected_sqlite() -> BTreeSet<SchemaObject> {
    read(include_str!("schema/sqlite.txt"))
}

/// What is expected and not there; a missing table stands for its columns too.
pub(crate) fn missing(
    expected: &BTreeSet<SchemaObject>,
    there: &BTreeSet<SchemaObject>,
) -> Vec<SchemaObject> {
    let lacks = |object: &&SchemaObject| !there.contains(*object);
    let tables: BTreeSet<&str> = expected
        .iter()
        .filter(lacks)
        .filter(|object| object.kind == "table")
        .map(|object| object.name.as_str())
        .collect();
    let of_missing_table =
        |object: &SchemaObject| object.name.split_once('.').is_some_and(|(table, _)| tables.contains(table));
    expected.iter().filter(lacks).filter(|object| !of_missing_table(object)).cloned().collect()
}

fn read(list: &str) -> BTreeSet<SchemaObject> {
    let lines = list.lines().filter_map(|line| line.split_once(' '));
    lines.map(|(kind, name)| SchemaObject { kind: kind.to_owned(), name: name.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_table_stands_for_what_is_in_it() {
        let expected = read("column a.id\ncolumn b.id\ncolumn b.name\nindex a_name\ntable a\ntable b");
        let there = read("column b.id\ntable b");
        let lacks: Vec<_> = missing(&expected, &there).iter().map(ToString::to_string).collect();
        assert_eq!(lacks, ["column b.name", "index a_name", "table a"]);
    }
}
