//! The old addresses with their old shapes, and the new ones.

use crate::school::School;
use axum::body::Body;
use axum::http::{Method, Request, header};
use nexus_tests::{Backing, Reply};
use serde_json::{Value, json};

pub(crate) async fn call(
    school: &School,
    who: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Reply {
    let mut request = Request::builder().method(method).uri(path);
    if body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    school.app.send_as(Some(&School::actor(who)), request.body(body).unwrap()).await
}

pub(crate) fn booking() -> Value {
    json!({
        "coachId": "coach-0-profile", "studentId": "student-p0", "subject": "MATHEMATIQUES",
        "scheduledDate": "2026-09-16", "startTime": "14:00", "duration": 60, "creditsToUse": 1, "title": "Suites"
    })
}

#[allow(clippy::needless_pass_by_value)] // written as a literal at each call
pub(crate) fn with(changes: Value) -> Value {
    let mut body = booking();
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn a_lesson_is_booked_read_moved_and_called_off() {
    for backing in Backing::ALL {
        let school = School::open(backing, 1, 2).await;
        let booked =
            call(&school, "parent-p0", Method::POST, "/api/sessions/book", Some(booking())).await.expect(200);
        let id = booked["sessionId"].as_str().unwrap().to_owned();
        let taken = call(
            &school,
            "p1",
            Method::POST,
            "/api/sessions/book",
            Some(with(json!({"studentId": "student-p1"}))),
        )
        .await;
        assert_eq!(
            taken.problem(409, "slot_taken")["error"],
            "Ce créneau n'est plus disponible pour ce coach."
        );
        let coach = call(&school, "coach-0", Method::POST, "/api/sessions/book", Some(booking())).await;
        coach.problem(403, "forbidden");

        let list = call(&school, "parent-p0", Method::GET, "/api/sessions?limit=5", None).await.expect(200);
        assert_eq!(list["pagination"]["total"], 1);
        assert_eq!(list["sessions"][0]["scheduledAt"], "2026-09-16T13:00:00Z");
        assert_eq!(list["sessions"][0]["creditCost"], 1);
        let others = call(&school, "p1", Method::GET, "/api/sessions", None).await.expect(200);
        assert_eq!(others["sessions"], json!([]));
        call(&school, "p1", Method::GET, &format!("/api/sessions/{id}"), None)
            .await
            .problem(404, "session_not_found");

        let path = format!("/api/sessions/{id}/status");
        let confirmed =
            call(&school, "coach-0", Method::PATCH, &path, Some(json!({"status": "CONFIRMED"}))).await;
        assert_eq!(confirmed.expect(200)["session"]["status"], "CONFIRMED");
        let again =
            call(&school, "coach-0", Method::PATCH, &path, Some(json!({"status": "CONFIRMED"}))).await;
        again.problem(409, "session_transition_refused");

        let path = format!("/api/sessions/{id}/reschedule");
        let to = json!({"scheduledDate": "2026-09-18", "startTime": "10:00"});
        let moved = call(&school, "p0", Method::POST, &path, Some(to)).await.expect(200);
        assert_eq!(moved["session"]["rootId"], id.as_str());
        let new = moved["session"]["id"].clone();

        let closed = call(
            &school,
            "p0",
            Method::POST,
            "/api/sessions/video",
            Some(json!({"sessionId": new, "action": "JOIN"})),
        )
        .await;
        assert_eq!(
            closed.problem(409, "room_not_open")["error"],
            "La session n'est pas encore disponible ou a expiré."
        );
        let gone = json!({"sessionId": new});
        let cancelled =
            call(&school, "p0", Method::POST, "/api/sessions/cancel", Some(gone.clone())).await.expect(200);
        assert_eq!(cancelled["refunded"], true);
        assert_eq!(cancelled["message"], "Session annulée et crédits remboursés");
        call(&school, "p0", Method::POST, "/api/sessions/cancel", Some(gone))
            .await
            .problem(409, "session_transition_refused");
        let absent =
            call(&school, "p0", Method::POST, "/api/sessions/cancel", Some(json!({"sessionId": "x"}))).await;
        assert_eq!(absent.problem(404, "session_not_found")["error"], "Session non trouvée");
        let actions: Vec<_> = school.app.audit().await.into_iter().map(|row| row.action).collect();
        for action in
            ["SESSION_BOOK", "SESSION_STATUS", "SESSION_RESCHEDULE", "SESSION_CANCEL", "AVAILABILITY_SET"]
        {
            assert!(actions.iter().any(|found| found == action), "{action} in {actions:?}");
        }
    }
}

/// Vector A8, and the words of the existing page.
#[tokio::test]
#[allow(clippy::too_many_lines)] // one calendar, written, read and taken back
async fn availability_is_replaced_whole_or_not_at_all() {
    for backing in Backing::ALL {
        let school = School::open(backing, 2, 1).await;
        let set = async |body| {
            call(&school, "coach-0", Method::POST, "/api/coaches/availability", Some(body)).await
        };
        let slot = |start: &str, end: &str| json!({"startTime": start, "endTime": end});
        let weekly = |slots: Value| json!({"type": "weekly", "schedule": [{"dayOfWeek": 3, "slots": slots}]});
        let done =
            set(weekly(json!([slot("9:00", "10:00"), slot("10:00", "12:00"), slot("14:00", "16:00")])))
                .await
                .expect(200);
        assert_eq!(
            done,
            json!({"success": true, "message": "Weekly availability updated successfully", "slotsCreated": 2})
        );
        let rows = r#"SELECT count(*) FROM "CoachAvailability" WHERE "coachId" = 'coach-0'"#;
        for (slots, expected, words) in [
            (
                json!([slot("22:00", "06:00")]),
                "invalid_time_range",
                "Invalid time range 22:00-06:00 for day 3",
            ),
            (
                json!([slot("09:00", "10:00"), slot("9:00", "10:00")]),
                "duplicate_slot",
                "Duplicate slot 9:00-10:00 for day 3",
            ),
            (
                json!([slot("09:00", "11:00"), slot("10:00", "12:00")]),
                "overlapping_slots",
                "Deux plages du même jour se recouvrent.",
            ),
            (
                json!([slot("24:00", "25:00")]),
                "invalid_time",
                "Cette heure n'existe pas ; écrivez-la HH:MM, de 00:00 à 23:59.",
            ),
        ] {
            assert_eq!(set(weekly(slots)).await.problem(422, expected)["error"], words);
            assert_eq!(school.count(rows).await, 2, "the former calendar stays");
        }
        let specific = json!({"type": "specific", "date": "2026-09-23", "slots": [slot("15:00", "16:00")]});
        assert_eq!(set(specific).await.expect(200)["date"], "2026-09-23");
        set(json!({"type": "monthly"})).await.problem(422, "invalid_field");

        let read = "/api/coaches/availability?coachId=coach-0&startDate=2026-09-16&endDate=2026-09-23";
        call(&school, "p0", Method::POST, "/api/sessions/book", Some(with(json!({"startTime": "14:30"}))))
            .await
            .expect(200);
        let calendar = call(&school, "p0", Method::GET, read, None).await.expect(200);
        let shown: Vec<_> = calendar["availableSlots"]
            .as_array()
            .unwrap()
            .iter()
            .map(|slot| {
                format!("{} {}-{} {}", slot["date"], slot["startTime"], slot["endTime"], slot["duration"])
                    .replace('"', "")
            })
            .collect();
        assert_eq!(
            shown,
            [
                "2026-09-16 09:00-12:00 180",
                "2026-09-16 14:00-14:30 30",
                "2026-09-16 15:30-16:00 30",
                "2026-09-23 15:00-16:00 60"
            ]
        );
        assert_eq!(calendar["bookedSlots"][0]["startTime"], "14:30");
        assert!(calendar["coach"].get("email").is_none());
        // Vector A5.
        let bare = call(&school, "p0", Method::GET, "/api/coaches/availability?coachId=coach-0", None)
            .await
            .expect(200);
        assert_eq!(bare["availableSlots"], json!([]));
        call(&school, "coach-1", Method::GET, read, None).await.problem(404, "coach_not_found");
        let paris = call(&school, "p0", Method::GET, "/api/coaches/coach-0-profile/slots?startDate=2026-09-23&endDate=2026-09-23&timeZone=Europe/Paris", None).await.expect(200);
        assert_eq!(paris["slots"][0]["startTime"], "16:00", "Paris is an hour ahead in summer");

        let wednesday = calendar["availability"]
            .as_array()
            .unwrap()
            .iter()
            .find(|rule| rule["startTime"] == "14:00")
            .unwrap()["id"]
            .clone();
        let path = format!("/api/coaches/availability?id={}", wednesday.as_str().unwrap());
        let used =
            call(&school, "coach-0", Method::DELETE, &path, None).await.problem(409, "availability_in_use");
        assert_eq!(
            (&used["error"], &used["conflictingSessions"]),
            (&json!("Cannot delete availability slot with scheduled sessions"), &json!(1))
        );
        call(&school, "coach-1", Method::DELETE, &path, None).await.problem(404, "availability_not_found");
        let morning = calendar["availability"]
            .as_array()
            .unwrap()
            .iter()
            .find(|rule| rule["startTime"] == "09:00")
            .unwrap()["id"]
            .clone();
        let path = format!("/api/coaches/availability?id={}", morning.as_str().unwrap());
        call(&school, "coach-0", Method::DELETE, &path, None).await.expect(200);
        let holidays = json!({"first": "2026-09-21", "last": "2026-09-27", "label": "Vacances"});
        call(&school, "office", Method::POST, "/api/coaches/closures", Some(holidays)).await.expect(200);
        let why = "/api/coaches/coach-0/slots/why?subject=NSI&date=2026-09-23&startTime=15:00&duration=60";
        let why = call(&school, "p0", Method::GET, why, None).await.expect(200);
        assert_eq!(why["reasons"][0]["code"], "school_closed", "{why}");
        assert_eq!(why["reasons"][0]["detail"], "Il n'y a pas de cours ce jour-là : Vacances.");
    }
}

#[tokio::test]
async fn coaches_are_listed_under_the_id_that_booking_takes() {
    for backing in Backing::ALL {
        let school = School::open(backing, 2, 1).await;
        let list =
            call(&school, "p0", Method::GET, "/api/coaches/available?subject=NSI&date=2026-09-16", None)
                .await
                .expect(200);
        let id = list["coaches"][0]["id"].clone();
        assert_eq!(list["coaches"].as_array().unwrap().len(), 2);
        let reply =
            call(&school, "p0", Method::POST, "/api/sessions/book", Some(with(json!({"coachId": id})))).await;
        reply.expect(200);
        let none =
            call(&school, "p0", Method::GET, "/api/coaches/available?subject=SES", None).await.expect(200);
        assert_eq!(none["coaches"], json!([]));
        call(&school, "p0", Method::GET, "/api/coaches/available?subject=MATH", None)
            .await
            .problem(422, "invalid_field");
    }
}

#[tokio::test]
async fn a_feed_is_read_by_its_address_until_it_is_taken_back() {
    for backing in Backing::ALL {
        let school = School::open(backing, 1, 1).await;
        call(&school, "p0", Method::POST, "/api/sessions/book", Some(booking())).await.expect(200);
        let made = call(&school, "parent-p0", Method::POST, "/api/calendar/feed", None).await.expect(200);
        let path = made["path"].as_str().unwrap().to_owned();
        let read = async |path: &str| {
            let request = Request::builder().uri(path).body(Body::empty()).unwrap();
            school.app.send_as(None, request).await
        };
        let reply = read(&format!("{path}.ics")).await;
        assert_eq!(reply.headers[header::CONTENT_TYPE], "text/calendar; charset=utf-8");
        let text = String::from_utf8(reply.body).unwrap();
        assert!(text.contains("DTSTART:20260916T130000Z") && text.contains("METHOD:PUBLISH"), "{text}");
        let token = path.rsplit('/').next().unwrap();
        let kept = school.text(r#"SELECT "tokenHash" FROM calendar_feeds"#).await;
        assert!(!kept.contains(token));
        call(&school, "parent-p0", Method::DELETE, "/api/calendar/feed", None).await.expect(200);
        read(&path).await.problem(404, "feed_not_found");
        read("/api/calendar/feeds/x").await.problem(404, "feed_not_found");
    }
}

/// The lesson names the pupil who was enrolled first; to the other families he is nobody.
#[tokio::test]
async fn a_group_names_no_child_of_others() {
    let school = School::open(Backing::Sqlite, 1, 2).await;
    let session = school.workshop("p0", "coach-0", crate::school::at(18, "10:00"), 3).await;
    let path = format!("/api/sessions/{}/seats", session.id);
    let seat = json!({"studentId": "student-p1"});
    let joined = call(&school, "parent-p1", Method::POST, &path, Some(seat.clone())).await.expect(200);
    assert_eq!(joined["state"], "ENROLLED");
    let path = format!("/api/sessions/{}", session.id);
    let read = call(&school, "parent-p1", Method::GET, &path, None).await.expect(200);
    assert_eq!(
        (&read["session"]["studentId"], &read["session"]["studentName"]),
        (&Value::Null, &Value::Null)
    );
    let read = call(&school, "coach-0", Method::GET, &path, None).await.expect(200);
    assert_eq!(read["session"]["studentId"], "student-p0");
    let path = format!("/api/sessions/{}/seats/leave", session.id);
    let left = call(&school, "parent-p1", Method::POST, &path, Some(seat)).await.expect(200);
    assert_eq!(left["refunded"], true);
}

#[tokio::test]
async fn the_same_key_books_once() {
    let school = School::open(Backing::Sqlite, 1, 1).await;
    let send = async || {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/api/sessions/book")
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", "clef-1")
            .body(Body::from(booking().to_string()))
            .unwrap();
        school.app.send_as(Some(&School::actor("p0")), request).await.expect(200)
    };
    assert_eq!(send().await, send().await);
    assert_eq!(school.count("SELECT count(*) FROM sessions").await, 1);
}
