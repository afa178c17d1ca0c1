//! What the chassis costs: the probe of the real server beside a bare hyper handler, and a route with everything that
//! guards it beside the same route without.
//!
//! Each server has one thread, the loader has another. Rounds alternate, so that what else the machine does falls on both;
//! the ratio is the middle one of the rounds. Beside the throughput that a caller sees stands the processor time that a
//! server takes per request, of which the kernel's part is the same for both.

use axum::Router;
use axum::http::{HeaderValue, Method, Request, Response, header};
use axum::routing::get;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use jiff::{SignedDuration, Timestamp};
use metrics_exporter_prometheus::PrometheusBuilder;
use nexus_benches::Failure;
use nexus_benches::figures::{Table, median};
use nexus_benches::loader::load;
use nexus_benches::process::machine;
use nexus_core::identity::csrf_token::CsrfTokens;
use nexus_core::identity::session_directory::{SessionDirectory, SessionFacts};
use nexus_core::identity::session_token::{Profile, SessionClaims, SessionCookie, SessionKeys};
use nexus_core::rights::{Action, authorize};
use nexus_core::{Actor, Clock, Role, SecretSource, StoreError, UserId};
use nexus_http::chassis::{Quota, RateClass, RateQuotas, RoutePolicies, RoutePolicy};
use nexus_http::{Chassis, ChassisSettings, SessionSetup, Sessions, serve_enclosed};
use nexus_runtime::{Configuration, Overrides, RandomIds, Services, SystemClock};
use rustix::thread::gettid;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::net::TcpListener;

const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(700);
const CONNECTIONS: usize = 16;
const LIVE: &str = "GET /health/live HTTP/1.1\r\nHost: nexus\r\n\r\n";

fn main() -> Result<(), Failure> {
    let recorder = PrometheusBuilder::new().set_buckets(&[0.005, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0])?;
    let measures = recorder.install_recorder()?;
    // As the runtime does: what was measured is put into its buckets again and again.
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_millis(500));
            measures.run_upkeep();
        }
    });
    let mut table = Table::default();
    whole_stack(&mut table)?;
    guards(&mut table)?;
    println!("machine: {}", machine());
    table.print(&format!("one server thread, {CONNECTIONS} connections over loopback"));
    Ok(())
}

/// A server with a thread of its own.
struct Server {
    address: SocketAddr,
    thread: String,
}

impl Server {
    /// Runs what serves a listener, for as long as the program.
    fn start<F>(serve: impl FnOnce(TcpListener) -> F + Send + 'static) -> Result<Self, Failure>
    where
        F: Future<Output = Result<(), Failure>>,
    {
        let (told, says) = mpsc::channel();
        std::thread::spawn(move || {
            let served = tokio::runtime::Builder::new_current_thread().enable_all().build().map(|runtime| {
                runtime.block_on(async {
                    let listener = TcpListener::bind("127.0.0.1:0").await?;
                    let thread = format!("self/task/{}", gettid().as_raw_nonzero());
                    let _ = told.send((listener.local_addr()?, thread));
                    serve(listener).await
                })
            });
            if let Ok(Err(error)) = served {
                eprintln!("a server ended: {error}");
            }
        });
        let (address, thread) = says.recv_timeout(Duration::from_secs(30))?;
        Ok(Self { address, thread })
    }

    /// Processor time of its thread so far.
    fn processor(&self) -> Result<Duration, Failure> {
        let text = std::fs::read_to_string(format!("/proc/{}/schedstat", self.thread))?;
        let nanoseconds = text.split(' ').next().ok_or("no time")?.parse()?;
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// Requests per second, and microseconds of the server's thread per request.
    fn round(&self, request: &str) -> Result<[f64; 2], Failure> {
        let before = self.processor()?;
        let load = load(self.address, request, CONNECTIONS, ROUND)?;
        let worked = self.processor()?.saturating_sub(before);
        Ok([load.per_second(), worked.as_secs_f64() * 1e6 / load.answers as f64])
    }
}

/// The middle figures of alternating rounds: throughput and time of each, and the middle ratios of one to the other.
struct Comparison {
    one: [f64; 2],
    other: [f64; 2],
    ratio: [f64; 2],
}

/// Throughput and time of the one, then of the other.
type Round = ([f64; 2], [f64; 2]);

fn compare(one: (&Server, &str), other: (&Server, &str)) -> Result<Comparison, Failure> {
    // The first round is for caches and for the allocator.
    one.0.round(one.1)?;
    other.0.round(other.1)?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push((one.0.round(one.1)?, other.0.round(other.1)?));
    }
    let middle = |pick: &dyn Fn(&Round) -> f64| median(&rounds.iter().map(pick).collect::<Vec<_>>());
    Ok(Comparison {
        one: [middle(&|round| round.0[0]), middle(&|round| round.0[1])],
        other: [middle(&|round| round.1[0]), middle(&|round| round.1[1])],
        ratio: [middle(&|round| round.1[0] / round.0[0]), middle(&|round| round.1[1] / round.0[1])],
    })
}

fn bare() -> Result<Server, Failure> {
    Server::start(async |listener: TcpListener| {
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            tokio::spawn(async move {
                let answer = service_fn(async |_: Request<Incoming>| {
                    let mut response = Response::new(Full::new(Bytes::from_static(b"{\"live\":true}")));
                    response
                        .headers_mut()
                        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                    Ok::<_, Infallible>(response)
                });
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), answer)
                    .await
            });
        }
    })
}

