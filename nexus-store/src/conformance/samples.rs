//! Values to store.

use super::Fixture;
use jiff::SignedDuration;
use jiff::civil::date;
use nexus_bilan::answers::{Answer, AnswerValue};
use nexus_bilan::attempt::state_facts;
use nexus_bilan::bilan::{
    AttemptAnswers, BankReference, Bilan, LegacyColumns, ReportDocument, ScoreSnapshot,
};
use nexus_bilan::facts::FactSheet;
use nexus_bilan::lifecycle::BilanState;
use nexus_bilan::questionnaire::{Catalogue, Level, Subject};
use nexus_bilan::report::Variant;
use nexus_bilan::survey::SurveyAnswers;
use nexus_bilan::texts;
use nexus_core::{BilanId, Checksum, Clock, Family, NewStudent, ParentId, Person, StudentId, UserId};
use serde_json::json;

/// A seal for the payloads of effects.
pub fn payload_seal() -> nexus_core::outbox::PayloadSeal {
    nexus_core::outbox::PayloadSeal::new([&"a secret that only tests know".to_owned().into()])
}

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

/// The facts of a real bank and one answer.
fn facts() -> FactSheet {
    let catalogue = Catalogue::built_in();
    let bank = catalogue.bank("maths-terminale").expect("the bank is built in");
    let item = bank.items.first().expect("the bank has items");
    let answer = Answer {
        item_id: item.id.clone(),
        value: AnswerValue::DontKnow,
        confidence: None,
        elapsed_ms: Some(4_000),
    };
    let attempt = AttemptAnswers { answers: vec![answer], survey: SurveyAnswers::new() };
    state_facts(bank, bank.checksum(), None, &attempt, date(2026, 11, 22)).expect("the attempt has facts")
}

/// A score.
pub fn snapshot(fixture: &Fixture, bilan: &Bilan) -> ScoreSnapshot {
    let facts = facts();
    ScoreSnapshot {
        bilan: bilan.id.clone(),
        checksum: facts.checksum().expect("facts have a canonical form"),
        facts,
        created_at: fixture.clock.now(),
    }
}

/// Columns for the existing pages: 28 points of 60.
pub fn legacy_columns() -> LegacyColumns {
    LegacyColumns {
        qcm_scores: json!({"total": 28, "totalMax": 60, "byDomain": {}}),
        pedago_profile: json!({}),
        synthesis: json!({"forces": [], "faiblesses": ["suites"]}),
        offers: json!({"primary": null}),
    }
}

/// The general document of a revision.
pub fn document(fixture: &Fixture, bilan: &Bilan, revision: u32, content: &str) -> ReportDocument {
    let payload = texts::write(&facts(), Variant::General, bilan.id.as_str(), revision);
    let checksum = Checksum::of_bytes(content.as_bytes());
    ReportDocument {
        bilan: bilan.id.clone(),
        revision,
        variant: Variant::General,
        payload: payload.expect("facts can be written about"),
        pdf_key: bilan.document_key(revision, Variant::General, &checksum),
        pdf_checksum: checksum,
        pdf_bytes: content.len() as u64,
        created_at: fixture.clock.now(),
    }
}

/// A session of one hour, as the existing application writes it.
pub async fn session(
    fixture: &Fixture,
    id: &str,
    (student, coach): (&str, &str),
    at: jiff::Timestamp,
    status: &str,
) {
    let at = if super::beside::is_postgres(fixture) {
        format!("'{}'", at.to_string().trim_end_matches('Z'))
    } else {
        at.as_millisecond().to_string()
    };
    super::beside::execute(
        fixture,
        &format!(
            r#"INSERT INTO sessions ("id", "studentId", "coachId", "type", "subject", "title", "scheduledAt", "duration",
                                     "creditCost", "status", "createdAt", "updatedAt")
            VALUES ('{id}', '{student}', '{coach}', 'COURS_ONLINE', 'NSI', 'Cours', {at}, 60, 1, '{status}', {at}, {at})"#
        ),
    )
    .await;
}

/// The secret of a second factor, from what somebody types into his authenticator.
pub fn totp(base32: &str) -> nexus_core::identity::totp::TotpSecret {
    let mut bits = 0_u64;
    let (mut held, mut bytes) = (0, Vec::new());
    for letter in base32.bytes() {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == letter).unwrap();
        bits = (bits << 5) | u64::try_from(value).unwrap();
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).unwrap());
        }
    }
    nexus_core::identity::totp::TotpSecret::from_bytes(&bytes).unwrap()
}
