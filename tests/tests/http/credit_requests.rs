use super::credits::fill;
use axum::http::Method;
use nexus_core::{Actor, Role};
use nexus_tests::rows::count;
use nexus_tests::{App, Backing};
use serde_json::{Value, json};

const OFFICE: &str = "/api/assistant/credit-requests";

/// C21 and defect 23: a request is no credit; a decision is made once and moves its amount once, or nothing.
#[tokio::test]
async fn a_request_counts_once_it_is_approved_and_once_only() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let [office, parent, pupil] =
            [Role::Assistante, Role::Parent, Role::Eleve].map(|role| school.actor(role));
        fill(&app, &school.own.student_user, 1_000, "cash:1").await;
        let balance = async || {
            app.ask(Some(&pupil), Method::GET, "/api/student/credits", None).await.expect(200)["balance"]
                .clone()
        };
        let ask = async |actor: &Actor, body: Value| {
            app.post_as(Some(actor), "/api/parent/credit-request", body).await
        };
        let wanted = |amount: Value| json!({"studentId": school.own.student, "creditAmount": amount, "reason": "Bac blanc"});
        let [first, second] = [json!(10), json!("2.5")].map(|amount| ask(&parent, wanted(amount)));
        let (first, second) = (first.await.expect(200), second.await.expect(200));
        assert_eq!(balance().await, 1, "nothing has moved");
        let waiting = app.ask(Some(&office), Method::GET, OFFICE, None).await.expect(200);
        assert_eq!(waiting["creditRequests"].as_array().unwrap().len(), 2);
        assert_eq!(waiting["creditRequests"][0]["student"]["id"], json!(school.own.student));
        assert_eq!(waiting["creditRequests"][0]["parent"]["email"], "parent.own@example.test");

        let decide = async |request: &Value, action: &str| {
            let body = json!({"requestId": request["requestId"], "action": action, "reason": "Vu"});
            app.post_as(Some(&office), OFFICE, body).await
        };
        let refused = decide(&first, "reject").await.expect(200);
        assert_eq!(refused["message"], "Demande de crédits rejetée");
        assert_eq!(balance().await, 1);
        let approved = decide(&second, "approve").await.expect(200);
        assert_eq!(approved["message"], "Demande de crédits approuvée et crédits ajoutés");
        assert_eq!(balance().await, 3.5);
        for (request, action) in
            [(&first, "approve"), (&first, "reject"), (&second, "approve"), (&second, "reject")]
        {
            decide(request, action).await.problem(409, "credit_request_decided");
        }
        assert_eq!(balance().await, 3.5);
        decide(&json!({"requestId": "absent"}), "approve").await.problem(404, "credit_request_not_found");
        decide(&second, "maybe").await.problem(422, "unknown_choice");

        for amount in [json!(0), json!(-4), json!("beaucoup"), json!(1.0001), json!([1])] {
            ask(&parent, wanted(amount.clone())).await.problem(422, "invalid_field");
        }
        let foreign = json!({"studentId": school.other.student, "creditAmount": 1});
        ask(&parent, foreign).await.problem(404, "student_not_found");
        ask(&pupil, wanted(json!(1))).await.problem(403, "forbidden");

        let told = "SELECT count(*) FROM notifications WHERE \"type\" = 'CREDIT_REQUEST'";
        assert_eq!(count(&app.database(), told).await, 4, "the office twice, the parent twice");
        let actions = app.audit_actions().await;
        let counted = |name: &str| actions.iter().filter(|action| *action == name).count();
        assert_eq!(
            ["CREDIT_REQUEST", "CREDIT_REQUEST_APPROVE", "CREDIT_REQUEST_REJECT"].map(counted),
            [2, 1, 1]
        );
    }
}
