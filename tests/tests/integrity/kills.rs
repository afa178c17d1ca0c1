//! `kill -9` of the real program at any moment while families book, call off and pay.

use crate::school::School;
use crate::whole::assert_whole;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use nexus_core::{Clock, UserId};
use nexus_tests::accounts::{SECRET, cookie};
use nexus_tests::program::Run;
use nexus_tests::rows::{Database, all, execute};
use nexus_tests::server::{PATIENCE, Server, serve};
use nexus_tests::{App, Backing, Reply};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

const CLIENTS: usize = 4;
const COACHES: usize = 2;
/// So many kills a school bears before another one takes its place: everything is looked at after each of them.
const KILLS_OF_A_SCHOOL: usize = 10;

/// Thousandths of a credit that every pupil begins with.
const BEGINNING: i64 = 920_000;
/// Thousandths of a credit that a pack gives.
const PACK: i64 = 55_000;
const LESSON: i64 = 1_000;

#[allow(clippy::disallowed_methods)] // how long the proof may take is a choice of the person who runs it
fn rounds() -> usize {
    std::env::var("NEXUS_FAULT_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4)
}

/// Anything below a number; another one each time.
fn chance(below: u64) -> u64 {
    RandomState::new().hash_one(0) % below
}

/// Something that was asked for.
#[derive(Debug, Clone)]
struct Asked {
    key: String,
    path: &'static str,
    /// Whose cookies go with it.
    who: String,
    body: Value,
}

/// And what was answered.
#[derive(Debug)]
struct Told {
    asked: Asked,
    /// Absent when the server was gone before it answered.
    reply: Option<Reply>,
}

/// What the killer hears of the clients.
#[derive(Debug, Clone, Copy)]
enum Heard {
    Answer,
    /// The client does no more: the server is gone, or the client fails.
    End,
}

/// Says that its client ends, however it ends.
struct Voice(Sender<Heard>);

impl Drop for Voice {
    fn drop(&mut self) {
        // Nobody listens any more once the server was killed.
        let _ = self.0.send(Heard::End);
    }
}

/// Waits for so many answers, then a little longer; an error when somebody ends before, or nobody is answered.
fn wait(heard: &Receiver<Heard>, enough: u64, delay: Duration) -> Result<(), &'static str> {
    for _ in 0..enough {
        match heard.recv_timeout(PATIENCE) {
            Ok(Heard::Answer) => {}
            Ok(Heard::End) => return Err("a client ended before the server was killed"),
            Err(_) => return Err("nobody is answered"),
        }
    }
    let end = Instant::now() + delay;
    while let Ok(heard) = heard.recv_timeout(end.saturating_duration_since(Instant::now())) {
        if matches!(heard, Heard::End) {
            return Err("a client ended before the server was killed");
        }
    }
    Ok(())
}

/// What happened in all rounds on a database.
#[derive(Debug, Default)]
struct Tally {
    acknowledged: usize,
    refused: usize,
    /// The database was too slow, as a busy machine makes it; nothing was done, or nobody was told.
    unavailable: usize,
    /// Whose answer the kill took away.
    lost: usize,
    /// How they ended when they were sent again.
    ends: BTreeMap<String, usize>,
}

/// The school, while the program serves it.
struct Town {
    school: School,
    run: Run,
    cookies: BTreeMap<String, String>,
    days: Vec<String>,
    pack: i64,
}

