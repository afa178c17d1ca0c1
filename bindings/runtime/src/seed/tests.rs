use super::lessons::LESSONS;
use super::people::{COACHES, HOUSEHOLDS};
use super::*;
use jiff::tz::TimeZone;
use nexus_core::SchoolSubject;
use std::collections::{BTreeMap, BTreeSet, HashSet};

fn calendar() -> Calendar {
    // A Sunday: the school is closed today.
    Calendar::new("2026-09-13T21:30:00Z".parse().unwrap(), &TimeZone::get("Africa/Tunis").unwrap())
}

fn rows() -> Vec<SeedRow> {
    [catalogue::rows, lessons::rows, money::rows, badges::rows, letters::rows, pages::rows]
        .into_iter()
        .flat_map(|rows| rows(&calendar()))
        .collect()
}

fn of(table: &str) -> Vec<SeedRow> {
    rows().into_iter().filter(|row| row.table == table).collect()
}

fn word<'a>(row: &'a SeedRow, column: &str) -> &'a str {
    match row.get(column) {
        Some(SeedValue::Word(word)) => word,
        Some(SeedValue::Text(text)) => text,
        other => panic!("{column}: {other:?}"),
    }
}

#[test]
fn everybody_can_be_read_and_every_role_is_there() {
    let entrants = members::entrants(&calendar()).unwrap();
    let roles: BTreeSet<_> = entrants.iter().map(Entrant::role).collect();
    assert_eq!(roles.len(), Role::ALL.len());
    let addresses: HashSet<_> =
        entrants.iter().map(|entrant| entrant.account.email.as_str().to_owned()).collect();
    assert_eq!(addresses.len(), entrants.len());
    assert!(entrants.iter().all(|entrant| entrant.account.id.as_str().starts_with(OWN[0])));
    assert!(HOUSEHOLDS.len() >= 3 && HOUSEHOLDS.iter().any(|household| household.children.len() == 2));
    let grades: BTreeSet<_> =
        HOUSEHOLDS.iter().flat_map(|household| household.children).map(|child| child.grade).collect();
    assert_eq!(grades, BTreeSet::from(["premiere", "terminale"]));
}

#[test]
fn every_subject_has_a_coach_and_every_lesson_one_who_teaches_it() {
    for subject in SchoolSubject::ALL {
        assert!(COACHES.iter().any(|coach| coach.subjects.contains(&subject.as_str())), "{subject:?}");
    }
    for lesson in &LESSONS {
        let coach = COACHES.iter().find(|coach| coach.who.slug == lesson.coach).unwrap();
        assert!(coach.subjects.contains(&lesson.subject), "{}", lesson.slug);
    }
}

/// C5–C9 of the consistency report.
#[test]
fn states_are_of_several_kinds() {
    let kinds = |table: &str| {
        let rows = of(table);
        rows.iter().map(|row| word(row, "status").to_owned()).collect::<BTreeSet<_>>()
    };
    assert!(kinds("sessions").len() >= 3);
    assert!(kinds("subscriptions").len() >= 3);
    assert!(kinds("payments").len() >= 3);
    assert_eq!(of("badges").len(), 15);
    let categories = of("badges").iter().fold(BTreeMap::new(), |mut counts, row| {
        *counts.entry(word(row, "category").to_owned()).or_insert(0) += 1;
        counts
    });
    assert!(categories.values().all(|count| *count == 5), "{categories:?}");
}

#[test]
fn nobody_is_in_two_lessons_at_once_and_the_school_is_open() {
    let calendar = calendar();
    let zone = TimeZone::get("Africa/Tunis").unwrap();
    for (place, lesson) in LESSONS.iter().enumerate() {
        let starts = lesson.starts(&calendar).to_zoned(zone.clone());
        assert_ne!(starts.weekday(), jiff::civil::Weekday::Sunday, "{}", lesson.slug);
        assert!((8..20).contains(&starts.hour()), "{}", lesson.slug);
        assert!(lesson.booked(&calendar) < lesson.starts(&calendar), "{}", lesson.slug);
        for other in LESSONS.iter().skip(place + 1) {
            let together = lesson.starts(&calendar) == other.starts(&calendar);
            assert!(
                !together || (lesson.pupil != other.pupil && lesson.coach != other.coach),
                "{}",
                lesson.slug
            );
        }
    }
}

#[test]
fn one_subscription_at_most_is_active() {
    let mut active = HashSet::new();
    for row in of("subscriptions").iter().filter(|row| word(row, "status") == "ACTIVE") {
        assert!(active.insert(word(row, "studentId").to_owned()), "{row:?}");
    }
}

/// Q2: no two payments share their reference.
#[test]
fn payments_have_references_of_their_own() {
    let references: Vec<_> = of("payment_records")
        .iter()
        .map(|row| format!("{:?}", (row.get("provider"), row.get("externalId"))))
        .collect();
    assert_eq!(references.iter().collect::<HashSet<_>>().len(), references.len());
}
