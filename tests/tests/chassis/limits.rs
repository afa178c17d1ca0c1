use crate::support::{policy, post_json, routes};
use axum::body::Body;
use axum::http::{Method, Request, header};
use axum::routing::get;
use nexus_http::ChassisSettings;
use nexus_http::chassis::{BodyClass, BodyLimits, HeadLimits, RoutePolicies, RoutePolicy, TimeLimits};
use nexus_tests::stand::{Stand, unhurried};
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio_stream::StreamExt;

fn stand() -> Stand {
    Stand::new(unhurried(), routes(), RoutePolicies::default())
}

fn small_bodies() -> ChassisSettings {
    ChassisSettings { bodies: BodyLimits { usual: 1000, file: 5000, ..BodyLimits::default() }, ..unhurried() }
}

/// A body without a length, in pieces of 100 bytes; counts the pieces that were asked for.
fn pieces(count: usize) -> (Body, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let stream = tokio_stream::iter(0..count).map(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok::<_, std::io::Error>(vec![b' '; 100])
    });
    (Body::from_stream(stream), asked)
}

#[tokio::test]
async fn a_body_that_says_itself_that_it_is_too_large_is_not_read() {
    let stand = Stand::new(small_bodies(), routes(), RoutePolicies::default());
    let (body, asked) = pieces(100);
    let request = Request::post("/json")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONTENT_LENGTH, 1001)
        .body(body);
    stand.send(request.unwrap()).await.problem(413, "too_large");
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    // The limit itself is within it.
    let (body, _) = pieces(10);
    let request = Request::post("/raw").header(header::CONTENT_LENGTH, 1000).body(body);
    assert_eq!(stand.send(request.unwrap()).await.status, 200);
}

#[tokio::test]
async fn a_body_without_a_length_is_read_to_the_limit_and_no_further() {
    let stand = Stand::new(small_bodies(), routes(), RoutePolicies::default());
    for path in ["/json", "/raw"] {
        let (body, asked) = pieces(1_000_000);
        stand.send(post_json(path, body)).await.problem(413, "too_large");
        assert_eq!(asked.load(Ordering::Relaxed), 11, "{path}");
        let (body, _) = pieces(10);
        let reply = stand.send(post_json("/raw", body)).await;
        assert_eq!((reply.status.as_u16(), reply.body.as_slice()), (200, b"1000".as_slice()));
    }
}

#[tokio::test]
async fn a_route_for_files_takes_larger_bodies() {
    let files = RoutePolicy { body: BodyClass::File, ..RoutePolicy::USUAL };
    let stand = Stand::new(small_bodies(), routes(), policy(Method::POST, "/raw", files));
    let (body, _) = pieces(50);
    assert_eq!(stand.send(post_json("/raw", body)).await.status, 200);
    let (body, _) = pieces(51);
    stand.send(post_json("/raw", body)).await.problem(413, "too_large");
    stand.send(post_json("/json", vec![b' '; 1001])).await.problem(413, "too_large");
}

#[tokio::test]
async fn a_compressed_body_is_not_opened() {
    let stand = stand();
    // 20 kB that would become 20 MB.
    let bomb = include_bytes!("bomb.gz");
    for (encodings, refused) in [
        (vec!["gzip"], true),
        (vec!["GZip"], true),
        (vec!["br"], true),
        (vec!["identity, gzip"], true),
        (vec!["identity", "gzip"], true),
        (vec!["identity"], false),
        (vec![" Identity "], false),
    ] {
        let mut request = post_json("/raw", bomb.as_slice());
        for encoding in &encodings {
            request.headers_mut().append(header::CONTENT_ENCODING, encoding.parse().unwrap());
        }
        let reply = stand.send(request).await;
        if refused {
            reply.problem(415, "unsupported_encoding");
            assert_eq!(reply.header("accept-encoding"), "identity");
        } else {
            assert_eq!(reply.body, bomb.len().to_string().as_bytes(), "{encodings:?}");
        }
    }
}

#[tokio::test]
async fn a_head_has_limits() {
    let stand = stand();
    let limits = HeadLimits::default();
    let at = |length: usize| format!("/hello?{}", "x".repeat(length - "/hello?".len()));
    assert_eq!(stand.get(&at(limits.address)).await.status, 200);
    stand.get(&at(limits.address + 1)).await.problem(414, "address_too_long");

    let with = |count: usize, size: usize| {
        let mut request = Request::get("/hello").body(Body::empty()).unwrap();
        for number in 0..count {
            let name: header::HeaderName = format!("x-{number:06}").parse().unwrap();
            request.headers_mut().append(name, "v".repeat(size - 8).parse().unwrap());
        }
        request
    };
    assert_eq!(stand.send(with(limits.count, 8)).await.status, 200);
    stand.send(with(limits.count + 1, 8)).await.problem(431, "headers_too_large");
    assert_eq!(stand.send(with(32, limits.headers / 32)).await.status, 200);
    stand.send(with(33, limits.headers / 32)).await.problem(431, "headers_too_large");
    // One name many times is as much as many names.
    let mut request = Request::get("/hello").body(Body::empty()).unwrap();
    for _ in 0..=limits.count {
        request.headers_mut().append("cookie", "a=b".parse().unwrap());
    }
    stand.send(request).await.problem(431, "headers_too_large");
}

#[tokio::test(start_paused = true)]
async fn a_handler_has_its_time() {
    let settings = ChassisSettings {
        times: TimeLimits { usual: Duration::from_secs(30), long: Duration::from_mins(5) },
        ..unhurried()
    };
    let slow = async || tokio::time::sleep(Duration::from_mins(4)).await;
    let routes = routes().route("/slow", get(slow)).route("/long", get(slow)).route(
        "/never",
        get(async || {
            pending::<()>().await;
        }),
    );
    let long = RoutePolicy { long: true, ..RoutePolicy::USUAL };
    let stand = Stand::new(settings, routes, policy(Method::GET, "/long", long));
    for path in ["/slow", "/never"] {
        let start = tokio::time::Instant::now();
        let reply = stand.get(path).await;
        reply.problem(503, "timeout");
        assert_eq!(reply.header("retry-after"), "5");
        assert_eq!(start.elapsed().as_secs(), 30, "{path}");
    }
    assert_eq!(stand.get("/long").await.status, 200);
}

/// A probe is always answered, and takes the short way: the size of its head is looked at all the same.
#[tokio::test]
async fn the_head_of_a_probe_has_limits_too() {
    let stand = Stand::new(unhurried(), routes(), policy(Method::GET, "/hello", RoutePolicy::PROBE));
    let long = format!("/hello?{}", "a".repeat(unhurried().heads.address));
    let reply = stand.get(&long).await;
    let body = reply.problem(414, "address_too_long");
    assert_eq!(body["requestId"], reply.header("x-request-id"));
    assert_eq!(stand.get("/hello").await.status, 200);
}
