//! Calendars are held, lessons and seats never overlap whoever writes them, states are changed once.

use super::ledger::{assert_invariants, credits, gift, give, pupil, wallet};
use super::{Fixture, beside, samples};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use nexus_core::calendar::{
    AvailabilityRule, CalendarOf, Calendars, Clash, ClockRange, ClockTime, Closure, CoachTime, Days,
    Interval, Modality, Participant, ParticipantState, PartiesAsked, ReminderKind, ServiceType, Session,
    SessionFilter, SessionKind, SessionStatus, StatusChange, StoredRule, TimeAsked,
};
use nexus_core::ledger::{grant, open_wallet};
use nexus_core::rights::Scope;
use nexus_core::{Clock, CoachId, Page, ParentId, SchoolSubject, SessionId, StudentId, UserId};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

fn id(name: &str) -> SessionId {
    SessionId::parse(name).unwrap()
}

fn coach(name: &str) -> CoachId {
    CoachId::parse(format!("coach-{name}")).unwrap()
}

async fn save_coach(fixture: &Fixture, name: &str) {
    let now = if beside::is_postgres(fixture) { "now()" } else { "0" };
    beside::execute(
        fixture,
        &format!(
            r#"INSERT INTO users ("id", "email", "role", "firstName", "lastName", "createdAt", "updatedAt")
               VALUES ('user-{name}', '{name}@example.test', 'COACH', 'Samia', 'Trabelsi', {now}, {now});
               INSERT INTO coach_profiles ("id", "userId", "pseudonym", "subjects", "createdAt", "updatedAt")
               VALUES ('coach-{name}', 'user-{name}', '{name}', '["NSI"]', {now}, {now})"#
        ),
    )
    .await;
}

/// A lesson of an hour, so many minutes after noon of a day.
fn session(fixture: &Fixture, name: &str, (student, of): (&StudentId, &str), minutes: i64) -> Session {
    let noon: Timestamp = "2026-09-16T12:00:00Z".parse().unwrap();
    let start = noon.checked_add(SignedDuration::from_mins(minutes)).unwrap();
    Session {
        id: id(name),
        root: id(name),
        rescheduled_from: None,
        series: None,
        sequence: 0,
        student: student.clone(),
        coach: coach(of),
        service: ServiceType::InPerson,
        kind: SessionKind::Individual,
        modality: Some(Modality::Hybrid),
        subject: SchoolSubject::Nsi,
        title: "L'arbre & « le » graphe".to_owned(),
        description: Some("Parcours".to_owned()),
        lesson: Interval::from_minutes(start, 60).unwrap(),
        room: None,
        seats: 1,
        price: 1_250,
        status: SessionStatus::Scheduled,
        video_room: None,
        report: None,
        booked_by: Some(UserId::parse("user-a").unwrap()),
        created_at: fixture.clock.now(),
        completed_at: None,
        cancelled_at: None,
    }
}

async fn insert(fixture: &Fixture, session: &Session) -> Result<(), Clash> {
    let mut tx = fixture.store.begin().await.unwrap();
    tx.insert_session(session, "system").await.unwrap();
    tx.commit().await.map_err(|error| *error.conflict_with::<Clash>().expect("a rule of the calendar"))
}

