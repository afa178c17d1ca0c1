use crate::school::{School, at, code, lesson};
use nexus_core::SessionId;
use nexus_core::calendar::ParticipantState;
use nexus_core::calendar::use_cases::{
    MoveSession, accept_seat, cancel, join_session, leave_session, reschedule, settle_offers,
};
use nexus_core::identity::use_cases::Behalf;
use nexus_core::rights::Action;
use nexus_tests::Backing;

async fn join(
    school: &School,
    pupil: &str,
    id: &SessionId,
) -> Result<ParticipantState, nexus_core::calendar::use_cases::CalendarError> {
    let permit = school.permit(pupil, Action::BookSession);
    let student = format!("student-{pupil}");
    join_session(&school.app.calendar, Behalf::of(&permit), id, &student, true).await.map(|seat| seat.state)
}

async fn leave(school: &School, pupil: &str, id: &SessionId) -> bool {
    let permit = school.permit(pupil, Action::BookSession);
    leave_session(&school.app.calendar, Behalf::of(&permit), id, &format!("student-{pupil}")).await.unwrap()
}

async fn accept(school: &School, pupil: &str, id: &SessionId) -> &'static str {
    let permit = school.permit(pupil, Action::BookSession);
    let student = format!("student-{pupil}");
    match accept_seat(&school.app.calendar, Behalf::of(&permit), id, &student).await {
        Ok(seat) => seat.state.as_str(),
        Err(error) => code::<()>(Err(error)),
    }
}

#[tokio::test]
async fn a_seat_that_is_given_up_is_offered_in_order_and_paid_at_once() {
    for backing in Backing::ALL {
        let school = School::open(backing, 2, 6).await;
        let session = school.workshop("p0", "coach-0", at(21, "10:00"), 2).await;
        let id = &session.id;
        assert_eq!(join(&school, "p1", id).await.unwrap(), ParticipantState::Enrolled);
        for pupil in ["p2", "p3", "p4"] {
            assert_eq!(join(&school, pupil, id).await.unwrap(), ParticipantState::Waiting);
        }
        assert_eq!(code(join(&school, "p2", id).await), "already_enrolled");
        assert_eq!(school.balance("p2").await, 20_000);
        // The first in line has something else by then: he is passed over, and keeps his place.
        school.book("p2", "coach-1", lesson(at(21, "11:00"), 60)).await.unwrap();
        assert!(leave(&school, "p1", id).await);
        assert_eq!(school.balance("p1").await, 20_000);
        assert_eq!(school.balance("p3").await, 18_500, "an offer is paid when it is made");
        assert_eq!(accept(&school, "p2", id).await, "offer_expired");
        // Who is offered a seat is nowhere else.
        let elsewhere = school.book("p3", "coach-1", lesson(at(21, "10:00"), 60)).await;
        assert_eq!(code(elsewhere), "student_busy");
        // Its time passes: the credits come back and the next is asked, in one go.
        school.later(4);
        assert_eq!(settle_offers(&school.app.calendar).await.unwrap(), 1);
        assert_eq!(settle_offers(&school.app.calendar).await.unwrap(), 0);
        assert_eq!((school.balance("p3").await, school.balance("p4").await), (20_000, 18_500));
        assert_eq!(accept(&school, "p3", id).await, "session_not_found", "it is none of his any more");
        assert_eq!(accept(&school, "p4", id).await, "ENROLLED");
        school.book("p3", "coach-1", lesson(at(21, "10:00"), 60)).await.unwrap();
        assert_eq!(school.balance("p4").await, 18_500);
    }
}

#[tokio::test]
async fn a_group_outlives_its_first_pupil_and_ends_with_its_last() {
    for backing in Backing::ALL {
        let school = School::open(backing, 2, 3).await;
        let session = school.workshop("p0", "coach-0", at(21, "10:00"), 3).await;
        let id = &session.id;
        join(&school, "p1", id).await.unwrap();
        // Cancelling, a family gives up its own seat only.
        let own = school.permit("p0", Action::CancelSession);
        assert!(cancel(&school.app.calendar, Behalf::of(&own), id, None).await.unwrap().refunded);
        assert_eq!(school.balance("p0").await, 20_000);
        school.book("p0", "coach-1", lesson(at(21, "10:00"), 60)).await.unwrap();
        assert_eq!(
            school.text(r#"SELECT "studentId" FROM sessions WHERE "kind" = 'GROUP'"#).await,
            "student-p1"
        );
        // Moved, everybody keeps his seat and what he paid.
        join(&school, "p2", id).await.unwrap();
        let office = school.permit("office", Action::CancelSession);
        let command = MoveSession { session: id.clone(), start: at(22, "10:00"), room: None };
        let moved = reschedule(&school.app.calendar, Behalf::of(&office), &command).await.unwrap();
        let enrolled = r#"SELECT count(*) FROM session_participants WHERE "blocking" AND "state" = 'ENROLLED' AND "sessionId" <> "lessonId""#;
        assert!(school.count(enrolled).await >= 2);
        assert_eq!((school.balance("p1").await, school.balance("p2").await), (18_500, 18_500));
        assert!(leave(&school, "p1", &moved.id).await && leave(&school, "p2", &moved.id).await);
        assert_eq!((school.balance("p1").await, school.balance("p2").await), (20_000, 20_000));
        let status = r#"SELECT CAST("status" AS TEXT) FROM sessions WHERE "rescheduledFromId" IS NOT NULL"#;
        assert_eq!(school.text(status).await, "CANCELLED");
    }
}

#[tokio::test]
async fn a_group_that_is_called_off_gives_everybody_his_credits_back() {
    for backing in Backing::ALL {
        let school = School::open(backing, 1, 3).await;
        let session = school.workshop("p0", "coach-0", at(15, "10:00"), 3).await;
        join(&school, "p1", &session.id).await.unwrap();
        let coach = school.permit("coach-0", Action::CancelSession);
        let cancelled =
            cancel(&school.app.calendar, Behalf::of(&coach), &session.id, Some("malade")).await.unwrap();
        assert!(cancelled.refunded);
        assert_eq!((school.balance("p0").await, school.balance("p1").await), (20_000, 20_000));
        assert_eq!(school.count(r#"SELECT count(*) FROM session_participants WHERE "blocking""#).await, 0);
    }
}
