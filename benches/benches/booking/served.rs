//! Bookings at `nexus serve` over sockets, as the existing application was measured: a loader on the same machine, ten and fifty
//! connections, the processor time of the server's process alone, its database a server apart.

use nexus_benches::Failure;
use nexus_benches::client::Client;
use nexus_benches::figures::{Table, median, milliseconds, percentile};
use nexus_benches::process::threads_processor;
use nexus_benches::school::School;
use nexus_benches::served::Server;
use nexus_tests::accounts::{SECRET, cookie};
use nexus_tests::rows::Database;
use std::net::SocketAddr;
use std::thread;
use std::time::Instant;

/// What the existing application takes for a booking: 5.9 to 7.2 ms of its process (the least is taken), its database apart.
pub(crate) const FORMER: f64 = 5.9;
/// How many it answers in a second: 157 to 163 on 10 connections, 150 to 175 on 50 (the most is taken).
const FORMER_RATE: [(usize, f64); 2] = [(10, 163.0), (50, 175.0)];

const ROUNDS: usize = 5;
/// Bookings of a round.
const BOOKINGS: usize = 600;

/// What a connection sends, and with which cookie.
struct Line {
    client: Client,
    bodies: Vec<String>,
}

pub(crate) async fn measure(table: &mut Table) -> Result<(), Failure> {
    for (connections, former) in FORMER_RATE {
        let school = School::open_today(connections).await?;
        let Database::Address(address) = school.app.database() else { return Err("no server".into()) };
        let folder = tempfile::tempdir()?;
        // Everything else is as it comes, the line of each request in the log included.
        let settings = [("NEXUS_DATABASE_URL", address.as_str()), ("NEXUS_SESSION_SECRET", SECRET)];
        let server = Server::start(folder.path(), &settings, &["--no-worker"])?;
        let (mut rates, mut work, mut waits) = (Vec::new(), Vec::new(), Vec::new());
        // The first round opens connections and prepares statements.
        for round in 0..=ROUNDS {
            let lines: Vec<_> = (0..connections)
                .map(|pair| line(&school, server.address, pair, BOOKINGS / connections))
                .collect::<Result<_, _>>()?;
            let (started, before) = (Instant::now(), threads_processor(server.process()));
            let waited = book_all(lines)?;
            let (time, after) = (started.elapsed(), threads_processor(server.process()));
            if round > 0 {
                let count = waited.len() as f64;
                rates.push(count / time.as_secs_f64());
                work.push(milliseconds(after.saturating_sub(before)) / count);
                waits.extend(waited);
            }
        }
        let (rate, work) = (median(&rates), median(&work));
        let gain = FORMER / work;
        table.report(
            &format!("nexus serve on PostgreSQL, {connections} connections"),
            format!(
                "{rate:.0}/s ({:.1} x), p50 {:.1} ms, p95 {:.1} ms",
                rate / former,
                percentile(&waits, 0.5),
                percentile(&waits, 0.95)
            ),
        );
        table.report("  processor time of its process for a booking", format!("{work:.3} ms"));
        let beside = "  requests for a second of processor beside the existing application";
        table.against(beside, format!("{gain:.1} x"), ">= 10 x", gain >= 10.0);
    }
    Ok(())
}

/// A pupil's connection, and what he is going to ask.
fn line(school: &School, address: SocketAddr, pair: usize, bookings: usize) -> Result<Line, Failure> {
    let cookie = cookie(&school.app, &School::pupil(pair)?.user, 0);
    let client = Client::connect_with(address, &[("Origin", "http://nexus"), ("Cookie", &cookie)])?;
    let bodies = (0..bookings).map(|_| school.next_request(pair)).collect::<Option<_>>();
    Ok(Line { client, bodies: bodies.ok_or("every lesson is booked")? })
}

/// Milliseconds of each booking; one that is refused ends the measure.
fn book_all(lines: Vec<Line>) -> Result<Vec<f64>, Failure> {
    let book = |mut line: Line| {
        let book = |body: &String| {
            let start = Instant::now();
            let answer = line.client.send("POST", "/api/sessions/book", body.as_bytes());
            answer.and_then(|answer| answer.json()).map_err(|error| error.to_string())?;
            Ok(milliseconds(start.elapsed()))
        };
        line.bodies.iter().map(book).collect::<Result<Vec<f64>, String>>()
    };
    let threads: Vec<_> = lines.into_iter().map(|line| thread::spawn(move || book(line))).collect();
    let mut waited = Vec::new();
    for thread in threads {
        waited.extend(thread.join().map_err(|_| "a connection's thread ended badly")??);
    }
    Ok(waited)
}
