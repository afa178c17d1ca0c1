//! What people and workers do with lessons, credits and money, each ready to be done once.

use crate::school::{School, at, lesson};
use axum::body::Body;
use axum::http::{Method, Request};
use jiff::SignedDuration;
use nexus_core::calendar::use_cases::settle_offers;
use nexus_core::ledger::use_cases::settle_wallets;
use nexus_core::ledger::{Credits, Grant, LotOrigin, grant};
use nexus_core::subscriptions::use_cases::run_scheduled;
use nexus_core::{Clock, Coded, UserId};
use nexus_tests::Reply;
use nexus_tests::till::signature;
use serde_json::{Value, json};
use std::fmt::Write;
use std::pin::Pin;

/// The key of every request: the act is the same however often it is sent.
const KEY: &str = "la-meme-demande";

/// One thing to be done.
pub(crate) struct Act {
    pub(crate) name: &'static str,
    prepare: for<'a> fn(&'a School) -> Pin<Box<dyn Future<Output = Step> + 'a>>,
}

/// It, once everything that it needs is there.
pub(crate) enum Step {
    Ask { who: Option<&'static str>, method: Method, path: String, kind: &'static str, body: Vec<u8> },
    Offers,
    Wallets,
    Month,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// `2xx` is done; `5xx` failed.
    pub(crate) status: u16,
    /// Of a refusal.
    pub(crate) code: String,
}

impl Act {
    /// Brings a school to the moment before it.
    pub(crate) async fn prepare(&self, school: &School) -> Step {
        (self.prepare)(school).await
    }
}

impl Step {
    /// Does it.
    pub(crate) async fn run(&self, school: &School) -> Outcome {
        let app = &school.app;
        let done = match self {
            Self::Ask { who, method, path, kind, body } => {
                let mut request = Request::builder().method(method).uri(path).header("content-type", *kind);
                request = if who.is_some() {
                    request.header("idempotency-key", KEY)
                } else {
                    request.header("x-konnect-signature", signature(std::str::from_utf8(body).unwrap()))
                };
                let actor = who.map(School::actor);
                let request = request.body(Body::from(body.clone())).unwrap();
                return Outcome::of(&app.send_as(actor.as_ref(), request).await);
            }
            Self::Offers => settle_offers(&app.calendar).await.map(drop).map_err(|error| error.code()),
            Self::Wallets => settle_wallets(app.ledger()).await.map(drop).map_err(|error| error.code()),
            Self::Month => run_scheduled(app.subscriptions()).await.map(drop).map_err(|error| error.code()),
        };
        match done {
            Ok(()) => Outcome { status: 200, code: String::new() },
            Err(code) => Outcome { status: 503, code: code.as_str().to_owned() },
        }
    }

    /// Whether one transaction does all of it, so that nothing is between its beginning and its end.
    pub(crate) const fn is_one_unit(&self) -> bool {
        matches!(self, Self::Ask { .. } | Self::Offers)
    }
}

impl Outcome {
    fn of(reply: &Reply) -> Self {
        let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let code = body["code"].as_str().unwrap_or_default().to_owned();
        Self { status: reply.status.as_u16(), code }
    }
}

fn ask(who: &'static str, method: Method, path: impl Into<String>, body: &Value) -> Step {
    Step::Ask {
        who: Some(who),
        method,
        path: path.into(),
        kind: "application/json",
        body: body.to_string().into_bytes(),
    }
}

fn post(who: &'static str, path: impl Into<String>, body: &Value) -> Step {
    ask(who, Method::POST, path, body)
}

/// Does something before, which has to succeed.
async fn before(school: &School, who: &'static str, path: &str, body: Value) -> Value {
    let mut request = Request::post(path).header("content-type", "application/json");
    request.headers_mut().unwrap().insert("x-request-id", "avant".parse().unwrap());
    let request = request.body(Body::from(body.to_string())).unwrap();
    let reply = school.app.send_as(Some(&School::actor(who)), request).await;
    assert!(reply.status.is_success(), "{path} {}", String::from_utf8_lossy(&reply.body));
    serde_json::from_slice(&reply.body).unwrap()
}

fn booking(date: &str, time: &str) -> Value {
    json!({
        "coachId": "coach-0-profile", "studentId": "student-p0", "subject": "MATHEMATIQUES",
        "scheduledDate": date, "startTime": time, "duration": 60, "title": "Suites"
    })
}

/// A workshop of two, full, in which `p2` waits.
async fn full_workshop(school: &School) -> String {
    let workshop = school.workshop("p0", "coach-0", at(21, "10:00"), 2).await;
    for (who, student) in [("p1", "student-p1"), ("p2", "student-p2")] {
        let seat = json!({"studentId": student, "wait": true});
        before(school, who, &format!("/api/sessions/{}/seats", workshop.id), seat).await;
    }
    workshop.id.to_string()
}

