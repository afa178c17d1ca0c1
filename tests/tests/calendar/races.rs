use crate::school::{School, at, command, lesson, rounds};
use jiff::SignedDuration;
use nexus_core::calendar::Transition;
use nexus_core::calendar::use_cases::{
    CalendarError, ChangeStatus, MoveSession, book, cancel, change_status, join_session, reschedule,
};
use nexus_core::identity::use_cases::Behalf;
use nexus_core::rights::{Action, Permit};
use nexus_core::{Clock, Coded};
use nexus_tests::Backing;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// No two active lessons of a coach, nor of a pupil, overlap.
const OVERLAPS: &str = r#"
SELECT (SELECT count(*) FROM sessions a JOIN sessions b ON a."id" < b."id" AND a."coachId" = b."coachId"
            AND a."startsAt" < b."endsAt" AND b."startsAt" < a."endsAt"
        WHERE a."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND b."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS'))
     + (SELECT count(*) FROM session_participants a JOIN session_participants b ON a."id" < b."id"
            AND a."studentId" = b."studentId" AND a."startsAt" < b."endsAt" AND b."startsAt" < a."endsAt"
        WHERE a."blocking" AND b."blocking")"#;

fn tally(outcomes: &[&'static str]) -> BTreeMap<&'static str, usize> {
    outcomes.iter().fold(BTreeMap::new(), |mut tally, outcome| {
        *tally.entry(*outcome).or_insert(0) += 1;
        tally
    })
}

async fn one_slot(backing: Backing) {
    let clients = 64;
    let each = 2 * rounds();
    let school = Arc::new(School::open(backing, 1, 8).await);
    let start = Arc::new(Barrier::new(clients));
    let mut tasks = JoinSet::new();
    for client in 0..clients {
        let (school, start) = (Arc::clone(&school), Arc::clone(&start));
        tasks.spawn(async move {
            start.wait().await;
            let mut outcomes = Vec::new();
            for _ in 0..each {
                let booked =
                    school.book(&format!("p{}", client % 8), "coach-0", lesson(at(16, "14:00"), 60)).await;
                outcomes.push(booked.map_or_else(|error| error.code().as_str(), |_| "booked"));
            }
            outcomes
        });
    }
    let outcomes: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    let expected = BTreeMap::from([("booked", 1), ("slot_taken", clients * each - 1)]);
    assert_eq!(tally(&outcomes), expected, "{backing:?}");
    assert_eq!(school.count("SELECT count(*) FROM sessions").await, 1);
    assert_eq!(school.count(r#"SELECT count(*) FROM credit_tx WHERE "kind" = 'USAGE'"#).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_slot_has_one_winner_on_sqlite() {
    one_slot(Backing::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_slot_has_one_winner_on_postgres() {
    one_slot(Backing::Postgres).await;
}

/// Starts that are never equal, three coaches, six pupils: many overlap, and none of those that are booked does.
async fn random_lessons(backing: Backing) {
    let wanted = 240 * rounds();
    let school = Arc::new(School::open(backing, 3, 6).await);
    for pupil in 0..6 {
        school.credit(&format!("p{pupil}"), 900).await;
    }
    let mut tasks = JoinSet::new();
    for client in 0..24_usize {
        let school = Arc::clone(&school);
        tasks.spawn(async move {
            let mut outcomes = Vec::new();
            for turn in (client..wanted).step_by(24) {
                // A linear congruence spreads starts over two days, by the second.
                let spread = (turn * 7_919 + 13) % 36_000;
                let start = at(16 + u8::try_from(turn % 2).unwrap(), "08:10");
                let start =
                    start.checked_add(SignedDuration::from_secs(i64::try_from(spread).unwrap())).unwrap();
                let minutes = u16::try_from(30 + turn % 90).unwrap();
                let (pupil, coach) = (format!("p{}", turn % 6), format!("coach-{}", turn / 2 % 3));
                let booked = school.book(&pupil, &coach, lesson(start, minutes)).await;
                outcomes.push(booked.map_or_else(|error| error.code().as_str(), |_| "booked"));
            }
            outcomes
        });
    }
    let outcomes: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    let tally = tally(&outcomes);
    assert!(
        tally["booked"] >= 12
            && tally.keys().all(|outcome| {
                ["booked", "slot_taken", "student_busy", "outside_opening_hours"].contains(outcome)
            }),
        "{backing:?} {tally:?}"
    );
    let stored = school.count("SELECT count(*) FROM sessions").await;
    assert_eq!(usize::try_from(stored).unwrap(), tally["booked"], "{backing:?}");
    assert_eq!(school.count(OVERLAPS).await, 0, "{backing:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn random_lessons_never_overlap_on_sqlite() {
    random_lessons(Backing::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn random_lessons_never_overlap_on_postgres() {
    random_lessons(Backing::Postgres).await;
}

async fn one_pupil_two_coaches(backing: Backing) {
    let school = Arc::new(School::open(backing, 2, 1).await);
    for hour in 10..10 + u8::try_from(rounds().min(8)).unwrap() {
        let start = Arc::new(Barrier::new(2));
        let mut tasks = JoinSet::new();
        for (coach, minute) in [("coach-0", "00"), ("coach-1", "30")] {
            let (school, start) = (Arc::clone(&school), Arc::clone(&start));
            let when = lesson(at(16, &format!("{hour}:{minute}")), 45);
            tasks.spawn(async move {
                start.wait().await;
                school.book("p0", coach, when).await.map_or_else(|error| error.code().as_str(), |_| "booked")
            });
        }
        let outcomes = tasks.join_all().await;
        assert_eq!(
            tally(&outcomes),
            BTreeMap::from([("booked", 1), ("student_busy", 1)]),
            "{backing:?} {hour}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pupil_is_with_one_coach_on_sqlite() {
    one_pupil_two_coaches(Backing::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pupil_is_with_one_coach_on_postgres() {
    one_pupil_two_coaches(Backing::Postgres).await;
}

/// k seats, k + 50 pupils.
async fn seats(backing: Backing) {
    let (seats, pupils) = (5_usize, 55);
    let school = Arc::new(School::open(backing, 1, pupils).await);
    let session = school.workshop("p0", "coach-0", at(18, "10:00"), seats).await;
    let start = Arc::new(Barrier::new(pupils - 1));
    let mut tasks = JoinSet::new();
    for pupil in 1..pupils {
        let (school, start, id) = (Arc::clone(&school), Arc::clone(&start), session.id.clone());
        tasks.spawn(async move {
            let (name, student) = (format!("p{pupil}"), format!("student-p{pupil}"));
            let permit = school.permit(&name, Action::BookSession);
            start.wait().await;
            let joined =
                join_session(&school.app.calendar, Behalf::of(&permit), &id, &student, pupil % 2 == 0).await;
            joined.map_or_else(|error| error.code().as_str(), |seat| seat.state.as_str())
        });
    }
    let outcomes = tally(&tasks.join_all().await);
    let of = |outcome| outcomes.get(outcome).copied().unwrap_or(0);
    assert_eq!(of("ENROLLED"), seats - 1, "{backing:?} {outcomes:?}");
    assert_eq!(of("WAITING") + of("session_full"), pupils - seats, "{backing:?} {outcomes:?}");
    let held = r#"SELECT count(*) FROM session_participants WHERE "state" = 'ENROLLED'"#;
    assert_eq!(usize::try_from(school.count(held).await).unwrap(), seats);
    let paid = school.count(r#"SELECT count(*) FROM credit_tx WHERE "kind" = 'USAGE'"#).await;
    assert_eq!(usize::try_from(paid).unwrap(), seats, "who waits pays nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn seats_are_never_sold_twice_on_sqlite() {
    seats(Backing::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn seats_are_never_sold_twice_on_postgres() {
    seats(Backing::Postgres).await;
}

/// A lesson is called off, moved and ended at the same moment: one of them happens, and at most one refund.
async fn one_outcome(backing: Backing) {
    let lessons = 4 * rounds();
    let school = Arc::new(School::open(backing, 1, 1).await);
    school.credit("p0", 900).await;
    for turn in 0..lessons {
        let minute = u16::try_from(turn % 8).unwrap() * 60;
        let when = at(16, "08:00").checked_add(SignedDuration::from_mins(i64::from(minute))).unwrap();
        let session = school.book("p0", "coach-0", lesson(when, 30)).await.unwrap();
        let before = school.balance("p0").await;
        let start = Arc::new(Barrier::new(4));
        let mut tasks = JoinSet::new();
        for what in ["cancel", "cancel", "move", "confirm"] {
            let (school, start, id) = (Arc::clone(&school), Arc::clone(&start), session.id.clone());
            let to = when.checked_add(SignedDuration::from_mins(30)).unwrap();
            tasks.spawn(async move {
                let permit = Permit::system(Action::CancelSession);
                let behalf = Behalf::of(&permit);
                let context = &school.app.calendar;
                start.wait().await;
                let done = match what {
                    "cancel" => cancel(context, behalf, &id, Some("course")).await.map(|done| done.refunded),
                    "move" => {
                        let command = MoveSession { session: id, start: to, room: None };
                        reschedule(context, behalf, &command).await.map(|_| false)
                    }
                    _ => {
                        let command =
                            ChangeStatus { session: id, transition: Transition::Confirm, notes: None };
                        change_status(context, behalf, &command).await.map(|_| false)
                    }
                };
                (what, done)
            });
        }
        let mut ended = Vec::new();
        let mut refunds = 0;
        for (what, done) in tasks.join_all().await {
            match done {
                Ok(refunded) => {
                    refunds += i64::from(refunded);
                    if what != "confirm" {
                        ended.push(what);
                    }
                }
                Err(CalendarError::Transition(_)) => {}
                Err(error) => panic!("{backing:?} {what}: {error:?}"),
            }
        }
        assert_eq!(ended.len(), 1, "{backing:?} {ended:?}");
        assert_eq!(refunds, i64::from(ended[0] == "cancel"));
        assert_eq!(school.balance("p0").await, before + 500 * refunds, "{backing:?}");
        // What was moved makes room for the next turn.
        let permit = Permit::system(Action::CancelSession);
        let moved: Vec<_> = school.active().await;
        for id in moved {
            cancel(&school.app.calendar, Behalf::of(&permit), &id, Some("fin")).await.unwrap();
        }
    }
    let doubled = r#"SELECT count(*) FROM (SELECT "sessionId" FROM credit_tx WHERE "kind" = 'REFUND' GROUP BY "sessionId" HAVING count(*) > 1) twice"#;
    assert_eq!(school.count(doubled).await, 0);
    assert_eq!(school.count(OVERLAPS).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lesson_has_one_outcome_on_sqlite() {
    one_outcome(Backing::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lesson_has_one_outcome_on_postgres() {
    one_outcome(Backing::Postgres).await;
}

/// Five credits, a hundred clients.
async fn five_credits(backing: Backing) {
    let school = Arc::new(School::open(backing, 20, 0).await);
    school.app.pupil("poor").await;
    school.credit("poor", 5).await;
    let mut tasks = JoinSet::new();
    for client in 0..100_u8 {
        let school = Arc::clone(&school);
        tasks.spawn(async move {
            let day = 15 + client % 5;
            let start =
                at(day, "08:00").checked_add(SignedDuration::from_hours(i64::from(client / 5 % 12))).unwrap();
            let permit = school.permit("poor", Action::BookSession);
            let command = command("poor", &format!("coach-{}", client % 20), lesson(start, 60));
            let booked = book(&school.app.calendar, Behalf::of(&permit), &command).await;
            booked.map_or_else(|error| error.code().as_str(), |_| "booked")
        });
    }
    let outcomes = tally(&tasks.join_all().await);
    assert_eq!(outcomes["booked"], 5, "{backing:?} {outcomes:?}");
    assert_eq!(school.balance("poor").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_credits_are_five_lessons_on_sqlite() {
    five_credits(Backing::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_credits_are_five_lessons_on_postgres() {
    five_credits(Backing::Postgres).await;
}

/// A lesson that could begin is called off, moved, and begun and ended at the same moment: one of them happens to it.
async fn one_end(backing: Backing) {
    let lessons = 10 * rounds();
    let school = Arc::new(School::open(backing, 1, 1).await);
    school.credit("p0", 900).await;
    let mut outcomes = BTreeMap::new();
    for turn in 0..lessons {
        // It begins in ten minutes; whoever conducts it may begin it, and end it once the clock is there.
        let start = school.app.clock.now().checked_add(SignedDuration::from_mins(10)).unwrap();
        let office = school.permit("office", Action::BookSession);
        let wanted = command("p0", "coach-0", lesson(start, 30));
        let session = book(&school.app.calendar, Behalf::of(&office), &wanted).await.unwrap();
        school.app.clock.advance(SignedDuration::from_mins(10));
        let before = school.balance("p0").await;
        let gate = Arc::new(Barrier::new(3));
        let mut tasks = JoinSet::new();
        for what in ["CANCELLED", "RESCHEDULED", "COMPLETED"] {
            let (school, gate, id) = (Arc::clone(&school), Arc::clone(&gate), session.id.clone());
            let to = start.checked_add(SignedDuration::from_hours(20)).unwrap();
            tasks.spawn(async move {
                let permit = Permit::system(Action::CancelSession);
                let (context, behalf) = (&school.app.calendar, Behalf::of(&permit));
                gate.wait().await;
                let done = match what {
                    "CANCELLED" => cancel(context, behalf, &id, Some("course")).await.map(drop),
                    "RESCHEDULED" => {
                        let command = MoveSession { session: id, start: to, room: None };
                        reschedule(context, behalf, &command).await.map(drop)
                    }
                    _ => {
                        let step = |transition| ChangeStatus { session: id.clone(), transition, notes: None };
                        match change_status(context, behalf, &step(Transition::Start)).await {
                            Ok(_) => {
                                change_status(context, behalf, &step(Transition::Complete)).await.map(drop)
                            }
                            Err(error) => Err(error),
                        }
                    }
                };
                (what, done)
            });
        }
        let mut ended = Vec::new();
        for (what, done) in tasks.join_all().await {
            match done {
                Ok(()) => ended.push(what),
                Err(CalendarError::Transition(_)) => {}
                Err(error) => panic!("{backing:?} {what}: {error:?}"),
            }
        }
        let [ended] = ended[..] else { panic!("{backing:?}, turn {turn}: {ended:?}") };
        *outcomes.entry(ended).or_insert(0) += 1;
        let stored = school.app.calendar.store.session_history(&session.id).await.unwrap();
        assert_eq!(stored.last().unwrap().to.as_str(), ended, "{backing:?}, turn {turn}");
        let back = if ended == "CANCELLED" { 500 } else { 0 };
        assert_eq!(school.balance("p0").await, before + back, "{backing:?}, turn {turn}: {ended}");
        let moved = school.active().await;
        assert_eq!(moved.len(), usize::from(ended == "RESCHEDULED"), "{backing:?}, turn {turn}");
        for id in moved {
            let permit = Permit::system(Action::CancelSession);
            cancel(&school.app.calendar, Behalf::of(&permit), &id, Some("fin")).await.unwrap();
        }
        // The same time on the next day: no lesson of these goes past midnight, however many there are.
        school.app.clock.advance(SignedDuration::from_mins(24 * 60 - 10));
    }
    let doubled = r#"SELECT count(*) FROM (SELECT "sessionId" FROM credit_tx WHERE "kind" = 'REFUND' GROUP BY "sessionId" HAVING count(*) > 1) twice"#;
    assert_eq!(school.count(doubled).await, 0);
    assert_eq!(school.count(OVERLAPS).await, 0);
    eprintln!("{backing:?}: {outcomes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lesson_has_one_end_on_sqlite() {
    one_end(Backing::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lesson_has_one_end_on_postgres() {
    one_end(Backing::Postgres).await;
}
