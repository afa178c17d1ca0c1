//! The file copy: the results, without advice to anybody and without an offer.

use super::draft::{Draft, bullets, ids, section};
use super::french::{NARROW, long_date, number, percent, quoted};
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
    let title = quoted(&facts.bank.title);
    let (answered, items) = (facts.global.answered, facts.global.items);
    let text = if !facts.has_answers() {
        format!("Aucune question du questionnaire {title} n'a été traitée")
    } else if answered == 1 {
        format!("Une seule question du questionnaire {title} a été traitée, sur {items}")
    } else if answered == items {
        format!("Les {items} questions du questionnaire {title} ont toutes été traitées")
    } else {
        format!("Sur les {items} questions du questionnaire {title}, {answered} ont été traitées")
    };
    let frame = draft.paragraph(&[text], &ids(&["bank", "global"]));
    let mut rows = vec![(
        "Points obtenus".to_owned(),
        format!("{} sur {}", number(facts.global.points), number(facts.global.max)),
    )];
    rows.push((
        "Questions traitées".to_owned(),
        format!("{answered} sur {items} ({})", percent(number(facts.global.coverage))),
    ));
    rows.extend(status_rows(facts));
    let lines = results::in_words(draft);
    let reading = facts.has_answers().then(|| {
        format!(
            "L'estimation est un intervalle{NARROW}: la part de questions du domaine qui seraient réussies s'y trouve avec une probabilité de {}",
            percent(facts.method.interval_level)
        )
    });
    let reading = reading.and_then(|text| draft.paragraph(&[text], &ids(&["method"])));
    let sections = vec![
        section("frame", "Le questionnaire", vec![frame, Some(Block::Figures { rows })]),
        section(
            "results",
            "Les résultats par domaine",
            vec![results::radar(facts), reading, bullets(lines), results::bars(facts)],
        ),
        section("survey", "Le profil de travail déclaré", vec![results::traits(facts, false)]),
    ];
    (lead, sections.into_iter().flatten().collect())
}
