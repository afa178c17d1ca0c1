//! The library alone: reads a sheet of answers, scores it and prints each domain with its credible interval.
//!
//! `cargo run -p nexus-examples --example score_sheet [sheet.json]`

use nexus_bilan::attempt::{check_attempt, state_facts};
use nexus_bilan::bilan::AttemptAnswers;
use nexus_bilan::questionnaire::Catalogue;
use nexus_bilan::report::BandWord;
use serde::Deserialize;
use std::error::Error;

/// What this program reads of a sheet; the pupil's name is none of its business.
#[derive(Deserialize)]
struct Sheet {
    bank: String,
    #[serde(flatten)]
    attempt: AttemptAnswers,
}

fn main() -> Result<(), Box<dyn Error>> {
    let text = match std::env::args().nth(1) {
        Some(path) => std::fs::read_to_string(path)?,
        None => include_str!("answers/yasmine.json").to_owned(),
    };
    let Sheet { bank, attempt } = serde_json::from_str(&text)?;

    // The questionnaires that come with the library; `Catalogue::with_files` adds one's own.
    let catalogue = Catalogue::built_in();
    let (bank, checksum) = catalogue.bank_with_checksum(&bank).ok_or("this questionnaire is not built in")?;
    let survey = bank.survey.as_deref().and_then(|slug| catalogue.survey(slug));

    // Scoring takes any answers; refusing those that no question allows is a step of its own.
    check_attempt(bank, survey, &attempt)?;

    // The day is an input, as is all that a result depends on: the same input gives the same facts for ever.
    let day = jiff::civil::date(2026, 9, 1);
    let facts = state_facts(bank, checksum, survey, &attempt, day)?;

    println!("{} — {} questions traitées sur {}", bank.title, facts.global.answered, facts.global.items);
    for domain in &facts.domains {
        let (Some(percent), Some(evidence)) = (domain.percent, domain.evidence) else {
            println!("{:<46} non évalué", domain.label);
            continue;
        };
        // A class is stated only when it is probable enough; otherwise the word says so.
        println!(
            "{:<46} {percent:>3} %  entre {:.0} et {:.0}  {}",
            domain.label,
            evidence.interval.low,
            evidence.interval.high,
            BandWord(evidence.class).label()
        );
    }
    println!(
        "Intervalles de crédibilité à 90 % ; empreinte des réponses : {:.12}",
        facts.input_checksum.to_string()
    );
    Ok(())
}
