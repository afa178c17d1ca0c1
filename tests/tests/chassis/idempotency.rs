use crate::support::{policy, post_json};
use axum::extract::{Request, State};
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use axum::{Json, Router};
use jiff::SignedDuration;
use nexus_core::testing::{CountingIds, ManualClock};
use nexus_core::{Actor, IdempotencyStore, Role};
use nexus_http::chassis::{RoutePolicies, RoutePolicy};
use nexus_http::{JsonBody, Problem};
use nexus_store::Backend;
use nexus_store::sqlite::{SqliteOptions, SqliteStore};
use nexus_tests::Reply;
use nexus_tests::stand::{Stand, from, somebody, unhurried};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::{Barrier, Notify, Semaphore};
use tokio::task::JoinSet;

/// What the handlers did, and what they wait for.
#[derive(Clone)]
struct Work {
    done: Arc<AtomicUsize>,
    begun: Arc<Notify>,
    gate: Arc<Semaphore>,
}

struct Bench {
    stand: Arc<Stand>,
    store: Arc<SqliteStore>,
    work: Work,
    folder: TempDir,
}

async fn order(State(work): State<Work>, JsonBody(order): JsonBody<Value>) -> Response {
    let number = work.done.fetch_add(1, Ordering::SeqCst) + 1;
    let headers = [
        (header::SET_COOKIE, "session=secret".to_owned()),
        (header::LOCATION, format!("/orders/{number}")),
        (HeaderName::from_static("x-internal"), "trace".to_owned()),
    ];
    (StatusCode::CREATED, headers, Json(json!({"number": number, "order": order}))).into_response()
}

async fn held(State(work): State<Work>) -> Json<Value> {
    work.begun.notify_one();
    work.gate.acquire().await.unwrap().forget();
    Json(json!({"number": work.done.fetch_add(1, Ordering::SeqCst) + 1}))
}

async fn answering(State(work): State<Work>, request: Request) -> Result<Response, Problem> {
    work.done.fetch_add(1, Ordering::SeqCst);
    let status: u16 = request.uri().path().rsplit('/').next().unwrap().parse().unwrap();
    match status {
        598 => panic!("as a test wants it"),
        599 => Err(Problem::new(nexus_core::ErrorCode::StorageUnavailable)),
        status => {
            Ok((StatusCode::from_u16(status).unwrap(), Json(json!({"status": status}))).into_response())
        }
    }
}

fn routes(work: &Work) -> Router {
    Router::new()
        .route("/orders", any(order))
        .route("/orders/{id}/lines", post(order))
        .route("/secret", post(order))
        .route("/private", post(order))
        .route("/held", post(held))
        .route("/answer/{status}", post(answering))
        .route(
            "/large",
            post(async |State(work): State<Work>| {
                work.done.fetch_add(1, Ordering::SeqCst);
                "x".repeat(300 << 10)
            }),
        )
        .with_state(work.clone())
}

fn policies() -> RoutePolicies {
    let public = RoutePolicy { public: true, ..RoutePolicy::USUAL };
    let mut policies = policy(Method::POST, "/secret", RoutePolicy { secret: true, ..public });
    for path in ["/orders", "/orders/{id}/lines", "/held", "/answer/{status}", "/large"] {
        policies.add(Method::POST, path, public);
    }
    policies
}

impl Bench {
    async fn new() -> Self {
        let clock = Arc::new(ManualClock::at("2026-09-14T08:30:00Z".parse().unwrap()));
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteOptions::new(folder.path().join("nexus.db"));
        let ids = Arc::new(CountingIds::new("token"));
        let store = Arc::new(SqliteStore::open(&options, clock.clone(), ids).await.unwrap());
        store.migrate().await.unwrap();
        let work = Work { done: Arc::default(), begun: Arc::default(), gate: Arc::new(Semaphore::new(0)) };
        let kept: Arc<dyn IdempotencyStore> = store.clone();
        let stand = Stand::at(clock, unhurried(), routes(&work), policies(), |chassis| {
            chassis.with_idempotency(kept)
        });
        Self { stand: Arc::new(stand), store, work, folder }
    }

    async fn post(&self, path: &str, key: &str, body: &'static str) -> Reply {
        self.stand.send(from("203.0.113.9", keyed(path, key, body))).await
    }

