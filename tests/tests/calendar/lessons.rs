use crate::school::{School, at, code, command, lesson};
use nexus_core::calendar::use_cases::{
    BookSeries, BookSession, CalendarError, ChangeStatus, MoveSession, book, book_series, cancel,
    change_status, join_video, reschedule, why_not,
};
use nexus_core::calendar::{ClockTime, Modality, SeriesPattern, ServiceType, SessionStatus, Transition};
use nexus_core::identity::use_cases::Behalf;
use nexus_core::rights::Action;
use nexus_core::{Coded, SchoolSubject};
use nexus_tests::Backing;

async fn everywhere<Proof: AsyncFn(School)>(coaches: usize, pupils: usize, proof: Proof) {
    for backing in Backing::ALL {
        proof(School::open(backing, coaches, pupils).await).await;
    }
}

/// Vectors S7 and S8, through the use-case.
#[tokio::test]
async fn what_overlaps_is_refused_and_neighbours_are_not() {
    everywhere(2, 2, async |school| {
        school.book("p0", "coach-0", lesson(at(16, "14:00"), 60)).await.unwrap();
        for (start, minutes, expected) in [
            ("14:00", 60, Some("slot_taken")),
            ("14:30", 60, Some("slot_taken")),
            ("13:30", 60, Some("slot_taken")),
            ("13:00", 180, Some("slot_taken")),
            ("15:00", 60, None),
            ("13:00", 60, None),
        ] {
            let booked = school.book("p1", "coach-0", lesson(at(16, start), minutes)).await;
            assert_eq!(booked.err().map(|error| error.code().as_str()), expected, "{start} {minutes}");
        }
        let elsewhere = school.book("p0", "coach-1", lesson(at(16, "14:30"), 60)).await;
        assert_eq!(code(elsewhere), "student_busy");
    })
    .await;
}

