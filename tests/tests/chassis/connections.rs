//! Real sockets: what only a connection can do wrong.

use crate::support::routes;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use hyper_util::rt::{TokioExecutor, TokioIo};
use nexus_http::ChassisSettings;
use nexus_http::chassis::{BodyLimits, ConnectionLimits, RoutePolicies};
use nexus_tests::stand::{PATIENCE, Served, Stand, unhurried};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

async fn served(change: impl FnOnce(&mut ChassisSettings)) -> Served {
    let mut settings = unhurried();
    change(&mut settings);
    Stand::new(settings, routes(), RoutePolicies::default()).serve().await
}

const HELLO: &str = "GET /hello HTTP/1.1\r\nHost: nexus\r\n\r\n";

#[tokio::test]
async fn a_connection_serves_one_request_after_the_other() {
    let served = served(|_| {}).await;
    let mut line = served.connect().await;
    for _ in 0..3 {
        line.send(HELLO).await;
        assert_eq!(line.reply().await.unwrap().expect(200)["hello"], "world");
    }
    line.send(HELLO.repeat(3)).await;
    for _ in 0..3 {
        assert_eq!(line.reply().await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn a_head_that_never_ends_is_hung_up_on() {
    let quick = |settings: &mut ChassisSettings| {
        settings.connections = ConnectionLimits { head: Duration::from_millis(300), ..settings.connections };
    };
    let served = served(quick).await;
    for beginning in ["", "G", "PRI * HTTP/2.0\r\n", "GET /hello HTTP/1.1\r\nHost: nexus\r\nX-A: "] {
        let mut line = served.connect().await;
        line.send(beginning).await;
        let start = Instant::now();
        let rest = line.rest().await;
        assert!(start.elapsed() < PATIENCE / 2, "{beginning:?}");
        assert!(rest.is_empty(), "{beginning:?}: {}", String::from_utf8_lossy(&rest));
    }
    // One that was served and asks for nothing more, too.
    let mut line = served.connect().await;
    line.send(HELLO).await;
    assert_eq!(line.reply().await.unwrap().status, 200);
    assert!(line.rest().await.is_empty());
}

#[tokio::test]
async fn a_head_that_drips_is_hung_up_on() {
    let quick = |settings: &mut ChassisSettings| {
        settings.connections = ConnectionLimits { head: Duration::from_millis(300), ..settings.connections };
    };
    let served = served(quick).await;
    let mut line = served.connect().await;
    line.send("GET /hello HTTP/1.1\r\nHost: nexus\r\n").await;
    let start = Instant::now();
    let mut pace = tokio::time::interval(Duration::from_millis(20));
    while line.try_send("X-Slow: 1\r\n").await {
        pace.tick().await;
        assert!(start.elapsed() < PATIENCE);
    }
    assert!(start.elapsed() >= Duration::from_millis(250));
}

#[tokio::test]
async fn a_body_that_never_comes_is_told_and_hung_up_on() {
    let quick = |settings: &mut ChassisSettings| {
        settings.bodies = BodyLimits { patience: Duration::from_millis(300), ..settings.bodies };
    };
    let served = served(quick).await;
    for framing in ["Content-Length: 100\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"] {
        let mut line = served.connect().await;
        let head = "POST /json HTTP/1.1\r\nHost: nexus\r\nContent-Type: application/json\r\n";
        line.send(format!("{head}{framing}")).await;
        line.reply().await.unwrap().problem(408, "too_slow");
        assert!(line.rest().await.is_empty());
    }
}

/// Tells when it is dropped.
struct Held(mpsc::UnboundedSender<()>);

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

#[tokio::test]
async fn a_reader_that_never_reads_is_hung_up_on() {
    let (dropped, mut ended) = mpsc::unbounded_channel();
    let endless = get(async move || {
        let held = Held(dropped.clone());
        let stream = tokio_stream::iter(std::iter::repeat_with(move || {
            let _held = &held;
            Ok::<_, std::io::Error>(vec![b'x'; 64 << 10])
        }));
        axum::body::Body::from_stream(stream)
    });
    let mut settings = unhurried();
    settings.connections.head = Duration::from_millis(100);
    settings.connections.silence = Duration::from_millis(200);
    let routes = routes().route("/endless", endless);
    let served = Stand::new(settings, routes, RoutePolicies::default()).serve().await;
    let mut line = served.connect().await;
    line.send("GET /endless HTTP/1.1\r\nHost: nexus\r\n\r\n").await;
    // The buffers of the system fill up; then nothing moves, and the answer is dropped with its connection.
    tokio::time::timeout(PATIENCE, ended.recv()).await.expect("the answer is dropped").unwrap();
}

#[tokio::test]
async fn a_megabyte_of_headers_is_refused() {
    let served = served(|_| {}).await;
    for head in [
        format!("X-Large: {}\r\n", "x".repeat(1 << 20)),
        "X-Many: x\r\n".repeat((1 << 20) / 11),
        format!("Cookie: next-auth.session-token={}\r\n", "x".repeat(1 << 20)),
    ] {
        let mut line = served.connect().await;
        line.send(format!("GET /hello HTTP/1.1\r\nHost: nexus\r\n{head}\r\n")).await;
        let reply = line.reply().await.expect("the refusal is not lost");
        assert_eq!(reply.status, 431);
        assert!(line.rest().await.is_empty());
    }
    // What fits the buffer is told in full.
    let mut line = served.connect().await;
    line.send(format!("GET /hello HTTP/1.1\r\nHost: nexus\r\nX-Large: {}\r\n\r\n", "x".repeat(33 << 10)))
        .await;
    line.reply().await.unwrap().problem(431, "headers_too_large");
    let mut line = served.connect().await;
    line.send(format!("GET /{} HTTP/1.1\r\nHost: nexus\r\n\r\n", "x".repeat(100_000))).await;
    let status = line.reply().await.unwrap().status.as_u16();
    assert!(status == 414 || status == 431, "{status}");
}

#[tokio::test]
async fn a_hundred_megabytes_are_refused_while_they_are_sent() {
    let served = served(|_| {}).await;
    let piece = vec![b'x'; 1 << 20];
    let mut chunk = b"100000\r\n".to_vec();
    chunk.extend(&piece);
    chunk.extend(b"\r\n");
    for (framing, piece) in [
        (format!("Content-Length: {}\r\n", 100 << 20), piece),
        ("Transfer-Encoding: chunked\r\n".into(), chunk),
    ] {
        let mut line = served.connect().await;
        let head = "POST /json HTTP/1.1\r\nHost: nexus\r\nContent-Type: application/json\r\n";
        line.send(format!("{head}{framing}\r\n")).await;
        // A sender that does not look at the answer before it has finished.
        for _ in 0..100 {
            if !line.try_send(&piece).await {
                break;
            }
        }
        line.reply().await.expect("the refusal is not lost").problem(413, "too_large");
    }
}

#[tokio::test]
async fn whoever_asks_first_is_told_before_he_sends() {
    let served = served(|_| {}).await;
    let mut line = served.connect().await;
    line.send(
        "POST /json HTTP/1.1\r\nHost: nexus\r\nExpect: 100-continue\r\nContent-Type: application/json\r\n",
    )
    .await;
    line.send("Content-Length: 104857600\r\n\r\n").await;
    line.reply().await.unwrap().problem(413, "too_large");
}

#[tokio::test]
async fn further_connections_wait_for_a_place() {
    let mut settings = unhurried();
    settings.connections.most = 2;
    let served = Stand::new(settings, routes(), RoutePolicies::default()).serve().await;
    let mut lines = [served.connect().await, served.connect().await];
    for line in &mut lines {
        line.send(HELLO).await;
        assert_eq!(line.reply().await.unwrap().status, 200);
    }
    let mut third = served.connect().await;
    third.send(HELLO).await;
    let [first, _second] = lines;
    assert!(third.unread().is_empty());
    drop(first);
    assert_eq!(third.reply().await.unwrap().status, 200);
}

#[tokio::test]
async fn the_second_version_of_http_is_spoken_too() {
    let mut served = served(|_| {}).await;
    let stream = tokio::net::TcpStream::connect(served.address).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let ask = |path: &str| Request::get(format!("http://nexus{path}")).body(Body::empty()).unwrap();
    let mut answers = Vec::new();
    for path in ["/hello", "/nothing", "/hello"] {
        answers.push(sender.send_request(ask(path)).await.unwrap().status().as_u16());
    }
    assert_eq!(answers, [200, 404, 200]);
    let mut heavy = ask("/hello");
    heavy.headers_mut().insert("x-large", "x".repeat(40 << 10).parse().unwrap());
    assert_eq!(sender.send_request(heavy).await.unwrap().status(), 431);
    // Nobody uses it: it is let go when the server ends.
    served.stop();
    tokio::time::timeout(PATIENCE, connection).await.expect("the connection ends").unwrap().unwrap();
    served.ended().await;
}

#[tokio::test]
async fn what_is_no_http_is_refused() {
    let served = served(|_| {}).await;
    for garbage in
        ["\r\n\r\nnonsense\r\n\r\n", "GET /hello HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}hello\r\n\r\n"]
    {
        let mut line = served.connect().await;
        line.send(garbage).await;
        if let Some(reply) = line.reply().await {
            assert_eq!(reply.status, 400, "{garbage:?}");
        }
    }
    // Two ways to tell where a body ends are one too many.
    let mut line = served.connect().await;
    line.send("POST /raw HTTP/1.1\r\nHost: nexus\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")
        .await;
    assert_eq!(line.reply().await.unwrap().status, 400);
}
