//! The pupil's document: what to do. Says "tu", gives no global mark and no offer.

use super::draft::{Draft, bullets, ids, section};
use super::french::{NARROW, count, list, long_date, quoted};
use super::{advice, plan, results, topics};
use crate::facts::DomainFact;
use crate::report::{Block, Priority, Section, Statement, Tone};
use crate::scoring::MasteryClass;

pub(super) fn write(draft: &mut Draft<'_>) -> (Statement, Vec<Section>) {
    let lead = lead(draft);
    let mut sections = vec![introduction(draft)];
    if draft.facts.has_answers() {
        let strengths = topics::strengths(draft, true);
        sections.push(section("strengths", "Tes points d'appui", vec![bullets(strengths)]));
        sections.push(priorities(draft));
    }
    sections.push(results(draft));
    if draft.facts.has_answers() {
        let plan = plan::plan(draft);
        sections.push(section("plan", "Ton plan sur huit semaines", plan));
        sections.push(confidence(draft));
    }
    sections.push(method(draft));
    sections.push(confirm(draft));
    sections.push(conclusion(draft));
    (lead, sections.into_iter().flatten().collect())
}

fn lead(draft: &mut Draft<'_>) -> Statement {
    let date = long_date(draft.facts.attempt.submitted_on);
    let text = if draft.facts.has_answers() {
        format!("Ce que montrent tes réponses du {date}, et par où commencer")
    } else {
        format!("Le questionnaire envoyé le {date} ne contient aucune réponse à lire")
    };
    let evidence = ids(&["attempt", "global"]);
    draft.say(&[text], &evidence).unwrap_or_else(|| Statement { text: "Bilan.".to_owned(), evidence })
}

fn introduction(draft: &mut Draft<'_>) -> Option<Section> {
    let global = &draft.facts.global;
    let statuses = global.statuses;
    let evidence = ids(&["global", "bank"]);
    let sentences = if global.answered > 0 {
        let mut sentences = vec![
            if global.answered == global.items && global.items > 1 {
                format!("Tu as traité les {} questions posées", global.items)
            } else if global.items == 1 {
                "Tu as traité la seule question posée".to_owned()
            } else {
                format!("Tu as traité {} des {} questions posées", global.answered, global.items)
            },
            match statuses.right {
                0 => "Aucune réponse n'est encore entièrement juste, et c'est une information utile pour choisir le point de départ"
                    .to_owned(),
                1 => "Une réponse est entièrement juste".to_owned(),
                right => format!("{right} réponses sont entièrement justes"),
            },
        ];
        sentences.push(
            "Ce bilan est la photo d'un moment ; il sert à choisir le travail des prochaines semaines"
                .to_owned(),
        );
        sentences
    } else {
        vec![
            "Aucune question n'a été traitée, donc ce bilan ne peut rien dire de ce que tu sais".to_owned(),
            "Ce n'est ni une bonne ni une mauvaise nouvelle ; il manque simplement de quoi conclure"
                .to_owned(),
        ]
    };
    let paragraph = draft.paragraph(&sentences, &evidence);
    let not_studied = (statuses.not_studied > 0).then(|| {
        let questions = count(statuses.not_studied, "question porte", "questions portent");
        let they = if statuses.not_studied < 2 { "elle n'entre" } else { "elles n'entrent" };
        format!("{questions} sur ce que tu n'as pas encore étudié{NARROW}: {they} pas dans l'estimation de ce que tu sais")
    });
    let note =
        not_studied.and_then(|text| draft.callout(Tone::Neutral, "Pas encore étudié", &[text], &evidence));
    section("introduction", "Ce que dit ce bilan", vec![paragraph, note])
}

fn priorities(draft: &mut Draft<'_>) -> Option<Section> {
    let mut items = Vec::new();
    for topic in topics::priorities(draft.facts) {
        let Some(why) = topics::why(draft, &topic, true) else { continue };
        let cited = ids(&[&topic.id]);
        let mut actions: Vec<_> =
            topic.remediation.iter().filter_map(|line| draft.say(&[line], &cited)).take(2).collect();
        if actions.is_empty() {
            let text = format!(
                "Reprends {} dans ton cours, puis refais les exemples sans regarder la solution",
                quoted(&topic.title)
            );
            actions.extend(draft.say(&[text], &cited));
        }
        let rank = u32::try_from(items.len() + 1).unwrap_or(u32::MAX);
        if !actions.is_empty() {
            items.push(Priority { rank, title: topic.title, why, actions });
        }
    }
    let block = (!items.is_empty()).then_some(Block::Priorities { items });
    section("priorities", "Par quoi commencer", vec![block])
}

