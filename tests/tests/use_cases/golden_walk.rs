//! Every golden vector of the calendar, the credits, the catalogue and the subscriptions has its test, and what is a pure function
//! is asked the vector's own questions.

use nexus_core::calendar::{ClockTime, Interval, ServiceType, SessionStatus, jitsi, price, reminders};
use nexus_core::subscriptions::PlanKey;
use nexus_core::till::catalogue::shown_prices;
use nexus_tests::golden;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Where each vector is tested: the file names it.
const TESTED: &[(&str, &str)] = &[
    ("C1", "nexus-core/src/calendar/service.rs"),
    ("C2", "nexus-core/src/calendar/service.rs"),
    ("C4", "nexus-core/src/ledger/wallet/tests.rs"),
    ("C7", "nexus-core/src/ledger/wallet/tests.rs"),
    ("C8", "nexus-core/src/ledger/wallet/tests.rs"),
    ("C10", "nexus-core/src/civil_time.rs"),
    ("C12", "tests/tests/http/subscriptions.rs"),
    ("C13", "nexus-store/src/conformance/ledger.rs"),
    ("C14", "nexus-store/src/conformance/ledger.rs"),
    ("C15", "tests/tests/http/credits.rs"),
    ("C16", "nexus-store/src/conformance/ledger.rs"),
    ("C18", "tests/tests/http/credits.rs"),
    ("C19", "nexus-store/src/conformance/ledger.rs"),
    ("C21", "tests/tests/http/credit_requests.rs"),
    ("S1", "nexus-core/src/calendar/cancellation.rs"),
    ("S2", "nexus-core/src/calendar/cancellation.rs"),
    ("S4", "tests/tests/calendar/lessons.rs"),
    ("S5", "tests/tests/calendar/lessons.rs"),
    ("S7", "nexus-core/src/calendar/booking/tests.rs"),
    ("S8", "nexus-core/src/calendar/booking/tests.rs"),
    ("S9", "nexus-core/src/calendar/session.rs"),
    ("S12", "tests/tests/calendar/bad_input.rs"),
    ("S13", "nexus-core/src/calendar/booking/tests.rs"),
    ("S15", "nexus-core/src/calendar/session.rs"),
    ("S16", "nexus-core/src/calendar/reminder.rs"),
    ("A1", "nexus-core/src/calendar/clock_time.rs"),
    ("A2", "nexus-core/src/calendar/clock_time.rs"),
    ("A4", "nexus-core/src/calendar/free_slots.rs"),
    ("A5", "tests/tests/calendar/http.rs"),
    ("A6", "nexus-core/src/calendar/availability.rs"),
    ("A8", "tests/tests/calendar/http.rs"),
    ("T1", "tests/tests/use_cases/civil_time.rs"),
    ("K1", "nexus-core/src/till/catalogue/plan.rs"),
    ("K2", "nexus-core/src/till/catalogue/price_map.rs"),
    ("K4", "tests/tests/http/subscriptions.rs"),
    ("K5", "tests/tests/http/till_stream.rs"),
    ("U1", "tests/tests/http/subscriptions.rs"),
    ("U2", "tests/tests/http/subscriptions.rs"),
    ("U3", "tests/tests/http/subscriptions.rs"),
    ("U4", "tests/tests/http/subscriptions.rs"),
    ("J1", "nexus-core/src/calendar/jitsi.rs"),
    ("J2", "nexus-core/src/calendar/jitsi.rs"),
    ("J3", "nexus-core/src/calendar/jitsi.rs"),
    ("J4", "nexus-core/src/calendar/jitsi.rs"),
    ("J5", "nexus-core/src/calendar/jitsi.rs"),
    ("J6", "nexus-core/src/calendar/jitsi.rs"),
];

const AREAS: [&str; 7] =
    ["credits", "sessions", "availability", "time", "catalogue", "subscriptions", "jitsi"];

