use crate::support::{policy, routes};
use axum::Json;
use axum::body::Body;
use axum::http::{Method, Request, header};
use axum::response::IntoResponse;
use axum::routing::get;
use nexus_http::chassis::{RoutePolicies, RoutePolicy};
use nexus_tests::Reply;
use nexus_tests::stand::{Stand, unhurried};
use serde_json::json;

fn stand() -> Stand {
    let text = || "les familles ".repeat(1_000);
    let of = move |kind: &'static str| get(async move || ([(header::CONTENT_TYPE, kind)], text()));
    let json = || Json(json!({"text": "les familles ".repeat(1_000)}));
    let routes = routes()
        .route("/large", get(async move || json()))
        .route("/secret", get(async move || json()))
        .route("/cookie", get(async move || ([(header::SET_COOKIE, "a=b")], json())))
        .route("/events", of("text/event-stream"))
        .route("/pdf", of("application/pdf"))
        .route("/text", of("text/plain; charset=utf-8"));
    let secret = RoutePolicy { secret: true, ..RoutePolicy::USUAL };
    Stand::new(unhurried(), routes, policy(Method::GET, "/secret", secret))
}

async fn accepted(stand: &Stand, path: &str, accepted: &str) -> Reply {
    let request = Request::get(path).header(header::ACCEPT_ENCODING, accepted).body(Body::empty());
    stand.send(request.unwrap()).await
}

#[tokio::test]
async fn large_answers_become_small() {
    let stand = stand();
    let whole = stand.get("/large").await;
    assert_eq!(whole.header("content-encoding"), "");
    for (accept, encoding) in [("gzip", "gzip"), ("br", "br"), ("gzip, br", "br"), ("br;q=0, gzip", "gzip")] {
        for path in ["/large", "/text"] {
            let reply = accepted(&stand, path, accept).await;
            assert_eq!(reply.header("content-encoding"), encoding, "{path} {accept}");
            assert!(reply.body.len() < whole.body.len() / 10);
            assert!(reply.header("vary").contains("accept-encoding"), "{:?}", reply.headers);
        }
    }
    let reply = accepted(&stand, "/large", "gzip").await;
    let mut opened = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(reply.body.as_slice()), &mut opened)
        .unwrap();
    assert_eq!(opened, whole.body);
}

#[tokio::test]
async fn what_could_tell_a_secret_and_what_must_leave_at_once_stays_as_it_is() {
    let stand = stand();
    for path in ["/secret", "/cookie", "/events", "/pdf", "/hello"] {
        let reply = accepted(&stand, path, "gzip, br").await;
        assert_eq!((reply.status.as_u16(), reply.header("content-encoding")), (200, ""), "{path}");
    }
}

#[tokio::test]
async fn a_compressed_answer_has_a_tag_of_its_own() {
    let stand = stand();
    let plain = stand.get("/large").await.header("etag").to_owned();
    let packed = accepted(&stand, "/large", "gzip").await.header("etag").to_owned();
    assert!(!plain.is_empty() && plain != packed);
    for known in [plain, packed] {
        let request = Request::get("/large").header(header::IF_NONE_MATCH, &known).body(Body::empty());
        assert_eq!(stand.send(request.unwrap()).await.status, 304, "{known}");
    }
}

/// Whoever reads a stream of events sees each one when it leaves.
#[tokio::test]
async fn events_are_not_held_back() {
    use http_body_util::BodyExt;
    use tower::ServiceExt;
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<&str, std::io::Error>>(1);
    let receiver = std::sync::Arc::new(std::sync::Mutex::new(Some(receiver)));
    let events = get(async move || {
        let stream = tokio_stream::wrappers::ReceiverStream::new(receiver.lock().unwrap().take().unwrap());
        ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(stream)).into_response()
    });
    let stand = Stand::new(unhurried(), routes().route("/stream", events), RoutePolicies::default());
    let request = Request::get("/stream").header(header::ACCEPT_ENCODING, "gzip, br").body(Body::empty());
    let mut body = stand.routes().oneshot(request.unwrap()).await.unwrap().into_body();
    for event in ["data: 1\n\n", "data: 2\n\n"] {
        sender.send(Ok(event)).await.unwrap();
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), event);
    }
}

#[tokio::test]
async fn whoever_accepts_no_coding_is_told_what_became_of_his_request() {
    let reply = accepted(&stand(), "/large", "identity;q=0, *;q=0").await;
    assert_eq!((reply.status.as_u16(), reply.header("content-encoding")), (200, ""));
    assert!(reply.body.len() > 10_000);
}
