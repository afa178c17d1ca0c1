//! References of payments: what the school counts itself never collides.

use nexus_core::payment_reference::{CountedBySchool, PLACEHOLDERS};
use nexus_tests::rows::count;
use nexus_tests::sheets::repository;
use nexus_tests::{App, Backing, golden};
use serde_json::json;

/// What the auditors of the existing application ask of its database.
const REPEATED: &str = r#"SELECT count(*) FROM (
    SELECT 1 FROM payment_records GROUP BY "provider", "externalId" HAVING count(*) > 1) AS repeated"#;

/// Golden vector O7.
#[tokio::test]
async fn two_reservations_in_cash_do_not_collide() {
    let vector = golden::core_copy(
        "O7",
        json!({"input": {"reservations": 2}, "expected": {"check2": "passes (distinct external ids)"}}),
    );
    for backing in Backing::ALL {
        let app = App::new_on(backing).await;
        let day = app.instant("2026-01-01T00:00:00Z".parse().unwrap());
        app.execute(&format!(
            r#"INSERT INTO users ("id", "email", "role", "createdAt", "updatedAt") VALUES ('u1', 'p@exemple.tn', 'PARENT', {day}, {day});
               INSERT INTO credit_packs ("id", "credits", "priceTnd", "updatedAt") VALUES (1, 50, 500, {day});"#
        ))
        .await;
        for counted in CountedBySchool::ALL {
            for _ in 0..vector["input"]["reservations"].as_u64().unwrap() {
                let reference = counted.draw_reference(app.context.ids.as_ref());
                app.execute(&format!(
                    r#"INSERT INTO payment_records ("provider", "externalId", "userId", "packId", "amountTnd", "status", "createdAt", "updatedAt")
                       VALUES ('{}', '{reference}', 'u1', 1, 500, 'pending', {day}, {day})"#,
                    counted.provider()
                ))
                .await;
            }
        }
        assert_eq!(count(&app.database(), "SELECT count(*) FROM payment_records").await, 4);
        assert_eq!(count(&app.database(), REPEATED).await, 0, "check 2 of the auditors, {backing:?}");
    }
}

/// The schema of both databases and the rules of the adoption make the exception for the same constants.
#[test]
fn the_placeholders_are_the_same_everywhere() {
    let list = format!("({})", PLACEHOLDERS.map(|placeholder| format!("'{placeholder}'")).join(", "));
    for (file, times) in [
        ("nexus-store/migrations/sqlite/0020_constraints.sql", 1),
        ("nexus-store/migrations/postgres/0020_constraints.sql", 1),
        ("nexus-store/src/adoption/rules/money.rs", 2),
    ] {
        let text = std::fs::read_to_string(repository().join(file)).unwrap();
        assert_eq!(text.matches(&format!(r#""externalId" NOT IN {list}"#)).count(), 1, "{file}");
        assert_eq!(text.matches(&list).count(), times, "{file}");
    }
}
