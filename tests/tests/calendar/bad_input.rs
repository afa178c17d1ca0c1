//! Everything that a family can get wrong, with the code and the sentence that it reads.

use crate::http::{call, with};
use crate::school::School;
use axum::http::Method;
use nexus_tests::Backing;
use serde_json::{Value, json};

/// What is sent, what is answered: status, code, sentence. The present is Monday 14 September 2026, 09:30 in Tunis.
fn bookings() -> Vec<(Value, u16, &'static str, &'static str)> {
    vec![
        // When.
        (
            json!({"scheduledDate": "2026-09-14", "startTime": "09:00"}),
            422,
            "session_in_the_past",
            "Cette heure est déjà passée.",
        ),
        (
            json!({"scheduledDate": "2026-09-14", "startTime": "11:30"}),
            422,
            "session_too_soon",
            "La session doit être programmée au minimum 2 heures à l'avance.",
        ),
        (
            json!({"scheduledDate": "2026-12-15"}),
            422,
            "session_too_far",
            "Un cours se réserve au plus tard pour le ",
        ),
        (
            json!({"scheduledDate": "2026-09-20"}),
            422,
            "outside_opening_hours",
            "L'école est fermée ce jour-là.",
        ),
        (
            json!({"startTime": "07:00"}),
            422,
            "outside_opening_hours",
            "L'école est ouverte ce jour-là de 08:00 à 20:00.",
        ),
        (
            json!({"startTime": "23:30"}),
            422,
            "crosses_midnight",
            "Un cours se termine le jour où il commence.",
        ),
        (
            json!({"coachId": "coach-1-profile"}),
            422,
            "outside_availability",
            "Le coach est disponible ce jour-là de 15:00 à 16:00.",
        ),
        (json!({"startTime": "24:00"}), 422, "invalid_time", "Cette heure n'existe pas ; écrivez-la HH:MM"),
        (json!({"startTime": "12:60"}), 422, "invalid_time", "Cette heure n'existe pas ; écrivez-la HH:MM"),
        (json!({"startTime": "midi"}), 422, "invalid_time", "Cette heure n'existe pas ; écrivez-la HH:MM"),
        (
            json!({"scheduledDate": "2026-02-31"}),
            422,
            "invalid_date",
            "Cette date n'existe pas ; écrivez-la AAAA-MM-JJ.",
        ),
        (
            json!({"scheduledDate": "demain"}),
            422,
            "invalid_date",
            "Cette date n'existe pas ; écrivez-la AAAA-MM-JJ.",
        ),
        (json!({"timeZone": "Mars/Olympus"}), 422, "unknown_zone", "Ce fuseau horaire n'existe pas."),
        (
            json!({"scheduledDate": "2027-03-28", "startTime": "02:30", "timeZone": "Europe/Paris"}),
            422,
            "no_such_time",
            "Cette heure n'existe pas ce jour-là : les horloges la sautent.",
        ),
        // How long.
        (json!({"duration": 29}), 422, "invalid_duration", "Un cours dure de 30 à 180 minutes."),
        (json!({"duration": 181}), 422, "invalid_duration", "Un cours dure de 30 à 180 minutes."),
        (json!({"duration": 0}), 422, "invalid_duration", "La durée de ce cours n'est pas acceptée."),
        (json!({"duration": -60}), 422, "invalid_duration", "La durée de ce cours n'est pas acceptée."),
        (json!({"duration": 45.5}), 422, "invalid_duration", "La durée de ce cours n'est pas acceptée."),
        // What, with whom.
        (json!({"subject": "SES"}), 422, "subject_not_taught", "Ce coach n'enseigne pas cette matière."),
        (json!({"subject": "LATIN"}), 422, "invalid_field", "Un champ de la requête est incorrect."),
        (json!({"type": "COURS"}), 422, "invalid_field", "Un champ de la requête est incorrect."),
        (json!({"title": ""}), 422, "field_required", "Ce champ est obligatoire."),
        (json!({"coachId": "nobody"}), 404, "coach_not_found", "Ce coach n'existe pas."),
        (json!({"coachId": "coach-2-profile"}), 404, "coach_not_found", "Ce coach n'existe pas."),
        (json!({"studentId": "student-p1"}), 404, "student_not_found", "Cet élève n'existe pas."),
        (json!({"studentId": "nobody"}), 404, "student_not_found", "Cet élève n'existe pas."),
        // A price is the school's: what a page sends is looked at for its form only.
        (json!({"creditsToUse": 0}), 422, "invalid_field", "Un champ de la requête est incorrect."),
        (json!({"creditsToUse": -1}), 422, "invalid_field", "Un champ de la requête est incorrect."),
        (json!({"creditsToUse": 0.25}), 422, "invalid_field", "Un champ de la requête est incorrect."),
    ]
}

