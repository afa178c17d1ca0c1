//! Credits, moved by the ledger as they would have been at the time: given, spent on lessons, given back, over.

use super::calendar::Calendar;
use super::catalogue::PACKS;
use super::lessons::LESSONS;
use super::money::{RECORDS, reference};
use super::{SeedError, student, user_id};
use jiff::Timestamp;
use nexus_core::SessionId;
use nexus_core::ledger::{
    Credits, Grant, LedgerTx, LessonCharge, LessonRefund, LotOrigin, Spend, charge_lesson, grant,
    open_wallet, refund_lesson, spend,
};
use nexus_core::seed::SeedRow;
use nexus_core::{Tx, UserId};

/// Pupil, where from, thousandths of a credit, description, days since.
const GIFTS: [(&str, LotOrigin, i64, &str, i64); 5] = [
    ("aya", LotOrigin::Allocation, 4_000, "Allocation mensuelle de 4 crédits", 24),
    ("aya", LotOrigin::Adjustment, 2_000, "Geste commercial", 6),
    ("louise", LotOrigin::Allocation, 8_000, "Allocation mensuelle de 8 crédits", 26),
    ("rayan", LotOrigin::Adjustment, 2_000, "Séances d'essai", 20),
    ("yassine", LotOrigin::Allocation, 4_000, "Allocation mensuelle de 4 crédits", 110),
];

/// Something that happened to credits.
enum Event {
    Given(Grant),
    Lesson(LessonCharge),
    Cancelled(LessonRefund),
    Spent(Spend),
    /// The day on which what is left of a lot is over.
    Settled(UserId),
}

/// Moves the credits of the whole school, in the order in which it happened; then writes what pupils have left where the
/// existing pages look for it.
pub(super) async fn write(tx: &mut dyn Tx, calendar: &Calendar) -> Result<usize, SeedError> {
    let mut events = events(calendar).ok_or(SeedError::School)?;
    events.sort_by_key(|(at, _)| *at);
    let count = events.len();
    for (at, event) in events {
        happen(&mut *tx, event, at).await?;
    }
    for pupil in ["aya", "louise", "rayan", "yassine"] {
        let wallet = open_wallet(&mut *tx, &user_id(pupil).ok_or(SeedError::School)?, calendar.now).await?;
        let whole = wallet.available(calendar.now).milli() / 1_000;
        tx.update_seed_row(&student(pupil), &SeedRow::of("students").with("credits", whole)).await?;
    }
    Ok(count)
}

async fn happen(tx: &mut dyn LedgerTx, event: Event, at: Timestamp) -> Result<(), SeedError> {
    match event {
        Event::Given(given) => drop(grant(tx, &given, at).await?),
        Event::Lesson(charge) => drop(charge_lesson(tx, &charge, at).await?),
        Event::Cancelled(refund) => drop(refund_lesson(tx, &refund, at).await?),
        Event::Spent(spent) => drop(spend(tx, &spent, at).await?),
        Event::Settled(owner) => drop(open_wallet(tx, &owner, at).await?),
    }
    Ok(())
}

/// Absent when a constant of the seed is wrong.
fn events(calendar: &Calendar) -> Option<Vec<(Timestamp, Event)>> {
    let system = || "system".to_owned();
    let mut events = Vec::new();
    for (pupil, origin, thousandths, description, days) in GIFTS {
        let at = calendar.days_ago(days);
        let (owner, end) = (user_id(pupil)?, calendar.end_of_next_month(at));
        if end <= calendar.now {
            events.push((end, Event::Settled(owner.clone())));
        }
        let given = Grant {
            owner,
            origin,
            amount: Credits::from_milli(thousandths)?,
            expires_at: Some(end),
            key: format!("seed:{}:{pupil}", origin.as_str().to_lowercase()),
            description: description.to_owned(),
            actor: system(),
        };
        events.push((at, Event::Given(given)));
    }
    for lesson in &LESSONS {
        let id = SessionId::parse(lesson.id()).ok()?;
        let charge = LessonCharge {
            owner: user_id(lesson.pupil)?,
            lesson: id.clone(),
            amount: Credits::from_milli(lesson.cost())?,
            description: "Réservation d'un cours".to_owned(),
            key: None,
            is_new: false,
            actor: system(),
        };
        events.push((lesson.booked(calendar), Event::Lesson(charge)));
        if lesson.status == "CANCELLED" {
            let refund =
                LessonRefund {
                    lesson: id, description: "Cours annulé à temps".to_owned(), actor: system()
                };
            events.push((lesson.cancelled(calendar), Event::Cancelled(refund)));
        }
    }
    for (parent, provider, place, _, days) in RECORDS.iter().filter(|(_, _, _, status, _)| *status == "paid")
    {
        let (bought, _, bonus) = PACKS.get(*place).copied()?;
        let owner = user_id(parent)?;
        let given = Grant {
            owner: owner.clone(),
            origin: LotOrigin::Purchase,
            amount: Credits::whole(bought.checked_add(bonus)?)?,
            expires_at: None,
            key: reference(provider, parent),
            description: "Achat d'un pack".to_owned(),
            actor: system(),
        };
        events.push((calendar.days_ago(*days), Event::Given(given)));
        let spent = Spend {
            owner,
            amount: Credits::whole(1)?,
            description: "SOS_30".to_owned(),
            key: Some(format!("seed-usage-{parent}")),
            actor: system(),
        };
        events.push((calendar.days_ago(5), Event::Spent(spent)));
    }
    Some(events)
}
