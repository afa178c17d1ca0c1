//! The server around the router: connections, their limits, and their end.

mod wire;

use crate::chassis::{Chassis, ConnectionLimits, Drain, Enclosed, EnclosedFuture};
use axum::body::Body;
use axum::http::{Request, Response};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hyper::body::{Body as _, Incoming};
use hyper::service::Service as HyperService;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wire::{Traffic, Wire};

/// Size of a connection's buffer, in bytes, beyond what a head may have: a head that is larger than both is refused (431)
/// before it is read whole.
const SPARE: usize = 16 << 10;

/// Requests at once on one HTTP/2 connection.
const STREAMS: u32 = 128;

/// Pause after the system refused another connection (no file descriptors left).
const BREATH: Duration = Duration::from_millis(100);

/// Serves until `stop` resolves, then ends in order: readiness first, then no new connections, then what is in flight.
///
/// # Errors
/// The listener itself is broken.
pub async fn serve_enclosed(
    listener: TcpListener,
    routes: Enclosed,
    chassis: &Chassis,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let limits = chassis.settings().connections;
    let heads = chassis.settings().heads;
    let buffer = heads.headers.saturating_add(heads.address).saturating_add(SPARE);
    let server = Server::new(routes, limits, buffer, chassis.drain().clone());
    let housekeeping = tokio::spawn(chassis.clone().keep_house());
    let ending = async {
        stop.await;
        server.drain.leave();
        tokio::time::sleep(limits.notice).await;
    };
    tokio::select! {
        () = ending => {}
        () = server.accept(&listener) => {}
    }
    // Whoever is not accepted any more is told at once.
    drop(listener);
    server.end().await;
    housekeeping.abort();
    Ok(())
}

struct Server {
    routes: Enclosed,
    limits: ConnectionLimits,
    drain: Drain,
    builder: Builder<TokioExecutor>,
    places: Arc<Semaphore>,
    connections: TaskTracker,
    /// Ends whatever is left.
    abort: CancellationToken,
}

impl Server {
    fn new(routes: Enclosed, limits: ConnectionLimits, buffer: usize, drain: Drain) -> Arc<Self> {
        let mut builder = Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(buffer);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            // No pings of our own: they would make a connection that nobody uses look busy.
            .max_header_list_size(u32::try_from(buffer).unwrap_or(u32::MAX));
        Arc::new(Self {
            routes,
            limits,
            drain,
            builder,
            places: Arc::new(Semaphore::new(limits.most.clamp(1, Semaphore::MAX_PERMITS))),
            connections: TaskTracker::new(),
            abort: CancellationToken::new(),
        })
    }

    async fn accept(self: &Arc<Self>, listener: &TcpListener) {
        // The semaphore is never closed, so there is always a next place.
        while let Ok(place) = Arc::clone(&self.places).acquire_owned().await {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    self.connections.spawn(Arc::clone(self).connection(stream, peer, place));
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "the system refuses connections"
                    );
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
    }

    async fn connection(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, _place: OwnedSemaphorePermit) {
        // Answers are small and written whole: waiting for more of them only delays.
        let _ = stream.set_nodelay(true);
        let traffic = Arc::new(Traffic::default());
        let peer = peer.ip().to_canonical();
        let service = Routed { routes: self.routes.clone(), peer, traffic: Arc::clone(&traffic) };
        let wire = TokioIo::new(Wire::new(stream, Arc::clone(&traffic)));
        let mut connection = pin!(self.builder.serve_connection(wire, service));
        let mut events = self.events(&traffic);
        loop {
            tokio::select! {
                biased;
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        // A broken connection is the caller's business; what was asked on it has its own line.
                        tracing::debug!(error = &*error, "a connection broke");
                    }
                    return;
                }
                event = events.next() => match event {
                    Some(Event::Close) => connection.as_mut().graceful_shutdown(),
                    Some(Event::Silent) => {
                        tracing::debug!("a silent connection is closed");
                        return;
                    }
                    Some(Event::Abort) | None => return,
                },
            }
        }
    }

    /// What can happen to a connection beside its own work. The collection polls each only when it has something to say, so
    /// a busy connection does not pay for them.
    fn events(
        &self,
        traffic: &Arc<Traffic>,
    ) -> FuturesUnordered<futures_util::future::BoxFuture<'static, Event>> {
        let (closing, abort) = (self.drain.closing(), self.abort.clone().cancelled_owned());
        let (traffic, limits) = (Arc::clone(traffic), self.limits);
        let events: [futures_util::future::BoxFuture<'static, Event>; 3] = [
            Box::pin(async move {
                closing.await;
                Event::Close
            }),
            Box::pin(async move {
                abort.await;
                Event::Abort
            }),
            Box::pin(async move {
                traffic.silence(limits.head, limits.silence).await;
                Event::Silent
            }),
        ];
        events.into_iter().collect()
    }

    async fn end(&self) {
        self.drain.close();
        self.connections.close();
        let finished = async {
            self.connections.wait().await;
            self.drain.finished().await;
        };
        if tokio::time::timeout(self.limits.drain, finished).await.is_err() {
            tracing::warn!(
                connections = self.connections.len(),
                "the time to finish is over: the rest is aborted"
            );
            self.abort.cancel();
            self.connections.wait().await;
        }
    }
}

enum Event {
    /// The server accepts nothing new: what is in flight is finished, then the connection ends.
    Close,
    /// Nothing has moved for too long.
    Silent,
    /// The time to finish is over.
    Abort,
}

/// Errors of a connection that ended before it was accepted; they say nothing about the listener.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

/// Hands each request of a connection to the routes, with the address that it came from.
struct Routed {
    routes: Enclosed,
    peer: IpAddr,
    traffic: Arc<Traffic>,
}

impl HyperService<Request<Incoming>> for Routed {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = wire::Working<EnclosedFuture>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let request = request.map(|body| if body.is_end_stream() { Body::empty() } else { Body::new(body) });
        self.traffic.working(self.routes.answer(request, self.peer))
    }
}
