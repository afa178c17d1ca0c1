//! O9: the consistency report.

use nexus_core::consistency::{SchoolCounts, Tally, consistency_report};
use nexus_tests::golden;
use serde_json::{Value, json};

/// So many statuses, whatever they are called.
fn statuses(count: u64) -> Tally {
    (0..count).map(|number| (format!("STATUS_{number}"), 1)).collect()
}

fn counts(given: &Value) -> SchoolCounts {
    let count = |name: &str| given[name].as_u64().unwrap_or_else(|| panic!("{name} is not counted: {given}"));
    SchoolCounts {
        admins: count("admins"),
        assistantes: count("assistantes"),
        coaches: count("coaches"),
        students: count("students"),
        sessions_by_status: statuses(count("sessionStatuses")),
        subscriptions_by_status: statuses(count("subscriptionStatuses")),
        payments_by_status: statuses(count("paymentStatuses")),
        bilans: count("bilans"),
        badges: count("badges"),
        ..SchoolCounts::default()
    }
}

#[test]
fn the_report_names_what_does_not_hold() {
    let vector = golden::core("O9").unwrap_or_else(|| {
        json!({
            "input": {"counts": {
                "admins": 1, "assistantes": 1, "coaches": 1, "students": 1, "sessionStatuses": 2,
                "subscriptionStatuses": 2, "paymentStatuses": 1, "bilans": 1, "badges": 0
            }},
            "expected": {
                "ok": false, "summary": ["Invariants failed: Sessions cover multiple statuses, Badges exist"]
            },
        })
    });
    let report = serde_json::to_value(consistency_report(counts(&vector["input"]["counts"]))).unwrap();
    for field in ["ok", "summary"] {
        assert_eq!(report[field], vector["expected"][field], "{field}");
    }
    // The fields that the pages of the existing application read.
    let names: Vec<_> = report["counts"].as_object().unwrap().keys().map(String::as_str).collect();
    for name in [
        "usersByRole",
        "students",
        "parents",
        "coaches",
        "admins",
        "assistantes",
        "subscriptionsByStatus",
        "sessionsByStatus",
        "paymentsByStatus",
        "bilans",
        "badges",
    ] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    assert_eq!(report["invariants"][8], json!({"name": "Badges exist", "ok": false, "details": "badges=0"}));
}