async fn offered(school: &School) -> String {
    let id = full_workshop(school).await;
    before(school, "p1", &format!("/api/sessions/{id}/seats/leave"), json!({"studentId": "student-p1"}))
        .await;
    id
}

async fn pack(school: &School) -> i64 {
    let body = json!({"credits": 50, "priceTnd": 500, "bonus": 5});
    before(school, "admin", "/api/credits/packs", body).await["id"].as_i64().unwrap()
}

async fn reserved(school: &School) -> i64 {
    let body = json!({"userId": "student-user-p0", "packId": pack(school).await});
    before(school, "office", "/api/payments/cash/reserve", body).await["recordId"].as_i64().unwrap()
}

async fn paid(school: &School) -> i64 {
    let record = reserved(school).await;
    before(school, "admin", "/api/payments/cash/confirm", json!({"recordId": record})).await;
    record
}

/// An order of `p0`'s parent, of ten credits at 180 dinars.
async fn order(school: &School) -> Value {
    let now = school.app.instant(school.app.clock.now());
    school
        .app
        .execute(&format!(
            r#"INSERT INTO product_pricing ("id", "itemType", "itemKey", "amount", "currency", "description", "active", "createdAt", "updatedAt")
               VALUES ('p1', 'PACK', 'CREDITS_10', 180, 'TND', 'Dix crédits', TRUE, {now}, {now})"#
        ))
        .await;
    json!({"type": "pack", "key": "CREDITS_10", "studentId": "student-p0", "idempotencyKey": KEY})
}

async fn ordered(school: &School, path: &str, name: &str) -> String {
    let mut body = order(school).await;
    body["idempotencyKey"] = json!("avant");
    before(school, "parent-p0", path, body).await[name].as_str().unwrap().to_owned()
}

fn notice(payment: &str) -> Step {
    let body = json!({"payment_id": payment, "status": "completed", "transaction_id": "tx-1", "amount": 180_000, "currency": "TND"});
    Step::Ask {
        who: None,
        method: Method::POST,
        path: "/api/webhooks/konnect".to_owned(),
        kind: "application/json",
        body: body.to_string().into_bytes(),
    }
}

fn proof(order: &str) -> Step {
    let mut body = String::new();
    for (name, value) in [
        ("orderId", order),
        ("transferReference", "VIR-2026-1"),
        ("transferDate", "2026-09-12"),
        ("transferAmount", "180,000"),
    ] {
        write!(body, "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").unwrap();
    }
    body += "--b--\r\n";
    Step::Ask {
        who: Some("parent-p0"),
        method: Method::POST,
        path: "/api/payments/wise/confirm".to_owned(),
        kind: "multipart/form-data; boundary=b",
        body: body.into_bytes(),
    }
}

async fn demanded(school: &School) -> Value {
    let body = json!({"studentId": "student-p0", "newPlan": "HYBRIDE"});
    before(school, "parent-p0", "/api/subscriptions/change", body).await["subscriptionId"].clone()
}

/// Credits of `p1` that are over in an hour.
async fn fleeting(school: &School) {
    let now = school.app.clock.now();
    let mut tx = school.app.store.begin().await.unwrap();
    let gift = Grant {
        owner: UserId::parse("student-user-p1").unwrap(),
        origin: LotOrigin::Allocation,
        amount: Credits::whole(3).unwrap(),
        expires_at: Some(now.checked_add(SignedDuration::from_hours(1)).unwrap()),
        key: "bientôt".to_owned(),
        description: "Essai".to_owned(),
        actor: "system".to_owned(),
    };
    grant(tx.as_mut(), &gift, now).await.unwrap();
    tx.commit().await.unwrap();
}

macro_rules! acts {
    ($($name:literal: |$school:ident| $prepare:expr;)+) => {
        /// Every one of them.
        pub(crate) const ACTS: &[Act] =
            &[$(Act { name: $name, prepare: |$school| Box::pin(async move { $prepare }) },)+];
    };
}

