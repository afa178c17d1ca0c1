//! Subscriptions, requests, payments, and the packs that were bought.

use super::calendar::Calendar;
use super::catalogue::PACKS;
use super::{student, user};
use nexus_core::seed::{SeedRow, SeedValue};
use serde_json::json;

/// Pupil, plan, dinars, credits a month, status, days since the start, days since the end.
type Subscription = (&'static str, &'static str, i64, i64, &'static str, i64, Option<i64>);

const SUBSCRIPTIONS: [Subscription; 5] = [
    ("aya", "HYBRIDE", 450, 4, "ACTIVE", 45, None),
    ("louise", "IMMERSION", 750, 8, "ACTIVE", 60, None),
    ("rayan", "ACCES_PLATEFORME", 150, 0, "INACTIVE", 3, None),
    ("yassine", "HYBRIDE", 450, 4, "EXPIRED", 200, Some(60)),
    ("yassine", "ACCES_PLATEFORME", 150, 0, "CANCELLED", 260, Some(201)),
];

/// Slug, parent, pupil, type, product, dinars, status, method, days since.
type Payment = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    f64,
    &'static str,
    &'static str,
    i64,
);

#[rustfmt::skip]
const PAYMENTS: [Payment; 5] = [
    ("1", "mounira", "aya", "SUBSCRIPTION", "HYBRIDE", 450.0, "COMPLETED", "konnect", 45),
    ("2", "etienne", "louise", "SUBSCRIPTION", "IMMERSION", 750.0, "COMPLETED", "wise", 60),
    ("3", "mounira", "rayan", "SUBSCRIPTION", "ACCES_PLATEFORME", 150.0, "PENDING", "konnect", 3),
    ("4", "sofiene", "yassine", "SUBSCRIPTION", "HYBRIDE", 450.0, "FAILED", "konnect", 58),
    ("5", "sofiene", "yassine", "SPECIAL_PACK", "GRAND_ORAL", 750.0, "REFUNDED", "manual", 90),
];

/// Parent, provider, place of the pack in the catalogue, status, days since.
pub(super) const RECORDS: [(&str, &str, usize, &str, i64); 3] = [
    ("mounira", "cash", 1, "paid", 15),
    ("etienne", "wire", 2, "pending", 2),
    ("sofiene", "cash", 0, "cancelled", 40),
];

pub(super) fn rows(calendar: &Calendar) -> Vec<SeedRow> {
    let mut rows = subscriptions(calendar);
    rows.extend(requests(calendar));
    rows.extend(PAYMENTS.iter().map(|payment| {
        let (slug, parent, pupil, kind, product, dinars, status, method, days) = *payment;
        SeedRow::of("payments")
            .with("id", format!("seed-payment-{slug}"))
            .with("userId", user(parent))
            .with("type", SeedValue::Word(kind))
            .with("amount", SeedValue::Decimal(dinars))
            .with("description", format!("{product} — {pupil}"))
            .with("status", SeedValue::Word(status))
            .with("method", method)
            .with("externalId", format!("seed-{method}-{slug}"))
            .with(
                "metadata",
                SeedValue::Json(json!({"studentId": student(pupil), "itemKey": product, "itemType": kind})),
            )
            .with("createdAt", calendar.days_ago(days))
            .with("updatedAt", calendar.days_ago(days))
    }));
    rows.extend(records(calendar));
    rows
}

fn subscriptions(calendar: &Calendar) -> Vec<SeedRow> {
    let of = |(place, subscription): (usize, &Subscription)| {
        let (pupil, plan, dinars, monthly, status, start, end) = *subscription;
        let row = SeedRow::of("subscriptions")
            .with("id", format!("seed-subscription-{pupil}-{place}"))
            .with("studentId", student(pupil))
            .with("planName", plan)
            .with("monthlyPrice", dinars)
            .with("creditsPerMonth", monthly)
            .with("status", SeedValue::Word(status))
            .with("startDate", calendar.days_ago(start))
            .with(
                "ariaSubjects",
                SeedValue::JsonText(if plan == "ACCES_PLATEFORME" {
                    json!([])
                } else {
                    json!(["MATHEMATIQUES"])
                }),
            )
            .with("createdAt", calendar.days_ago(start))
            .with("updatedAt", calendar.days_ago(end.unwrap_or(start)));
        match end {
            Some(end) => row.with("endDate", calendar.days_ago(end)),
            None => row,
        }
    };
    SUBSCRIPTIONS.iter().enumerate().map(of).collect()
}

