//! Bilans.

use super::{Fixture, samples};
use jiff::SignedDuration;
use nexus_bilan::answers::{Answer, AnswerValue, Confidence};
use nexus_bilan::bilan::Bilan;
use nexus_bilan::lifecycle::BilanEvent;
use nexus_bilan::report::Variant;
use nexus_bilan::survey::{SurveyAnswer, SurveyAnswers};
use nexus_core::rights::Scope;
use nexus_core::{BilanId, StudentId};
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

async fn insert(fixture: &Fixture, bilan: &Bilan) -> bool {
    let mut tx = fixture.store.begin_bilan().await.unwrap();
    let written = tx.insert_bilan(bilan).await.unwrap();
    tx.commit().await.unwrap();
    written
}

fn text(item: &str, value: &str) -> Answer {
    Answer {
        item_id: item.to_owned(),
        value: AnswerValue::Text(value.to_owned()),
        confidence: Confidence::new(3),
        elapsed_ms: Some(1_500),
    }
}

/// Every field comes back as it was written, after each kind of write.
pub async fn reads_back_what_was_written(fixture: &Fixture) {
    let student = samples::save_student(fixture, "a").await;
    let mut bilan = samples::bilan(fixture, &student, "b1");
    assert!(insert(fixture, &bilan).await);
    assert_eq!(fixture.store.bilan(&bilan.id, &Scope::Any).await.unwrap().as_ref(), Some(&bilan));

    fixture.clock.advance(SignedDuration::from_millis(1_234));
    bilan.apply(BilanEvent::Submit).unwrap();
    bilan.revision = 7;
    bilan.report_revision = 1;
    bilan.submitted_at = Some(bilan.created_at.checked_add(SignedDuration::from_millis(1_234)).unwrap());
    bilan.failure = Some("document_limit".to_owned());
    let mut tx = fixture.store.begin_bilan().await.unwrap();
    tx.save_bilan(&bilan).await.unwrap();
    assert_eq!(tx.lock_bilan(&bilan.id, &Scope::Any).await.unwrap().as_ref(), Some(&bilan));
    tx.commit().await.unwrap();
    assert_eq!(fixture.store.bilan(&bilan.id, &Scope::Any).await.unwrap(), Some(bilan));
    assert_eq!(fixture.store.bilan(&BilanId::parse("absent").unwrap(), &Scope::Any).await.unwrap(), None);
}

/// Both databases keep a millisecond, and cut off what is finer: neither rounds up into the future.
pub async fn instants_keep_their_millisecond(fixture: &Fixture) {
    let student = samples::save_student(fixture, "a").await;
    for (id, written, read) in [
        ("a", "2026-09-14T08:30:00.123999999Z", "2026-09-14T08:30:00.123Z"),
        ("b", "1999-12-31T23:59:59.9995Z", "1999-12-31T23:59:59.999Z"),
        ("c", "1969-07-21T02:56:15.001Z", "1969-07-21T02:56:15.001Z"),
        ("d", "9999-12-30T22:00:00.999Z", "9999-12-30T22:00:00.999Z"),
    ] {
        let mut bilan = samples::bilan(fixture, &student, id);
        bilan.bank.slug = id.to_owned();
        bilan.expires_at = written.parse().unwrap();
        insert(fixture, &bilan).await;
        let found = fixture.store.bilan(&bilan.id, &Scope::Any).await.unwrap().unwrap();
        assert_eq!(found.expires_at, read.parse().unwrap());
    }
}

/// A second open attempt on the same bank is refused; one on another bank, or after the first is closed, is not.
pub async fn one_open_attempt_per_bank(fixture: &Fixture) {
    let student = samples::save_student(fixture, "a").await;
    let mut first = samples::bilan(fixture, &student, "b1");
    assert!(insert(fixture, &first).await);
    assert!(!insert(fixture, &samples::bilan(fixture, &student, "b2")).await);
    let mut other_bank = samples::bilan(fixture, &student, "b3");
    "nsi-terminale".clone_into(&mut other_bank.bank.slug);
    assert!(insert(fixture, &other_bank).await);

    let mut tx = fixture.store.begin_bilan().await.unwrap();
    assert_eq!(tx.open_attempt(&student, "maths-terminale").await.unwrap().as_ref(), Some(&first));
    first.apply(BilanEvent::Submit).unwrap();
    tx.save_bilan(&first).await.unwrap();
    assert_eq!(tx.open_attempt(&student, "maths-terminale").await.unwrap(), None);
    tx.commit().await.unwrap();
    assert!(insert(fixture, &samples::bilan(fixture, &student, "b4")).await);
}

