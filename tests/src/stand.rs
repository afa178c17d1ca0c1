//! The chassis around handlers of a test's own, in this process or behind a real socket.

use crate::reply::Reply;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use http_body_util::BodyExt;
use jiff::Timestamp;
use nexus_core::testing::{CountingIds, ManualClock};
use nexus_core::{Actor, Role, UserId};
use nexus_http::chassis::{Quota, RateQuotas, RoutePolicies};
use nexus_http::{Chassis, ChassisSettings, Enclosed, serve_enclosed};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Once};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::ServiceExt;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;

/// Longest time that a test waits for anything.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A clock that stands still never gives a quota back: only tests of quotas have small ones.
pub fn unhurried() -> ChassisSettings {
    let quota = Quota::per_minute(NonZeroU32::MAX);
    ChassisSettings {
        quotas: RateQuotas { usual: quota, heavy: quota, sensitive: quota },
        ..ChassisSettings::default()
    }
}

/// Somebody with a role.
pub fn somebody(name: &str, role: Role) -> Actor {
    Actor::without_profile(UserId::parse(name).unwrap(), role)
}

/// Gives every thread of this test program somebody who listens.
///
/// `tracing` asks once per line of code whether anybody wants it, and while there is a single subscriber it asks only the
/// thread that came there first. A test that keeps its own log would miss the lines that another test's thread, without
/// a subscriber, came to before it.
fn hear_every_thread() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Not to the details: the chassis goes another way when somebody wants those.
        let listener = tracing_subscriber::registry().with(LevelFilter::INFO);
        // Whoever was there before listens as well.
        let _ = tracing::subscriber::set_global_default(listener);
    });
}

/// A chassis in a test's hands.
pub struct Stand {
    /// Its present.
    pub clock: Arc<ManualClock>,
    /// The chassis.
    pub chassis: Chassis,
    routes: Enclosed,
}

impl Stand {
    /// The chassis with these settings around these routes.
    pub fn new(settings: ChassisSettings, routes: Router, policies: RoutePolicies) -> Self {
        Self::prepared(settings, routes, policies, |chassis| chassis)
    }

    /// As [`Self::new`], with more of what a chassis leans on.
    pub fn prepared(
        settings: ChassisSettings,
        routes: Router,
        policies: RoutePolicies,
        prepare: impl FnOnce(Chassis) -> Chassis,
    ) -> Self {
        let start: Timestamp = "2026-09-14T08:30:00Z".parse().unwrap();
        Self::at(Arc::new(ManualClock::at(start)), settings, routes, policies, prepare)
    }

    /// As [`Self::prepared`], at a clock that something else has too.
    pub fn at(
        clock: Arc<ManualClock>,
        settings: ChassisSettings,
        routes: Router,
        policies: RoutePolicies,
        prepare: impl FnOnce(Chassis) -> Chassis,
    ) -> Self {
        hear_every_thread();
        let chassis = Chassis::new(settings, clock.clone(), Arc::new(CountingIds::new("request")));
        let chassis = prepare(chassis);
        Self { routes: chassis.around(routes, policies), clock, chassis }
    }

    /// The routes with the chassis around them.
    pub fn routes(&self) -> Enclosed {
        self.routes.clone()
    }

    /// Sends a request.
    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.routes.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// `GET` as nobody.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Listens on a free port.
    pub async fn serve(self) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let (routes, chassis) = (self.routes, self.chassis.clone());
        let task = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            serve_enclosed(listener, routes, &chassis, stopped).await.unwrap();
        });
        Served { address, chassis: self.chassis, stop: Some(stop), task }
    }
}

/// A server behind a real socket.
pub struct Served {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its chassis.
    pub chassis: Chassis,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Served {
    /// Connects.
    pub async fn connect(&self) -> Line {
        Line { stream: TcpStream::connect(self.address).await.unwrap(), read: Vec::new() }
    }

    /// Asks it to end.
    pub fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Waits until it has ended.
    pub async fn ended(self) {
        tokio::time::timeout(PATIENCE, self.task).await.expect("the server ends").unwrap();
    }
}

/// A connection, byte by byte.
pub struct Line {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Line {
    /// Sends bytes.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Sends bytes; `false` when the peer no longer takes any.
    pub async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Reads one answer, whose body has a length; `None` when the connection ended before.
    pub async fn reply(&mut self) -> Option<Reply> {
        tokio::time::timeout(PATIENCE, self.read_reply()).await.expect("an answer, or an end")
    }

    async fn read_reply(&mut self) -> Option<Reply> {
        loop {
            if let Some(split) = self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                let (status, headers) = head(&self.read[..split]);
                let length = headers
                    .get("content-length")
                    .map_or(0, |length| length.to_str().unwrap().parse().unwrap());
                let end = split + 4 + length;
                if self.read.len() >= end {
                    let rest = self.read.split_off(end);
                    let body = std::mem::replace(&mut self.read, rest)[split + 4..].to_vec();
                    return Some(Reply { status, headers, body });
                }
            }
            if !self.more().await {
                return None;
            }
        }
    }

    /// Reads what comes next; `false` at the end of the connection, however it ended.
    pub async fn more(&mut self) -> bool {
        self.stream.read_buf(&mut self.read).await.is_ok_and(|count| count > 0)
    }

    /// Waits for the end of the connection; returns what came until then.
    pub async fn rest(mut self) -> Vec<u8> {
        tokio::time::timeout(PATIENCE, async { while self.more().await {} }).await.expect("an end");
        self.read
    }

    /// What has come and was not read as an answer.
    pub fn unread(&self) -> &[u8] {
        &self.read
    }
}

fn head(bytes: &[u8]) -> (StatusCode, HeaderMap) {
    let text = std::str::from_utf8(bytes).unwrap();
    let mut lines = text.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(':').unwrap();
        (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value.trim()).unwrap())
    });
    (StatusCode::from_bytes(status.as_bytes()).unwrap(), headers.collect())
}

/// A request that came by a connection from this address.
pub fn from(address: &str, mut request: Request<Body>) -> Request<Body> {
    let peer = SocketAddr::new(address.parse().unwrap(), 4711);
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}
