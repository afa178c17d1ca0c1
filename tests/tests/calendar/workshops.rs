//! The public list of groups: what a family needs in order to take a seat, and nothing about those who have one.

use crate::http::call;
use crate::school::{School, at};
use axum::body::Body;
use axum::http::{Method, Request};
use nexus_core::Clock;
use nexus_tests::Backing;
use serde_json::{Value, json};

async fn list(school: &School, query: &str) -> Value {
    let request = Request::builder().uri(format!("/api/workshops{query}")).body(Body::empty()).unwrap();
    // Nobody is signed in.
    school.app.send_as(None, request).await.expect(200)
}

fn ids(list: &Value) -> Vec<String> {
    let id = |workshop: &Value| workshop["id"].as_str().unwrap().to_owned();
    list["workshops"].as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn groups_are_listed_with_the_seats_that_are_left() {
    for backing in Backing::ALL {
        let school = School::open(backing, 2, 3).await;
        let small = school.workshop("p0", "coach-0", at(22, "10:00"), 2).await;
        let large = school.workshop("p0", "coach-1", at(21, "10:00"), 6).await;
        // An individual lesson is nobody else's, and a group that begins within the notice is too late to join.
        school.book("p1", "coach-0", crate::school::lesson(at(23, "10:00"), 60)).await.unwrap();
        school.app.execute("UPDATE students SET \"grade\" = 'terminale'").await;
        let first = list(&school, "").await;
        assert_eq!(ids(&first), [large.id.as_str(), small.id.as_str()]);
        let shown = &first["workshops"][0];
        for (field, value) in [
            ("subject", json!("MATHEMATIQUES")),
            ("level", json!("terminale")),
            ("startsAt", json!("2026-09-21T09:00:00Z")),
            ("duration", json!(120)),
            ("seats", json!(6)),
            ("seatsLeft", json!(5)),
            ("creditCost", json!(1.5)),
            ("coachName", json!("Samia Trabelsi")),
        ] {
            assert_eq!(shown[field], value, "{field}");
        }
        assert!(!first.to_string().contains("student"), "no pupil is named: {first}");

        let join = format!("/api/sessions/{}/seats", small.id);
        let body = json!({"studentId": "student-p1"});
        call(&school, "parent-p1", Method::POST, &join, Some(body)).await;
        assert_eq!(ids(&list(&school, "").await), [large.id.as_str()], "a full group is not open");
        let full = list(&school, "?includeFull=true").await;
        assert_eq!(full["workshops"][1]["seatsLeft"], 0);
        assert_eq!(ids(&list(&school, "?includeFull=true&limit=1&page=2").await), [small.id.as_str()]);
        assert_eq!(list(&school, "?limit=100000").await["pagination"]["limit"], 100);
        assert_eq!(ids(&list(&school, "?subject=NSI").await), [""; 0]);
        assert_eq!(ids(&list(&school, "?until=2026-09-21T00:00:00Z").await), [""; 0]);
        for (query, code) in [("?subject=LATIN", "unknown_choice"), ("?until=demain", "invalid_date")] {
            let request =
                Request::builder().uri(format!("/api/workshops{query}")).body(Body::empty()).unwrap();
            school.app.send_as(None, request).await.problem(422, code);
        }
        // Two hours before, families do not book any more.
        school.app.clock.advance(at(21, "08:00").duration_since(school.app.clock.now()));
        assert_eq!(ids(&list(&school, "").await), [""; 0]);
    }
}