#[tokio::test]
async fn what_may_not_be_booked_leaves_nothing_behind() {
    everywhere(1, 2, async |school| {
        let good = command("p0", "coach-0", lesson(at(16, "14:00"), 60));
        let try_as = async |who: &str, command: &BookSession| {
            let permit = school.permit(who, Action::BookSession);
            code(book(&school.app.calendar, Behalf::of(&permit), command).await)
        };
        let when =
            |day, time, minutes| BookSession { lesson: lesson(at(day, time), minutes), ..good.clone() };
        assert_eq!(try_as("p1", &good).await, "student_not_found", "another pupil");
        assert_eq!(try_as("parent-p1", &good).await, "student_not_found", "another family");
        assert_eq!(try_as("p0", &when(14, "09:00", 60)).await, "session_in_the_past");
        assert_eq!(try_as("p0", &when(14, "11:30", 60)).await, "session_too_soon");
        assert_eq!(try_as("p0", &when(16, "19:30", 60)).await, "outside_opening_hours");
        assert_eq!(try_as("p0", &when(16, "10:00", 181)).await, "invalid_duration");
        assert_eq!(try_as("p0", &when(20, "10:00", 60)).await, "outside_opening_hours", "a Sunday");
        let far = BookSession { lesson: lesson("2026-12-15T10:00:00Z".parse().unwrap(), 60), ..good.clone() };
        assert_eq!(try_as("p0", &far).await, "session_too_far");
        let unknown = BookSession { coach: "nobody".to_owned(), ..good.clone() };
        assert_eq!(try_as("p0", &unknown).await, "coach_not_found");
        let wrong = BookSession { subject: SchoolSubject::Ses, ..good.clone() };
        assert_eq!(try_as("p0", &wrong).await, "subject_not_taught");
        let cheap = BookSession { modality: Some(Modality::InPerson), ..good.clone() };
        assert_eq!(
            try_as("p0", &cheap).await,
            "invalid_field",
            "a lesson at the school at the price of another"
        );
        let workshop = BookSession { service: ServiceType::Workshop, ..good.clone() };
        assert_eq!(try_as("p0", &workshop).await, "invalid_field", "the office opens workshops");
        school.app.execute(r#"UPDATE users SET "disabledAt" = "createdAt" WHERE "id" = 'coach-0'"#).await;
        assert_eq!(try_as("p0", &good).await, "coach_not_found", "his account is closed");
        for table in
            ["sessions", "session_participants", "session_reminders", "session_status_history", "outbox"]
        {
            let query: &'static str = Box::leak(format!("SELECT count(*) FROM {table}").into_boxed_str());
            assert_eq!(school.count(query).await, 0, "{table}");
        }
        assert_eq!(school.balance("p0").await, 20_000);
    })
    .await;
}

#[tokio::test]
async fn without_credits_nothing_is_booked() {
    everywhere(1, 0, async |school| {
        school.app.pupil("poor").await;
        let booked = school.book("poor", "coach-0", lesson(at(16, "14:00"), 60)).await;
        assert_eq!(code(booked), "missing_credits");
        assert_eq!(school.count("SELECT count(*) FROM sessions").await, 0);
    })
    .await;
}

/// Vectors S1, S2, S4 and S5.
#[tokio::test]
async fn a_lesson_is_called_off_once_and_refunded_in_time() {
    everywhere(2, 1, async |school| {
        let context = &school.app.calendar;
        let late = school.book("p0", "coach-0", lesson(at(15, "09:00"), 60)).await.unwrap();
        let at_the_limit = school.book("p0", "coach-0", lesson(at(15, "09:30"), 30)).await;
        assert_eq!(code(at_the_limit), "slot_taken");
        let in_time = school.book("p0", "coach-0", lesson(at(15, "10:00"), 60)).await.unwrap();
        assert_eq!(school.balance("p0").await, 18_000);
        let own = school.permit("p0", Action::CancelSession);
        // Monday 09:30: the first is less than a day ahead, the second is not.
        let cancelled = cancel(context, Behalf::of(&own), &late.id, None).await.unwrap();
        assert!(!cancelled.refunded);
        assert_eq!(school.balance("p0").await, 18_000);
        let other = school.permit("coach-1", Action::CancelSession);
        assert_eq!(code(cancel(context, Behalf::of(&other), &in_time.id, Some("x")).await), "session_not_found");
        let office = school.permit("office", Action::CancelSession);
        assert_eq!(code(cancel(context, Behalf::of(&office), &in_time.id, None).await), "reason_required");
        assert!(cancel(context, Behalf::of(&own), &in_time.id, None).await.unwrap().refunded);
        assert_eq!(school.balance("p0").await, 19_000);
        for permit in [&own, &office] {
            let again = cancel(context, Behalf::of(permit), &in_time.id, Some("encore")).await;
            assert_eq!(code(again), "session_transition_refused");
        }
        assert_eq!(school.balance("p0").await, 19_000);
        // The office and the coach give the credits back at any time.
        for who in ["office", "coach-0"] {
            let lesson = school.book("p0", "coach-0", lesson(at(14, "18:00"), 60)).await.unwrap();
            let permit = school.permit(who, Action::CancelSession);
            assert!(cancel(context, Behalf::of(&permit), &lesson.id, Some("malade")).await.unwrap().refunded, "{who}");
        }
        assert_eq!(school.balance("p0").await, 19_000);
        let told = r#"SELECT "report" FROM sessions WHERE "bookedBy" = 'student-user-p0' AND "report" LIKE '%malade' LIMIT 1"#;
        assert_eq!(school.text(told).await, "Annulée: malade");
        let open = r#"SELECT count(*) FROM sessions WHERE "status" = 'CANCELLED' AND "cancelledAt" IS NULL"#;
        assert_eq!(school.count(open).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_lesson_takes_its_course() {
    everywhere(1, 1, async |school| {
        let context = &school.app.calendar;
        let session = school.book("p0", "coach-0", lesson(at(15, "09:30"), 60)).await.unwrap();
        let coach = school.permit("coach-0", Action::ConductSession);
        let go = async |transition, notes: Option<&str>| {
            let notes = notes.map(str::to_owned);
            let command = ChangeStatus { session: session.id.clone(), transition, notes };
            change_status(context, Behalf::of(&coach), &command).await
        };
        assert_eq!(go(Transition::Confirm, None).await.unwrap().status, SessionStatus::Confirmed);
        assert_eq!(code(go(Transition::Start, None).await), "transition_too_early");
        assert_eq!(code(go(Transition::Complete, None).await), "session_transition_refused");
        school.later(24);
        // The coach comes into the room: the lesson begins, and the pupil finds the same room.
        let join = school.permit("coach-0", Action::JoinSession);
        let host = join_video(context, Behalf::of(&join), &session.id).await.unwrap();
        assert_eq!((host.is_host, host.view.session.status), (true, SessionStatus::InProgress));
        let join = school.permit("p0", Action::JoinSession);
        let guest = join_video(context, Behalf::of(&join), &session.id).await.unwrap();
        assert_eq!((guest.is_host, &guest.room), (false, &host.room));
        let done = go(Transition::Complete, Some("Bon travail")).await.unwrap();
        assert_eq!(done.report.as_deref(), Some("Bon travail"));
        assert_eq!(code(go(Transition::NoShow, None).await), "session_transition_refused");
        assert_eq!(code(join_video(context, Behalf::of(&join), &session.id).await), "room_not_open");
        let story = context.store.session_history(&session.id).await.unwrap();
        let story: Vec<_> = story.iter().map(|step| step.to.as_str()).collect();
        assert_eq!(story, ["SCHEDULED", "CONFIRMED", "IN_PROGRESS", "COMPLETED"]);
        let stamped =
            r#"SELECT count(*) FROM sessions WHERE "completedAt" IS NOT NULL AND "cancelledAt" IS NULL"#;
        assert_eq!(school.count(stamped).await, 1);
        assert_eq!(school.balance("p0").await, 19_000);
    })
    .await;
}

#[tokio::test]
async fn a_moved_lesson_keeps_its_identity_and_its_price() {
    everywhere(1, 2, async |school| {
        let context = &school.app.calendar;
        let first = school.book("p0", "coach-0", lesson(at(16, "14:00"), 60)).await.unwrap();
        school.book("p1", "coach-0", lesson(at(16, "16:00"), 60)).await.unwrap();
        let own = school.permit("p0", Action::CancelSession);
        let go = async |id: &nexus_core::SessionId, start| {
            reschedule(context, Behalf::of(&own), &MoveSession { session: id.clone(), start, room: None })
                .await
        };
        assert_eq!(code(go(&first.id, at(16, "15:30")).await), "slot_taken", "onto another lesson");
        // Onto itself, half an hour later.
        let second = go(&first.id, at(16, "14:30")).await.unwrap();
        let third = go(&second.id, at(17, "10:00")).await.unwrap();
        assert_eq!((&third.root, third.sequence), (&first.id, 2));
        assert_eq!(third.rescheduled_from, Some(second.id.clone()));
        assert_eq!(code(go(&first.id, at(18, "10:00")).await), "session_transition_refused");
        assert_eq!(school.balance("p0").await, 19_000, "it is paid once");
        // The time that it left is free again.
        school.book("p1", "coach-0", lesson(at(16, "14:00"), 60)).await.unwrap();
        assert!(cancel(context, Behalf::of(&own), &third.id, None).await.unwrap().refunded);
        assert_eq!(school.balance("p0").await, 20_000);
        let chain = r#"SELECT count(*) FROM sessions WHERE "rootId" IS NOT NULL"#;
        assert_eq!(school.count(chain).await, 2);
        // Within a day of the lesson, only the school moves it.
        let soon = school.book("p0", "coach-0", lesson(at(14, "18:00"), 60)).await.unwrap();
        assert_eq!(code(go(&soon.id, at(18, "10:00")).await), "reschedule_too_late");
        let office = school.permit("office", Action::CancelSession);
        let command = MoveSession { session: soon.id, start: at(18, "10:00"), room: None };
        reschedule(context, Behalf::of(&office), &command).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_series_is_booked_whole_or_not_at_all() {
    everywhere(1, 2, async |school| {
        let context = &school.app.calendar;
        let permit = school.permit("p0", Action::BookSession);
        let pattern = SeriesPattern {
            first: "2026-09-16".parse().unwrap(),
            time: ClockTime::parse("14:00").unwrap(),
            minutes: 60,
            every_weeks: 1,
            count: 4,
        };
        let each = command("p0", "coach-0", lesson(at(16, "14:00"), 60));
        let series = BookSeries { each, pattern };
        school.book("p1", "coach-0", lesson(at(30, "14:30"), 60)).await.unwrap();
        let refused = book_series(context, Behalf::of(&permit), &series).await.unwrap_err();
        let CalendarError::Series(problems) = &refused else { panic!("{refused:?}") };
        let told: Vec<_> =
            problems.iter().map(|problem| (problem.date.to_string(), problem.code.as_str())).collect();
        assert_eq!(told, [("2026-09-30".to_owned(), "slot_taken")]);
        assert_eq!(school.balance("p0").await, 20_000);
        let earlier = SeriesPattern { time: ClockTime::parse("10:00").unwrap(), ..pattern };
        let good = BookSeries { pattern: earlier, ..series.clone() };
        let booked = book_series(context, Behalf::of(&permit), &good).await.unwrap();
        assert_eq!(booked.sessions.len(), 4);
        assert_eq!(school.balance("p0").await, 16_000);
        assert_eq!(school.count("SELECT count(*) FROM session_series").await, 1);
        // Seventeen more cost more than is left.
        let long =
            SeriesPattern { time: ClockTime::parse("08:00").unwrap(), count: 10, minutes: 120, ..pattern };
        let poor = book_series(context, Behalf::of(&permit), &BookSeries { pattern: long, ..series }).await;
        assert_eq!(code(poor), "missing_credits");
        assert_eq!(school.balance("p0").await, 16_000);
        assert_eq!(school.count("SELECT count(*) FROM session_series").await, 1);
    })
    .await;
}

#[tokio::test]
async fn rooms_hold_one_lesson_at_a_time() {
    everywhere(2, 2, async |school| {
        let permit = school.permit("office", Action::BookSession);
        let in_room = |pupil: &str, coach: &str, start| BookSession {
            service: ServiceType::InPerson,
            room: Some("Salle 2".to_owned()),
            ..command(pupil, coach, lesson(at(16, start), 60))
        };
        let context = &school.app.calendar;
        let booked = book(context, Behalf::of(&permit), &in_room("p0", "coach-0", "14:00")).await.unwrap();
        assert_eq!(booked.price, 1_250);
        let taken = book(context, Behalf::of(&permit), &in_room("p1", "coach-1", "14:30")).await;
        assert_eq!(code(taken), "room_busy");
        book(context, Behalf::of(&permit), &in_room("p1", "coach-1", "15:00")).await.unwrap();
        assert_eq!(school.balance("p1").await, 18_750);
    })
    .await;
}

#[tokio::test]
async fn the_trace_names_every_rule() {
    let school = School::open(Backing::Sqlite, 1, 1).await;
    school.book("p0", "coach-0", lesson(at(16, "19:00"), 60)).await.unwrap();
    let permit = school.permit("p0", Action::ReadAvailability);
    let asked =
        BookSession { subject: SchoolSubject::Ses, ..command("p0", "coach-0", lesson(at(16, "19:30"), 200)) };
    let pupil = nexus_core::StudentId::parse("student-p0").unwrap();
    let found = why_not(&school.app.calendar, Behalf::of(&permit), &asked, Some(&pupil)).await.unwrap();
    let codes: Vec<_> = found.iter().map(|obstacle| obstacle.code().as_str()).collect();
    assert_eq!(
        codes,
        [
            "subject_not_taught",
            "invalid_duration",
            "outside_opening_hours",
            "outside_availability",
            "slot_taken",
            "student_busy"
        ]
    );
}
