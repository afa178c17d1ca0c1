//! What booking costs: on a database of one file and on a server, alone and with others, over HTTP, sent twice; and how long
//! the free slots of a whole school take.
//!
//! Pairs of a coach and a pupil book lesson after lesson, so that nothing but the database and the disk brings them together.

mod served;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use futures_util::future::{join_all, try_join_all};
use nexus_benches::Failure;
use nexus_benches::figures::{Table, median, milliseconds};
use nexus_benches::process::machine;
use nexus_benches::school::School;
use nexus_core::calendar::use_cases::available_coaches;
use nexus_core::identity::use_cases::Behalf;
use nexus_core::rights::{Action, Permit};
use nexus_tests::Backing;
use nexus_tests::accounts::cookie;
use nexus_tests::rows::Database;
use rustix::time::{ClockId, clock_gettime};
use std::process::Command;
use std::time::{Duration, Instant};

/// Callers that come together.
const CALLERS: usize = 64;
/// Lessons of each of them in a round.
const EACH: usize = 4;
const ROUNDS: usize = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut table = Table::default();
    // `cargo bench -p nexus-benches --bench booking -- file` measures one part alone; without a name, all of them.
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_asked = |part: &str| named.is_empty() || named.iter().any(|name| name == part);
    if is_asked("file") {
        one_file(&mut table).await?;
    }
    if is_asked("again") {
        sent_twice(&mut table).await?;
    }
    if is_asked("http") {
        over_http(&mut table).await?;
    }
    if is_asked("served") {
        served::measure(&mut table).await?;
    }
    if is_asked("slots") {
        free_slots(&mut table).await?;
    }
    if is_asked("pgbench") {
        beside_pgbench(&mut table).await?;
    }
    println!("machine: {}", machine());
    table.print("booking");
    Ok(())
}

/// Callers together and one after the other, in turn, on one file: each is told once his lesson is on the disk.
async fn one_file(table: &mut Table) -> Result<(), Failure> {
    let school = School::open(Backing::Sqlite, CALLERS).await?;
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let started = Instant::now();
        for pair in 0..CALLERS {
            school.book(pair).await?;
        }
        alone.push(CALLERS as f64 / started.elapsed().as_secs_f64());
        let started = Instant::now();
        let callers = (0..CALLERS).map(|pair| {
            let school = school.clone();
            async move {
                for _ in 0..EACH {
                    school.book(pair).await?;
                }
                Ok::<_, Failure>(())
            }
        });
        try_join_all(callers).await?;
        together.push((CALLERS * EACH) as f64 / started.elapsed().as_secs_f64());
    }
    let (alone, together) = (median(&alone), median(&together));
    let gain = together / alone;
    table.report("SQLite, one caller after the other", format!("{alone:.0}/s"));
    table.report(&format!("SQLite, {CALLERS} callers together"), format!("{together:.0}/s"));
    table.against("  together beside one after the other", format!("{gain:.1} x"), ">= 4 x", gain >= 4.0);
    Ok(())
}

/// A booking over HTTP with an idempotency key, and the same request again.
async fn sent_twice(table: &mut Table) -> Result<(), Failure> {
    for (backing, name) in [(Backing::Sqlite, "SQLite"), (Backing::Postgres, "PostgreSQL")] {
        let school = School::open(backing, 1).await?;
        let (mut first, mut again) = (Vec::new(), Vec::new());
        for number in 0..120 {
            let body = school.next_request(0).ok_or("every lesson is booked")?;
            let key = format!("mesure-{number}");
            first.push(answered(&school, request(&school, body.clone(), Some(&key))?).await?);
            again.push(answered(&school, request(&school, body, Some(&key))?).await?);
        }
        let (first, again) = (median(&first), median(&again));
        let gain = first / again;
        table.report(&format!("{name}, over HTTP, a first request"), format!("{first:.2} ms"));
        table.report(&format!("{name}, over HTTP, the same again"), format!("{again:.2} ms"));
        table.against("  again beside first", format!("{gain:.1} x"), ">= 5 x", gain >= 5.0);
    }
    Ok(())
}

/// A request for a lesson.
fn request(school: &School, body: String, key: Option<&str>) -> Result<Request<Body>, Failure> {
    let user = School::pupil(0)?.user;
    let mut request = Request::post("/api/sessions/book")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ORIGIN, "http://localhost")
        .header(header::HOST, "localhost")
        .header(header::COOKIE, cookie(&school.app, &user, 0));
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    Ok(request.body(Body::from(body))?)
}

/// One request in this process, in milliseconds.
async fn answered(school: &School, request: Request<Body>) -> Result<f64, Failure> {
    let started = Instant::now();
    let reply = school.app.send(request).await;
    let took = milliseconds(started.elapsed());
    if reply.status != StatusCode::OK {
        return Err(format!("{}: {}", reply.status, String::from_utf8_lossy(&reply.body)).into());
    }
    Ok(took)
}

