//! What the existing application writes, beside the program, is held to the same rules.

use crate::school::{School, at, code, lesson};
use nexus_tests::Backing;

fn insert(school: &School, id: &str, pupil: &str, coach: &str, time: &str, minutes: u16) -> String {
    let start = school.app.instant(at(16, time));
    format!(
        r#"INSERT INTO sessions ("id", "studentId", "coachId", "type", "subject", "title", "scheduledAt", "duration",
                                 "creditCost", "status", "createdAt", "updatedAt")
           VALUES ('{id}', 'student-{pupil}', '{coach}-profile', 'COURS_ONLINE', 'NSI', 'Cours', {start}, {minutes}, 1,
                   'SCHEDULED', {start}, {start})"#
    )
}

#[tokio::test]
async fn its_lessons_take_their_time() {
    for backing in Backing::ALL {
        let school = School::open(backing, 2, 3).await;
        school.app.execute(&insert(&school, "old", "p0", "coach-0", "14:00", 60)).await;
        let booked = school.book("p1", "coach-0", lesson(at(16, "14:30"), 60)).await;
        assert_eq!(code(booked), "slot_taken");
        let booked = school.book("p0", "coach-1", lesson(at(16, "14:30"), 60)).await;
        assert_eq!(code(booked), "student_busy");
        school.app.execute(r#"UPDATE sessions SET "status" = 'CANCELLED' WHERE "id" = 'old'"#).await;
        school.book("p0", "coach-1", lesson(at(16, "14:30"), 60)).await.unwrap();
        let workshop = school.workshop("p1", "coach-0", at(18, "10:00"), 3).await;
        assert_eq!(workshop.seats, 3);
        let places = r#"SELECT count(*) FROM session_participants WHERE "sessionId" = "id""#;
        assert_eq!(school.count(places).await, 3, "every lesson has a row for its first pupil");
    }
}
