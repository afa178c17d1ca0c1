use super::*;
use crate::calendar::{ClockRange, Days, free_slots};
use jiff::SignedDuration;
use jiff::civil::{Weekday, date};
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn policy() -> CalendarPolicy {
    CalendarPolicy { zone: TimeZone::get("Africa/Tunis").unwrap(), ..CalendarPolicy::default() }
}

fn coach() -> CoachFacts {
    let [start, end] = ["09:00", "18:00"].map(|text| ClockTime::parse(text).unwrap());
    let rule = |day| AvailabilityRule {
        days: Days::Weekly(day),
        range: ClockRange::new(start, end).unwrap(),
        open: true,
        valid_from: None,
        valid_until: None,
    };
    CoachFacts {
        active: true,
        subjects: vec![SchoolSubject::Mathematiques],
        online: true,
        in_person: false,
        rules: vec![rule(Weekday::Monday), rule(Weekday::Saturday)],
    }
}

/// Monday 8 September 2025, 14:00 in Tunis.
const MONDAY: &str = "2025-09-08T13:00:00Z";
const NOW: &str = "2025-09-01T08:00:00Z";

fn question<'a>(coach: &'a CoachFacts, start: &str, minutes: u16) -> BookingQuestion<'a> {
    BookingQuestion {
        subject: SchoolSubject::Mathematiques,
        modality: Modality::Online,
        lesson: Interval::from_minutes(at(start), minutes).unwrap(),
        coach,
        closures: &[],
        coach_busy: &[],
        student_busy: &[],
        room_busy: &[],
    }
}

fn codes(question: &BookingQuestion<'_>, now: &str) -> Vec<&'static str> {
    obstacles(question, &policy(), at(now)).iter().map(|obstacle| obstacle.code().as_str()).collect()
}

#[test]
fn nothing_stands_against_a_good_lesson() {
    let coach = coach();
    assert_eq!(codes(&question(&coach, MONDAY, 60), NOW), [""; 0]);
}

/// Vector S13: strictly more than two hours.
#[test]
fn notice_is_more_than_two_hours() {
    let coach = coach();
    for (start, offered) in [
        ("2025-09-08T09:59:00Z", false),
        ("2025-09-08T10:00:00Z", false),
        ("2025-09-08T10:00:01Z", true),
        ("2025-09-08T08:00:00Z", false),
    ] {
        assert_eq!(
            codes(&question(&coach, start, 60), "2025-09-08T08:00:00Z").is_empty(),
            offered,
            "{start}"
        );
    }
    assert_eq!(
        codes(&question(&coach, "2025-09-08T08:00:00Z", 60), "2025-09-08T08:00:00Z"),
        ["session_in_the_past"]
    );
}

/// Vector S7.
#[test]
fn a_lesson_is_held_against_everything_that_it_overlaps() {
    let coach = coach();
    let busy = [Interval::from_minutes(at(MONDAY), 60).unwrap()];
    for (start, minutes, taken) in [
        ("2025-09-08T13:00:00Z", 60, true),
        ("2025-09-08T13:30:00Z", 60, true),
        ("2025-09-08T12:30:00Z", 60, true),
        ("2025-09-08T12:00:00Z", 180, true),
        ("2025-09-08T14:00:00Z", 60, false),
        ("2025-09-08T12:00:00Z", 60, false),
    ] {
        let question = BookingQuestion { coach_busy: &busy, ..question(&coach, start, minutes) };
        assert_eq!(codes(&question, NOW).contains(&"slot_taken"), taken, "{start} {minutes}");
    }
}

/// Vector S8, and the room.
#[test]
fn pupils_and_rooms_are_in_one_place_at_a_time() {
    let coach = coach();
    let busy = [Interval::from_minutes(at("2025-09-08T12:30:00Z"), 60).unwrap()];
    let at_two = question(&coach, MONDAY, 60);
    assert_eq!(codes(&BookingQuestion { student_busy: &busy, ..at_two }, NOW), ["student_busy"]);
    assert_eq!(codes(&BookingQuestion { room_busy: &busy, ..at_two }, NOW), ["room_busy"]);
}

#[test]
fn every_rule_that_refuses_is_named() {
    let coach = CoachFacts { active: false, ..coach() };
    // A Sunday evening, too long, past midnight, another subject, at the school.
    let question = BookingQuestion {
        subject: SchoolSubject::Nsi,
        modality: Modality::Hybrid,
        ..question(&coach, "2026-09-06T21:30:00Z", 181)
    };
    assert_eq!(
        codes(&question, NOW),
        [
            "coach_not_found",
            "subject_not_taught",
            "modality_not_offered",
            "invalid_duration",
            "crosses_midnight",
            "session_too_far",
            "outside_opening_hours",
            "outside_availability"
        ]
    );
}

#[test]
fn sentences_tell_what_would_do() {
    let coach = coach();
    let closures =
        [Closure { first: date(2025, 9, 8), last: date(2025, 9, 8), label: "rentrée".to_owned() }];
    let told = |question: &BookingQuestion<'_>, policy: &CalendarPolicy, now: &str| -> Vec<String> {
        obstacles(question, policy, at(now)).iter().map(Coded::sentence).collect()
    };
    let evening = question(&coach, "2025-09-08T19:30:00Z", 60);
    assert_eq!(
        told(&evening, &policy(), NOW),
        [
            "L'école est ouverte ce jour-là de 08:00 à 20:00.",
            "Le coach est disponible ce jour-là de 09:00 à 18:00."
        ]
    );
    let sunday = question(&coach, "2025-09-07T13:00:00Z", 60);
    assert_eq!(
        told(&sunday, &policy(), NOW),
        ["L'école est fermée ce jour-là.", "Le coach n'est pas disponible ce jour-là."]
    );
    let closed = BookingQuestion { closures: &closures, ..question(&coach, MONDAY, 60) };
    assert_eq!(told(&closed, &policy(), NOW), ["Il n'y a pas de cours ce jour-là : rentrée."]);
    let short = question(&coach, MONDAY, 29);
    assert_eq!(told(&short, &policy(), NOW), ["Un cours dure de 30 à 180 minutes."]);
    let far = question(&coach, MONDAY, 60);
    assert_eq!(
        told(&far, &policy(), "2025-05-31T08:00:00Z"),
        ["Un cours se réserve au plus tard pour le 31 août 2025."]
    );
    let soon = told(&far, &policy(), "2025-09-08T12:00:00Z");
    assert!(
        soon[0].starts_with("La session doit être programmée au minimum 2 heures à l'avance."),
        "{soon:?}"
    );
    let pause = CalendarPolicy { buffer: SignedDuration::from_mins(15), ..policy() };
    let busy = [Interval::from_minutes(at("2025-09-08T14:10:00Z"), 60).unwrap()];
    let close = BookingQuestion { coach_busy: &busy, ..question(&coach, MONDAY, 60) };
    assert_eq!(
        told(&close, &pause, NOW),
        ["Il faut 15 minutes de pause entre ce cours et un autre du coach."]
    );
}

