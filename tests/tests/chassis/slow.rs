//! Senders that take their time.

use crate::support::routes;
use axum::body::Body;
use axum::http::Request;
use nexus_http::ChassisSettings;
use nexus_http::chassis::{BodyLimits, RoutePolicies, TimeLimits};
use nexus_tests::stand::{Stand, unhurried};
use std::time::Duration;
use tokio_stream::StreamExt;

/// A body whose pieces come one after the other, `pause` apart.
fn dripping(count: usize, size: usize, pause: Duration) -> Request<Body> {
    let stream = tokio_stream::iter(0..count).then(move |_| async move {
        tokio::time::sleep(pause).await;
        Ok::<_, std::io::Error>(vec![b'x'; size])
    });
    Request::post("/raw").body(Body::from_stream(stream)).unwrap()
}

fn stand() -> Stand {
    let settings = ChassisSettings {
        bodies: BodyLimits { patience: Duration::from_secs(10), slowest: 1000, ..BodyLimits::default() },
        times: TimeLimits { usual: Duration::from_hours(1), long: Duration::from_hours(1) },
        ..unhurried()
    };
    Stand::new(settings, routes(), RoutePolicies::default())
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_is_refused() {
    let stand = stand();
    let start = tokio::time::Instant::now();
    let reply = stand.send(dripping(2, 100_000, Duration::from_secs(11))).await;
    reply.problem(408, "too_slow");
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_drips_is_refused() {
    let stand = stand();
    let start = tokio::time::Instant::now();
    stand.send(dripping(1_000, 10, Duration::from_secs(1))).await.problem(408, "too_slow");
    // 100 bytes have come: they earned no second.
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_comes_steadily_has_its_time() {
    let reply = stand().send(dripping(100, 5_000, Duration::from_secs(4))).await;
    assert_eq!(reply.body, b"500000");
}

/// A handler that does something else while it reads makes nobody slow.
#[tokio::test(start_paused = true)]
async fn only_the_sender_s_time_counts() {
    use axum::routing::post;
    use http_body_util::BodyExt;
    let slow_reader = async |request: Request<Body>| {
        let mut body = request.into_body();
        let mut read = 0;
        while let Some(frame) = body.frame().await {
            read += frame.unwrap().data_ref().unwrap().len();
            tokio::time::sleep(Duration::from_secs(20)).await;
        }
        read.to_string()
    };
    let settings = ChassisSettings {
        times: TimeLimits { usual: Duration::from_hours(1), long: Duration::from_hours(1) },
        ..unhurried()
    };
    let stand = Stand::new(settings, routes().route("/slow", post(slow_reader)), RoutePolicies::default());
    let mut request = dripping(20, 10, Duration::from_millis(100));
    *request.uri_mut() = "/slow".parse().unwrap();
    assert_eq!(stand.send(request).await.body, b"200");
}
