//! People.

use super::{Fixture, samples};
use nexus_core::StudentId;
use nexus_core::rights::Scope;

/// Saving the same person twice changes nothing, and a pupil is read back whole.
pub async fn saves_once_and_reads_back(fixture: &Fixture) {
    let student = samples::save_student(fixture, "a").await;
    let again = samples::save_student(fixture, "a").await;
    assert_eq!(student, again);
    let mut tx = fixture.store.begin().await.unwrap();
    let read = tx.student(&student, &Scope::Any).await.unwrap().expect("the pupil was saved");
    assert_eq!((read.first_name.as_str(), read.last_name.as_str()), ("Élève a", "O'Connor & Fils"));
    assert_eq!(read.grade.as_deref(), Some("terminale"));
    assert!(tx.student(&StudentId::parse("nobody").unwrap(), &Scope::Any).await.unwrap().is_none());
    drop(tx);
    assert_eq!(fixture.store.count_people().await.unwrap(), 2);
}

/// A transaction that is not committed leaves nothing.
pub async fn rolls_back_when_dropped(fixture: &Fixture) {
    let (family, _) = samples::people("b");
    let mut tx = fixture.store.begin().await.unwrap();
    tx.save_family(&family).await.unwrap();
    drop(tx);
    assert_eq!(fixture.store.count_people().await.unwrap(), 0);
}