/// Every field comes back, and each scope reaches what it should.
pub async fn a_lesson_is_read_back_through_its_scopes(fixture: &Fixture) {
    save_coach(fixture, "a").await;
    let student = samples::save_student(fixture, "one").await;
    let written = Session { room: Some("Salle 1".to_owned()), ..session(fixture, "s1", (&student, "a"), 0) };
    insert(fixture, &written).await.unwrap();
    let user = UserId::parse("x").unwrap();
    let own = |student: &str| {
        let student = StudentId::parse(student).ok();
        Scope::Own { user: user.clone(), student, coach: None }
    };
    let teaches =
        |coach: &str| Scope::Own { user: user.clone(), student: None, coach: CoachId::parse(coach).ok() };
    let children = |parent: &str| Scope::Children { parent: ParentId::parse(parent).unwrap() };
    for (scope, reached) in [
        (Scope::Any, true),
        (own("student-one"), true),
        (own("student-two"), false),
        (children("parent-one"), true),
        (children("parent-two"), false),
        (teaches("coach-a"), true),
        (teaches("coach-b"), false),
        (Scope::Nothing, false),
    ] {
        let mut tx = fixture.store.begin().await.unwrap();
        let locked = tx.lock_session(&written.id, &scope).await.unwrap();
        drop(tx);
        assert_eq!(locked, reached.then(|| written.clone()), "{scope:?}");
        let view = fixture.store.session(&written.id, &scope).await.unwrap();
        assert_eq!(view.is_some(), reached, "{scope:?}");
        let filter = SessionFilter { status: Some(SessionStatus::Scheduled), ..SessionFilter::default() };
        let (listed, total) = fixture.store.sessions(&filter, &scope, Page::new(1, 10)).await.unwrap();
        assert_eq!((listed.len(), total), (usize::from(reached), u64::from(reached)), "{scope:?}");
    }
    let view = fixture.store.session(&written.id, &Scope::Any).await.unwrap().unwrap();
    assert_eq!((view.coach_name.as_str(), view.taken), ("Samia Trabelsi", 1));
    let story = fixture.store.session_history(&written.id).await.unwrap();
    assert_eq!((story.len(), story[0].from, story[0].to), (1, None, SessionStatus::Scheduled));
}

/// The database refuses by itself: for the coach, the pupil and the room; neighbours and what is over are no matter.
pub async fn what_overlaps_is_refused(fixture: &Fixture) {
    save_coach(fixture, "a").await;
    save_coach(fixture, "b").await;
    let one = samples::save_student(fixture, "one").await;
    let two = samples::save_student(fixture, "two").await;
    let in_room = |session: Session| Session { room: Some("Salle 1".to_owned()), ..session };
    insert(fixture, &in_room(session(fixture, "s1", (&one, "a"), 0))).await.unwrap();
    for (refused, clash) in [
        (session(fixture, "s2", (&two, "a"), 59), Clash::Coach),
        (session(fixture, "s2", (&two, "a"), -59), Clash::Coach),
        (session(fixture, "s2", (&one, "b"), 30), Clash::Student),
        (in_room(session(fixture, "s2", (&two, "b"), 30)), Clash::Room),
    ] {
        assert_eq!(insert(fixture, &refused).await, Err(clash));
    }
    insert(fixture, &in_room(session(fixture, "s2", (&one, "a"), 60))).await.unwrap();
    insert(fixture, &in_room(session(fixture, "s3", (&one, "a"), -60))).await.unwrap();
    insert(fixture, &session(fixture, "s4", (&two, "b"), 0)).await.unwrap();
    let mut tx = fixture.store.begin().await.unwrap();
    let all_day = Interval::from_minutes("2026-09-16T00:00:00Z".parse().unwrap(), 1_440).unwrap();
    let [a, b] = ["a", "b"].map(coach);
    let mut count = async |of: Calendars<'_>, except: Option<&SessionId>| {
        let busy = tx.busy(&of, &all_day, except).await.unwrap();
        (busy.coach.len(), busy.student.len(), busy.room.len())
    };
    let of_coach = |coach| Calendars { coach: Some(coach), ..Calendars::default() };
    assert_eq!(count(of_coach(&a), None).await, (3, 0, 0));
    assert_eq!(count(of_coach(&a), Some(&id("s1"))).await, (2, 0, 0));
    assert_eq!(count(of_coach(&b), None).await, (1, 0, 0));
    let three = Calendars { student: Some(&one), room: Some("Salle 1"), ..of_coach(&b) };
    assert_eq!(count(three, None).await, (1, 3, 3));
    assert_eq!(count(Calendars { room: Some("Salle 2"), ..three }, None).await, (1, 3, 0));
    assert_eq!(count(Calendars::default(), None).await, (0, 0, 0));
}

