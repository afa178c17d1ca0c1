//! The file copy: the results, without advice to anybody and without an offer.

use super::draft::{Draft, bullets, ids, section};
use super::french::{count, long_date, number, percent, quoted};
use super::nexus::status_rows;
use super::results;
use crate::report::{Block, FIRST_NAME, Section, Statement};

pub(super) fn write(draft: &mut Draft<'_>) -> (Statement, Vec<Section>) {
    let facts = draft.facts;
    let date = long_date(facts.attempt.submitted_on);
    let evidence = ids(&["attempt", "bank"]);
    let lead = draft
        .say(&[format!("Résultats du questionnaire rempli par {FIRST_NAME} le {date}")], &evidence)
        .unwrap_or_else(|| Statement { text: "Bilan.".to_owned(), evidence });
    let text = if facts.has_answers() {
        format!(
            "Le questionnaire {} a été rempli, avec {} sur {}",
            quoted(&facts.bank.title),
            count(facts.global.answered, "question traitée", "questions traitées"),
            facts.global.items
        )
    } else {
        format!("Aucune question du questionnaire {} n'a été traitée", quoted(&facts.bank.title))
    };
    let frame = draft.paragraph(&[text], &ids(&["bank", "global"]));
    let mut rows = vec![(
        "Points obtenus".to_owned(),
        format!("{} sur {}", number(facts.global.points), number(facts.global.max)),
    )];
    rows.push(("Questions traitées".to_owned(), percent(number(facts.global.coverage))));
    rows.extend(status_rows(facts));
    let lines = facts
        .domains
        .iter()
        .filter(|domain| domain.items > 0)
        .filter_map(|domain| {
            draft.say(&[results::in_words(domain)], &ids(&[format!("domain:{}", domain.id)]))
        })
        .collect();
    let reading = facts.has_answers().then(|| {
        format!(
            "Chaque estimation est un intervalle où la part de questions réussies se trouve avec une probabilité de {}",
            percent(facts.method.interval_level)
        )
    });
    let reading = reading.and_then(|text| draft.paragraph(&[text], &ids(&["method"])));
    let sections = vec![
        section("frame", "Le questionnaire", vec![frame, Some(Block::Figures { rows })]),
        section(
            "results",
            "Les résultats par domaine",
            vec![reading, bullets(lines), results::radar(facts), results::bars(facts)],
        ),
        section("survey", "Le profil de travail déclaré", vec![results::traits(facts, false)]),
    ];
    (lead, sections.into_iter().flatten().collect())
}
