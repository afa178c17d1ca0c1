//! Families in a store.

use crate::rows::Database;
use nexus_core::rights::{Action, Permit};
use nexus_core::testing::{CountingIds, ManualClock};
use nexus_core::{Family, NewStudent, ParentId, Person, Store, StudentId, UserId};
use nexus_store::Backend;
use nexus_store::postgres::{PostgresOptions, PostgresStore};
use nexus_store::sqlite::{SqliteOptions, SqliteStore};
use std::path::Path;
use std::sync::Arc;

/// A pupil to enrol.
#[derive(Debug, Clone)]
pub struct Pupil<'a> {
    /// Makes every identifier.
    pub name: &'a str,
    /// First name.
    pub first_name: &'a str,
    /// Family name.
    pub last_name: &'a str,
    /// Level he enters.
    pub grade: Option<&'a str>,
    /// School.
    pub school: Option<&'a str>,
}

impl<'a> Pupil<'a> {
    /// A pupil who enters Terminale.
    pub const fn named(name: &'a str) -> Self {
        Self {
            name,
            first_name: "Élève",
            last_name: "O'Connor & Fils",
            grade: Some("terminale"),
            school: None,
        }
    }
}

/// Writes a pupil and a parent of his own.
pub async fn enrol(store: &dyn Store, pupil: &Pupil<'_>) -> StudentId {
    let name = pupil.name;
    let person = |role: &str, first_name: &str, last_name: &str| Person {
        id: UserId::parse(format!("{role}-user-{name}")).unwrap(),
        email: format!("{role}.{name}@example.test"),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
    };
    let family = Family {
        id: ParentId::parse(format!("parent-{name}")).unwrap(),
        parent: person("parent", "Parent", pupil.last_name),
    };
    let student = NewStudent {
        id: StudentId::parse(format!("student-{name}")).unwrap(),
        person: person("student", pupil.first_name, pupil.last_name),
        family: family.id.clone(),
        grade: pupil.grade.map(str::to_owned),
        school: pupil.school.map(str::to_owned),
    };
    let mut tx = store.begin().await.unwrap();
    tx.save_family(&family).await.unwrap();
    tx.save_student(&student).await.unwrap();
    tx.commit().await.unwrap();
    student.id
}

/// A migrated store in a data folder, as `nexus` makes it there.
pub async fn store(data: &Path) -> Arc<dyn Backend> {
    store_at(&Database::File(data.join("nexus.db"))).await
}

/// A migrated store on a database, as `nexus` makes it there.
pub async fn store_at(database: &Database) -> Arc<dyn Backend> {
    let clock = Arc::new(ManualClock::at("2026-09-14T08:30:00Z".parse().unwrap()));
    let ids = Arc::new(CountingIds::new("seed"));
    let store: Arc<dyn Backend> = match database {
        Database::File(file) => {
            Arc::new(SqliteStore::open(&SqliteOptions::new(file), clock, ids).await.unwrap())
        }
        Database::Address(url) => {
            Arc::new(PostgresStore::open(&PostgresOptions::parse(url).unwrap(), clock, ids))
        }
    };
    store.migrate().await.unwrap();
    store
}

/// The permit of the office to read documents.
pub const fn office() -> Permit {
    Permit::system(Action::ReadReport)
}