/// Who holds the calendar of a coach keeps everybody else out, an empty one too.
pub async fn bookers_race_for_one_slot(fixture: &Fixture) {
    save_coach(fixture, "a").await;
    let mut students = Vec::new();
    for name in ["one", "two", "three", "four"] {
        students.push(samples::save_student(fixture, name).await);
    }
    let start = Arc::new(Barrier::new(16));
    let mut tasks = JoinSet::new();
    for turn in 0..16_usize {
        let (store, start) = (Arc::clone(&fixture.store), Arc::clone(&start));
        // Starts that are never equal.
        let lesson =
            session(fixture, &format!("s{turn}"), (&students[turn % 4], "a"), i64::try_from(turn).unwrap());
        tasks.spawn(async move {
            start.wait().await;
            let mut tx = store.begin().await.unwrap();
            let of = CalendarOf::Coach(coach("a"));
            tx.lock_calendars(&[CalendarOf::Student(lesson.student.clone()), of.clone()]).await.unwrap();
            let coach = Calendars { coach: Some(&lesson.coach), ..Calendars::default() };
            if !tx.busy(&coach, &lesson.lesson, None).await.unwrap().coach.is_empty() {
                return false;
            }
            tx.insert_session(&lesson, "system").await.unwrap();
            tx.commit().await.expect("nobody else is in the calendar");
            true
        });
    }
    let winners = tasks.join_all().await.into_iter().filter(|won| *won).count();
    assert_eq!(winners, 1);
}

/// A change of state is guarded by the former one: one of many happens.
pub async fn changes_race_for_one_outcome(fixture: &Fixture) {
    save_coach(fixture, "a").await;
    let student = samples::save_student(fixture, "one").await;
    insert(fixture, &session(fixture, "s1", (&student, "a"), 0)).await.unwrap();
    let start = Arc::new(Barrier::new(8));
    let mut tasks = JoinSet::new();
    for turn in 0..8 {
        let (store, start, at) = (Arc::clone(&fixture.store), Arc::clone(&start), fixture.clock.now());
        let to = if turn % 2 == 0 { SessionStatus::Cancelled } else { SessionStatus::NoShow };
        tasks.spawn(async move {
            start.wait().await;
            let mut tx = store.begin().await.unwrap();
            let change = StatusChange {
                session: id("s1"),
                from: SessionStatus::Scheduled,
                to,
                actor: "system".to_owned(),
                reason: Some("course".to_owned()),
                report: None,
                refunded: Some(true),
                at,
            };
            let changed = tx.change_status(&change).await.unwrap();
            tx.commit().await.unwrap();
            changed
        });
    }
    let changes = tasks.join_all().await.into_iter().filter(|changed| *changed).count();
    assert_eq!(changes, 1);
    assert_eq!(fixture.store.session_history(&id("s1")).await.unwrap().len(), 2);
    // What is over takes no time.
    insert(fixture, &session(fixture, "s2", (&student, "a"), 0)).await.unwrap();
}

