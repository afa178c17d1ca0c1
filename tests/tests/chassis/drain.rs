use crate::support::routes;
use axum::body::Body;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use nexus_http::chassis::RoutePolicies;
use nexus_tests::stand::{PATIENCE, Served, Stand, unhurried};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore};

const GET_HELD: &str = "GET /held HTTP/1.1\r\nHost: nexus\r\n\r\n";
const GET_HELLO: &str = "GET /hello HTTP/1.1\r\nHost: nexus\r\n\r\n";

/// A server with a handler that waits for the test.
struct Held {
    served: Served,
    begun: Arc<Notify>,
    gate: Arc<Semaphore>,
}

async fn held(notice: Duration, drain: Duration) -> Held {
    let (begun, gate) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let (begins, waits) = (Arc::clone(&begun), Arc::clone(&gate));
    let handler = get(async move || {
        begins.notify_one();
        waits.acquire().await.unwrap().forget();
        "done"
    });
    let mut settings = unhurried();
    settings.connections.notice = notice;
    settings.connections.drain = drain;
    let served =
        Stand::new(settings, routes().route("/held", handler), RoutePolicies::default()).serve().await;
    Held { served, begun, gate }
}

async fn refuses(address: std::net::SocketAddr) {
    let deadline = Instant::now() + PATIENCE;
    while TcpStream::connect(address).await.is_ok() {
        assert!(Instant::now() < deadline, "new connections are still accepted");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_is_in_flight_is_finished_and_nothing_new_begins() {
    let Held { mut served, begun, gate } = held(Duration::ZERO, PATIENCE).await;
    let mut idle = served.connect().await;
    idle.send(GET_HELLO).await;
    assert_eq!(idle.reply().await.unwrap().status, 200);
    let mut busy = served.connect().await;
    busy.send(GET_HELD).await;
    begun.notified().await;

    served.stop();
    // Whoever asks for nothing is let go at once.
    assert!(idle.rest().await.is_empty());
    refuses(served.address).await;
    assert!(served.chassis.drain().is_leaving());
    gate.add_permits(1);
    let reply = busy.reply().await.expect("the request in flight is answered");
    assert_eq!((reply.status.as_u16(), reply.body.as_slice()), (200, b"done".as_slice()));
    assert_eq!(reply.header("connection"), "close");
    assert!(busy.rest().await.is_empty());
    served.ended().await;
}

#[tokio::test]
async fn it_says_that_it_leaves_before_it_refuses() {
    let Held { mut served, .. } = held(Duration::from_millis(500), PATIENCE).await;
    let drain = served.chassis.drain().clone();
    assert!(!drain.is_leaving());
    served.stop();
    let deadline = Instant::now() + PATIENCE;
    while !drain.is_leaving() {
        assert!(Instant::now() < deadline);
        tokio::task::yield_now().await;
    }
    // A load balancer that has not looked yet is still served.
    let mut line = served.connect().await;
    line.send(GET_HELLO).await;
    assert_eq!(line.reply().await.unwrap().status, 200);
    drop(line);
    served.ended().await;
}

#[tokio::test]
async fn what_does_not_end_in_time_is_ended() {
    let Held { mut served, begun, .. } = held(Duration::ZERO, Duration::from_millis(200)).await;
    let mut busy = served.connect().await;
    busy.send(GET_HELD).await;
    begun.notified().await;
    let start = Instant::now();
    served.stop();
    served.ended().await;
    assert!(start.elapsed() >= Duration::from_millis(200) && start.elapsed() < PATIENCE / 2);
    assert!(busy.reply().await.is_none());
}

#[tokio::test]
async fn a_stream_of_events_ends_after_its_last_event() {
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<&str, std::io::Error>>(4);
    let receiver = Arc::new(std::sync::Mutex::new(Some(receiver)));
    let events = get(async move || {
        let stream = tokio_stream::wrappers::ReceiverStream::new(receiver.lock().unwrap().take().unwrap());
        ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(stream)).into_response()
    });
    let stand = Stand::new(unhurried(), routes().route("/events", events), RoutePolicies::default());
    let mut served = stand.serve().await;
    let mut line = served.connect().await;
    line.send("GET /events HTTP/1.1\r\nHost: nexus\r\n\r\n").await;
    sender.send(Ok("data: 1\n\n")).await.unwrap();
    while !String::from_utf8_lossy(line.unread()).contains("data: 1\n\n") {
        assert!(line.more().await);
    }
    served.stop();
    // The sender is still there: the stream would never end by itself.
    let rest = String::from_utf8(line.rest().await).unwrap();
    assert!(rest.ends_with("0\r\n\r\n"), "the stream ends as it should: {rest}");
    served.ended().await;
    drop(sender);
}
