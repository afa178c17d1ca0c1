use crate::school::{School, command};
use jiff::tz::TimeZone;
use nexus_core::calendar::use_cases::{BookSeries, CalendarError, book, book_series, coach_calendar};
use nexus_core::calendar::{CalendarPolicy, ClockTime, Interval, OpeningHours, SeriesPattern};
use nexus_core::identity::use_cases::Behalf;
use nexus_core::rights::Action;
use nexus_tests::Backing;

/// A school in Paris, open at night, around the night on which the clocks are put back.
#[tokio::test]
async fn the_night_on_which_an_hour_comes_twice() {
    for backing in Backing::ALL {
        let school = School::open(backing, 1, 1).await;
        let mut context = school.app.calendar.clone();
        context.policy = CalendarPolicy {
            zone: TimeZone::get("Europe/Paris").unwrap(),
            opening: OpeningHours::parse("MO-SU 00:00-23:59").unwrap(),
            ..context.policy
        };
        let night = "2026-10-25".parse().unwrap();
        let read = school.permit("p0", Action::ReadAvailability);
        let free = async || {
            let calendar =
                coach_calendar(&context, Behalf::of(&read), "coach-0", Some((night, night))).await.unwrap();
            calendar.free.iter().map(|slot| slot.interval.minutes()).collect::<Vec<_>>()
        };
        // 25 hours, less the last minute.
        assert_eq!(free().await, [25 * 60 - 1]);
        let permit = school.permit("p0", Action::BookSession);
        // From half past two, summer time, to half past two, winter time: an hour.
        let twice = Interval::from_minutes("2026-10-25T00:30:00Z".parse().unwrap(), 60).unwrap();
        book(&context, Behalf::of(&permit), &command("p0", "coach-0", twice)).await.unwrap();
        assert_eq!(free().await, [150, 25 * 60 - 1 - 150 - 60]);
    }
}

/// The end of a month, in the school's zone: the horizon is clamped.
#[tokio::test]
async fn the_horizon_ends_with_a_short_month() {
    let school = School::open(Backing::Sqlite, 1, 1).await;
    // 30 November 2026, 09:30 in Tunis.
    let now = "2026-11-30T08:30:00Z".parse::<jiff::Timestamp>().unwrap();
    let wait = now.duration_since("2026-09-14T08:30:00Z".parse().unwrap());
    school.app.clock.advance(wait);
    let day = |start: &str| Interval::from_minutes(start.parse().unwrap(), 60).unwrap();
    // 28 February is a Sunday: at nine o'clock of the 27th everything is still within three months.
    school.book("p0", "coach-0", day("2027-02-27T08:00:00Z")).await.unwrap();
    let late = school.book("p0", "coach-0", day("2027-03-01T08:00:00Z")).await;
    assert_eq!(crate::school::code(late), "session_too_far");
}

/// A series keeps its time of the clock over the nights on which the clocks change, in a zone that has such nights and in one that
/// has none; a time that the clocks skip is told by its date, and then nothing is booked.
#[tokio::test]
async fn a_series_keeps_its_time_over_the_nights_of_the_clocks() {
    for backing in Backing::ALL {
        for (zone, starts) in [
            ("Europe/Paris", ["2026-10-18T16:00:00Z", "2026-10-25T17:00:00Z", "2026-11-01T17:00:00Z"]),
            ("Africa/Tunis", ["2026-10-18T17:00:00Z", "2026-10-25T17:00:00Z", "2026-11-01T17:00:00Z"]),
        ] {
            let school = School::open(backing, 1, 1).await;
            let mut context = school.app.calendar.clone();
            context.policy = CalendarPolicy {
                zone: TimeZone::get(zone).unwrap(),
                opening: OpeningHours::parse("MO-SU 00:00-23:59").unwrap(),
                horizon_months: 12,
                ..context.policy
            };
            let permit = school.permit("p0", Action::BookSession);
            let series = |first: &str, time: &str| {
                let pattern = SeriesPattern {
                    first: first.parse().unwrap(),
                    time: ClockTime::parse(time).unwrap(),
                    minutes: 60,
                    every_weeks: 1,
                    count: 3,
                };
                let start = Interval::from_minutes("2026-10-18T16:00:00Z".parse().unwrap(), 60).unwrap();
                BookSeries { each: command("p0", "coach-0", start), pattern }
            };
            let booked =
                book_series(&context, Behalf::of(&permit), &series("2026-10-18", "18:00")).await.unwrap();
            let found: Vec<_> =
                booked.sessions.iter().map(|session| session.lesson.start().to_string()).collect();
            assert_eq!(found, starts, "{zone}");
            let balance = school.balance("p0").await;
            // Half past two of 28 March 2027 is not shown by any clock of Paris.
            let night = book_series(&context, Behalf::of(&permit), &series("2027-03-21", "02:30")).await;
            match (zone, night) {
                ("Europe/Paris", Err(CalendarError::Series(problems))) => {
                    let told: Vec<_> = problems
                        .iter()
                        .map(|problem| (problem.date.to_string(), problem.code.as_str()))
                        .collect();
                    assert_eq!(told, [("2027-03-28".to_owned(), "no_such_time")]);
                    assert_eq!(school.balance("p0").await, balance);
                }
                ("Africa/Tunis", Ok(night)) => assert_eq!(night.sessions.len(), 3),
                (zone, night) => panic!("{zone}: {night:?}"),
            }
        }
    }
}