/// Seats are counted by the database; who waits takes none, and can be elsewhere.
pub async fn seats_are_counted(fixture: &Fixture) {
    save_coach(fixture, "a").await;
    save_coach(fixture, "b").await;
    let mut students = Vec::new();
    for name in ["one", "two", "three"] {
        students.push(samples::save_student(fixture, name).await);
    }
    let group =
        Session { kind: SessionKind::Group, seats: 2, ..session(fixture, "s1", (&students[0], "a"), 0) };
    insert(fixture, &group).await.unwrap();
    let place = |name: &str, student: &StudentId, state| Participant {
        id: id(name),
        session: id("s1"),
        student: student.clone(),
        ledger: id(name),
        state,
        offered_until: None,
        created_at: fixture.clock.now(),
    };
    let take = async |place: Participant| {
        let mut tx = fixture.store.begin().await.unwrap();
        let taken = tx.insert_participant(&place).await.unwrap();
        if taken.is_ok() {
            tx.commit().await.unwrap();
        }
        taken
    };
    take(place("p1", &students[1], ParticipantState::Enrolled)).await.unwrap();
    assert_eq!(take(place("p2", &students[2], ParticipantState::Enrolled)).await, Err(Clash::Seats));
    take(place("p2", &students[2], ParticipantState::Waiting)).await.unwrap();
    // A seat in a group is as good as a lesson.
    let elsewhere = session(fixture, "s2", (&students[1], "b"), 30);
    assert_eq!(insert(fixture, &elsewhere).await, Err(Clash::Student));
    insert(fixture, &session(fixture, "s3", (&students[2], "b"), 30)).await.unwrap();
    let mut tx = fixture.store.begin().await.unwrap();
    let states: Vec<_> = tx.participants(&id("s1")).await.unwrap().iter().map(|place| place.state).collect();
    assert_eq!(states, [ParticipantState::Enrolled, ParticipantState::Enrolled, ParticipantState::Waiting]);
    // One leaves: the other may have the seat, were he not elsewhere by now.
    let left =
        Participant { state: ParticipantState::Left, ..place("p1", &students[1], ParticipantState::Left) };
    tx.save_participant(&left).await.unwrap().unwrap();
    let late = place("p2", &students[2], ParticipantState::Enrolled);
    assert_eq!(tx.save_participant(&late).await.unwrap(), Err(Clash::Student));
}

/// Each reminder is taken by one of many, those of a lesson that is called off by none.
pub async fn workers_race_for_reminders(fixture: &Fixture) {
    save_coach(fixture, "a").await;
    let student = samples::save_student(fixture, "one").await;
    let now = fixture.clock.now();
    for (name, minutes) in [("s1", 0), ("s2", 60), ("s3", 120)] {
        insert(fixture, &session(fixture, name, (&student, "a"), minutes)).await.unwrap();
        let mut tx = fixture.store.begin().await.unwrap();
        tx.plan_reminder(&id(name), ReminderKind::OneDayBefore, now).await.unwrap();
        tx.plan_reminder(&id(name), ReminderKind::OneDayBefore, now).await.unwrap();
        let later = now.checked_add(SignedDuration::from_hours(1)).unwrap();
        tx.plan_reminder(&id(name), ReminderKind::TwoHoursBefore, later).await.unwrap();
        if name == "s3" {
            tx.cancel_reminders(&id(name), now).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    let mut tasks = JoinSet::new();
    for _ in 0..6 {
        let store = Arc::clone(&fixture.store);
        tasks.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let taken = tx.take_due_reminders(now, 1).await.unwrap();
            tx.commit().await.unwrap();
            taken
        });
    }
    let taken: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    let distinct: BTreeSet<_> = taken.iter().map(|(session, _)| session.to_string()).collect();
    assert_eq!((taken.len(), distinct.len()), (2, 2), "{taken:?}");
}

