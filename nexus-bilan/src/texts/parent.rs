//! The family's document: the frame, the results in words, the next step. Says "vous", gives no global mark.

use super::draft::{Draft, bullets, ids, section};
use super::french::{NARROW, count, list, long_date, percent, quoted, typeset};
use super::{advice, results, topics};
use crate::offers::OfferDecision;
use crate::report::{Block, FIRST_NAME, OfferCard, Priority, Section, Statement, Tone};
use crate::scoring::MasteryClass;

pub(super) fn write(draft: &mut Draft<'_>, offer: &OfferDecision) -> (Statement, Vec<Section>) {
    let lead = lead(draft);
    let mut sections = vec![frame(draft), results(draft)];
    if draft.facts.has_answers() {
        let strengths = topics::strengths(draft, false);
        sections.push(section("strengths", "Les points d'appui", vec![bullets(strengths)]));
        sections.push(priorities(draft));
        sections.push(rhythm(draft));
    }
    sections.push(home(draft));
    if draft.facts.has_answers() {
        let card = card(draft, offer);
        sections.push(section("offer", "L'accompagnement proposé", vec![card.map(Block::Offer)]));
    }
    sections.push(next(draft, offer));
    (lead, sections.into_iter().flatten().collect())
}

fn lead(draft: &mut Draft<'_>) -> Statement {
    let date = long_date(draft.facts.attempt.submitted_on);
    let text = if draft.facts.has_answers() {
        format!("Ce que montrent les réponses données par {FIRST_NAME} le {date}, et la suite proposée")
    } else {
        format!("Le questionnaire envoyé par {FIRST_NAME} le {date} ne contient aucune réponse à lire")
    };
    let evidence = ids(&["attempt", "global"]);
    draft.say(&[text], &evidence).unwrap_or_else(|| Statement { text: "Bilan.".to_owned(), evidence })
}

fn frame(draft: &mut Draft<'_>) -> Option<Section> {
    let facts = draft.facts;
    let global = &facts.global;
    let mut sentences = vec![match &facts.bank.programme {
        Some(programme) => {
            format!("Le questionnaire {} porte sur le {}", quoted(&facts.bank.title), typeset(programme))
        }
        None => format!("Ce document repose sur le questionnaire {}", quoted(&facts.bank.title)),
    }];
    if global.answered > 0 {
        sentences.push(match (global.answered, global.items) {
            (_, 1) => format!("{FIRST_NAME} a traité la seule question posée"),
            (answered, items) if answered == items => format!("{FIRST_NAME} a traité les {items} questions"),
            (answered, items) => format!("{FIRST_NAME} a traité {answered} des {items} questions"),
        });
        sentences.push("Ce bilan décrit des réponses données un certain jour, non une personne".to_owned());
    } else {
        sentences.push(
            "Aucune question n'a été traitée, et ce document n'avance donc aucune conclusion".to_owned(),
        );
    }
    let paragraph = draft.paragraph(&sentences, &ids(&["bank", "global"]));
    let missing = global.statuses.not_studied;
    let note = (missing > 0).then(|| {
        let questions = count(missing, "question porte", "questions portent");
        format!("{questions} sur des notions pas encore étudiées, d'après {FIRST_NAME}{NARROW}; les estimations n'en tiennent pas compte")
    });
    let note = note.and_then(|text| {
        draft.callout(Tone::Neutral, "Notions pas encore étudiées", &[text], &ids(&["global"]))
    });
    section("frame", "Le cadre de ce bilan", vec![paragraph, note])
}

fn results(draft: &mut Draft<'_>) -> Option<Section> {
    let facts = draft.facts;
    let lines = results::in_words(draft);
    let note = facts.has_answers().then(|| {
        let mut sentences = vec![
            "Un pourcentage seul tromperait, car il dépend du petit nombre de questions posées".to_owned(),
            format!(
                "L'estimation donne donc un intervalle{NARROW}: la part de questions de ce domaine qui seraient réussies par {FIRST_NAME} s'y trouve avec une probabilité de {}",
                percent(facts.method.interval_level)
            ),
            format!(
                "Les mots « solides », « en construction » et « à renforcer » ne sont employés que si cette estimation les soutient avec une probabilité d'au moins {} ; sinon, le domaine est à confirmer en séance",
                percent(facts.method.class_probability)
            ),
        ];
        if results::has_holes(facts) {
            sentences.push("Le pourcentage des barres compte toutes les questions, même sans réponse ; l'intervalle ne regarde que les questions traitées".to_owned());
        }
        sentences
    });
    let note = note.and_then(|text| {
        draft.callout(Tone::Neutral, "Comment lire l'intervalle", &text, &ids(&["method", "global"]))
    });
    section(
        "results",
        "Les résultats en clair",
        vec![results::radar(facts), bullets(lines), note, results::bars(facts)],
    )
}