/// Every route of Nexus, on a database of its own.
fn nexus() -> Result<Server, Failure> {
    Server::start(async |listener: TcpListener| {
        let folder = tempfile::tempdir()?;
        let overrides = Overrides { data: Some(folder.path().to_owned()), ..Overrides::default() };
        let environment = [("NEXUS_ACCESS_KEYS".to_owned(), "une-clef-pour-mesurer".to_owned())].into();
        let configuration = Configuration::from_sources(&overrides, &environment)?;
        let services = Services::open(&configuration).await?;
        services.store.migrate().await?;
        let state = services.http_state(&configuration)?;
        Ok(nexus_http::serve(listener, state, std::future::pending()).await?)
    })
}

fn whole_stack(table: &mut Table) -> Result<(), Failure> {
    let (bare, nexus) = (bare()?, nexus()?);
    let compared = compare((&bare, LIVE), (&nexus, LIVE))?;
    let [throughput, time] = compared.ratio;
    table.report("bare hyper handler", per_request(compared.one));
    table.report("GET /health/live through everything", per_request(compared.other));
    table.against(
        "  throughput beside the bare one",
        format!("{throughput:.2}"),
        ">= 0.80",
        throughput >= 0.8,
    );
    table.report("  processor time beside the bare one", format!("{time:.2}"));
    Ok(())
}

fn per_request([throughput, time]: [f64; 2]) -> String {
    format!("{throughput:.0}/s, {time:.1} µs")
}

/// One account, of which the facts are known: what a database takes to answer is no part of the chassis.
struct OneAccount(SessionFacts);

#[async_trait::async_trait]
impl SessionDirectory for OneAccount {
    async fn session_facts(&self, _: &UserId) -> Result<Option<SessionFacts>, StoreError> {
        Ok(Some(self.0.clone()))
    }
}

/// Counts up: a token that is opened need not be unguessable here.
struct Counting;

impl SecretSource for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.iter_mut().zip(1..).for_each(|(byte, number)| *byte = number);
    }
}

fn guards(table: &mut Table) -> Result<(), Failure> {
    let secret = "un secret de trente-deux caractères".into();
    let keys = SessionKeys::new(&secret, [])?;
    let now = Timestamp::from_second(SystemClock.now().as_second())?;
    let claims = SessionClaims {
        user: UserId::parse("cm3aaaaaaaaaaaaaaaaaaaaaa")?,
        profile: Profile {
            name: Some("Nadia Trabelsi".into()),
            role: Some(Role::Assistante),
            ..Profile::default()
        },
        session_version: Some(1),
        issued_at: Some(now),
        expires_at: now.checked_add(SignedDuration::from_hours(24))?,
    };
    let token = keys.seal(&claims, SessionCookie::ALL[0], &Counting);
    let guarded =
        format!("GET /answer HTTP/1.1\r\nHost: nexus\r\nCookie: next-auth.session-token={token}\r\n\r\n");

    let without = Server::start(async |listener: TcpListener| {
        // Measures go nowhere, on this thread.
        let nowhere = metrics::NoopRecorder;
        let _guard = metrics::set_default_local_recorder(&nowhere);
        serve_answer(listener, RateClass::Unlimited, async || "{\"answer\":42}".to_owned(), |chassis| chassis)
            .await
    })?;
    let with = Server::start(async move |listener: TcpListener| {
        let facts = SessionFacts {
            role: Role::Assistante,
            student: None,
            parent: None,
            coach: None,
            session_version: 1,
            disabled: false,
        };
        let sessions = Sessions::new(SessionSetup {
            csrf: CsrfTokens::new(secret.clone(), Vec::new()),
            keys,
            directory: Arc::new(OneAccount(facts)),
            clock: Arc::new(SystemClock),
            secrets: Arc::new(Counting),
            lifetime: SessionSetup::LIFETIME,
        });
        let checked = async |axum::Extension(actor): axum::Extension<Actor>| match authorize(
            Some(&actor),
            Action::ReadCoaches,
            SystemClock.now(),
        ) {
            Ok(_) => "{\"answer\":42}".to_owned(),
            Err(_) => "denied".to_owned(),
        };
        serve_answer(listener, RateClass::Usual, checked, |chassis| {
            chassis.with_authentication(Arc::new(sessions))
        })
        .await
    })?;
    let compared = compare((&without, &guarded), (&with, &guarded))?;
    let [throughput, time] = compared.ratio;
    let slower = 1.0 / throughput;
    table.report("a route in the chassis", per_request(compared.one));
    table.report("  with session, rights, limit and measures", per_request(compared.other));
    table.against("  time per request beside without", format!("{slower:.2}"), "<= 1.25", slower <= 1.25);
    table.report("  processor time beside without", format!("{time:.2}"));
    Ok(())
}

/// Serves one route inside a chassis.
#[allow(clippy::disallowed_methods)] // not a route of Nexus
async fn serve_answer<H, T>(
    listener: TcpListener,
    rate: RateClass,
    handler: H,
    prepare: impl FnOnce(Chassis) -> Chassis,
) -> Result<(), Failure>
where
    H: axum::handler::Handler<T, ()>,
    T: 'static,
{
    let quota = Quota::per_minute(NonZeroU32::MAX);
    let settings = ChassisSettings {
        quotas: RateQuotas { usual: quota, heavy: quota, sensitive: quota },
        ..ChassisSettings::default()
    };
    let chassis = prepare(Chassis::new(settings, Arc::new(SystemClock), Arc::new(RandomIds)));
    let mut policies = RoutePolicies::default();
    policies.add(Method::GET, "/answer", RoutePolicy { rate, ..RoutePolicy::USUAL });
    let router = chassis.around(Router::new().route("/answer", get(handler)), policies);
    Ok(serve_enclosed(listener, router, &chassis, std::future::pending()).await?)
}
