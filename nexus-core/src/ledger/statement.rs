//! What people read about a balance: why it is what it is, and every movement of it.

use super::{Credits, LotOrigin, Movement, MovementKind, WalletReading};
use crate::civil_time::last_day;
use crate::french;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fmt::Write;

/// A movement with the balance after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The movement.
    pub movement: Movement,
    /// The balance after it.
    pub balance: Credits,
}

/// What a kind of movement is called.
pub(super) const fn label(kind: Option<MovementKind>) -> &'static str {
    match kind {
        Some(MovementKind::MonthlyAllocation) => "Allocation mensuelle",
        Some(MovementKind::Purchase) => "Achat",
        Some(MovementKind::Adjustment) => "Ajustement",
        Some(MovementKind::Import) | None => "Reprise",
        Some(MovementKind::Usage) => "Utilisation",
        Some(MovementKind::Refund) => "Remboursement",
        Some(MovementKind::Expiration) => "Expiration",
        Some(MovementKind::Hold) => "Réserve",
        Some(MovementKind::Release) => "Réserve rendue",
        Some(MovementKind::Reversal) => "Annulation",
    }
}

const fn origin(origin: LotOrigin) -> &'static str {
    match origin {
        LotOrigin::Allocation => "de l'abonnement",
        LotOrigin::Purchase => "acheté",
        LotOrigin::Adjustment => "ajouté",
        LotOrigin::Import => "repris de l'ancien compte",
    }
}

/// A word behind an amount: French takes the plural from two on.
fn agreed(amount: Credits, word: &str) -> String {
    let plural = amount.milli().unsigned_abs() >= 2_000 && !word.contains(' ');
    if plural { format!("{word}s") } else { word.to_owned() }
}

/// Why a balance is what it is: a sentence for what is left, one for each lot that it is made of, in the order in which they are
/// spent, and one for everything that ever moved.
pub fn explain(reading: &WalletReading, now: Timestamp, zone: &TimeZone) -> Vec<String> {
    let balance = reading.balance(now);
    let mut sentences = vec![format!("Il reste {balance}.")];
    let mut lots: Vec<_> = reading.wallet.lots.iter().filter(|lot| !lot.is_over(now)).collect();
    lots.sort_by_key(|lot| (lot.expires_at.unwrap_or(Timestamp::MAX), lot.created_at, lot.id));
    for (place, lot) in lots.into_iter().enumerate() {
        let mut sentence = format!("{} {}", lot.remaining, agreed(lot.remaining, origin(lot.origin)));
        match lot.expires_at {
            Some(end) => {
                let day = last_day(end, zone);
                let word = agreed(lot.remaining, "utilisable");
                let _ = write!(sentence, ", {word} jusqu'au {} inclus", french::long_date(day));
            }
            None => sentence.push_str(", sans date de fin"),
        }
        sentence.push_str(if place == 0 { " ; à utiliser en premier." } else { "." });
        sentences.push(sentence);
    }
    let total = |of: &dyn Fn(&Movement) -> bool| {
        let amounts = reading.movements.iter().map(|line| &line.movement).filter(|movement| of(movement));
        Credits::sum(amounts.map(|movement| movement.delta)).unwrap_or_default()
    };
    let kind =
        |movement: &Movement, kinds: &[MovementKind]| movement.kind.is_some_and(|kind| kinds.contains(&kind));
    let spent = [MovementKind::Usage, MovementKind::Hold];
    let back = [MovementKind::Refund, MovementKind::Release];
    let received = total(&|movement| {
        movement.delta.is_positive() && !kind(movement, &back) && !kind(movement, &[MovementKind::Reversal])
    });
    let used = total(&|movement| {
        kind(movement, &spent) || (movement.kind.is_none() && movement.delta.is_negative())
    });
    let returned = total(&|movement| kind(movement, &back));
    let expired = total(&|movement| kind(movement, &[MovementKind::Expiration]));
    let corrected = total(&|movement| {
        kind(movement, &[MovementKind::Reversal])
            || (movement.delta.is_negative()
                && kind(movement, &[MovementKind::Adjustment, MovementKind::Import]))
    });
    let mut story = "Depuis l'ouverture".to_owned();
    let amounts = [
        (received, "reçu"),
        (used.negated(), "utilisé"),
        (returned, "rendu"),
        (expired.negated(), "expiré"),
        (corrected, "de correction"),
    ];
    for (place, (amount, word)) in amounts.into_iter().filter(|(amount, _)| !amount.is_zero()).enumerate() {
        let before = if place == 0 { " : " } else { ", " };
        let _ = write!(story, "{before}{amount} {}", agreed(amount, word));
    }
    story.push('.');
    sentences.push(story);
    sentences
}

/// The movements, oldest first, each with the balance after it.
pub(super) fn statement(reading: &WalletReading) -> Vec<Statement> {
    let mut balance = Credits::ZERO;
    let lines = reading.movements.iter().rev().map(|line| {
        balance = balance.checked_add(line.movement.delta).unwrap_or(balance);
        Statement { movement: line.movement.clone(), balance }
    });
    lines.collect()
}

/// The statement as a table for a spreadsheet: UTF-8 with its mark, semicolons, decimal commas. What a spreadsheet would take for a
/// formula is preceded by an apostrophe.
pub fn statement_csv(lines: &[Statement], zone: &TimeZone) -> String {
    let mut text = "\u{feff}Date;Opération;Libellé;Crédits;Solde\r\n".to_owned();
    for Statement { movement, balance } in lines {
        let day = movement.at.to_zoned(zone.clone());
        let _ = write!(
            text,
            "{};{};{};{};{}\r\n",
            day.strftime("%d/%m/%Y %H:%M"),
            label(movement.kind),
            cell(&movement.description),
            movement.delta.decimal(','),
            balance.decimal(',')
        );
    }
    text
}

fn cell(text: &str) -> String {
    let dangerous =
        text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r', '\n']);
    let text = if dangerous { format!("'{text}") } else { text.to_owned() };
    if text.contains([';', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests;