/// What is read of several coaches at once is what is read of each.
pub async fn coaches_are_read_together(fixture: &Fixture) {
    let (now, date) = (fixture.clock.now(), "2026-09-16".parse().unwrap());
    let days = (date, date);
    save_coach(fixture, "a").await;
    save_coach(fixture, "b").await;
    let student = samples::save_student(fixture, "one").await;
    let mut tx = fixture.store.begin().await.unwrap();
    for (id, name) in [("r-a", "user-a"), ("r-b", "user-b")] {
        let user = UserId::parse(name).unwrap();
        let range =
            ClockRange::new(ClockTime::parse("09:00").unwrap(), ClockTime::parse("12:00").unwrap()).unwrap();
        let days = Days::Weekly(jiff::civil::Weekday::Monday);
        let rule = AvailabilityRule { days, range, open: true, valid_from: Some(date), valid_until: None };
        let stored = StoredRule { id: id.to_owned(), coach: user.clone(), rule };
        tx.replace_rules(&user, None, &[stored], now).await.unwrap();
    }
    let closure = |label: &str| Closure { first: date, last: date, label: label.to_owned() };
    tx.insert_closure("c1", None, &closure("école"), now).await.unwrap();
    tx.insert_closure("c2", Some(&UserId::parse("user-b").unwrap()), &closure("congé"), now).await.unwrap();
    tx.commit().await.unwrap();
    let lesson = |name, minutes| session(fixture, name, (&student, "a"), minutes);
    insert(fixture, &lesson("s1", 0)).await.unwrap();
    insert(fixture, &lesson("s2", 600)).await.unwrap();

    let span = lesson("s1", 0).lesson.widened(SignedDuration::from_mins(30));
    let times = fixture.store.open_coaches(None, days, Some(&span)).await.unwrap();
    assert_eq!(
        times.iter().map(|time| time.coach.coach.as_str()).collect::<Vec<_>>(),
        ["coach-a", "coach-b"]
    );
    for time in &times {
        let CoachTime { coach, rules, closures, busy } = time;
        assert_eq!(rules, &fixture.store.stored_rules(&coach.user, days).await.unwrap());
        assert_eq!(closures, &fixture.store.days_closed(&coach.user, days).await.unwrap());
        let lessons = fixture.store.lessons_of(&coach.coach, &span).await.unwrap();
        assert_eq!(busy, &lessons.iter().map(|session| session.lesson).collect::<Vec<_>>());
    }
    assert_eq!(
        times.iter().map(|time| (time.closures.len(), time.busy.len())).collect::<Vec<_>>(),
        [(1, 1), (2, 0)]
    );
    let none = fixture.store.open_coaches(None, days, None).await.unwrap();
    assert!(none.iter().all(|time| time.busy.is_empty() && time.rules.len() == 1), "{none:?}");
}

/// What a coach says is replaced whole, weeks and dates apart; closures count for whom they are.
pub async fn availability_is_replaced_by_kind(fixture: &Fixture) {
    save_coach(fixture, "a").await;
    let now = fixture.clock.now();
    let user = UserId::parse("user-a").unwrap();
    let range = |start: &str, end: &str| {
        ClockRange::new(ClockTime::parse(start).unwrap(), ClockTime::parse(end).unwrap()).unwrap()
    };
    let date = "2026-09-16".parse().unwrap();
    let rule = |id: &str, days, range, open| StoredRule {
        id: id.to_owned(),
        coach: user.clone(),
        rule: AvailabilityRule { days, range, open, valid_from: Some(date), valid_until: None },
    };
    let weekly = Days::Weekly(jiff::civil::Weekday::Sunday);
    let mut tx = fixture.store.begin().await.unwrap();
    let first = [
        rule("r1", weekly, range("09:00", "12:00"), true),
        rule("r2", weekly, range("14:00", "15:00"), false),
    ];
    tx.replace_rules(&user, None, &first, now).await.unwrap();
    tx.replace_rules(&user, Some(date), &[rule("r3", Days::On(date), range("9:05", "10:00"), true)], now)
        .await
        .unwrap();
    let closure = |label: &str| Closure { first: date, last: date, label: label.to_owned() };
    tx.insert_closure("c1", None, &closure("école"), now).await.unwrap();
    tx.insert_closure("c2", Some(&user), &closure("congé"), now).await.unwrap();
    tx.commit().await.unwrap();

    let days = (date, date);
    let read = fixture.store.stored_rules(&user, days).await.unwrap();
    let ids: BTreeSet<_> = read.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids, BTreeSet::from(["r1", "r2", "r3"]));
    assert!(read.iter().any(|stored| stored.rule == first[1].rule), "{read:?}");
    let coach = fixture.store.find_coach("user-a", days).await.unwrap().unwrap();
    assert_eq!((coach.coach.as_str(), coach.facts.rules.len(), coach.facts.active), ("coach-a", 3, true));
    let labels = async |coach: &str| {
        let closed = fixture.store.days_closed(&UserId::parse(coach).unwrap(), days).await.unwrap();
        closed.into_iter().map(|closure| closure.label).collect::<Vec<_>>()
    };
    assert_eq!((labels("user-a").await.len(), labels("user-b").await), (2, vec!["école".to_owned()]));

    let mut tx = fixture.store.begin().await.unwrap();
    tx.replace_rules(&user, None, &[rule("r4", weekly, range("10:00", "11:00"), true)], now).await.unwrap();
    tx.remove_rule("r3").await.unwrap();
    tx.commit().await.unwrap();
    let left = fixture.store.stored_rules(&user, days).await.unwrap();
    assert_eq!(left.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>(), ["r4"]);
    let teach = async |subject| fixture.store.open_coaches(Some(subject), days, None).await.unwrap().len();
    assert_eq!((teach(SchoolSubject::Nsi).await, teach(SchoolSubject::Ses).await), (1, 0));
}

