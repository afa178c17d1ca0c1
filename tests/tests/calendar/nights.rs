use crate::school::{School, command};
use jiff::tz::TimeZone;
use nexus_core::calendar::use_cases::{book, coach_calendar};
use nexus_core::calendar::{CalendarPolicy, Interval, OpeningHours};
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
