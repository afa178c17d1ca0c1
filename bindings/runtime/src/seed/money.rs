//! Subscriptions, requests, payments, wallets and credits. Every balance is the sum of its entries.

use super::calendar::Calendar;
use super::catalogue::PACKS;
use super::lessons::LESSONS;
use super::{credits, student, user};
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

/// Pupil, type, thousandths of a credit, description, days since. What lessons cost comes from the lessons.
const ENTRIES: [(&str, &str, i64, &str, i64); 5] = [
    ("aya", "MONTHLY_ALLOCATION", 4_000, "Crédits du mois (HYBRIDE)", 24),
    ("aya", "CREDIT_ADD", 2_000, "Geste commercial", 6),
    ("louise", "MONTHLY_ALLOCATION", 8_000, "Crédits du mois (IMMERSION)", 26),
    ("rayan", "CREDIT_ADD", 2_000, "Séances d'essai", 20),
    ("yassine", "MONTHLY_ALLOCATION", 4_000, "Crédits du mois (HYBRIDE)", 110),
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
const RECORDS: [(&str, &str, usize, &str, i64); 3] = [
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
    rows.extend(entries(calendar).into_iter().map(|entry| entry.row));
    rows.extend(wallets(calendar));
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

/// One movement of a pupil's credits.
pub(super) struct Entry {
    pub(super) pupil: &'static str,
    pub(super) thousandths: i64,
    row: SeedRow,
}

/// Every movement of every pupil: what was given, what lessons cost, what was given back, what expired.
pub(super) fn entries(calendar: &Calendar) -> Vec<Entry> {
    let mut entries: Vec<Entry> = ENTRIES
        .iter()
        .map(|(pupil, kind, thousandths, description, days)| {
            let at = calendar.days_ago(*days);
            let row = entry(
                &format!("{pupil}-{}", kind.to_lowercase().replace('_', "-")),
                pupil,
                kind,
                *thousandths,
                description,
            );
            let row = row.with("createdAt", at).with("expiresAt", calendar.end_of_next_month(at));
            Entry { pupil, thousandths: *thousandths, row }
        })
        .collect();
    for lesson in &LESSONS {
        let cost = lesson.cost();
        let mut push = |kind: &'static str, thousandths: i64, description: &str, at| {
            let slug = format!("{}-{}", lesson.slug, kind.to_lowercase());
            let row = entry(&slug, lesson.pupil, kind, thousandths, description);
            let row = row.with("sessionId", lesson.id()).with("createdAt", at);
            entries.push(Entry { pupil: lesson.pupil, thousandths, row });
        };
        push("USAGE", -cost, "Réservation d'un cours", lesson.booked(calendar));
        if lesson.status == "CANCELLED" {
            push("REFUND", cost, "Cours annulé à temps", lesson.cancelled(calendar));
        }
    }
    // What was left of an allocation whose time is over.
    let left: i64 =
        entries.iter().filter(|entry| entry.pupil == "yassine").map(|entry| entry.thousandths).sum();
    let row = entry("yassine-expiration", "yassine", "EXPIRATION", -left, "Crédits expirés");
    entries.push(Entry {
        pupil: "yassine",
        thousandths: -left,
        row: row.with("createdAt", calendar.days_ago(45)),
    });
    entries
}

fn entry(slug: &str, pupil: &str, kind: &str, thousandths: i64, description: &str) -> SeedRow {
    SeedRow::of("credit_transactions")
        .with("id", format!("seed-credit-{slug}"))
        .with("studentId", student(pupil))
        .with("type", kind)
        .with("amount", credits(thousandths))
        .with("description", description)
}

/// Packs bought at the till and by transfer, and the wallets that they fill.
fn wallets(calendar: &Calendar) -> Vec<SeedRow> {
    let mut rows = Vec::new();
    for (parent, provider, place, status, days) in RECORDS {
        let Some((bought, dinars, bonus)) = PACKS.get(place).copied() else { continue };
        let at = calendar.days_ago(days);
        let pack = || SeedValue::RowWith {
            table: "credit_packs",
            column: "credits",
            value: Box::new(bought.into()),
        };
        let reference = format!("seed-{provider}-{parent}");
        let paid = if status == "paid" { bought + bonus } else { 0 };
        let spent = i64::from(status == "paid");
        rows.push(
            SeedRow::of("payment_records")
                .with("provider", provider)
                .with("externalId", reference.clone())
                .with("userId", user(parent))
                .with("packId", pack())
                .with("amountTnd", SeedValue::Decimal(dinars))
                .with("status", status)
                .with("createdAt", at)
                .with("updatedAt", at),
        );
        rows.push(
            SeedRow::of("credit_wallets")
                .with("userId", user(parent))
                .with("balance", paid - spent)
                .with("updatedAt", calendar.days_ago(1).max(at)),
        );
        if paid == 0 {
            continue;
        }
        let movement = |delta: i64, reason: &str, days: i64| {
            let wallet = SeedValue::RowWith {
                table: "credit_wallets",
                column: "userId",
                value: Box::new(user(parent).into()),
            };
            SeedRow::of("credit_tx")
                .with("walletId", wallet)
                .with("delta", delta)
                .with("reason", reason)
                .with("at", calendar.days_ago(days))
        };
        let purchase = movement(paid, "Achat d'un pack", days);
        rows.push(purchase.with("provider", provider).with("externalId", reference).with("packId", pack()));
        rows.push(movement(-spent, "SOS_30", 5));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    fn calendar() -> Calendar {
        Calendar::new("2026-09-14T08:30:00Z".parse().unwrap(), &TimeZone::get("Africa/Tunis").unwrap())
    }

    #[test]
    fn no_pupil_owes_credits() {
        let entries = entries(&calendar());
        for pupil in ["aya", "louise", "rayan", "yassine"] {
            let balance: i64 =
                entries.iter().filter(|entry| entry.pupil == pupil).map(|entry| entry.thousandths).sum();
            assert!(balance >= 0 && balance % 1_000 == 0, "{pupil}: {balance}");
        }
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
