//! What to work on, in which order, and what to lean on.

use super::draft::{Draft, ids};
use super::french::{NARROW, capitalised, count, list, quoted, typeset};
use super::results::interval;
use crate::facts::{FactSheet, NodeFact, Standing};
use crate::report::Statement;
use crate::scoring::MasteryClass;

/// Something to work on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Topic {
    /// Its evidence id.
    pub(super) id: String,
    /// Name for people.
    pub(super) title: String,
    /// What to do about it, by the author of the bank.
    pub(super) remediation: Vec<String>,
    /// What needs it.
    pub(super) needed_by: Vec<String>,
}

fn of_node(node: &NodeFact) -> Topic {
    Topic {
        id: format!("node:{}", node.id),
        title: typeset(&node.label),
        remediation: node.remediation.clone(),
        needed_by: node.needed_by.clone(),
    }
}

fn of_domains(facts: &FactSheet, class: MasteryClass) -> impl Iterator<Item = Topic> {
    facts.domains_of(class).map(|domain| Topic {
        id: format!("domain:{}", domain.id),
        title: typeset(&domain.label),
        remediation: Vec::new(),
        needed_by: Vec::new(),
    })
}

/// What comes first: the gaps of the nodes in their order, or for a bank without nodes the domains that the evidence calls weak.
pub(super) fn priorities(facts: &FactSheet) -> Vec<Topic> {
    if facts.nodes.is_empty() {
        of_domains(facts, MasteryClass::Weak).take(3).collect()
    } else {
        // What a gap stands on comes before it, so that the list and the plan say the same.
        let mut first: Vec<&NodeFact> = Vec::new();
        for gap in facts.nodes.iter().filter(|node| node.standing.is_gap()) {
            let causes = gap.root_causes.iter().filter_map(|id| facts.node(id));
            for node in causes.chain([gap]) {
                if first.iter().all(|known| known.id != node.id) {
                    first.push(node);
                }
            }
        }
        first.into_iter().take(3).map(of_node).collect()
    }
}

/// The topics of the plan: the priorities, what they stand on before them, then what is fragile, then what is to be confirmed.
pub(super) fn of_plan(facts: &FactSheet) -> Vec<Topic> {
    const MOST: usize = 5;
    let mut topics: Vec<Topic> = Vec::new();
    let mut add = |topic: Topic| {
        if topics.len() < MOST
            && topics.iter().all(|known| known.id != topic.id && known.title != topic.title)
        {
            topics.push(topic);
        }
    };
    let first = priorities(facts);
    for priority in &first {
        let node = priority.id.strip_prefix("node:").and_then(|id| facts.node(id));
        let causes = node.map(|node| node.root_causes.as_slice()).unwrap_or_default();
        causes.iter().filter_map(|id| facts.node(id)).for_each(|cause| add(of_node(cause)));
        add(priority.clone());
    }
    if first.len() < 3 {
        let fragile = facts.nodes.iter().filter(|node| node.standing == Standing::Fragile);
        fragile.take(3 - first.len()).for_each(|node| add(of_node(node)));
        for class in [MasteryClass::Medium, MasteryClass::Insufficient, MasteryClass::Strong] {
            of_domains(facts, class).take(2).for_each(&mut add);
        }
    }
    topics
}