    async fn post_as(&self, who: &Actor, path: &str, key: &str, body: &'static str) -> Reply {
        let mut request = keyed(path, key, body);
        request.extensions_mut().insert(who.clone());
        self.stand.send(from("203.0.113.9", request)).await
    }

    fn done(&self) -> usize {
        self.work.done.load(Ordering::SeqCst)
    }

    async fn rows(&self) -> i64 {
        nexus_tests::rows::count(
            &self.folder.path().join("nexus.db"),
            "SELECT count(*) FROM idempotency_keys",
        )
        .await
    }
}

fn keyed(path: &str, key: &str, body: &'static str) -> Request {
    let mut request = post_json(path, body);
    request.headers_mut().insert("idempotency-key", key.parse().unwrap());
    request
}

#[tokio::test]
async fn what_is_sent_again_is_answered_again_and_not_done_again() {
    let bench = Bench::new().await;
    let first = bench.post("/orders", "k1", "{\"a\":1}").await;
    assert_eq!(first.expect(201)["number"], 1);
    assert_eq!((first.header("idempotency-replayed"), first.header("set-cookie")), ("", "session=secret"));
    for hours in [0, 1, 22] {
        bench.stand.clock.advance(SignedDuration::from_hours(hours));
        let again = bench.post("/orders", "k1", "{\"a\":1}").await;
        assert_eq!((again.status, &again.body), (first.status, &first.body));
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.header("location"), "/orders/1");
        assert_eq!(again.header("content-type"), "application/json");
        assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
        // Whoever repeats a request is not signed in by it.
        assert_eq!((again.header("set-cookie"), again.header("x-internal")), ("", ""));
    }
    assert_eq!(bench.done(), 1);
    bench.stand.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(bench.post("/orders", "k1", "{\"a\":1}").await.expect(201)["number"], 2);
}

#[tokio::test]
async fn without_a_key_everything_is_done() {
    let bench = Bench::new().await;
    for number in 1..=3 {
        let reply = bench.stand.send(post_json("/orders", "{}")).await;
        assert_eq!(reply.expect(201)["number"], number);
    }
    assert_eq!(bench.rows().await, 0);
}

#[tokio::test]
async fn another_content_under_the_same_key_is_refused() {
    let bench = Bench::new().await;
    bench.post("/orders", "k1", "{\"a\":1}").await.expect(201);
    for other in ["{\"a\":2}", "{\"a\":1} ", "{}"] {
        bench.post("/orders", "k1", other).await.problem(422, "idempotency_key_reused");
    }
    // The same bytes may mean something else.
    let mut request = keyed("/orders", "k1", "{\"a\":1}");
    request.headers_mut().insert("content-type", "application/json; charset=utf-8".parse().unwrap());
    bench.stand.send(from("203.0.113.9", request)).await.problem(422, "idempotency_key_reused");
    assert_eq!(bench.done(), 1);
}

#[tokio::test]
async fn keys_of_others_and_of_other_things_are_other_keys() {
    let bench = Bench::new().await;
    let (lea, tom) = (somebody("lea", Role::Parent), somebody("tom", Role::Parent));
    bench.post_as(&lea, "/orders", "k1", "{}").await.expect(201);
    bench.post_as(&tom, "/orders", "k1", "{\"other\":1}").await.expect(201);
    bench.post("/orders", "k1", "{\"anonymous\":1}").await.expect(201);
    bench.post_as(&lea, "/orders?x=1", "k1", "{\"query\":1}").await.expect(201);
    bench.post_as(&lea, "/orders/1/lines", "k1", "{\"line\":1}").await.expect(201);
    bench.post_as(&lea, "/orders/2/lines", "k1", "{\"line\":2}").await.expect(201);
    assert_eq!(bench.done(), 6);
    // The same person from elsewhere is the same person.
    let mut request = keyed("/orders", "k1", "{}");
    request.extensions_mut().insert(lea);
    let again = bench.stand.send(from("198.51.100.1", request)).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
}

#[tokio::test]
async fn only_a_post_has_a_key() {
    let bench = Bench::new().await;
    for method in ["PUT", "PATCH", "DELETE"] {
        for _ in 0..2 {
            let mut request = keyed("/orders", "k1", "{}");
            *request.method_mut() = method.parse().unwrap();
            bench.stand.send(request).await.expect(201);
        }
    }
    assert_eq!((bench.done(), bench.rows().await), (6, 0));
}