#[test]
fn the_office_sets_planning_aside_and_nothing_else() {
    let coach = coach();
    let policy = policy();
    let night = question(&coach, "2025-09-07T20:00:00Z", 60);
    assert!(decide(&night, &policy, at(NOW), false).is_err());
    assert_eq!(decide(&night, &policy, at(NOW), true), Ok(()));
    assert_eq!(decide(&night, &policy, at("2024-01-01T00:00:00Z"), true), Ok(()));
    assert_eq!(decide(&night, &policy, at("2025-09-07T20:00:00Z"), true), Err(Obstacle::InThePast));
    let busy = [night.lesson];
    for (question, obstacle) in [
        (BookingQuestion { coach_busy: &busy, ..night }, Obstacle::CoachBusy),
        (BookingQuestion { student_busy: &busy, ..night }, Obstacle::StudentBusy),
        (BookingQuestion { room_busy: &busy, ..night }, Obstacle::RoomBusy),
        (
            BookingQuestion { subject: SchoolSubject::Ses, ..night },
            Obstacle::SubjectNotTaught(SchoolSubject::Ses),
        ),
    ] {
        assert_eq!(decide(&question, &policy, at(NOW), true), Err(obstacle));
    }
}

proptest! {
    /// What is offered can be booked, at its start and at its end, and what can be booked lies in what is offered.
    #[test]
    fn free_slots_and_bookings_agree(
        quarters in 0_i64..(21 * 96),
        length in 2_u16..12,
        lessons in proptest::collection::vec((0_i64..(21 * 96), 2_u16..12), 0..12),
    ) {
        let (policy, coach, now) = (policy(), coach(), at("2025-09-01T06:03:20Z"));
        let origin = at("2025-09-01T00:00:00Z");
        let lesson = |quarters: i64, length: u16| {
            Interval::from_minutes(origin.checked_add(SignedDuration::from_mins(quarters * 15)).unwrap(), length * 15).unwrap()
        };
        let busy: Vec<_> = lessons.iter().map(|(quarters, length)| lesson(*quarters, *length)).collect();
        let free = free_slots((date(2025, 8, 31), date(2025, 9, 23)), &coach.rules, &[], &busy, &policy, now);
        let asked = lesson(quarters, length);
        let question = |lesson| BookingQuestion { coach_busy: &busy, lesson, ..question(&coach, MONDAY, 60) };
        let bookable = decide(&question(asked), &policy, now, false).is_ok();
        prop_assert_eq!(bookable, free.iter().any(|slot| slot.interval.covers(&asked)));
        for slot in free {
            let first = Interval::from_minutes(slot.interval.start(), 30).unwrap();
            prop_assert_eq!(decide(&question(first), &policy, now, false), Ok(()));
        }
    }
}