/// The wallet of who books comes with the time that is taken: what the transaction did to it before shows, and so does what it
/// does afterwards; nobody gets the wallet of somebody else.
pub async fn a_wallet_that_comes_along_is_no_old_one(fixture: &Fixture) {
    save_coach(fixture, "a").await;
    let owner = pupil(fixture, "one").await;
    let other = pupil(fixture, "two").await;
    give(fixture, &gift(&owner, "first", 5_000, None)).await.unwrap();
    give(fixture, &gift(&other, "first", 250, None)).await.unwrap();
    let now = fixture.clock.now();
    let lesson = Interval::from_minutes(now, 60).unwrap();
    let day = now.to_zoned(TimeZone::UTC).date();
    let mut tx = fixture.store.begin().await.unwrap();
    let parties = PartiesAsked { student: owner.as_str(), scope: &Scope::Any, coach: "coach-a", room: None };
    let time = TimeAsked {
        coach: "coach-a",
        student: None,
        room: None,
        days: (day, day),
        within: lesson,
        except: None,
    };
    let mut expected = 5_000;
    for round in 0..3 {
        // Movements that still wait to be written belong to what is read.
        grant(&mut *tx, &gift(&owner, &format!("waiting-{round}"), 10, None), now).await.unwrap();
        let (found, _) = tx.hold_parties(&parties).await.unwrap();
        assert_eq!(found.unwrap().user, owner);
        assert!(tx.time_taken(&time).await.unwrap().is_some());
        expected += 10;
        assert_eq!(open_wallet(&mut *tx, &owner, now).await.unwrap().balance, credits(expected));
        let _ = tx.hold_parties(&parties).await.unwrap();
        grant(&mut *tx, &gift(&owner, &format!("before-{round}"), 1_000, None), now).await.unwrap();
        assert!(tx.time_taken(&time).await.unwrap().is_some());
        if round == 1 {
            assert_eq!(open_wallet(&mut *tx, &other, now).await.unwrap().balance, credits(250));
        }
        expected += 1_000;
        assert_eq!(open_wallet(&mut *tx, &owner, now).await.unwrap().balance, credits(expected));
        grant(&mut *tx, &gift(&owner, &format!("after-{round}"), 100, None), now).await.unwrap();
        expected += 100;
        assert_eq!(open_wallet(&mut *tx, &owner, now).await.unwrap().balance, credits(expected));
    }
    tx.commit().await.unwrap();
    assert_eq!(wallet(fixture, &owner).await.balance, credits(expected));
    assert_invariants(fixture).await;
}