fn priorities(draft: &mut Draft<'_>) -> Option<Section> {
    let mut items = Vec::new();
    for topic in topics::priorities(draft.facts) {
        let Some(why) = topics::why(draft, &topic, false) else { continue };
        let text = match topic.remediation.first() {
            Some(line) => format!("Première consigne donnée à {FIRST_NAME}{NARROW}: {}", quoted(line)),
            None => format!(
                "Le plan remis à {FIRST_NAME} prévoit de reprendre le cours et des exercices sur {}",
                quoted(&topic.title)
            ),
        };
        let actions: Vec<_> = draft.say(&[text], &ids(&[&topic.id])).into_iter().collect();
        let rank = u32::try_from(items.len() + 1).unwrap_or(u32::MAX);
        if !actions.is_empty() {
            items.push(Priority { rank, title: topic.title, why, actions });
        }
    }
    let block = (!items.is_empty()).then_some(Block::Priorities { items });
    section("priorities", "Les priorités de travail", vec![block])
}

fn rhythm(draft: &mut Draft<'_>) -> Option<Section> {
    let rhythm = draft.facts.rhythm.clone();
    let mut sentences = vec![format!(
        "Le plan remis à {FIRST_NAME} prévoit {} de {} par semaine, pendant {} semaines",
        count(rhythm.sessions, "séance", "séances"),
        count(rhythm.minutes, "minute", "minutes"),
        draft.facts.method.plan_weeks
    )];
    sentences.push("Il consolide d'abord les notions, les applique ensuite à des exercices plus longs, puis propose un entraînement en temps limité".to_owned());
    if !rhythm.based_on.is_empty() {
        sentences.push(format!(
            "Ce rythme tient compte des réponses données par {FIRST_NAME} sur son organisation"
        ));
    }
    let mut evidence = ids(&["rhythm", "method"]);
    evidence.extend(rhythm.based_on);
    let paragraph = draft.paragraph(&sentences, &evidence);
    section("rhythm", "Le rythme proposé", vec![paragraph])
}

fn home(draft: &mut Draft<'_>) -> Option<Section> {
    let known: Vec<_> =
        advice::known(draft.facts).map(|(fact, advice)| (format!("trait:{}", fact.id), advice)).collect();
    let mut lines: Vec<_> =
        known.iter().filter_map(|(id, advice)| draft.say(&[&advice.parent], &ids(&[id]))).take(3).collect();
    let general = [
        format!(
            "Gardez un lieu et un moment fixes pour le travail prévu, même court, et laissez {FIRST_NAME} choisir l'ordre des exercices"
        ),
        "Demandez une fois par semaine ce qui a été compris, plutôt que ce qui a été fait".to_owned(),
    ];
    for text in general {
        lines.extend(draft.say(&[text], &ids(&["rhythm"])));
    }
    section("home", "Comment aider à la maison", vec![bullets(lines)])
}

/// The offer card, when the table decided one.
pub(super) fn card(draft: &mut Draft<'_>, decision: &OfferDecision) -> Option<OfferCard> {
    let offer = decision.offer.as_ref()?;
    let facts = draft.facts;
    let mut why: Vec<_> =
        decision.why.iter().filter_map(|text| draft.say(&[text], &decision.evidence)).collect();
    let weak: Vec<_> = facts.domains_of(MasteryClass::Weak).collect();
    if !weak.is_empty() {
        let names = list(&weak.iter().map(|domain| typeset(&domain.label)).collect::<Vec<_>>());
        let evidence: Vec<_> = weak.iter().map(|domain| format!("domain:{}", domain.id)).collect();
        let text = if weak.len() == 1 { "Domaine à renforcer" } else { "Domaines à renforcer" };
        why.extend(draft.say(&[format!("{text}{NARROW}: {names}")], &evidence));
    }
    for id in decision.evidence.iter().filter_map(|id| id.strip_prefix("trait:")) {
        if let Some((fact, band)) = facts.public_trait(id).and_then(|fact| Some((fact, fact.band.as_ref()?)))
        {
            let text = format!("{}{NARROW}: {}", typeset(&fact.label), typeset(&band.label));
            why.extend(draft.say(&[text], &ids(&[format!("trait:{id}")])));
        }
    }
    (!why.is_empty()).then(|| OfferCard {
        name: offer.name.clone(),
        description: typeset(&offer.description),
        rule: decision.code.clone(),
        why,
        alternatives: decision.alternatives.clone(),
    })
}

fn next(draft: &mut Draft<'_>, offer: &OfferDecision) -> Option<Section> {
    let mut sentences = Vec::new();
    if !draft.facts.has_answers() {
        sentences.push(format!(
            "Nous proposons à {FIRST_NAME} de reprendre le questionnaire au calme, sans limite de temps"
        ));
        sentences.push("Un membre de l'équipe vous appellera pour convenir du moment".to_owned());
    } else if offer.offer.is_some() {
        sentences.push(
            "Un membre de l'équipe vous appellera pour relire ce bilan avec vous et répondre à vos questions"
                .to_owned(),
        );
        sentences.push("L'accompagnement ne se décide qu'après cet échange".to_owned());
    } else {
        sentences.push(
            "Les réponses ne suffisent pas pour conseiller un accompagnement plutôt qu'un autre".to_owned(),
        );
        sentences.push("Un membre de l'équipe vous appellera pour en parler avec vous".to_owned());
    }
    let paragraph = draft.paragraph(&sentences, &ids(&["global"]));
    section("next", "La prochaine étape", vec![paragraph])
}