impl Town {
    async fn found(backing: Backing) -> Self {
        let app = App::new_on(backing).await;
        #[allow(clippy::disallowed_methods)] // the program has the clock of this machine
        let now = Timestamp::now();
        app.clock.advance(now.duration_since(app.clock.now()));
        let school = School::furnish(app, COACHES, CLIENTS).await;
        let body = json!({"credits": 50, "priceTnd": 500, "bonus": 5});
        let pack = school.app.post_as(Some(&School::actor("admin")), "/api/credits/packs", body).await;
        let pack = pack.expect(201)["id"].as_i64().unwrap();
        // Who has no password has no session; nobody signs in with these.
        school.app.execute(r#"UPDATE users SET "password" = 'aucun-' || "id""#).await;
        let mut cookies = BTreeMap::new();
        let people = (0..CLIENTS).map(|client| (format!("p{client}"), format!("student-user-p{client}")));
        for (who, user) in people.chain(["office", "admin"].map(|who| (who.to_owned(), who.to_owned()))) {
            if who.starts_with('p') {
                school.credit(&who, 900).await;
            }
            let user = UserId::parse(user).unwrap();
            let version = school.app.session_version(&user).await;
            cookies.insert(who, cookie(&school.app, &user, version));
        }
        let today = now.to_zoned(TimeZone::get("Africa/Tunis").unwrap());
        let days = (4..40).map(|day| today.saturating_add(day.days()));
        let days =
            days.filter(|day| day.weekday() != Weekday::Sunday).map(|day: Zoned| day.date().to_string());
        let run = serve(school.app.folder()).with("NEXTAUTH_SECRET", SECRET);
        let run = match school.app.database() {
            Database::File(_) => run,
            Database::Address(url) => run.with("DATABASE_URL", url),
        };
        Self { run, cookies, days: days.collect(), pack, school }
    }

    fn send(&self, server: &Server, asked: &Asked) -> Option<Reply> {
        server.try_with_key(asked.path, &self.cookies[&asked.who], &asked.key, &asked.body).ok()
    }

    /// What a client does until the server is gone.
    fn live(&self, server: &Server, voice: &Voice, round: usize, client: usize) -> Vec<Told> {
        let mut told: Vec<Told> = Vec::new();
        let mut booked: Vec<Value> = Vec::new();
        let mut reserved: Vec<Value> = Vec::new();
        for turn in 0..10_000 {
            let key = format!("r{round}-c{client}-t{turn}");
            let own = format!("p{client}");
            let (path, who, body) = match turn % 4 {
                1 if !booked.is_empty() => {
                    ("/api/sessions/cancel", own, json!({"sessionId": booked.swap_remove(0)}))
                }
                2 => {
                    let body = json!({"userId": format!("student-user-p{client}"), "packId": self.pack, "note": key});
                    ("/api/payments/cash/reserve", "office".to_owned(), body)
                }
                3 if !reserved.is_empty() => {
                    ("/api/payments/cash/confirm", "admin".to_owned(), json!({"recordId": reserved.pop()}))
                }
                _ => ("/api/sessions/book", own, self.booking(client, &key)),
            };
            let asked = Asked { key, path, who, body };
            let reply = self.send(server, &asked);
            let Some(answer) = &reply else {
                told.push(Told { asked, reply });
                return told;
            };
            let _ = voice.0.send(Heard::Answer);
            let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            if answer.status == 200 && path.ends_with("book") {
                booked.push(body["sessionId"].clone());
            } else if answer.status == 200 && path.ends_with("reserve") {
                reserved.push(body["recordId"].clone());
            }
            let is_unavailable = body["code"] == "storage_unavailable";
            assert!(
                is_unavailable || matches!(answer.status.as_u16(), 200 | 409),
                "{asked:?}: {body} {}",
                server.log()
            );
            told.push(Told { asked, reply });
        }
        told
    }

    /// An hour that others want too.
    fn booking(&self, client: usize, key: &str) -> Value {
        let day = &self.days[usize::try_from(chance(self.days.len() as u64)).unwrap()];
        json!({
            "coachId": format!("coach-{}-profile", chance(COACHES as u64)), "studentId": format!("student-p{client}"),
            "subject": "MATHEMATIQUES", "scheduledDate": day, "startTime": format!("{:02}:00", 9 + chance(9)),
            "duration": 60, "title": key
        })
    }

    async fn rows(&self, query: &str) -> Vec<(String, i64)> {
        all(&self.school.app.database(), query).await
    }

    /// Each key did what its answers say, once; and nobody lost or won a credit.
    async fn assert_kept(&self, history: &[Told], context: &str) {
        let sessions: BTreeMap<_, _> = self
            .rows(r#"SELECT "title", count(*) FROM sessions GROUP BY "title""#)
            .await
            .into_iter()
            .collect();
        let records: BTreeMap<_, _> = self
            .rows(r#"SELECT "note", count(*) FROM payment_records GROUP BY "note""#)
            .await
            .into_iter()
            .collect();
        for told in history {
            let Asked { key, path, .. } = &told.asked;
            let there = if path.ends_with("book") {
                sessions.get(key)
            } else if path.ends_with("reserve") {
                records.get(key)
            } else {
                continue;
            };
            let reply = told.reply.as_ref().unwrap();
            let body: Value = serde_json::from_slice(&reply.body).unwrap();
            let done = reply.status == 200 || body["code"] == "already_processed";
            assert_eq!(there.copied().unwrap_or(0), i64::from(done), "{context}: {:?} {body}", told.asked);
        }
        let held = self
            .rows(
                r#"SELECT "studentId", count(*) FROM sessions WHERE CAST("status" AS TEXT) = 'SCHEDULED' GROUP BY "studentId""#,
            )
            .await;
        let paid = self
            .rows(
                r#"SELECT "userId", count(*) FROM payment_records WHERE "status" = 'paid' GROUP BY "userId""#,
            )
            .await;
        let wallets: BTreeMap<_, _> = self
            .rows(r#"SELECT "userId", CAST("balanceMilli" AS BIGINT) FROM credit_wallets"#)
            .await
            .into_iter()
            .collect();
        let of = |counts: &[(String, i64)], id: &str| {
            counts.iter().find(|(known, _)| known == id).map_or(0, |(_, count)| *count)
        };
        for client in 0..CLIENTS {
            let (student, user) = (format!("student-p{client}"), format!("student-user-p{client}"));
            let expected = BEGINNING - LESSON * of(&held, &student) + PACK * of(&paid, &user);
            assert_eq!(wallets[&user], expected, "{context}: {user}");
        }
        assert_whole(&self.school.app, context).await;
    }

    /// The executions that were lost with the server are given up: what waiting for the end of their lease does.
    async fn wait_for_leases(&self) {
        let past = self.school.app.instant("2026-01-01T00:00:00Z".parse().unwrap());
        let waited = format!(r#"UPDATE idempotency_keys SET "leaseUntil" = {past} WHERE "status" IS NULL"#);
        execute(&self.school.app.database(), &waited).await;
    }

    fn command(&self, words: &[&str]) {
        let mut run = Run::new(
            words
                .iter()
                .map(std::ffi::OsString::from)
                .chain(["--data".into(), self.school.app.folder().as_os_str().to_owned()]),
        );
        if let Database::Address(url) = self.school.app.database() {
            run = run.with("DATABASE_URL", url);
        }
        run.finish().succeeded();
    }
}

impl Town {
    /// Lets everybody do what they do, and kills the server in the middle of it.
    fn kill(&self, server: &Server, round: usize, context: &str) -> Vec<Told> {
        // After so many answers, somewhere in what comes next: a slow machine is killed as often half-way as a fast one.
        let (enough, delay) = (chance(60), Duration::from_micros(chance(12_000)));
        thread::scope(|scope| {
            let (sender, heard) = mpsc::channel();
            let clients: Vec<_> = (0..CLIENTS)
                .map(|client| {
                    let voice = Voice(sender.clone());
                    scope.spawn(move || self.live(server, &voice, round, client))
                })
                .collect();
            let waited = wait(&heard, enough, delay);
            // Whatever is wrong, the clients have to end before anybody is told.
            server.stop_at_once();
            let told = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
            assert_eq!(waited, Ok(()), "{context}: {}", server.log());
            told
        })
    }

    /// Sends everything again: what was answered is answered alike, what was not is done once.
    fn send_again(&self, server: &Server, history: &mut [Told], tally: &mut Tally, context: &str) {
        for told in history {
            let again =
                self.send(server, &told.asked).unwrap_or_else(|| panic!("{context}: {}", server.log()));
            let body: Value = serde_json::from_slice(&again.body).unwrap();
            match &told.reply {
                Some(first) if first.status == 200 => {
                    tally.acknowledged += 1;
                    let known = again.status == 200 && again.body == first.body;
                    // Its answer may have been lost on its way into the store, never what it says.
                    assert!(
                        known || body["code"] == "already_processed",
                        "{context}: {:?} {body}",
                        told.asked
                    );
                }
                Some(first) if first.status.is_client_error() => tally.refused += 1,
                unsure => {
                    *(if unsure.is_some() { &mut tally.unavailable } else { &mut tally.lost }) += 1;
                    let end = body["code"].as_str().unwrap_or("done").to_owned();
                    *tally.ends.entry(end).or_insert(0) += 1;
                    assert!(again.status.as_u16() < 500, "{context}: {body}");
                    told.reply = Some(again);
                }
            }
        }
    }
}

async fn killed_at_any_moment(backing: Backing) {
    let begun = Instant::now();
    let mut tally = Tally::default();
    for first in (0..rounds()).step_by(KILLS_OF_A_SCHOOL) {
        let town = Box::pin(Town::found(backing)).await;
        let mut server = Server::start_run(&town.run);
        for round in first..rounds().min(first + KILLS_OF_A_SCHOOL) {
            let context = format!("{backing:?}, round {round}");
            let mut history = town.kill(&server, round, &context);
            server = Server::start_run(&town.run);
            town.wait_for_leases().await;
            town.send_again(&server, &mut history, &mut tally, &context);
            town.assert_kept(&history, &context).await;
        }
        drop(server);
        town.command(&["check"]);
        town.command(&["audit", "verify"]);
    }
    eprintln!("{backing:?}: {} kills in {:?}, {tally:?}", rounds(), begun.elapsed());
    assert!(tally.lost <= CLIENTS * rounds(), "{backing:?}");
    assert!(tally.unavailable * 10 <= tally.acknowledged, "{backing:?}: {tally:?}");
    assert!(tally.acknowledged > rounds(), "{backing:?}: too few are answered for the proof to say anything");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_and_doubles_nothing_on_sqlite() {
    killed_at_any_moment(Backing::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_and_doubles_nothing_on_postgres() {
    killed_at_any_moment(Backing::Postgres).await;
}
