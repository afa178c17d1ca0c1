//! Databases of the existing application, and what an inspection of one finds.

use crate::existing::{ddl, fixture};
use jiff::Timestamp;
use nexus_core::testing::{CountingIds, ManualClock};
use nexus_store::Backend;
use nexus_store::adoption::{AdoptionObserver, Anomaly, Rule};
use nexus_store::conformance::postgres_server::{PostgresServer, TestDatabase};
use nexus_store::postgres::{PostgresOptions, PostgresStore};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a database of the existing application holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// Its tables only.
    None,
    /// A school without a fault.
    Good,
    /// The same school, with faults.
    Broken,
}

/// A database as the existing application left it.
pub(crate) async fn existing_database(rows: Rows) -> TestDatabase {
    let database = PostgresServer::shared().database().await;
    let mut statements = ddl();
    let files: &[&str] = match rows {
        Rows::None => &[],
        Rows::Good => &["good.sql"],
        Rows::Broken => &["good.sql", "broken.sql"],
    };
    for file in files {
        statements.push_str(&std::fs::read_to_string(fixture(file)).unwrap());
    }
    database.execute(&statements).await;
    database
}

/// The instant at which migrations of these tests happen.
pub(crate) fn now() -> Timestamp {
    "2026-01-15T08:30:00.25Z".parse().unwrap()
}

/// A store on a database; nothing is changed by opening it.
pub(crate) fn store(database: &TestDatabase) -> PostgresStore {
    let options = PostgresOptions::parse(database.url()).unwrap();
    PostgresStore::open(&options, Arc::new(ManualClock::at(now())), Arc::new(CountingIds::new("id")))
}

/// An identifier of the fixtures: the same as `pg_temp.id(kind, number)`.
pub(crate) fn id(kind: &str, number: u32) -> String {
    format!("{:x<25}", format!("c{kind}{number:05}"))
}

/// An anomaly in short: rule, row, what it collides with, whether it is in quarantine.
pub(crate) type Told = (String, String, Option<String>, bool);

/// Remembers what it hears.
#[derive(Debug, Default)]
pub(crate) struct Ear {
    pub(crate) rules: usize,
    pub(crate) anomalies: BTreeSet<Told>,
    pub(crate) details: Vec<(String, String)>,
    pub(crate) repaired: Vec<(&'static str, usize)>,
}

impl AdoptionObserver for Ear {
    fn rule_begins(&mut self, _: &'static Rule) {
        self.rules += 1;
    }

    fn found(&mut self, anomaly: &Anomaly) {
        let told = (
            anomaly.rule.name.to_owned(),
            anomaly.id.clone(),
            anomaly.because.clone(),
            anomaly.in_quarantine,
        );
        assert!(self.anomalies.insert(told), "told twice: {anomaly:?}");
        if let Some(detail) = &anomaly.detail {
            self.details.push((anomaly.id.clone(), detail.clone()));
        }
    }

    fn repaired(&mut self, rule: &'static Rule, rows: usize) {
        self.repaired.push((rule.name, rows));
    }
}

/// Everything that an inspection tells.
pub(crate) async fn inspect(store: &dyn Backend) -> Ear {
    let mut ear = Ear::default();
    store.inspect(&mut ear).await.unwrap();
    ear
}