/// One that waits, one that was granted, one that was not.
fn requests(calendar: &Calendar) -> Vec<SeedRow> {
    let request = |pupil: &str, kind: &'static str, dinars: f64, by: (&str, &str), days: i64| {
        SeedRow::of("subscription_requests")
            .with("id", format!("seed-request-{pupil}"))
            .with("studentId", student(pupil))
            .with("requestType", kind)
            .with("monthlyPrice", SeedValue::Decimal(dinars))
            .with("requestedBy", by.1)
            .with("requestedByEmail", super::address(by.0))
            .with("createdAt", calendar.days_ago(days))
    };
    let decided = |row: SeedRow, status: &'static str, days: i64| {
        row.with("status", status)
            .with("processedBy", user("assistante"))
            .with("processedAt", calendar.days_ago(days))
            .with("updatedAt", calendar.days_ago(days))
    };
    let waiting = request("rayan", "PLAN_CHANGE", 450.0, ("mounira", "Mounira Chaouch"), 2)
        .with("planName", "HYBRIDE")
        .with("status", "PENDING")
        .with("updatedAt", calendar.days_ago(2));
    let granted = request("louise", "ARIA_ADDON", 50.0, ("etienne", "Étienne Delorme"), 50)
        .with("planName", "MATHEMATIQUES");
    let refused = request("yassine", "PLAN_CHANGE", 750.0, ("sofiene", "Sofiène Jaziri"), 62)
        .with("planName", "IMMERSION")
        .with("rejectionReason", "Abonnement en cours d'expiration ; à reprendre à la rentrée.");
    vec![waiting, decided(granted, "APPROVED", 49), decided(refused, "REJECTED", 61)]
}

/// Packs bought at the till and by transfer.
fn records(calendar: &Calendar) -> Vec<SeedRow> {
    let record =
        |(parent, provider, place, status, days): &(&str, &'static str, usize, &'static str, i64)| {
            let (bought, dinars, _) = PACKS.get(*place).copied()?;
            let (at, reference) = (calendar.days_ago(*days), reference(provider, parent));
            let pack = SeedValue::RowWith {
                table: "credit_packs",
                column: "credits",
                value: Box::new(bought.into()),
            };
            let row = SeedRow::of("payment_records")
                .with("provider", *provider)
                .with("externalId", reference)
                .with("userId", user(parent))
                .with("packId", pack)
                .with("amountTnd", SeedValue::Decimal(dinars))
                .with("status", *status);
            Some(row.with("createdAt", at).with("updatedAt", at))
        };
    RECORDS.iter().filter_map(record).collect()
}

pub(super) fn reference(provider: &str, parent: &str) -> String {
    format!("seed-{provider}-{parent}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    fn calendar() -> Calendar {
        Calendar::new("2026-09-14T08:30:00Z".parse().unwrap(), &TimeZone::get("Africa/Tunis").unwrap())
    }

    #[test]
    #[allow(clippy::cast_possible_truncation)] // a catalogue's prices are small and whole
    fn prices_are_those_of_the_catalogue() {
        let catalogue = super::super::catalogue::rows(&calendar());
        let price = |key: &str| {
            let product = catalogue.iter().find(|row| row.get("itemKey") == Some(&key.into())).unwrap();
            product.get("amount").cloned().unwrap()
        };
        for (_, plan, dinars, ..) in SUBSCRIPTIONS {
            assert_eq!(price(plan), SeedValue::Whole(dinars));
        }
        for (.., product, dinars, _, _, _) in PAYMENTS {
            assert_eq!(price(product), SeedValue::Whole(dinars as i64), "{product}");
        }
    }
}
