//! The schema of the existing application as its own migrations made it, from the list of its columns.

use nexus_tests::sheets::repository;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// One line of `existing-columns.csv`.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) table: String,
    pub(crate) name: String,
    kind: String,
    nullable: bool,
    default: String,
    pub(crate) key: bool,
    unique: Vec<String>,
    index: Vec<String>,
    foreign_key: String,
}

/// The values of the enums, in the order of the existing application's schema.
const ENUMS: [(&str, &str); 14] = [
    ("UserRole", "ADMIN ASSISTANTE COACH PARENT ELEVE"),
    (
        "Subject",
        "MATHEMATIQUES NSI FRANCAIS PHILOSOPHIE HISTOIRE_GEO ANGLAIS ESPAGNOL PHYSIQUE_CHIMIE SVT SES",
    ),
    ("ServiceType", "COURS_ONLINE COURS_PRESENTIEL ATELIER_GROUPE"),
    ("SessionStatus", "SCHEDULED CONFIRMED IN_PROGRESS COMPLETED CANCELLED NO_SHOW RESCHEDULED"),
    ("SessionType", "INDIVIDUAL GROUP MASTERCLASS"),
    ("SessionModality", "ONLINE IN_PERSON HYBRID"),
    ("SubscriptionStatus", "ACTIVE INACTIVE CANCELLED EXPIRED"),
    ("PaymentType", "SUBSCRIPTION CREDIT_PACK SPECIAL_PACK"),
    ("PaymentStatus", "PENDING COMPLETED FAILED REFUNDED"),
    (
        "NotificationType",
        "SESSION_BOOKED SESSION_CONFIRMED SESSION_REMINDER SESSION_CANCELLED SESSION_RESCHEDULED SESSION_COMPLETED \
         COACH_ASSIGNED PAYMENT_REQUIRED",
    ),
    ("NotificationStatus", "PENDING SENT DELIVERED READ FAILED"),
    ("NotificationMethod", "EMAIL SMS IN_APP PUSH"),
    ("ReminderType", "ONE_DAY_BEFORE TWO_HOURS_BEFORE THIRTY_MINUTES_BEFORE SESSION_STARTING"),
    ("MemoryKind", "EPISODIC SEMANTIC PLAN"),
];

/// Every column of the existing application.
pub(crate) fn columns() -> Vec<Column> {
    let text = std::fs::read_to_string(fixture("existing-columns.csv")).unwrap();
    let list = |cell: &str| cell.split(';').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    text.lines()
        .skip(1)
        .map(|line| {
            let [table, name, kind, nullable, default, key, unique, index, foreign_key] =
                <[String; 9]>::try_from(cells(line)).unwrap();
            Column {
                table,
                name,
                kind,
                nullable: nullable == "YES",
                default,
                key: key == "t",
                unique: list(&unique),
                index: list(&index),
                foreign_key,
            }
        })
        .collect()
}

/// A file of `tests/fixtures/adoption`.
pub(crate) fn fixture(name: &str) -> std::path::PathBuf {
    repository().join("tests/fixtures/adoption").join(name)
}

/// Cells of a line of CSV; a quoted cell may hold commas and doubled quotes.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cells.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cells.last_mut().unwrap().push(other),
        }
    }
    cells
}

/// Statements that make the existing application's database.
pub(crate) fn ddl() -> String {
    let columns = columns();
    let mut sql = String::from("CREATE EXTENSION IF NOT EXISTS vector;\n");
    for (name, values) in ENUMS {
        let values: Vec<_> = values.split_whitespace().map(|value| format!("'{value}'")).collect();
        writeln!(sql, "CREATE TYPE \"{name}\" AS ENUM ({});", values.join(", ")).unwrap();
    }
    let tables: BTreeSet<&str> = columns.iter().map(|column| column.table.as_str()).collect();
    for table in &tables {
        let of_table = || columns.iter().filter(|column| column.table == **table);
        let mut lines: Vec<String> = of_table().map(definition).collect();
        let key = of_table().find(|column| column.key).unwrap();
        lines.push(format!("CONSTRAINT \"{table}_pkey\" PRIMARY KEY (\"{}\")", key.name));
        writeln!(sql, "CREATE TABLE \"{table}\" (\n  {}\n);", lines.join(",\n  ")).unwrap();
        for (unique, name, names) in indexes(of_table()) {
            let unique = if unique { "UNIQUE " } else { "" };
            writeln!(sql, "CREATE {unique}INDEX \"{name}\" ON \"{table}\" ({names});").unwrap();
        }
    }
    for column in columns.iter().filter(|column| !column.foreign_key.is_empty()) {
        let (table, name) = (&column.table, &column.name);
        writeln!(
            sql,
            "ALTER TABLE \"{table}\" ADD CONSTRAINT \"{table}_{name}_fkey\" FOREIGN KEY (\"{name}\") REFERENCES {};",
            column.foreign_key
        )
        .unwrap();
    }
    sql
}

fn definition(column: &Column) -> String {
    let serial = column.default.starts_with("nextval");
    let kind = match column.kind.strip_prefix("enum:") {
        _ if serial => "SERIAL".to_owned(),
        Some(name) => format!("\"{name}\""),
        None => column.kind.clone(),
    };
    let default = match column.default.as_str() {
        "" => String::new(),
        _ if serial => String::new(),
        value => format!(" DEFAULT {value}"),
    };
    let required = if column.nullable { "" } else { " NOT NULL" };
    format!("\"{}\" {kind}{required}{default}", column.name)
}

/// Indexes of a table: unique or not, name, columns. The name of an index says the order of its columns.
fn indexes<'a>(columns: impl Iterator<Item = &'a Column>) -> Vec<(bool, String, String)> {
    let mut found: BTreeMap<(bool, String), Vec<&str>> = BTreeMap::new();
    for column in columns {
        for name in &column.unique {
            found.entry((true, name.clone())).or_default().push(&column.name);
        }
        for name in &column.index {
            found.entry((false, name.clone())).or_default().push(&column.name);
        }
    }
    found
        .into_iter()
        .map(|((unique, name), mut columns)| {
            columns.sort_by_key(|column| name.find(&format!("_{column}")).unwrap_or(usize::MAX));
            let columns: Vec<_> = columns.iter().map(|column| format!("\"{column}\"")).collect();
            (unique, name, columns.join(", "))
        })
        .collect()
}

#[test]
fn the_list_is_the_one_of_the_existing_application() {
    let columns = columns();
    let tables: BTreeSet<&str> = columns.iter().map(|column| column.table.as_str()).collect();
    assert_eq!((tables.len(), columns.len()), (41, 376));
    assert_eq!(cells(r#"a,"b ""c"", d",,e"#), ["a", r#"b "c", d"#, "", "e"]);
}