/// Twenty requests open an attempt at the same instant: one wins.
pub async fn starters_race_for_one_attempt(fixture: &Fixture) {
    let student = samples::save_student(fixture, "a").await;
    let start = Arc::new(Barrier::new(20));
    let mut starters = JoinSet::new();
    for number in 0..20 {
        let (store, start) = (Arc::clone(&fixture.store), Arc::clone(&start));
        let bilan = samples::bilan(fixture, &student, &format!("b{number}"));
        starters.spawn(async move {
            start.wait().await;
            let mut tx = store.begin_bilan().await.unwrap();
            let written = tx.insert_bilan(&bilan).await.unwrap();
            tx.commit().await.unwrap();
            written
        });
    }
    let winners = starters.join_all().await.into_iter().filter(|won| *won).count();
    assert_eq!(winners, 1);
}

/// An item keeps its last answer, the others stay.
pub async fn answers_are_replaced_item_by_item(fixture: &Fixture) {
    let student = samples::save_student(fixture, "a").await;
    let bilan = samples::bilan(fixture, &student, "b1");
    insert(fixture, &bilan).await;
    let no_survey = SurveyAnswers::new();
    let survey = SurveyAnswers::from([
        ("s1".to_owned(), SurveyAnswer::Position(4)),
        ("s2".to_owned(), SurveyAnswer::PreferNotToSay),
    ]);
    let mut tx = fixture.store.begin_bilan().await.unwrap();
    tx.save_answers(&bilan, &[text("i2", "0,25"), text("i1", "x")], &survey).await.unwrap();
    let blank = Answer { value: AnswerValue::Blank, confidence: None, elapsed_ms: None, ..text("i1", "") };
    tx.save_answers(&bilan, std::slice::from_ref(&blank), &no_survey).await.unwrap();
    tx.commit().await.unwrap();

    let read = fixture.store.attempt_answers(&bilan.id).await.unwrap();
    assert_eq!(read.answers, [blank, text("i2", "0,25")]);
    assert_eq!(read.survey, survey);
}

/// Ten pages save from the same revision: a use-case that locks, compares and writes lets exactly one through.
pub async fn savers_race_on_one_revision(fixture: &Fixture) {
    let student = samples::save_student(fixture, "a").await;
    let bilan = samples::bilan(fixture, &student, "b1");
    insert(fixture, &bilan).await;
    let start = Arc::new(Barrier::new(10));
    let mut savers = JoinSet::new();
    for number in 0..10 {
        let (store, start, id) = (Arc::clone(&fixture.store), Arc::clone(&start), bilan.id.clone());
        savers.spawn(async move {
            start.wait().await;
            let mut tx = store.begin_bilan().await.unwrap();
            let mut bilan = tx.lock_bilan(&id, &Scope::Any).await.unwrap().unwrap();
            if bilan.revision != 0 {
                return false;
            }
            bilan.revision += 1;
            let answer = text("i1", &number.to_string());
            tx.save_answers(&bilan, &[answer], &SurveyAnswers::new()).await.unwrap();
            tx.save_bilan(&bilan).await.unwrap();
            tx.commit().await.unwrap();
            true
        });
    }
    let winners = savers.join_all().await.into_iter().filter(|won| *won).count();
    assert_eq!(winners, 1);
    assert_eq!(fixture.store.bilan(&bilan.id, &Scope::Any).await.unwrap().unwrap().revision, 1);
}

/// Six tasks read and write in turn, many times: the lock comes before the read, or a revision would be lost.
pub async fn savers_take_turns(fixture: &Fixture) {
    const TASKS: u64 = 6;
    const SAVES: u64 = 15;
    let student = samples::save_student(fixture, "a").await;
    let bilan = samples::bilan(fixture, &student, "b1");
    insert(fixture, &bilan).await;
    let mut savers = JoinSet::new();
    for _ in 0..TASKS {
        let (store, id) = (Arc::clone(&fixture.store), bilan.id.clone());
        savers.spawn(async move {
            for _ in 0..SAVES {
                let mut tx = store.begin_bilan().await.unwrap();
                let mut bilan = tx.lock_bilan(&id, &Scope::Any).await.unwrap().unwrap();
                bilan.revision += 1;
                tx.save_bilan(&bilan).await.unwrap();
                tx.commit().await.unwrap();
            }
        });
    }
    savers.join_all().await;
    let read = fixture.store.bilan(&bilan.id, &Scope::Any).await.unwrap().unwrap();
    assert_eq!(read.revision, TASKS * SAVES);
}