#[tokio::test]
async fn a_key_is_visible_ascii_of_some_length() {
    let bench = Bench::new().await;
    let long = "k".repeat(255);
    for key in ["x", "018f-a:b/c~", long.as_str()] {
        bench.post("/orders", key, "{}").await.expect(201);
    }
    let too_long = "k".repeat(256);
    for key in ["", " ", "a b", "a\tb", too_long.as_str()] {
        bench.post("/orders", key, "{}").await.problem(400, "malformed_idempotency_key");
    }
    let mut accented = keyed("/orders", "x", "{}");
    accented.headers_mut().insert("idempotency-key", "clé".parse().unwrap());
    bench.stand.send(accented).await.problem(400, "malformed_idempotency_key");
    let mut two = keyed("/orders", "x", "{}");
    two.headers_mut().append("idempotency-key", "y".parse().unwrap());
    bench.stand.send(two).await.problem(400, "malformed_idempotency_key");
    assert_eq!(bench.done(), 3);
}

#[tokio::test]
async fn while_it_is_being_done_it_is_not_done_again() {
    let bench = Bench::new().await;
    let stand = Arc::clone(&bench.stand);
    let first =
        tokio::spawn(async move { stand.send(from("203.0.113.9", keyed("/held", "k1", "{}"))).await });
    bench.work.begun.notified().await;
    let second = bench.post("/held", "k1", "{}").await;
    second.problem(409, "request_in_flight");
    assert_eq!(second.header("retry-after"), "1");
    bench.post("/held", "k1", "{\"other\":1}").await.problem(422, "idempotency_key_reused");
    bench.work.gate.add_permits(1);
    let first = first.await.unwrap();
    assert_eq!(bench.post("/held", "k1", "{}").await.body, first.body);
    assert_eq!(bench.done(), 1);
}

/// The very case that keys are for: the connection is lost, and the page sends again.
#[tokio::test]
async fn what_was_begun_is_finished_though_nobody_waits() {
    let bench = Bench::new().await;
    let call = bench.post("/held", "k1", "{}");
    tokio::select! {
        _ = call => panic!("the handler waits"),
        () = bench.work.begun.notified() => {}
    }
    bench.post("/held", "k1", "{}").await.problem(409, "request_in_flight");
    bench.work.gate.add_permits(1);
    let deadline = std::time::Instant::now() + nexus_tests::stand::PATIENCE;
    let again = loop {
        let again = bench.post("/held", "k1", "{}").await;
        if again.status != 409 {
            break again;
        }
        assert!(std::time::Instant::now() < deadline);
    };
    assert_eq!(again.expect(200)["number"], 1);
    assert_eq!((bench.done(), again.header("idempotency-replayed")), (1, "true"));
}

#[tokio::test]
async fn a_key_is_free_when_nothing_was_decided() {
    let bench = Bench::new().await;
    for status in ["500", "503", "599", "598", "401", "408", "429"] {
        let path = format!("/answer/{status}");
        let before = bench.done();
        let first = bench.post(&path, "k1", "{}").await;
        let deadline = std::time::Instant::now() + nexus_tests::stand::PATIENCE;
        // After a panic the key is freed beside the answer.
        while bench.post(&path, "k1", "{}").await.status == 409 {
            assert!(std::time::Instant::now() < deadline);
        }
        assert_eq!(bench.done(), before + 2, "{status}: {}", first.status);
        assert_eq!(first.header("idempotency-replayed"), "");
    }
    for status in ["200", "202", "204", "302", "400", "403", "404", "409", "422"] {
        let path = format!("/answer/{status}");
        let before = bench.done();
        bench.post(&path, "k1", "{}").await;
        let again = bench.post(&path, "k1", "{}").await;
        assert_eq!((bench.done(), again.header("idempotency-replayed")), (before + 1, "true"), "{status}");
        assert_eq!(again.status.as_str(), status);
    }
}