/// Processor time of this process, whatever its threads.
fn processor() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// Requests through the whole stack but the socket, one after the other: what `served` measures, in parts that a profile can see.
async fn over_http(table: &mut Table) -> Result<(), Failure> {
    for (backing, name) in
        [(Backing::Postgres, "PostgreSQL"), (Backing::Sqlite, "SQLite, its database included")]
    {
        let school = School::open(backing, 1).await?;
        let mut took = Vec::new();
        for _ in 0..ROUNDS {
            // What the caller does to ask is not the server's work.
            let mut requests = Vec::new();
            for _ in 0..100 {
                let body = school.next_request(0).ok_or("every lesson is booked")?;
                requests.push(request(&school, body, None)?);
            }
            let count = requests.len() as f64;
            let before = processor();
            for request in requests {
                answered(&school, request).await?;
            }
            took.push(milliseconds(processor().saturating_sub(before)) / count);
        }
        let took = median(&took);
        table.report(&format!("{name}: processor time of a request"), format!("{took:.2} ms"));
        table.report("  beside the existing application", format!("{:.1} x", served::FORMER / took));
    }
    Ok(())
}

/// The SQL of a booking, as the server's log shows it.
const SQL_OF_A_BOOKING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sql/booking.sql");

/// Bookings by the use-case and by pgbench, which sends the same SQL and decides nothing, in turn on one server.
async fn beside_pgbench(table: &mut Table) -> Result<(), Failure> {
    const CLIENTS: usize = 4;
    const LESSONS: usize = 60;
    let school = School::open(Backing::Postgres, CLIENTS).await?;
    let Database::Address(address) = school.app.database() else { return Err("no server".into()) };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let started = Instant::now();
        let callers = (0..CLIENTS).map(|pair| {
            let school = school.clone();
            async move {
                for _ in 0..LESSONS {
                    school.book(pair).await?;
                }
                Ok::<_, Failure>(())
            }
        });
        try_join_all(callers).await?;
        ours.push((CLIENTS * LESSONS) as f64 / started.elapsed().as_secs_f64());
        theirs.push(pgbench(&address, CLIENTS, LESSONS, round * LESSONS)?);
    }
    let (ours, theirs) = (median(&ours), median(&theirs));
    let ratio = ours / theirs;
    table.report(&format!("PostgreSQL, {CLIENTS} callers, the use-case"), format!("{ours:.0}/s"));
    table
        .report(&format!("PostgreSQL, {CLIENTS} clients of pgbench, the same SQL"), format!("{theirs:.0}/s"));
    table.against("  the use-case beside pgbench", format!("{ratio:.2} x"), ">= 0.75 x", ratio >= 0.75);
    Ok(())
}

/// Transactions a second.
fn pgbench(address: &str, clients: usize, lessons: usize, first: usize) -> Result<f64, Failure> {
    let output = Command::new("pgbench")
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=1"])
        .arg(format!("--client={clients}"))
        .arg(format!("--transactions={lessons}"))
        .arg(format!("--define=n={first}"))
        .arg(format!("--file={SQL_OF_A_BOOKING}"))
        .arg(address)
        .output()?;
    let (said, complaint) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    // A client that meets an error stops, and the others go on faster.
    match rate {
        Some(rate) if output.status.success() => Ok(rate),
        _ => Err(format!("pgbench: {said}{complaint}").into()),
    }
}

/// Fifty coaches over eight weeks, with a thousand lessons, read from the store.
async fn free_slots(table: &mut Table) -> Result<(), Failure> {
    const COACHES: usize = 50;
    const LESSONS: usize = 20;
    for (backing, name) in [(Backing::Sqlite, "SQLite"), (Backing::Postgres, "PostgreSQL")] {
        let school = School::open(backing, COACHES).await?;
        for result in join_all((0..COACHES).map(|pair| async move { pair })).await {
            for _ in 0..LESSONS {
                school.book(result).await?;
            }
        }
        let zone = school.app.calendar.policy.zone.clone();
        let day = |days| school.day(days).to_zoned(zone.clone()).date();
        let (first, last) = (day(0), day(55));
        let permit = Permit::system(Action::ReadAvailability);
        let mut took = Vec::new();
        let mut found = 0;
        for _ in 0..9 {
            let started = Instant::now();
            let read =
                available_coaches(&school.app.calendar, Behalf::of(&permit), None, Some((first, last)));
            found = read.await?.iter().map(|openings| openings.free.len()).sum();
            took.push(milliseconds(started.elapsed()));
        }
        let took = median(&took);
        let what = format!("{name}: free slots of {COACHES} coaches, 8 weeks, {} lessons", COACHES * LESSONS);
        table.against(&what, format!("{took:.1} ms"), "< 20 ms", took < 20.0);
        table.report("  slots found", found.to_string());
    }
    Ok(())
}
