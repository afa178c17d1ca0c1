//! School holidays and leaves: who closes days, who sees it, and what opening them again does.

use crate::http::{call, with};
use crate::school::School;
use axum::http::Method;
use nexus_tests::Backing;
use serde_json::{Value, json};

const CLOSURES: &str = "/api/coaches/closures";
const SLOTS: &str = "/api/coaches/coach-0-profile/slots?startDate=2026-09-23&endDate=2026-09-24";

async fn close(school: &School, who: &str, days: Value) -> String {
    let reply = call(school, who, Method::POST, CLOSURES, Some(days)).await.expect(200);
    reply["id"].as_str().unwrap().to_owned()
}

async fn remove(school: &School, who: &str, id: &str) -> nexus_tests::Reply {
    call(school, who, Method::DELETE, &format!("{CLOSURES}?id={id}"), None).await
}

#[tokio::test]
async fn days_that_are_opened_again_can_be_booked_again() {
    for backing in Backing::ALL {
        let school = School::open(backing, 2, 1).await;
        let free = async || call(&school, "p0", Method::GET, SLOTS, None).await.expect(200)["slots"].clone();
        let before = free().await;
        assert_eq!(before.as_array().unwrap().len(), 2, "two days: {before}");
        let holidays = json!({"first": "2026-09-21", "last": "2026-09-23", "label": "Vacances d'automne"});
        let holidays = close(&school, "office", holidays).await;
        let leave = json!({"first": "2026-09-24", "last": "2026-09-24", "label": "Congé"});
        let leave = close(&school, "coach-0", leave).await;
        assert_eq!(free().await, json!([]));
        let wednesday = with(json!({"scheduledDate": "2026-09-23"}));
        call(&school, "p0", Method::POST, "/api/sessions/book", Some(wednesday.clone()))
            .await
            .problem(422, "school_closed");

        // The office sees everybody's, a coach the school's and his own.
        let list = async |who: &str, query: &str| {
            let list = call(&school, who, Method::GET, &format!("{CLOSURES}{query}"), None).await.expect(200);
            let labels = list["closures"].as_array().unwrap().iter().map(|closure| closure["label"].clone());
            (labels.collect::<Vec<_>>(), list["pagination"]["total"].clone())
        };
        let both = (vec![json!("Vacances d'automne"), json!("Congé")], json!(2));
        assert_eq!(list("office", "").await, both);
        assert_eq!(list("coach-0", "").await, both);
        assert_eq!(list("coach-1", "").await, (vec![json!("Vacances d'automne")], json!(1)));
        assert_eq!(list("office", "?coachId=coach-1").await, (vec![json!("Vacances d'automne")], json!(1)));
        assert_eq!(list("office", "?limit=1&page=2").await, (vec![json!("Congé")], json!(2)));
        assert_eq!(list("office", "?startDate=2026-09-24").await, (vec![json!("Congé")], json!(1)));
        call(&school, "coach-1", Method::GET, &format!("{CLOSURES}?coachId=coach-0"), None)
            .await
            .problem(404, "coach_not_found");
        call(&school, "p0", Method::GET, CLOSURES, None).await.problem(403, "forbidden");
        call(&school, "office", Method::GET, &format!("{CLOSURES}?startDate=2026-02-31"), None)
            .await
            .problem(422, "invalid_date");

        // A coach takes back his own leave only.
        remove(&school, "coach-0", &holidays).await.problem(404, "closure_not_found");
        remove(&school, "coach-1", &leave).await.problem(404, "closure_not_found");
        remove(&school, "p0", &holidays).await.problem(403, "forbidden");
        call(&school, "office", Method::DELETE, CLOSURES, None).await.problem(422, "field_required");
        remove(&school, "coach-0", &leave).await.expect(200);
        remove(&school, "office", &holidays).await.expect(200);
        remove(&school, "office", &holidays).await.problem(404, "closure_not_found");
        assert_eq!(free().await, before);
        call(&school, "p0", Method::POST, "/api/sessions/book", Some(wednesday)).await.expect(200);
        let traces = r#"SELECT count(*) FROM audit_logs WHERE "action" IN ('CLOSURE_ADD', 'CLOSURE_REMOVE')"#;
        assert_eq!(school.count(traces).await, 4);

        // Days that end before they begin, or without a name, are none.
        for (days, code) in [
            (json!({"first": "2026-09-24", "last": "2026-09-23", "label": "À l'envers"}), "range_too_long"),
            (json!({"first": "2026-09-24", "last": "2026-09-24", "label": " "}), "invalid_field"),
            (json!({"first": "2026-02-31", "last": "2026-09-24", "label": "Février"}), "invalid_date"),
        ] {
            call(&school, "office", Method::POST, CLOSURES, Some(days)).await.problem(422, code);
        }
    }
}