/// The second writing of a score changes nothing, and the score reads back.
pub async fn a_score_is_written_once(fixture: &Fixture) {
    let student = samples::save_student(fixture, "a").await;
    let bilan = samples::bilan(fixture, &student, "b1");
    insert(fixture, &bilan).await;
    let snapshot = samples::snapshot(fixture, &bilan);
    let mut other = snapshot.clone();
    "9.9.9".clone_into(&mut other.facts.engine_version);

    let mut tx = fixture.store.begin_bilan().await.unwrap();
    assert_eq!(tx.snapshot(&bilan.id).await.unwrap(), None);
    tx.insert_snapshot(&snapshot, &samples::legacy_columns()).await.unwrap();
    tx.insert_snapshot(&other, &samples::legacy_columns()).await.unwrap();
    assert_eq!(tx.snapshot(&bilan.id).await.unwrap(), Some(snapshot));
    tx.commit().await.unwrap();
    let list = fixture.store.bilans_of(&student, &Scope::Any).await.unwrap().unwrap();
    assert_eq!(list[0].percent, Some(47));
}

/// A document of a revision is written once; another revision is another document.
pub async fn documents_are_written_once(fixture: &Fixture) {
    let student = samples::save_student(fixture, "a").await;
    let bilan = samples::bilan(fixture, &student, "b1");
    insert(fixture, &bilan).await;
    let first = samples::document(fixture, &bilan, 1, "premier");
    let again = samples::document(fixture, &bilan, 1, "autre");
    let second = samples::document(fixture, &bilan, 2, "second");
    let mut tx = fixture.store.begin_bilan().await.unwrap();
    for document in [&first, &again, &second] {
        tx.insert_document(document).await.unwrap();
    }
    tx.commit().await.unwrap();
    let read = |revision, variant| fixture.store.document(&bilan.id, revision, variant);
    assert_eq!(read(1, Variant::General).await.unwrap(), Some(first));
    assert_eq!(read(2, Variant::General).await.unwrap(), Some(second));
    assert_eq!(read(1, Variant::Parent).await.unwrap(), None);
}

/// The list of a pupil: newest first, nobody else's, and `None` for nobody.
pub async fn lists_newest_first(fixture: &Fixture) {
    let student = samples::save_student(fixture, "a").await;
    let other = samples::save_student(fixture, "b").await;
    assert_eq!(fixture.store.bilans_of(&student, &Scope::Any).await.unwrap(), Some(vec![]));
    for (number, owner) in [&student, &other, &student].into_iter().enumerate() {
        let mut bilan = samples::bilan(fixture, owner, &format!("b{number}"));
        bilan.bank.slug = format!("bank-{number}");
        insert(fixture, &bilan).await;
        fixture.clock.advance(SignedDuration::from_secs(1));
    }
    let list = fixture.store.bilans_of(&student, &Scope::Any).await.unwrap().unwrap();
    let ids: Vec<_> = list.iter().map(|summary| summary.id.as_str()).collect();
    assert_eq!(ids, ["b2", "b0"]);
    assert_eq!((list[0].level.as_deref(), list[0].percent), (Some("terminale"), None));
    assert_eq!(
        fixture.store.bilans_of(&StudentId::parse("nobody").unwrap(), &Scope::Any).await.unwrap(),
        None
    );
}

/// Whatever was written in a dropped transaction is gone.
pub async fn nothing_survives_a_dropped_transaction(fixture: &Fixture) {
    let student = samples::save_student(fixture, "a").await;
    let bilan = samples::bilan(fixture, &student, "b1");
    insert(fixture, &bilan).await;
    let mut tx = fixture.store.begin_bilan().await.unwrap();
    let mut changed = bilan.clone();
    changed.revision = 3;
    tx.save_answers(&changed, &[text("i1", "x")], &SurveyAnswers::new()).await.unwrap();
    tx.save_bilan(&changed).await.unwrap();
    tx.insert_snapshot(&samples::snapshot(fixture, &bilan), &samples::legacy_columns()).await.unwrap();
    drop(tx);
    assert_eq!(fixture.store.bilan(&bilan.id, &Scope::Any).await.unwrap(), Some(bilan.clone()));
    assert!(fixture.store.attempt_answers(&bilan.id).await.unwrap().answers.is_empty());
    assert_eq!(fixture.store.begin_bilan().await.unwrap().snapshot(&bilan.id).await.unwrap(), None);
}
