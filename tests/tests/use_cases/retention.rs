//! O6: which notifications are purged.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use nexus_core::retention::{Kept, RetentionPolicy, notification_is_due};
use nexus_tests::golden;
use serde_json::{Value, json};

fn midnight(day: &str) -> Timestamp {
    day.parse::<Date>().unwrap().to_zoned(TimeZone::UTC).unwrap().timestamp()
}

#[test]
fn what_was_read_and_is_older_than_ninety_days_is_purged() {
    let vector = golden::core("O6").unwrap_or_else(|| {
        json!({
            "input": [
                {"read": true, "updatedAt": "2025-06-05"},
                {"read": true, "updatedAt": "2025-06-07"},
                {"read": false, "updatedAt": "2024-01-01"},
            ],
            "expected": [true, false, false],
        })
    });
    let cutoff = RetentionPolicy::default().cutoff(Kept::ReadNotifications, midnight("2025-09-04"));
    let rows = vector["input"].as_array().unwrap();
    let purged: Vec<_> = rows
        .iter()
        .map(|row| {
            let updated_at = midnight(row["updatedAt"].as_str().unwrap());
            notification_is_due(row["read"].as_bool().unwrap(), updated_at, cutoff)
        })
        .collect();
    assert_eq!(Value::from(purged), vector["expected"]);
}
