//! A score as a table for the terminal, and times as its columns.

use crate::sheet::AnswerSheet;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use nexus_bilan::facts::FactSheet;
use nexus_bilan::report::BandWord;
use std::fmt::Write;

/// Width of the bar of a domain, in characters.
const WIDTH: usize = 20;

/// Domains with their points, 90 % intervals and classes.
pub(crate) fn score(sheet: &AnswerSheet, facts: &FactSheet) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{} {} — {}", sheet.student.first_name, sheet.student.last_name, facts.bank.title);
    let global = &facts.global;
    let percent = global.percent.map_or_else(|| "—".to_owned(), |percent| format!("{percent} %"));
    let _ = writeln!(
        text,
        "{} points sur {} ({percent}), {} questions traitées sur {}\n",
        french(&global.points.to_string()),
        french(&global.max.to_string()),
        global.answered,
        global.items
    );
    for domain in &facts.domains {
        let percent = domain.percent.map_or_else(|| "  —".to_owned(), |percent| format!("{percent:>3}"));
        let interval = domain.evidence.as_ref().map_or_else(
            || "non évalué".to_owned(),
            |evidence| format!("[{:.0} ; {:.0}]", evidence.interval.low, evidence.interval.high),
        );
        let word = domain.class().map_or("Non évalué", |class| BandWord(class).label());
        let _ = writeln!(
            text,
            "{:<44} {} {percent} %  {interval:<12} {word}",
            domain.label,
            bar(domain.percent.unwrap_or(0))
        );
    }
    let _ = writeln!(text, "\nIntervalles de crédibilité à 90 %. Moteur {}.", facts.engine_version);
    text
}

/// `25/11/2026 14:03`, in the school's zone.
pub(crate) fn short_time(instant: Timestamp, zone: &TimeZone) -> String {
    instant.to_zoned(zone.clone()).strftime("%d/%m/%Y %H:%M").to_string()
}

fn bar(percent: u8) -> String {
    let full = usize::from(percent) * WIDTH / 100;
    format!("{}{}", "█".repeat(full), "░".repeat(WIDTH - full.min(WIDTH)))
}

fn french(number: &str) -> String {
    number.replace('.', ",")
}
