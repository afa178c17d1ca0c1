//! Values to store.

use super::Fixture;
use jiff::SignedDuration;
use nexus_bilan::bilan::{BankReference, Bilan};
use nexus_bilan::lifecycle::BilanState;
use nexus_bilan::questionnaire::{Level, Subject};
use nexus_core::{BilanId, Checksum, Clock, Family, NewStudent, ParentId, Person, StudentId, UserId};

/// A parent and a pupil.
pub fn people(name: &str) -> (Family, NewStudent) {
    let person = |role: &str, first_name: String| Person {
        id: UserId::parse(format!("{role}-user-{name}")).unwrap(),
        email: format!("{role}.{name}@example.test"),
        first_name,
        last_name: "O'Connor & Fils".to_owned(),
    };
    let family = Family {
        id: ParentId::parse(format!("parent-{name}")).unwrap(),
        parent: person("parent", format!("Parent {name}")),
    };
    let student = NewStudent {
        id: StudentId::parse(format!("student-{name}")).unwrap(),
        person: person("student", format!("Élève {name}")),
        family: family.id.clone(),
        grade: Some("terminale".to_owned()),
        school: None,
    };
    (family, student)
}

/// Saves a parent and a pupil.
pub async fn save_student(fixture: &Fixture, name: &str) -> StudentId {
    let (family, student) = people(name);
    let mut tx = fixture.store.begin().await.unwrap();
    tx.save_family(&family).await.unwrap();
    tx.save_student(&student).await.unwrap();
    tx.commit().await.unwrap();
    student.id
}

/// A new attempt.
pub fn bilan(fixture: &Fixture, student: &StudentId, id: &str) -> Bilan {
    let now = fixture.clock.now();
    Bilan {
        id: BilanId::parse(id).unwrap(),
        student: student.clone(),
        bank: BankReference {
            slug: "maths-terminale".to_owned(),
            version: "1.0.0".to_owned(),
            checksum: Checksum::of_bytes(b"bank"),
        },
        subject: Some(Subject::Mathematiques),
        level: Some(Level::Terminale),
        state: BilanState::Draft,
        seed: format!("seed-of-{id}"),
        revision: 0,
        report_revision: 0,
        created_at: now,
        expires_at: now.checked_add(SignedDuration::from_hours(24)).unwrap(),
        submitted_at: None,
        failure: None,
    }
}