/// Why a topic comes now, in a tone that suits both audiences.
pub(super) fn why(draft: &mut Draft<'_>, topic: &Topic, pupil: bool) -> Option<Statement> {
    let facts = draft.facts;
    let mut evidence = vec![topic.id.clone()];
    let mut sentences = Vec::new();
    if let Some(node) = topic.id.strip_prefix("node:").and_then(|id| facts.node(id)) {
        let (label, fact) = (quoted(&node.label), observed(node));
        sentences.push(draft.shortest(capitalised(&fact), format!("{label}{NARROW}: {fact}")));
        let causes: Vec<_> = node.root_causes.iter().filter_map(|id| facts.node(id)).collect();
        if !causes.is_empty() {
            let names = list(&causes.iter().map(|cause| quoted(&cause.label)).collect::<Vec<_>>());
            sentences.push(draft.shortest(
                format!("Ce point s'appuie sur {names}, à reprendre d'abord"),
                format!("{label} s'appuie aussi sur {names}, à reprendre d'abord"),
            ));
            evidence.extend(causes.iter().map(|cause| format!("node:{}", cause.id)));
        }
        if !node.needed_by.is_empty() {
            let uses = list(&node.needed_by.iter().map(|use_| quoted(use_)).collect::<Vec<_>>());
            let when = if node.criticality >= 3 { " dès les premières semaines" } else { "" };
            sentences.push(format!("Le programme de l'année s'en sert{when}{NARROW}: {uses}"));
        }
        if let Some(error) = facts.misconceptions.iter().find(|error| error.node.as_ref() == Some(&node.id)) {
            let whose = if pupil { "Une de tes réponses" } else { "Une réponse" };
            sentences
                .push(format!("{whose} fait penser à cette erreur{NARROW}: {}", quoted(&error.rationale)));
            evidence.push(format!("item:{}", error.item));
        }
    } else if let Some(domain) = topic.id.strip_prefix("domain:").and_then(|id| facts.domain(id)) {
        let label = capitalised(&typeset(&domain.label));
        let answered = count(domain.answered, "question traitée", "questions traitées");
        let estimate =
            interval(domain).map(|interval| format!(", estimation {interval}")).unwrap_or_default();
        sentences
            .push(format!("{label}{NARROW}: les réponses vont dans le même sens ({answered}{estimate})"));
    }
    draft.say(&sentences, &evidence)
}

fn observed(node: &NodeFact) -> String {
    let fact = match (node.right, node.answered) {
        (0, 1) => "la seule réponse donnée n'est pas entièrement juste".to_owned(),
        (0, answered) => format!("aucune des {answered} réponses données n'est entièrement juste"),
        (1, answered) => format!("une réponse sur {answered} est entièrement juste"),
        (right, answered) => format!("{right} réponses sur {answered} sont entièrement justes"),
    };
    match node.standing {
        Standing::PossibleGap => format!("{fact} ; ce constat reste à confirmer en séance"),
        _ => fact,
    }
}

/// At most three things to lean on: domains that the evidence calls strong, then notions whose every question succeeded.
pub(super) fn strengths(draft: &mut Draft<'_>, pupil: bool) -> Vec<Statement> {
    let facts = draft.facts;
    let mut found = Vec::new();
    for (place, domain) in facts.domains_of(MasteryClass::Strong).enumerate() {
        let name = typeset(&domain.label_article);
        let text = if pupil {
            match place {
                0 => format!("Tu maîtrises {name}{NARROW}: tes réponses le montrent nettement"),
                1 => format!("Tu peux aussi compter sur {name}"),
                _ => format!("Tes bases sont solides sur {name}"),
            }
        } else {
            let label = capitalised(&typeset(&domain.label));
            match place {
                0 => format!("{label}{NARROW}: un acquis net, sur lequel le travail peut s'appuyer"),
                1 => format!("{label}{NARROW}: un autre point fort, que les réponses montrent clairement"),
                _ => format!("{label}{NARROW}: des bases solides également"),
            }
        };
        found.extend(draft.say(&[text], &ids(&[format!("domain:{}", domain.id)])));
    }
    let strong: Vec<_> = facts.domains_of(MasteryClass::Strong).map(|domain| domain.id.clone()).collect();
    for node in facts.nodes.iter().filter(|node| node.standing == Standing::Succeeded) {
        if found.len() >= 3 {
            break;
        }
        if !strong.contains(&node.domain) {
            let label = quoted(&node.label);
            let text = if pupil {
                format!("Tu as réussi les {} questions posées sur {label}", node.answered)
            } else {
                format!("Les {} questions posées sur {label} sont réussies", node.answered)
            };
            found.extend(draft.say(&[text], &ids(&[format!("node:{}", node.id)])));
        }
    }
    found.truncate(3);
    found
}