/// Vector S12, and the rest of what the issue names: a stable code, one French sentence, and nothing is written.
#[tokio::test]
async fn what_is_wrong_with_a_booking_is_told() {
    for backing in Backing::ALL {
        let school = School::open(backing, 3, 2).await;
        let dated = json!({
            "type": "specific", "date": "2026-09-16", "slots": [{"startTime": "15:00", "endTime": "16:00"}]
        });
        call(&school, "coach-1", Method::POST, "/api/coaches/availability", Some(dated)).await.expect(200);
        let now = school.app.instant(nexus_core::Clock::now(&*school.app.clock));
        let away = format!(r#"UPDATE users SET "disabledAt" = {now} WHERE "id" = 'coach-2'"#);
        school.app.execute(&away).await;
        let movements = "SELECT count(*) FROM credit_tx";
        let before = school.count(movements).await;
        for who in ["p0", "parent-p0"] {
            for (change, status, code, sentence) in bookings() {
                let body = Some(with(change.clone()));
                let reply = call(&school, who, Method::POST, "/api/sessions/book", body).await;
                let told = reply.problem(status, code);
                let detail = told["detail"].as_str().unwrap();
                assert!(detail.starts_with(sentence), "{change}: {detail}");
            }
        }
        assert_eq!(school.count("SELECT count(*) FROM sessions").await, 0);
        assert_eq!(school.count(movements).await, before);
        for change in [json!({"startTime": "9:05"}), json!({"duration": 30, "creditsToUse": 1.25})] {
            let reply = call(&school, "p0", Method::POST, "/api/sessions/book", Some(with(change))).await;
            assert_eq!(reply.expect(200)["success"], true);
        }
    }
}

/// Amounts of credits that are none, on every way by which somebody names one.
#[tokio::test]
async fn amounts_that_are_no_credits_are_told() {
    let school = School::open(Backing::Sqlite, 1, 1).await;
    let spend = |credits: Value| json!({"userId": "student-user-p0", "credits": credits});
    let adjust = |amount: Value| json!({"studentId": "student-p0", "amount": amount, "type": "CREDIT_ADD", "description": "Geste commercial"});
    let ask = |amount: Value| json!({"studentId": "student-p0", "creditAmount": amount});
    for (who, path, body) in [
        ("office", "/api/credits/spend", spend(json!(-3))),
        ("office", "/api/credits/spend", spend(json!(1.5))),
        ("office", "/api/credits/spend", spend(json!("2"))),
        ("office", "/api/assistant/students/credits", adjust(json!(0))),
        ("office", "/api/assistant/students/credits", adjust(json!("0.0005"))),
        ("office", "/api/assistant/students/credits", adjust(json!("NaN"))),
        ("parent-p0", "/api/parent/credit-request", ask(json!(-4))),
        ("parent-p0", "/api/parent/credit-request", ask(json!(1.0005))),
        ("parent-p0", "/api/parent/credit-request", ask(json!(1e30))),
    ] {
        let reply = call(&school, who, Method::POST, path, Some(body.clone())).await;
        let told = reply.expect(422);
        assert!(told["detail"].as_str().unwrap().ends_with('.'), "{body}: {told}");
    }
    assert_eq!(school.balance("p0").await, 20_000);
}