#[tokio::test]
async fn what_is_secret_or_large_is_not_kept_and_not_done_again() {
    let bench = Bench::new().await;
    for (path, status) in [("/secret", 201), ("/large", 200)] {
        let before = bench.done();
        assert_eq!(bench.post(path, "k1", "{\"password\":\"hunter2\"}").await.status, status);
        bench.post(path, "k1", "{\"password\":\"hunter2\"}").await.problem(409, "already_processed");
        assert_eq!(bench.done(), before + 1);
    }
    // Nor is anything that was sent, or that is a secret, in the database.
    bench.store.close().await;
    let bytes = std::fs::read(bench.folder.path().join("nexus.db")).unwrap();
    let wal = std::fs::read(bench.folder.path().join("nexus.db-wal")).unwrap_or_default();
    for hidden in ["hunter2", "session=secret", "203.0.113.9"] {
        for bytes in [&bytes, &wal] {
            assert!(!bytes.windows(hidden.len()).any(|found| found == hidden.as_bytes()), "{hidden}");
        }
    }
}

#[tokio::test]
async fn a_stranger_who_is_refused_leaves_nothing_behind() {
    let bench = Bench::new().await;
    bench.post("/private", "k1", "{}").await;
    assert_eq!(bench.rows().await, 0);
    let lea = somebody("lea", Role::Parent);
    bench.post_as(&lea, "/private", "k1", "{}").await;
    assert_eq!(bench.rows().await, 1);
}

#[tokio::test]
async fn without_its_store_nothing_is_done() {
    let bench = Bench::new().await;
    bench.store.close().await;
    let reply = bench.post("/orders", "k1", "{}").await;
    reply.problem(503, "storage_unavailable");
    assert_eq!((bench.done(), reply.header("retry-after")), (0, "5"));
    // Whoever does not ask for it does not need it.
    bench.stand.send(post_json("/orders", "{}")).await.expect(201);
}

/// A server that died in the middle: its key is free after the lease, and until then nobody does it twice.
#[tokio::test]
async fn a_key_outlives_its_server_by_its_lease() {
    let bench = Bench::new().await;
    let call = bench.post("/held", "k1", "{}");
    tokio::select! {
        _ = call => panic!("the handler waits"),
        () = bench.work.begun.notified() => {}
    }
    // The handler's time and a margin.
    bench.stand.clock.advance(SignedDuration::from_secs(44));
    bench.post("/held", "k1", "{}").await.problem(409, "request_in_flight");
    bench.stand.clock.advance(SignedDuration::from_secs(1));
    bench.work.gate.add_permits(2);
    bench.post("/held", "k1", "{}").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixty_four_at_once_one_is_done() {
    let bench = Bench::new().await;
    let start = Arc::new(Barrier::new(64));
    let mut calls = JoinSet::new();
    for _ in 0..64 {
        let (stand, start) = (Arc::clone(&bench.stand), Arc::clone(&start));
        calls.spawn(async move {
            start.wait().await;
            stand.send(from("203.0.113.9", keyed("/orders", "k1", "{}"))).await
        });
    }
    let replies = calls.join_all().await;
    assert_eq!(bench.done(), 1);
    for reply in &replies {
        match reply.status.as_u16() {
            201 => assert_eq!(reply.json()["number"], 1),
            409 => drop(reply.problem(409, "request_in_flight")),
            other => panic!("{other}"),
        }
    }
}

/// A drain waits for what was begun, though its caller is gone.
#[tokio::test]
async fn the_end_of_the_server_waits_for_what_was_begun() {
    let bench = Bench::new().await;
    let work = bench.work.clone();
    let mut settings = unhurried();
    settings.connections.drain = nexus_tests::stand::PATIENCE;
    let kept: Arc<dyn IdempotencyStore> = bench.store.clone();
    let stand = Stand::at(bench.stand.clock.clone(), settings, routes(&work), policies(), |chassis| {
        chassis.with_idempotency(kept)
    });
    let mut served = stand.serve().await;
    let mut line = served.connect().await;
    line.send("POST /held HTTP/1.1\r\nHost: nexus\r\nIdempotency-Key: k1\r\nContent-Length: 0\r\n\r\n").await;
    work.begun.notified().await;
    drop(line);
    served.stop();
    let ended = tokio::spawn(served.ended());
    let early = tokio::time::timeout(Duration::from_millis(100), async {
        while !ended.is_finished() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(early.is_err(), "the server ended with something in hand");
    work.gate.add_permits(1);
    ended.await.unwrap();
    assert_eq!(bench.done(), 1);
}
