//! The eight weeks of the pupil's plan.

use super::draft::{Draft, ids};
use super::french::{count, list, quoted};
use super::topics::{self, Topic};
use crate::report::{Block, PlanWeek};

const CONSOLIDATE: [&str; 5] = [
    "Relis ton cours sur {}, puis refais un exemple sans le regarder.",
    "Écris une fiche d'une page sur {} avec la définition, la méthode et l'erreur à éviter.",
    "Explique {} à voix haute, comme si tu l'enseignais, et note ce qui bloque.",
    "Refais un exercice corrigé sur {} en cachant la solution, puis compare ligne à ligne.",
    "Invente une question sur {}, puis rédige sa réponse complète.",
];

const APPLY: [&str; 4] = [
    "Choisis dans ton manuel un exercice plus long qui utilise {}, et rédige-le en entier.",
    "Repère où interviennent les idées de {} dans un exercice d'un autre chapitre, avant de commencer à calculer.",
    "Traite un exercice sur {} montre en main, puis relis ta rédaction avec la correction.",
    "Cherche un sujet d'examen où intervient {} et rédige la partie concernée.",
];

/// The intro and the weeks; nothing when nothing was answered.
pub(super) fn plan(draft: &mut Draft<'_>) -> Vec<Option<Block>> {
    let topics = topics::of_plan(draft.facts);
    if topics.is_empty() {
        return Vec::new();
    }
    let rhythm = draft.facts.rhythm.clone();
    let method = draft.facts.method;
    let mut evidence = ids(&["rhythm", "method"]);
    evidence.extend(rhythm.based_on.clone());
    let mut sentences = vec![format!(
        "Ce plan compte {} de {} par semaine, pendant {} semaines",
        count(rhythm.sessions, "séance", "séances"),
        count(rhythm.minutes, "minute", "minutes"),
        method.plan_weeks,
    )];
    if !rhythm.based_on.is_empty() {
        sentences.push("Ce rythme tient compte de tes réponses sur ton temps et ton organisation".to_owned());
    }
    sentences.push("Si une semaine est trop chargée, décale-la sans la sauter".to_owned());
    let intro = draft.paragraph(&sentences, &evidence);
    let weeks = (1..=8).filter_map(|number| week(draft, number, &topics, rhythm.weekly_minutes())).collect();
    vec![intro, Some(Block::Plan { weeks })]
}

fn week(draft: &mut Draft<'_>, number: u8, topics: &[Topic], minutes: u32) -> Option<PlanWeek> {
    let place = usize::from(number - 1);
    let consolidation = topics.len().clamp(2, CONSOLIDATE.len());
    if place >= 6 {
        return training(draft, number, topics, minutes);
    }
    let (phase, turn, template) = if place < consolidation {
        ("Consolider", place, CONSOLIDATE.get(place)?)
    } else {
        ("Appliquer", place - consolidation, APPLY.get(place - consolidation)?)
    };
    let topic = topics.get(turn % topics.len())?;
    let cited = ids(&[&topic.id]);
    let mut actions = Vec::new();
    actions.extend(draft.say(&[template.replace("{}", &quoted(&topic.title))], &cited));
    if phase == "Consolider" {
        let next = topic.remediation.iter().find_map(|line| draft.say(&[line], &cited));
        actions.extend(next);
    } else {
        // The first use that no earlier week has named.
        let link = topic.needed_by.iter().find_map(|need| {
            let text = format!("Fais le lien avec la suite du programme, en particulier {}", quoted(need));
            draft.say(&[text], &cited)
        });
        actions.extend(link);
    }
    Some(PlanWeek { number, phase: phase.to_owned(), goal: topic.title.clone(), actions, minutes })
}

fn training(draft: &mut Draft<'_>, number: u8, topics: &[Topic], minutes: u32) -> Option<PlanWeek> {
    let cited: Vec<_> = topics.iter().map(|topic| topic.id.clone()).collect();
    let names = list(&topics.iter().map(|topic| quoted(&topic.title)).collect::<Vec<_>>());
    let (goal, actions) = if number == 7 {
        (
            "Sujet mélangé en temps limité",
            vec![format!("Compose un sujet qui mélange {names}, puis traite-le en temps limité")],
        )
    } else {
        (
            "Retour sur les erreurs des semaines passées",
            vec![
                "Refais sans aide les exercices qui t'ont résisté pendant le plan".to_owned(),
                "Note ceux qui résistent encore et apporte-les à la prochaine séance".to_owned(),
            ],
        )
    };
    let actions: Vec<_> = actions.iter().filter_map(|line| draft.say(&[line], &cited)).collect();
    (!actions.is_empty()).then(|| PlanWeek {
        number,
        phase: "S’entraîner".to_owned(),
        goal: goal.to_owned(),
        actions,
        minutes,
    })
}
