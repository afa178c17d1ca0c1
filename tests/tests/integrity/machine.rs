//! Any sequence of commands, on the system and on a small model of it: both end each command alike, and hold the same.

use crate::model::{By, COACHES, Command, Model, PUPILS, Slot, Step};
use crate::school::{School, command as booking, lesson, rounds};
use crate::whole::assert_whole;
use axum::body::Body;
use axum::http::{Method, Request};
use jiff::{SignedDuration, Timestamp};
use nexus_core::calendar::Transition;
use nexus_core::calendar::use_cases::{
    BookSession, CalendarError, ChangeStatus, MoveSession, book, cancel, change_status, join_session,
    leave_session, reschedule,
};
use nexus_core::calendar::{Modality, ServiceType};
use nexus_core::identity::use_cases::Behalf;
use nexus_core::ledger::use_cases::settle_wallets;
use nexus_core::ledger::{Credits, Grant, LotOrigin, grant};
use nexus_core::rights::Action;
use nexus_core::subscriptions::use_cases::run_scheduled;
use nexus_core::{Clock, Coded, SessionId, UserId};
use nexus_tests::Backing;
use nexus_tests::rows::all;
use nexus_tests::till::signature;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// No pupil and no coach is in two places, counted without the help of the database's own rules.
const OVERLAPS: &str = r#"
SELECT 'overlaps', (SELECT count(*) FROM sessions a JOIN sessions b ON a."id" < b."id" AND a."coachId" = b."coachId"
            AND a."startsAt" < b."endsAt" AND b."startsAt" < a."endsAt"
        WHERE a."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND b."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS'))"#;

/// The system, with the ids of what the model numbers.
struct World {
    school: School,
    lessons: Vec<SessionId>,
    records: Vec<i64>,
    orders: Vec<String>,
    pack: i64,
    keys: usize,
}

/// How something of the calendar ended.
fn ended<T>(done: Result<T, CalendarError>) -> Result<T, String> {
    done.map_err(|error| error.code().as_str().to_owned())
}

fn refunded(done: Result<bool, CalendarError>) -> Result<String, String> {
    ended(done).map(|refunded| if refunded { "refunded" } else { "done" }.to_owned())
}

fn done<T>(_: T) -> String {
    "done".to_owned()
}

impl World {
    async fn open(backing: Backing) -> Self {
        let school = School::open(backing, COACHES, PUPILS).await;
        let now = school.app.instant(school.app.clock.now());
        school
            .app
            .execute(&format!(
                r#"INSERT INTO product_pricing ("id", "itemType", "itemKey", "amount", "currency", "description", "active", "createdAt", "updatedAt")
                   VALUES ('p1', 'PACK', 'CREDITS_10', 180, 'TND', 'Dix crédits', TRUE, {now}, {now})"#
            ))
            .await;
        let mut world =
            Self { school, lessons: Vec::new(), records: Vec::new(), orders: Vec::new(), pack: 0, keys: 0 };
        let body = json!({"credits": 50, "priceTnd": 500, "bonus": 5});
        world.pack = world.post("admin", "/api/credits/packs", body).await.unwrap()["id"].as_i64().unwrap();
        world
    }

    /// Asks over HTTP; the code of a refusal is an error.
    async fn ask(&mut self, who: &str, method: Method, path: &str, body: Value) -> Result<Value, String> {
        self.keys += 1;
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .header("idempotency-key", format!("k{}", self.keys));
        let request = request.body(Body::from(body.to_string())).unwrap();
        let reply = self.school.app.send_as(Some(&School::actor(who)), request).await;
        let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        if reply.status.is_success() {
            Ok(body)
        } else {
            Err(body["code"].as_str().unwrap_or("?").to_owned())
        }
    }

    async fn post(&mut self, who: &str, path: &str, body: Value) -> Result<Value, String> {
        self.ask(who, Method::POST, path, body).await
    }

    async fn book(&mut self, who: &str, command: &BookSession) -> Result<String, String> {
        let permit = self.school.permit(who, Action::BookSession);
        let booked = ended(book(&self.school.app.calendar, Behalf::of(&permit), command).await)?;
        self.lessons.push(booked.id);
        Ok("done".to_owned())
    }

    /// Who asks about a lesson.
    fn who(model: &Model, lesson: usize, by: By) -> String {
        let lesson = &model.lessons[lesson];
        match by {
            By::Family => format!("p{}", lesson.pupil),
            By::Coach => format!("coach-{}", lesson.coach),
            By::Office => "office".to_owned(),
            By::Admin => "admin".to_owned(),
        }
    }

    /// Does a command; `model` is what was before.
    async fn apply(&mut self, command: &Command, model: &Model) -> Result<String, String> {
        match *command {
            Command::Book { pupil, coach, slot, minutes, by } => {
                let pupil = format!("p{pupil}");
                let wanted =
                    booking(&pupil, &format!("coach-{coach}"), lesson(model.start_of(slot), minutes));
                self.book(if by == By::Office { "office" } else { &pupil }, &wanted).await
            }
            Command::Open { pupil, coach, slot, seats } => {
                let when = lesson(model.start_of(slot), 120);
                let wanted = BookSession {
                    service: ServiceType::Workshop,
                    modality: Some(Modality::Online),
                    seats: u32::try_from(seats).unwrap(),
                    ..booking(&format!("p{pupil}"), &format!("coach-{coach}"), when)
                };
                self.book("office", &wanted).await
            }
            Command::Join { .. }
            | Command::Leave { .. }
            | Command::Cancel { .. }
            | Command::Move { .. }
            | Command::Change { .. } => self.change_lesson(command, model).await,
            Command::Grant { pupil, milli, hours } => {
                self.grant(pupil, milli, hours).await;
                Ok("done".to_owned())
            }
            Command::Adjust { pupil, milli } => {
                let amount = Credits::from_milli(milli).unwrap().decimal('.');
                let body = json!({"studentId": format!("student-p{pupil}"), "amount": amount, "type": "ADJUSTMENT",
                                  "description": "Correction"});
                self.post("office", "/api/assistant/students/credits", body).await.map(done)
            }
            Command::Spend { pupil, credits } => {
                let body = json!({"userId": format!("student-user-p{pupil}"), "credits": credits});
                self.post("office", "/api/credits/spend", body).await.map(done)
            }
            Command::Settle => {
                settle_wallets(self.school.app.ledger()).await.unwrap();
                Ok("done".to_owned())
            }
            Command::Wait { hours } => {
                self.school.app.clock.advance(SignedDuration::from_hours(hours));
                Ok("done".to_owned())
            }
            _ => self.pay(command, model).await,
        }
    }

    async fn change_lesson(&mut self, command: &Command, model: &Model) -> Result<String, String> {
        let context = self.school.app.calendar.clone();
        let context = &context;
        match *command {
            Command::Join { lesson, pupil } => {
                let id = &self.lessons[model.lesson(lesson)];
                let permit = self.school.permit(&format!("p{pupil}"), Action::BookSession);
                let student = format!("student-p{pupil}");
                ended(join_session(context, Behalf::of(&permit), id, &student, false).await).map(done)
            }
            Command::Leave { lesson, pupil } => {
                let id = &self.lessons[model.lesson(lesson)];
                let permit = self.school.permit(&format!("p{pupil}"), Action::BookSession);
                let student = format!("student-p{pupil}");
                refunded(leave_session(context, Behalf::of(&permit), id, &student).await)
            }
            Command::Cancel { lesson, by } => {
                let lesson = model.lesson(lesson);
                let permit = self.school.permit(&Self::who(model, lesson, by), Action::CancelSession);
                let called_off =
                    cancel(context, Behalf::of(&permit), &self.lessons[lesson], Some("malade")).await;
                refunded(called_off.map(|cancelled| cancelled.refunded))
            }
            Command::Move { lesson, slot, by } => {
                let lesson = model.lesson(lesson);
                let permit = self.school.permit(&Self::who(model, lesson, by), Action::CancelSession);
                let to = MoveSession {
                    session: self.lessons[lesson].clone(),
                    start: model.start_of(slot),
                    room: None,
                };
                let moved = ended(reschedule(context, Behalf::of(&permit), &to).await)?;
                self.lessons.push(moved.id);
                Ok("done".to_owned())
            }
            Command::Change { lesson, step } => {
                let lesson = model.lesson(lesson);
                let permit = self.school.permit(&Self::who(model, lesson, By::Coach), Action::ConductSession);
                let transition = match step {
                    Step::Confirm => Transition::Confirm,
                    Step::Start => Transition::Start,
                    Step::Complete => Transition::Complete,
                    Step::NoShow => Transition::NoShow,
                };
                let change = ChangeStatus { session: self.lessons[lesson].clone(), transition, notes: None };
                ended(change_status(context, Behalf::of(&permit), &change).await).map(done)
            }
            _ => unreachable!("no command about a lesson"),
        }
    }

    async fn pay(&mut self, command: &Command, model: &Model) -> Result<String, String> {
        let office = |by| if by == By::Office { "office" } else { "admin" };
        match *command {
            Command::Reserve { pupil, by } => {
                let body = json!({"userId": format!("student-user-p{pupil}"), "packId": self.pack});
                let reserved = self.post(office(by), "/api/payments/cash/reserve", body).await?;
                self.records.push(reserved["recordId"].as_i64().unwrap());
                Ok("done".to_owned())
            }
            Command::Confirm { record, by } => {
                let body = json!({"recordId": self.records[model.record(record)]});
                self.post(office(by), "/api/payments/cash/confirm", body).await.map(done)
            }
            Command::GiveUp { record, by } => {
                let body = json!({"recordId": self.records[model.record(record)]});
                self.post(office(by), "/api/payments/cash/cancel", body).await.map(done)
            }
            Command::Order { pupil } => {
                let body =
                    json!({"type": "pack", "key": "CREDITS_10", "studentId": format!("student-p{pupil}")});
                let who = format!("parent-p{pupil}");
                let ordered = self.post(&who, "/api/payments/konnect", body).await?;
                self.orders.push(ordered["paymentId"].as_str().unwrap().to_owned());
                Ok("done".to_owned())
            }
            Command::Notice { order, paid, right, transaction } => {
                let body = json!({
                    "payment_id": self.orders[model.order(order)], "status": if paid { "completed" } else { "failed" },
                    "transaction_id": format!("tx-{transaction}"), "amount": if right { 180_000 } else { 18_000 }, "currency": "TND"
                })
                .to_string();
                let request =
                    Request::post("/api/webhooks/konnect").header("x-konnect-signature", signature(&body));
                let reply = self.school.app.send(request.body(Body::from(body)).unwrap()).await;
                assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
                Ok("done".to_owned())
            }
            Command::Plan { pupil, credits } => {
                let plan = if credits == 4 { "HYBRIDE" } else { "IMMERSION" };
                let body = json!({"studentId": format!("student-p{pupil}"), "newPlan": plan});
                let who = format!("parent-p{pupil}");
                let asked = self.post(&who, "/api/subscriptions/change", body).await?;
                let body = json!({"requestId": asked["subscriptionId"], "action": "APPROVED"});
                self.ask("office", Method::PATCH, "/api/assistant/subscription-requests", body)
                    .await
                    .map(done)
            }
            Command::Month => {
                run_scheduled(self.school.app.subscriptions()).await.unwrap();
                Ok("done".to_owned())
            }
            _ => unreachable!("no command about money"),
        }
    }

    async fn grant(&mut self, pupil: usize, milli: i64, hours: Option<i64>) {
        self.keys += 1;
        let now = self.school.app.clock.now();
        let end = |hours| now.checked_add(SignedDuration::from_hours(hours)).unwrap();
        let gift = Grant {
            owner: UserId::parse(format!("student-user-p{pupil}")).unwrap(),
            origin: LotOrigin::Purchase,
            amount: Credits::from_milli(milli).unwrap(),
            expires_at: hours.map(end),
            key: format!("gift:{}", self.keys),
            description: "Essai".to_owned(),
            actor: "system".to_owned(),
        };
        let mut tx = self.school.app.store.begin().await.unwrap();
        grant(tx.as_mut(), &gift, now).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn balances(&self) -> Vec<i64> {
        let mut balances = Vec::new();
        for pupil in 0..PUPILS {
            balances.push(self.school.balance(&format!("p{pupil}")).await);
        }
        balances
    }

    /// Everything that is stored is what the model holds, and no rule is broken.
    async fn assert_like(&self, model: &Model, context: &str) {
        let database = self.school.app.database();
        let states = async |query: &str| -> BTreeMap<String, String> {
            all::<(String, String)>(&database, query).await.into_iter().collect()
        };
        let sessions = states(r#"SELECT "id", CAST("status" AS TEXT) FROM sessions"#).await;
        let of = |id: String, states: &BTreeMap<String, String>| states[&id].clone();
        for (id, lesson) in self.lessons.iter().zip(&model.lessons) {
            assert_eq!(of(id.to_string(), &sessions), lesson.status, "{context}: {id}");
        }
        assert_eq!(sessions.len(), model.lessons.len(), "{context}");
        let (records, orders) = model.payments();
        let stored = states(r#"SELECT CAST("id" AS TEXT), "status" FROM payment_records"#).await;
        let found: Vec<_> = self.records.iter().map(|id| of(id.to_string(), &stored)).collect();
        assert_eq!(found, records, "{context}");
        let stored = states(r#"SELECT "id", CAST("status" AS TEXT) FROM payments"#).await;
        let found: Vec<_> = self.orders.iter().map(|id| of(id.clone(), &stored)).collect();
        assert_eq!(found, orders, "{context}");
        let overlaps: Vec<(String, i64)> = all(&database, OVERLAPS).await;
        assert_eq!(overlaps[0].1, 0, "{context}");
        assert_whole(&self.school.app, context).await;
    }
}

fn commands() -> impl Strategy<Value = Command> {
    let pupil = 0..PUPILS;
    let coach = 0..COACHES;
    let slot = || (0_i64..6, 8_i8..18).prop_map(|(day, hour)| Slot { day, hour });
    let number = 0_usize..1_000;
    let by = prop_oneof![Just(By::Family), Just(By::Coach), Just(By::Office)];
    let mover = prop_oneof![2 => Just(By::Family), 1 => Just(By::Office)];
    let till = prop_oneof![Just(By::Office), Just(By::Admin)];
    let step = prop_oneof![Just(Step::Confirm), Just(Step::Start), Just(Step::Complete), Just(Step::NoShow)];
    let minutes = prop_oneof![Just(30_u16), Just(60), Just(90)];
    prop_oneof![
        8 => (pupil.clone(), coach.clone(), slot(), minutes, mover.clone())
            .prop_map(|(pupil, coach, slot, minutes, by)| Command::Book { pupil, coach, slot, minutes, by }),
        2 => (pupil.clone(), coach, slot(), 1_usize..4)
            .prop_map(|(pupil, coach, slot, seats)| Command::Open { pupil, coach, slot, seats }),
        3 => (number.clone(), pupil.clone()).prop_map(|(lesson, pupil)| Command::Join { lesson, pupil }),
        2 => (number.clone(), pupil.clone()).prop_map(|(lesson, pupil)| Command::Leave { lesson, pupil }),
        4 => (number.clone(), by).prop_map(|(lesson, by)| Command::Cancel { lesson, by }),
        4 => (number.clone(), slot(), mover).prop_map(|(lesson, slot, by)| Command::Move { lesson, slot, by }),
        4 => (number.clone(), step).prop_map(|(lesson, step)| Command::Change { lesson, step }),
        2 => (pupil.clone(), 1_i64..4_000, prop::option::of(1_i64..400))
            .prop_map(|(pupil, milli, hours)| Command::Grant { pupil, milli, hours }),
        2 => (pupil.clone(), prop_oneof![-9_000_i64..0, 1_i64..3_000])
            .prop_map(|(pupil, milli)| Command::Adjust { pupil, milli }),
        2 => (pupil.clone(), 1_i64..12).prop_map(|(pupil, credits)| Command::Spend { pupil, credits }),
        1 => (pupil.clone(), till.clone()).prop_map(|(pupil, by)| Command::Reserve { pupil, by }),
        1 => (number.clone(), till.clone()).prop_map(|(record, by)| Command::Confirm { record, by }),
        1 => (number.clone(), till).prop_map(|(record, by)| Command::GiveUp { record, by }),
        1 => pupil.clone().prop_map(|pupil| Command::Order { pupil }),
        2 => (number, any::<bool>(), any::<bool>(), 0_u8..3)
            .prop_map(|(order, paid, right, transaction)| Command::Notice { order, paid, right, transaction }),
        1 => (pupil, prop_oneof![Just(4_i64), Just(8)]).prop_map(|(pupil, credits)| Command::Plan { pupil, credits }),
        1 => Just(Command::Month),
        1 => Just(Command::Settle),
        3 => prop_oneof![4 => 1_i64..40, 1 => 200_i64..800].prop_map(|hours| Command::Wait { hours }),
    ]
}

/// How often commands ended how.
type Tally = RefCell<BTreeMap<String, usize>>;

async fn play(backing: Backing, commands: &[Command], tally: &Tally) -> Result<(), TestCaseError> {
    let mut world = World::open(backing).await;
    let start: Timestamp = world.school.app.clock.now();
    let mut model = Model::new(start);
    for (place, command) in commands.iter().enumerate() {
        let context = format!("{backing:?}, command {place}, {command:?}");
        // The numbers of a command mean what they mean before it.
        if !model.is_about_something(command) {
            continue;
        }
        let found = world.apply(command, &model).await.unwrap_or_else(|code| code);
        let expected = model.apply(command);
        prop_assert_eq!(found, expected, "{}", context);
        prop_assert_eq!(world.balances().await, model.balances(), "{}", context);
        *tally.borrow_mut().entry(expected.to_owned()).or_insert(0) += 1;
        if place % 25 == 24 {
            world.assert_like(&model, &context).await;
        }
    }
    world.assert_like(&model, &format!("{backing:?}, at the end")).await;
    world.school.app.store.close().await;
    Ok(())
}

fn any_sequence(backing: Backing) {
    let (cases, longest) = if rounds() == 1 { (4, 80) } else { (5 * rounds(), 400) };
    // The small form plays the same sequences each time; the large one looks for others.
    let rng_seed = if rounds() == 1 { RngSeed::Fixed(1) } else { RngSeed::Random };
    let config = Config {
        rng_seed,
        cases: u32::try_from(cases).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 100,
        ..Config::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let tally = Tally::default();
    let strategy = vec(commands(), longest / 2..=longest);
    let played =
        TestRunner::new(config).run(&strategy, |commands| runtime.block_on(play(backing, &commands, &tally)));
    if let Err(error) = played {
        panic!("{error}");
    }
    let tally = tally.into_inner();
    eprintln!("{backing:?}: {} commands, {tally:?}", tally.values().sum::<usize>());
    for (outcome, least) in [("done", 60), ("refunded", 2), ("session_transition_refused", 2)] {
        assert!(tally.get(outcome).is_some_and(|count| *count >= least), "{outcome} in {tally:?}");
    }
}

#[test]
fn any_sequence_agrees_with_a_model_on_sqlite() {
    any_sequence(Backing::Sqlite);
}

#[test]
fn any_sequence_agrees_with_a_model_on_postgres() {
    any_sequence(Backing::Postgres);
}