#[test]
fn every_vector_has_its_test() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    for (id, path) in TESTED {
        let text = std::fs::read_to_string(root.join(path)).unwrap();
        let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        // `C13 to C15` names three of them.
        let within =
            |from: u32, to: u32| id[1..].parse::<u32>().is_ok_and(|place| (from..=to).contains(&place));
        let ranged = (id.starts_with('U') && text.contains("U1 to U4") && within(1, 4))
            || (id.starts_with('C') && text.contains("C13 to C15") && within(13, 15));
        assert!(ranged || words.any(|word| word == *id), "{path} does not name {id}");
    }
    for id in golden::core_ids(&AREAS) {
        assert!(TESTED.iter().any(|(known, _)| *known == id), "{id} has no test");
    }
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// The questions of the vectors, in their own words.
#[test]
fn pure_functions_answer_the_vectors() {
    let ask = |id: &str, check: &dyn Fn(&Value, &Value)| {
        if let Some(vector) = golden::core(id) {
            check(&vector["input"], &vector["expected"]);
        }
    };
    ask("C1", &|services, expected| {
        for service in texts(services) {
            assert_eq!(expected[service], price(ServiceType::parse(service).unwrap(), 60));
        }
    });
    ask("C2", &|input, _| assert_eq!(ServiceType::parse(input["type"].as_str().unwrap()), None));
    ask("K1", &|plans, expected| {
        for name in texts(plans) {
            let plan = PlanKey::parse(name).unwrap();
            assert_eq!(expected[name], json!([plan.default_price() * 1_000, plan.monthly_credits()]));
        }
    });
    ask("K2", &|answers, expected| {
        for (answer, expected) in answers.as_array().unwrap().iter().zip(expected.as_array().unwrap()) {
            let rows = answer.as_array().map(|rows| {
                let row = |row: &Value| {
                    (row["variable"].as_str().unwrap().to_owned(), row["valeur"].as_i64().unwrap())
                };
                rows.iter().map(row).collect::<Vec<_>>()
            });
            assert_eq!(json!(shown_prices(rows.as_deref())), *expected, "{answer}");
        }
    });
    ask("J1", &|links, expected| {
        for (link, room) in links.as_array().unwrap().iter().zip(texts(expected)) {
            let [lesson, seed] = texts(link)[..] else { panic!("{link}") };
            assert_eq!(jitsi::former_room(lesson, seed), room);
        }
    });
    ask("J3", &|addresses, expected| {
        for (address, expected) in texts(addresses).into_iter().zip(expected.as_array().unwrap()) {
            let read = jitsi::parse(address).map(|found| {
                let valid = !found.room.is_empty();
                json!({"server": found.server, "roomName": found.room, "valid": valid})
            });
            assert_eq!(read.unwrap_or_default(), *expected, "{address}");
        }
    });
    ask("A1", &|times, expected| {
        for (time, expected) in texts(times).into_iter().zip(texts(expected)) {
            let read = ClockTime::parse(time).map_or_else(|_| "error".to_owned(), |time| time.to_string());
            assert_eq!(read, expected, "{time}");
        }
    });
    ask("S9", &|statuses, expected| {
        for (status, blocks) in texts(statuses).into_iter().zip(expected.as_array().unwrap()) {
            assert_eq!(json!(SessionStatus::parse(status).unwrap().is_active()), *blocks, "{status}");
        }
    });
    ask("S16", &|input, expected| {
        let at = |field: &str| input[field].as_str().unwrap().parse().unwrap();
        let due: serde_json::Map<_, _> = reminders(at("start"), at("bookedAt"))
            .into_iter()
            .map(|(kind, at)| (kind.as_str().to_owned(), json!(at.to_string())))
            .collect();
        assert_eq!(Value::from(due), *expected);
    });
    ask("J6", &|times, expected| {
        let lesson = Interval::from_minutes("2026-09-14T14:00:00Z".parse().unwrap(), 60).unwrap();
        let policy = nexus_core::calendar::CalendarPolicy::default();
        for (time, open) in texts(times).into_iter().zip(expected.as_array().unwrap()) {
            let now = format!("2026-09-14T{time}:00Z").parse().unwrap();
            let found = jitsi::is_open(SessionStatus::Scheduled, &lesson, &policy, now);
            assert_eq!(json!(found), *open, "{time}");
        }
    });
}