acts! {
    "book": |_school| post("parent-p0", "/api/sessions/book", &booking("2026-09-16", "14:00"));
    "book a series": |_school| {
        let mut body = booking("2026-09-16", "14:00");
        body["count"] = json!(3);
        post("parent-p0", "/api/sessions/series", &body)
    };
    "call off": |school| {
        let booked = school.book("p0", "coach-0", lesson(at(16, "14:00"), 60)).await.unwrap();
        post("p0", "/api/sessions/cancel", &json!({"sessionId": booked.id}))
    };
    "move": |school| {
        let booked = school.book("p0", "coach-0", lesson(at(16, "14:00"), 60)).await.unwrap();
        let to = json!({"scheduledDate": "2026-09-18", "startTime": "10:00"});
        post("p0", format!("/api/sessions/{}/reschedule", booked.id), &to)
    };
    "end": |school| {
        let booked = school.book("p0", "coach-0", lesson(at(16, "14:00"), 60)).await.unwrap();
        school.app.clock.advance(SignedDuration::from_hours(54));
        let path = format!("/api/sessions/{}/status", booked.id);
        let start = ask("coach-0", Method::PATCH, path.clone(), &json!({"status": "IN_PROGRESS"}));
        assert_eq!(start.run(school).await.status, 200);
        ask("coach-0", Method::PATCH, path, &json!({"status": "COMPLETED", "notes": "Bien"}))
    };
    "take a seat": |school| {
        let workshop = school.workshop("p0", "coach-0", at(21, "10:00"), 2).await;
        post("p1", format!("/api/sessions/{}/seats", workshop.id), &json!({"studentId": "student-p1"}))
    };
    "wait for a seat": |school| {
        let workshop = school.workshop("p0", "coach-0", at(21, "10:00"), 2).await;
        let path = format!("/api/sessions/{}/seats", workshop.id);
        before(school, "p1", &path, json!({"studentId": "student-p1"})).await;
        post("p2", path, &json!({"studentId": "student-p2", "wait": true}))
    };
    "give a seat up": |school| {
        let id = full_workshop(school).await;
        post("p1", format!("/api/sessions/{id}/seats/leave"), &json!({"studentId": "student-p1"}))
    };
    "accept a seat": |school| {
        let id = offered(school).await;
        post("p2", format!("/api/sessions/{id}/seats/accept"), &json!({"studentId": "student-p2"}))
    };
    "end an offer": |school| {
        offered(school).await;
        school.later(4);
        Step::Offers
    };
    "correct credits": |_school| {
        let body = json!({"studentId": "student-p0", "amount": 2, "type": "CREDIT_ADD", "description": "Geste"});
        post("office", "/api/assistant/students/credits", &body)
    };
    "take credits away": |_school| {
        let body = json!({"studentId": "student-p0", "amount": -2, "type": "ADJUSTMENT", "description": "Erreur"});
        post("office", "/api/assistant/students/credits", &body)
    };
    "spend credits": |_school| post("office", "/api/credits/spend", &json!({"userId": "student-user-p0", "credits": 2}));
    "ask for credits": |_school| {
        post("parent-p0", "/api/parent/credit-request", &json!({"studentId": "student-p0", "creditAmount": 5}))
    };
    "grant a request": |school| {
        let body = json!({"studentId": "student-p0", "creditAmount": 5});
        let id = before(school, "parent-p0", "/api/parent/credit-request", body).await["requestId"].clone();
        post("office", "/api/assistant/credit-requests", &json!({"requestId": id, "action": "approve"}))
    };
    "end a lot": |school| {
        fleeting(school).await;
        school.later(2);
        Step::Wallets
    };
    "reserve a pack": |school| {
        post("office", "/api/payments/cash/reserve", &json!({"userId": "student-user-p0", "packId": pack(school).await}))
    };
    "confirm a payment": |school| {
        post("admin", "/api/payments/cash/confirm", &json!({"recordId": reserved(school).await}))
    };
    "cancel a payment": |school| {
        post("admin", "/api/payments/cash/cancel", &json!({"recordId": reserved(school).await}))
    };
    "pay a part back": |school| {
        let path = format!("/api/admin/payments/records/{}/refund", paid(school).await);
        post("admin", path, &json!({"amountTnd": 100, "reason": "Départ", "key": KEY}))
    };
    "order by card": |school| post("parent-p0", "/api/payments/konnect", &order(school).await);
    "be told of a payment": |school| notice(&ordered(school, "/api/payments/konnect", "paymentId").await);
    "order by transfer": |school| post("parent-p0", "/api/payments/wise", &order(school).await);
    "send a proof": |school| proof(&ordered(school, "/api/payments/wise", "orderId").await);
    "validate a transfer": |school| {
        let order = ordered(school, "/api/payments/wise", "orderId").await;
        post("admin", "/api/payments/validate", &json!({"paymentId": order, "action": "approve"}))
    };
    "ask for a plan": |_school| {
        post("parent-p0", "/api/subscriptions/change", &json!({"studentId": "student-p0", "newPlan": "HYBRIDE"}))
    };
    "begin a plan": |school| {
        let body = json!({"requestId": demanded(school).await, "action": "APPROVED"});
        ask("office", Method::PATCH, "/api/assistant/subscription-requests", &body)
    };
    "give the credits of a month": |school| {
        let body = json!({"requestId": demanded(school).await, "action": "APPROVED"});
        let step = ask("office", Method::PATCH, "/api/assistant/subscription-requests", &body);
        assert_eq!(step.run(school).await.status, 200);
        school.app.clock.advance(SignedDuration::from_hours(24 * 30));
        Step::Month
    };
}
