use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use nexus_core::civil_time::instant_at;
use nexus_tests::golden;
use serde_json::json;

/// Golden vector T1: the instant depends on the school's zone and on no other.
#[test]
fn a_lesson_begins_when_the_clocks_of_tunis_say_so() {
    let vector = golden::core_copy(
        "T1",
        json!({
            "input": [["2025-09-08", "14:00"], ["2026-01-15", "08:30"], ["2025-12-31", "23:30"]],
            "expected": ["2025-09-08T13:00:00Z", "2026-01-15T07:30:00Z", "2025-12-31T22:30:00Z"],
        }),
    );
    let tunis = TimeZone::get("Africa/Tunis").unwrap();
    for (input, expected) in
        vector["input"].as_array().unwrap().iter().zip(vector["expected"].as_array().unwrap())
    {
        let [date, time] = [0, 1].map(|place| input[place].as_str().unwrap());
        let (date, time): (Date, Time) = (date.parse().unwrap(), time.parse().unwrap());
        let expected: Timestamp = expected.as_str().unwrap().parse().unwrap();
        assert_eq!(instant_at(date, time, &tunis), Ok(expected), "{input}");
    }
}
