use crate::school::{School, at, lesson};
use nexus_core::calendar::use_cases::{cancel, remind};
use nexus_core::identity::use_cases::Behalf;
use nexus_core::rights::Action;
use nexus_tests::Backing;
use std::sync::Arc;
use tokio::task::JoinSet;

const REMINDERS: &str = r#"SELECT count(*) FROM outbox WHERE "uniqueKey" LIKE '%lesson_reminder%'"#;
const LINES: &str = r#"SELECT count(*) FROM notifications WHERE "type" = 'SESSION_REMINDER'"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everybody_is_reminded_once_whoever_looks() {
    for backing in Backing::ALL {
        let school = Arc::new(School::open(backing, 1, 1).await);
        // Monday 09:30: a day before is past already, two hours and half an hour before are not.
        school.book("p0", "coach-0", lesson(at(14, "18:00"), 60)).await.unwrap();
        assert_eq!(school.count("SELECT count(*) FROM session_reminders").await, 2);
        assert_eq!(remind(&school.app.calendar).await.unwrap(), 0);
        school.later(7);
        let mut tasks = JoinSet::new();
        for _ in 0..8 {
            let school = Arc::clone(&school);
            tasks.spawn(async move { remind(&school.app.calendar).await.unwrap() });
        }
        assert_eq!(tasks.join_all().await.iter().sum::<u64>(), 1, "{backing:?}");
        // The coach and the parent by mail, the pupil in his notifications.
        assert_eq!((school.count(REMINDERS).await, school.count(LINES).await), (2, 1), "{backing:?}");
        // Half an hour before they read it again: one reminder does not stand for the other.
        school.later(1);
        assert_eq!(remind(&school.app.calendar).await.unwrap(), 1);
        assert_eq!((school.count(REMINDERS).await, school.count(LINES).await), (4, 2), "{backing:?}");
    }
}

#[tokio::test]
async fn a_lesson_that_is_called_off_reminds_nobody() {
    for backing in Backing::ALL {
        let school = School::open(backing, 1, 1).await;
        let session = school.book("p0", "coach-0", lesson(at(16, "14:00"), 60)).await.unwrap();
        let own = school.permit("p0", Action::CancelSession);
        cancel(&school.app.calendar, Behalf::of(&own), &session.id, None).await.unwrap();
        school.later(72);
        assert_eq!(remind(&school.app.calendar).await.unwrap(), 0);
        assert_eq!(school.count(REMINDERS).await, 0);
        // Booked and called off by the pupil: the coach and the parent have a mail of each, the office a line of each.
        let mails = r#"SELECT count(*) FROM outbox WHERE "uniqueKey" LIKE 'lesson:%'"#;
        assert_eq!(school.count(mails).await, 4);
        let office = r#"SELECT count(*) FROM notifications WHERE "userId" = 'office'"#;
        assert_eq!(school.count(office).await, 2);
    }
}
