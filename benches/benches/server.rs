//! The release build of `nexus serve` as a process: how soon it answers, what it holds, how fast it goes.

use nexus_benches::Failure;
use nexus_benches::client::Client;
use nexus_benches::figures::{Table, median, milliseconds, percentile};
use nexus_benches::process::{children, machine, memory, threads_processor};
use nexus_benches::served::Server;
use nexus_benches::sheet::Subject;
use nexus_core::{Family, NewStudent, ParentId, Person, StudentId, UserId};
use nexus_runtime::{Configuration, Overrides, Services};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

const KEY: &str = "une-clef-pour-mesurer";
const SETTINGS: [(&str, &str); 1] = [("NEXUS_ACCESS_KEYS", KEY)];
const STUDENT: &str = "eleve-de-mesure";
/// Cold starts.
const STARTS: usize = 20;
/// Requests of each kind.
const REQUESTS: usize = 1_000;
/// Requests after which memory must be what it was.
const MANY: usize = 100_000;
/// Autosaves.
const SAVES: usize = 500;

fn main() -> Result<(), Failure> {
    let mut table = Table::default();
    cold_starts(&mut table)?;
    long_life(&mut table)?;
    println!("machine: {}", machine());
    table.print("nexus serve, release build, SQLite");
    Ok(())
}

/// From the start of the process on a folder that does not exist yet to the first answered request.
fn cold_starts(table: &mut Table) -> Result<(), Failure> {
    let (mut times, mut work) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let folder = tempfile::tempdir()?;
        let start = Instant::now();
        let server = Server::start(folder.path(), &SETTINGS, &[])?;
        Client::connect(server.address, KEY)?.ask("GET", "/api/health", None)?.json()?;
        times.push(milliseconds(start.elapsed()));
        work.push(milliseconds(threads_processor(server.process())));
    }
    let middle = median(&times);
    let met = middle <= 100.0;
    table.against(
        "cold start to the first answer, median of 20",
        format!("{middle:.0} ms"),
        "<= 100 ms",
        met,
    );
    let (least, most) = (percentile(&times, 0.0), percentile(&times, 1.0));
    table.report("  fastest and slowest", format!("{least:.0} to {most:.0} ms"));
    table.report("  processor time until then, median", format!("{:.0} ms", median(&work)));
    Ok(())
}

/// Memory and speed of one server.
fn long_life(table: &mut Table) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    enrol(folder.path())?;
    let server = Server::start(folder.path(), &SETTINGS, &[])?;
    server.settle()?;
    let idle = server.memory("VmRSS")?;
    table.against("resident memory, idle", format!("{idle:.1} MB"), "<= 40 MB", idle <= 40.0);
    table.report("  of which not a file's", format!("{:.1} MB", server.memory("RssAnon")?));
    table.report("  the largest it was while starting", format!("{:.1} MB", server.memory("VmHWM")?));
    let worker =
        children(server.process()).into_iter().filter_map(|child| memory(child, "VmRSS")).sum::<f64>();
    table.report("  the waiting typesetting worker beside it", format!("{worker:.1} MB"));

    let mut client = Client::connect(server.address, KEY)?;
    let bilan = client.ask(
        "POST",
        "/api/bilan/start",
        Some(&json!({"studentId": STUDENT, "bank": "maths-terminale"})),
    )?;
    let id = bilan.json()?["id"].as_str().ok_or("no id")?.to_owned();
    let health = timed(&mut client, REQUESTS, |client, _| client.ask("GET", "/api/health", None)?.json())?;
    let questions = format!("/api/bilans/{id}/questions");
    let asked = timed(&mut client, REQUESTS, |client, _| client.ask("GET", &questions, None)?.json())?;
    let after = server.memory("VmRSS")?;
    table.against(
        "resident memory after 2,000 requests",
        format!("{after:.1} MB"),
        "<= 40 MB",
        after <= 40.0,
    );
    table.report("GET /api/health, one connection", per_second(&health));
    table.report("GET questions (the whole sheet), one connection", per_second(&asked));

    let paths = ["/health/live", "/api/health", questions.as_str(), "/api/students/nobody/bilans"];
    // What is made once (pools, caches, meters, buckets of the allocator) is there after the first fifty thousand.
    many(&mut client, &paths, MANY / 2)?;
    let settled = server.memory("VmRSS")?;
    many(&mut client, &paths, MANY)?;
    let later = server.memory("VmRSS")?;
    let grown = (later - settled) / settled * 100.0;
    table.against(
        "resident memory after 150,000 requests",
        format!("{later:.1} MB"),
        "<= 40 MB",
        later <= 40.0,
    );
    table.against("  growth during the last 100,000", format!("{grown:.1} %"), "<= 3 %", grown <= 3.0);

    let answers = serde_json::to_value(&Subject::yasmine(36)?.attempt.answers)?;
    let answers = answers.as_array().ok_or("no answers")?;
    let path = format!("/api/bilans/{id}/answers");
    let saves = timed(&mut client, SAVES, |client, number| {
        let one = &answers[number % answers.len()];
        client.ask("PATCH", &path, Some(&json!({"revision": number, "answers": [one]})))?.json()
    })?;
    table.report("autosave of one answer, p50", format!("{:.2} ms", percentile(&saves, 0.5)));
    table.report("autosave of one answer, p99", format!("{:.2} ms", percentile(&saves, 0.99)));
    let last = server.memory("VmRSS")?;
    table.against(
        "resident memory after the autosaves too",
        format!("{last:.1} MB"),
        "<= 40 MB",
        last <= 40.0,
    );
    Ok(())
}

/// So many requests, of each of these paths in turn.
fn many(client: &mut Client, paths: &[&str], requests: usize) -> Result<(), Failure> {
    for path in paths.iter().cycle().take(requests) {
        client.ask("GET", path, None)?;
    }
    Ok(())
}

/// Milliseconds of each call; a call that fails ends the measure.
fn timed(
    client: &mut Client,
    times: usize,
    mut call: impl FnMut(&mut Client, usize) -> Result<Value, Failure>,
) -> Result<Vec<f64>, Failure> {
    (0..times)
        .map(|number| {
            let start = Instant::now();
            call(client, number)?;
            Ok(milliseconds(start.elapsed()))
        })
        .collect()
}

fn per_second(times: &[f64]) -> String {
    let total: f64 = times.iter().sum();
    format!("{:.0}/s, p50 {:.2} ms", times.len() as f64 * 1e3 / total, median(times))
}

/// Writes one pupil, as a member of staff would have.
#[tokio::main(flavor = "current_thread")]
async fn enrol(data: &Path) -> Result<(), Failure> {
    let overrides = Overrides { data: Some(data.to_owned()), ..Overrides::default() };
    let services = Services::open(&Configuration::load(&overrides)?).await?;
    services.store.migrate().await?;
    let person = |id: &str| {
        Ok::<_, Failure>(Person {
            id: UserId::parse(id)?,
            email: format!("{id}@nexus.invalid"),
            first_name: "Yasmine".into(),
            last_name: "Ben Salem-Martin".into(),
        })
    };
    let family = Family { id: ParentId::parse("parent-de-mesure")?, parent: person("compte-du-parent")? };
    let mut tx = services.bilans.store.begin().await?;
    tx.save_family(&family).await?;
    tx.save_student(&NewStudent {
        id: StudentId::parse(STUDENT)?,
        person: person("compte-de-l-eleve")?,
        family: family.id.clone(),
        grade: Some("terminale".into()),
        school: None,
    })
    .await?;
    tx.commit().await?;
    services.store.close().await;
    Ok(())
}