fn results(draft: &mut Draft<'_>) -> Option<Section> {
    let facts = draft.facts;
    let mut sentences = vec![];
    if facts.has_answers() {
        sentences.push(format!(
            "Le trait noir de chaque barre est un intervalle{NARROW}: la part de questions que tu réussirais dans ce domaine s'y trouve avec une probabilité de {}",
            super::french::percent(facts.method.interval_level)
        ));
        sentences.push("Moins il y a de questions traitées, plus l'intervalle est large".to_owned());
        if results::has_holes(facts) {
            sentences.push("Le pourcentage compte toutes les questions du domaine ; l'intervalle ne regarde que celles que tu as traitées".to_owned());
        }
    } else {
        sentences.push("Sans réponse, aucun domaine ne peut être situé".to_owned());
    }
    let words = draft.paragraph(&sentences, &ids(&["method", "global"]));
    section("results", "Tes résultats par domaine", vec![words, results::radar(facts), results::bars(facts)])
}

fn confidence(draft: &mut Draft<'_>) -> Option<Section> {
    let counts = draft.facts.confidence?;
    let evidence = ids(&["confidence"]);
    let mut sentences = Vec::new();
    let times = |number: u32| match number {
        1 => "Sur une question".to_owned(),
        number => format!("Sur {number} questions"),
    };
    if counts.sure_wrong > 0 {
        let wrong = times(counts.sure_wrong);
        sentences.push(format!("{wrong}, ta confiance était forte alors que la réponse n'était pas juste"));
        sentences.push("Même quand la réponse te paraît certaine, vérifie-la avec un exemple ou un calcul inverse avant de valider".to_owned());
    }
    if counts.unsure_right > 0 {
        sentences.push(format!("{}, tu as réussi en doutant", times(counts.unsure_right)));
        sentences.push("Note ce qui t'a mis sur la voie ; tu peux t'y fier davantage".to_owned());
    }
    if sentences.is_empty() {
        sentences.push("Ta confiance suit tes réussites ; continue à te demander, avant de valider, sur quoi tu t'appuies".to_owned());
    }
    let paragraph = draft.paragraph(&sentences, &evidence);
    section("confidence", "Ta confiance dans tes réponses", vec![paragraph])
}

fn method(draft: &mut Draft<'_>) -> Option<Section> {
    let known: Vec<_> =
        advice::known(draft.facts).map(|(fact, advice)| (format!("trait:{}", fact.id), advice)).collect();
    let lines = known.iter().filter_map(|(id, advice)| draft.say(&[&advice.eleve], &ids(&[id]))).collect();
    section("method", "Ta façon de travailler", vec![results::traits(draft.facts, false), bullets(lines)])
}

fn confirm(draft: &mut Draft<'_>) -> Option<Section> {
    let facts = draft.facts;
    let doubtful: fn(&DomainFact) -> bool = |domain| domain.class() == Some(MasteryClass::Insufficient);
    let unseen: fn(&DomainFact) -> bool = |domain| domain.class().is_none() && domain.not_studied > 0;
    let untouched: fn(&DomainFact) -> bool =
        |domain| domain.class().is_none() && domain.not_studied == 0 && domain.items > 0;
    let groups = [
        (
            doubtful,
            "tes réponses ne suffisent pas encore à conclure ; nous en reparlerons à partir d'exercices",
        ),
        (unseen, "dis ce que tu as vu en classe et ce qui reste à étudier"),
        (untouched, "aucune question traitée ; nous y viendrons ensemble"),
    ];
    let mut lines = Vec::new();
    for (belongs, words) in groups {
        let domains: Vec<_> = facts.domains.iter().filter(|domain| belongs(domain)).collect();
        let names = list(&domains.iter().map(|domain| quoted(&domain.label)).collect::<Vec<_>>());
        let evidence: Vec<_> = domains.iter().map(|domain| format!("domain:{}", domain.id)).collect();
        if !domains.is_empty() {
            lines.extend(draft.say(&[format!("{names}{NARROW}: {words}")], &evidence));
        }
    }
    section("confirm", "À confirmer en séance", vec![bullets(lines)])
}

fn conclusion(draft: &mut Draft<'_>) -> Option<Section> {
    let facts = draft.facts;
    let sentences: Vec<String> = if facts.has_answers() {
        let first = topics::of_plan(facts).into_iter().next();
        let start = first.map_or_else(
            || "Commence par la première semaine du plan".to_owned(),
            |topic| format!("Commence par {}, une séance à la fois", quoted(&topic.title)),
        );
        vec![start, "Chaque notion reprise en rend d'autres plus faciles".to_owned()]
    } else {
        vec![
            "Le plus utile maintenant est de reprendre le questionnaire au calme".to_owned(),
            "Quand tu ne sais pas, tu peux le dire ; cela aide autant qu'une réponse".to_owned(),
        ]
    };
    let evidence = topics::of_plan(facts)
        .first()
        .map_or_else(|| ids(&["global"]), |topic| ids(&[topic.id.as_str(), "global"]));
    let paragraph = draft.paragraph(&sentences, &evidence);
    section("conclusion", "Pour commencer", vec![paragraph])
}
