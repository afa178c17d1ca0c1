//! What signing in costs the others: opening a token, and the answers of other routes while eight sign-ins hash.

use jiff::{SignedDuration, Timestamp};
use nexus_benches::Failure;
use nexus_benches::client::Client;
use nexus_benches::figures::{Table, median, milliseconds, percentile};
use nexus_benches::process::machine;
use nexus_core::identity::password::PasswordHasher;
use nexus_core::identity::session_token::{Profile, SessionClaims, SessionCookie, SessionKeys};
use nexus_core::{Clock, Role, SecretSource, UserId};
use nexus_runtime::{Configuration, Overrides, Services, SystemClock};
use std::hint::black_box;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const KEY: &str = "une-clef-pour-mesurer";
/// Requests of each round.
const REQUESTS: usize = 10_000;
/// Sign-ins at one time.
const SIGN_INS: usize = 8;

fn main() -> Result<(), Failure> {
    let mut table = Table::default();
    tokens(&mut table)?;
    neighbours(&mut table)?;
    println!("machine: {}", machine());
    table.print("identity");
    Ok(())
}

/// Counts up: a token that is opened need not be unguessable here.
struct Counting;

impl SecretSource for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.iter_mut().zip(1..).for_each(|(byte, number)| *byte = number);
    }
}

/// Microseconds to open one token, middle of 200 rounds of 100.
fn tokens(table: &mut Table) -> Result<(), Failure> {
    let keys = SessionKeys::new(&"un secret de trente-deux caractères".into(), [])?;
    let now = Timestamp::from_second(SystemClock.now().as_second())?;
    let claims = SessionClaims {
        user: UserId::parse("cm3aaaaaaaaaaaaaaaaaaaaaa")?,
        profile: Profile {
            name: Some("Hélène Ben Salah".to_owned()),
            email: Some("helene@example.test".to_owned()),
            role: Some(Role::Parent),
            ..Profile::default()
        },
        session_version: Some(3),
        issued_at: Some(now),
        expires_at: now.checked_add(SignedDuration::from_hours(24))?,
    };
    for cookie in SessionCookie::ALL {
        let token = keys.seal(&claims, cookie, &Counting);
        let mut rounds = Vec::new();
        for _ in 0..200 {
            let start = Instant::now();
            for _ in 0..100 {
                black_box(keys.open(black_box(&token), Some(cookie), now))?;
            }
            rounds.push(start.elapsed().as_secs_f64() * 1e6 / 100.0);
        }
        let middle = median(&rounds);
        let name = format!("opening a token of {}", cookie.name());
        table.against(&name, format!("{middle:.1} µs"), "<= 50 µs", middle <= 50.0);
    }
    Ok(())
}

/// Latencies of a route that asks the database, with nobody signing in and with eight who do all the time.
fn neighbours(table: &mut Table) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let folder = tempfile::tempdir()?;
    let mut configuration = Configuration::load(&Overrides {
        data: Some(folder.path().to_owned()),
        listen: Some("127.0.0.1:0".to_owned()),
        ..Overrides::default()
    })?;
    configuration.access_keys = vec![KEY.into()];
    configuration.rate_limit_max = 1_000_000;
    let (address, hasher) = runtime.block_on(async {
        let services = Services::open(&configuration).await?;
        services.store.migrate().await?;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = services.http_state(&configuration)?;
        let hasher = Arc::clone(&services.identity.hasher);
        tokio::spawn(nexus_http::serve(listener, state, std::future::pending()));
        Ok::<_, Failure>((address, hasher))
    })?;

    latencies(address)?;
    let (mut idle, mut busy, mut hashed, mut time) = (Vec::new(), Vec::new(), 0, Duration::ZERO);
    for _ in 0..3 {
        idle.extend(latencies(address)?);
        let stop = Arc::new(AtomicBool::new(false));
        let done = Arc::new(AtomicU64::new(0));
        for _ in 0..SIGN_INS {
            runtime.spawn(sign_in(Arc::clone(&hasher), Arc::clone(&stop), Arc::clone(&done)));
        }
        let start = Instant::now();
        busy.extend(latencies(address)?);
        hashed += done.load(Ordering::Relaxed);
        time += start.elapsed();
        stop.store(true, Ordering::Relaxed);
        // What is in the queue is worked off before the next round.
        std::thread::sleep(Duration::from_secs(1));
    }
    let (quiet, loud) = (percentile(&idle, 0.99), percentile(&busy, 0.99));
    table.report("p99 of another route, nobody signing in", format!("{quiet:.2} ms"));
    table.report("p99 of another route, 8 signing in all the time", format!("{loud:.2} ms"));
    table.against("  one over the other", format!("{:.2}", loud / quiet), "<= 2", loud <= 2.0 * quiet);
    table.report("  passwords verified meanwhile", format!("{hashed} in {:.1} s", time.as_secs_f64()));
    runtime.shutdown_background();
    Ok(())
}

/// Milliseconds of each of [`REQUESTS`] requests on one connection.
fn latencies(address: SocketAddr) -> Result<Vec<f64>, Failure> {
    let mut client = Client::connect(address, KEY)?;
    let mut times = Vec::with_capacity(REQUESTS);
    for _ in 0..REQUESTS {
        let start = Instant::now();
        client.ask("GET", "/api/health", None)?.json()?;
        times.push(milliseconds(start.elapsed()));
    }
    Ok(times)
}

/// One password after the other, as a sign-in of an unknown address verifies it.
async fn sign_in(hasher: Arc<dyn PasswordHasher>, stop: Arc<AtomicBool>, done: Arc<AtomicU64>) {
    while !stop.load(Ordering::Relaxed) {
        if hasher.verify("un mot de passe faux".into(), None).await.is_ok() {
            done.fetch_add(1, Ordering::Relaxed);
        }
    }
}
