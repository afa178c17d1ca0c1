//! Attempts for tests: one ordinary, and any.

use super::{FactInput, FactSheet, SurveyInput};
use crate::answers::{Answer, AnswerValue, Confidence};
use crate::questionnaire::{
    Bank, BankStatus, Choice, Domain, Item, ItemKind, Level, Loading, Node, SourceFormat, Subject, Survey,
    SurveyItem, SurveyItemKind, SurveyOption, SurveySection, Trait, TraitAudience, TraitBand, TraitFormula,
};
use crate::scoring::{
    Ability, AnswerStatus, ConfidenceProfile, CredibleInterval, DomainScore, Evidence, ItemOutcome,
    MasteryClass, NodeScore, Rational, Score,
};
use crate::survey::{SurveyAnswer, SurveyAnswers, TraitIndex};
use jiff::civil::date;
use nexus_core::Checksum;
use proptest::prelude::*;
use puruspe::betai;

/// Everything that a sheet is built from.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) bank: Bank,
    pub(crate) answers: Vec<Answer>,
    pub(crate) score: Score,
    pub(crate) survey: Option<(Survey, SurveyAnswers, Vec<TraitIndex>)>,
    pub(crate) elapsed_ms: Option<u64>,
}

const LABELS: [(&str, &str, &str); 6] = [
    ("Dérivation et variations", "Dérivation", "la dérivation et les variations"),
    ("Second degré", "Second degré", "le second degré"),
    ("Suites numériques", "Suites", "les suites numériques"),
    ("Exponentielle", "Exponentielle", "l'exponentielle"),
    ("Probabilités conditionnelles", "Probabilités", "les probabilités conditionnelles"),
    ("Géométrie repérée : droites et cercles", "Géométrie", "la géométrie repérée"),
];

const NOTIONS: [&str; 6] = [
    "Équation du second degré",
    "Signe d'une expression affine",
    "Nombre dérivé $f'(a)$",
    "Terme général d'une suite",
    "Arbre pondéré",
    "Produit scalaire ; orthogonalité",
];

/// What one item became: status, declared confidence.
pub(crate) type Reply = (AnswerStatus, Option<u8>);

impl Attempt {
    pub(crate) fn input(&self) -> FactInput<'_> {
        FactInput {
            bank: &self.bank,
            bank_checksum: Checksum::of_bytes(self.bank.slug.as_bytes()),
            answers: &self.answers,
            score: &self.score,
            survey: self.survey.as_ref().map(|(survey, answers, traits)| SurveyInput {
                survey,
                answers,
                traits,
            }),
            submitted_on: date(2026, 9, 1),
            elapsed_ms: self.elapsed_ms,
        }
    }

    pub(crate) fn sheet(&self) -> FactSheet {
        FactSheet::build(&self.input()).unwrap()
    }

    /// Four domains of two nodes of three items: one sound, one weak, one mixed, one hardly touched.
    pub(crate) fn ordinary() -> Self {
        use AnswerStatus::{Blank, NotStudied, Partial, Right, Wrong};
        let replies: Vec<Reply> = [
            [(Right, 4), (Right, 4), (Right, 3), (Right, 4), (Right, 4), (Right, 3)],
            [(Wrong, 4), (Wrong, 2), (Wrong, 1), (Wrong, 2), (Wrong, 3), (Right, 2)],
            [(Right, 2), (Wrong, 2), (Right, 3), (Right, 1), (Partial, 2), (Wrong, 1)],
            [(NotStudied, 0), (NotStudied, 0), (Blank, 0), (Right, 3), (NotStudied, 0), (Blank, 0)],
        ]
        .concat()
        .into_iter()
        .map(|(status, confidence)| (status, (confidence > 0).then_some(confidence)))
        .collect();
        let mut attempt = Self::of(4, 2, &replies, true);
        attempt.survey = Some(survey(&[Some((3, "medium")), Some((7, "high")), Some((2, "low")), None]));
        attempt.elapsed_ms = Some(25 * 60_000);
        attempt
    }

    /// As many strong answers as the bank allows.
    pub(crate) fn excellent() -> Self {
        let mut attempt = Self::of(4, 2, &[(AnswerStatus::Right, Some(4)); 24], true);
        attempt.survey =
            Some(survey(&[Some((5, "high")), Some((9, "high")), Some((5, "high")), Some((4, "high"))]));
        attempt
    }

    /// Nothing answered.
    pub(crate) fn blank() -> Self {
        Self::of(4, 2, &[(AnswerStatus::Blank, None); 24], true)
    }

    /// A bank of `domains` domains of `nodes_each` nodes (none for an imported bank) sharing `replies` evenly.
    pub(crate) fn of(domains: usize, nodes_each: usize, replies: &[Reply], known: bool) -> Self {
        Self::on(bank(domains, nodes_each, replies.len(), known), replies)
    }

    /// These replies on this bank, item by item.
    pub(crate) fn on(bank: Bank, replies: &[Reply]) -> Self {
        let mut answers = Vec::new();
        let mut outcomes = Vec::new();
        for (item, (status, confidence)) in bank.items.iter().zip(replies) {
            let wrong = match &item.kind {
                ItemKind::SingleChoice { options } => options.iter().find(|option| !option.correct),
                _ => None,
            };
            let wrong = wrong.map(|option| option.id.clone());
            let (success, value) = match status {
                AnswerStatus::Right => (Rational::ONE, AnswerValue::Choice("A".into())),
                AnswerStatus::Partial => (Rational::new(1, 2).unwrap(), AnswerValue::Choice("A".into())),
                AnswerStatus::Wrong => {
                    let value = wrong.clone().map_or(AnswerValue::Text("0".into()), AnswerValue::Choice);
                    (Rational::ZERO, value)
                }
                AnswerStatus::NotStudied => (Rational::ZERO, AnswerValue::NotStudied),
                AnswerStatus::DontKnow => (Rational::ZERO, AnswerValue::DontKnow),
                AnswerStatus::Blank | AnswerStatus::ToBeMarked => (Rational::ZERO, AnswerValue::Blank),
            };
            let confidence = confidence.filter(|_| status.is_answered()).and_then(Confidence::new);
            let right = success >= Rational::new(3, 4).unwrap();
            let profile = confidence.map(|confidence| match (right, confidence.is_sure()) {
                (true, true) => ConfidenceProfile::Maitrise,
                (true, false) => ConfidenceProfile::MaitriseFragile,
                (false, true) => ConfidenceProfile::ErreurConfiante,
                (false, false) => ConfidenceProfile::LacuneConsciente,
            });
            answers.push(Answer { item_id: item.id.clone(), value, confidence, elapsed_ms: None });
            outcomes.push(ItemOutcome {
                item_id: item.id.clone(),
                domain: item.domain.clone(),
                node: item.node.clone(),
                status: *status,
                success,
                points: success.checked_mul(item.weight).unwrap(),
                max: item.weight,
                profile,
                elapsed_ms: None,
                chosen: wrong.filter(|_| *status == AnswerStatus::Wrong),
            });
        }
        let score = score(&bank, &outcomes);
        Self { bank, answers, score, survey: None, elapsed_ms: None }
    }
}

fn bank(domains: usize, nodes_each: usize, items: usize, known: bool) -> Bank {
    let domain = |place: usize| format!("domaine-{}", place % domains.max(1));
    let node = |place: usize| {
        (nodes_each > 0).then(|| format!("noeud-{}-{}", place % domains, place / domains % nodes_each))
    };
    let nodes = (0..domains * nodes_each).map(|place| {
        let label = NOTIONS[place % NOTIONS.len()];
        Node {
            id: node(place).unwrap(),
            domain: domain(place),
            label: if place < NOTIONS.len() { label.into() } else { format!("{label} (suite)") },
            criticality: u8::try_from(1 + place % 3).unwrap(),
            needed_by: vec!["l'étude des fonctions composées".into(), "les limites".into()],
            requires: (place > 0).then(|| node(place - 1).unwrap()).into_iter().collect(),
            remediation: vec![
                format!("Refais à la main les 5 exercices de la fiche {label}"),
                "Reprends la définition et écris un exemple à toi".into(),
            ],
        }
    });
    let option = |id: &str, correct: bool| Choice {
        id: id.into(),
        markup: "$x$".into(),
        correct,
        rationale: (!correct).then(|| "confusion entre $f(2)$ et le coefficient directeur".to_owned()),
    };
    let items = (0..items).map(|place| {
        // Items are laid out domain by domain, as the replies are.
        let per_domain = items.div_ceil(domains.max(1)).max(1);
        let (in_domain, rank) = (place / per_domain, place % per_domain);
        let per_node = per_domain.div_ceil(nodes_each.max(1)).max(1);
        Item {
            id: format!("item-{place}"),
            domain: format!("domaine-{in_domain}"),
            node: (nodes_each > 0).then(|| format!("noeud-{in_domain}-{}", rank / per_node)),
            difficulty: Some(1),
            weight: Rational::whole(i64::try_from(1 + place % 3).unwrap()),
            target_time_s: Some(60),
            prompt: "?".into(),
            kind: ItemKind::SingleChoice { options: vec![option("A", true), option("B", false)] },
            correction: None,
            critical: false,
        }
    });
    Bank {
        slug: "maths-terminale".into(),
        version: "1.0.0".into(),
        title: "Mathématiques : entrée en Terminale".into(),
        subject: known.then_some(Subject::Mathematiques),
        level: known.then_some(Level::Terminale),
        programme: known.then(|| "programme de Première".into()),
        status: BankStatus::Signed,
        source: SourceFormat::Canonical,
        duration_min: known.then_some(30),
        survey: None,
        items: items.collect(),
        domains: (0..domains)
            .map(|place| {
                let (label, label_short, label_article) = LABELS[place % LABELS.len()];
                Domain {
                    id: domain(place),
                    label: label.into(),
                    label_short: label_short.into(),
                    label_article: label_article.into(),
                }
            })
            .collect(),
        nodes: nodes.collect(),
    }
}

fn score(bank: &Bank, outcomes: &[ItemOutcome]) -> Score {
    let sum = |outcomes: &[&ItemOutcome], part: fn(&ItemOutcome) -> Rational| {
        outcomes.iter().fold(Rational::ZERO, |total, outcome| total.checked_add(part(outcome)).unwrap())
    };
    let percent =
        |points: Rational, max: Rational| points.checked_mul(Rational::whole(100)).unwrap().checked_div(max);
    let answered = |outcomes: &[&ItemOutcome]| {
        u32::try_from(outcomes.iter().filter(|outcome| outcome.status.is_answered()).count()).unwrap()
    };
    let all: Vec<&ItemOutcome> = outcomes.iter().collect();
    let size = |outcomes: &[&ItemOutcome]| u32::try_from(outcomes.len()).unwrap();
    let domains = bank.domains.iter().map(|domain| {
        let own: Vec<_> = outcomes.iter().filter(|outcome| outcome.domain == domain.id).collect();
        let (points, max) = (sum(&own, |outcome| outcome.points), sum(&own, |outcome| outcome.max));
        DomainScore {
            domain: domain.id.clone(),
            points,
            max,
            percent: percent(points, max).map(|percent| u8::try_from(percent.round_half_up()).unwrap()),
            answered: answered(&own),
            items: size(&own),
            evidence: evidence(&own),
            profile: None,
        }
    });
    let severity = |outcomes: &[&ItemOutcome]| {
        let has = |profile| outcomes.iter().any(|outcome| outcome.profile == Some(profile));
        let unasked = outcomes.iter().any(|it| it.status.is_answered() && it.profile.is_none());
        if unasked {
            return None;
        }
        [
            ConfidenceProfile::ErreurConfiante,
            ConfidenceProfile::LacuneConsciente,
            ConfidenceProfile::MaitriseFragile,
        ]
        .into_iter()
        .find(|profile| has(*profile))
        .or(Some(if has(ConfidenceProfile::Maitrise) {
            ConfidenceProfile::Maitrise
        } else {
            ConfidenceProfile::NonTraite
        }))
    };
    let mut nodes: Vec<NodeScore> = bank
        .nodes
        .iter()
        .map(|node| {
            let own: Vec<_> =
                outcomes.iter().filter(|outcome| outcome.node.as_ref() == Some(&node.id)).collect();
            let (points, max) = (sum(&own, |outcome| outcome.points), sum(&own, |outcome| outcome.max));
            NodeScore {
                node: node.id.clone(),
                domain: node.domain.clone(),
                percent: percent(points, max).map(|percent| percent.round_to(1)),
                answered: answered(&own),
                items: size(&own),
                profile: severity(&own),
                rank: 0,
            }
        })
        .collect();
    nodes.sort_by_key(|node| node.percent);
    for (rank, node) in nodes.iter_mut().enumerate() {
        node.rank = u32::try_from(rank).unwrap();
    }
    let (points, max) = (sum(&all, |outcome| outcome.points), sum(&all, |outcome| outcome.max));
    let counted = i64::from(answered(&all));
    Score {
        points,
        max,
        percent: percent(points, max).map(|percent| u8::try_from(percent.round_half_up()).unwrap()),
        answered: answered(&all),
        items: size(&all),
        coverage: Rational::new(counted * 100, i64::from(size(&all).max(1))).unwrap().round_to(1),
        calibration: outcomes.iter().any(|it| it.profile.is_some()).then(|| Rational::whole(55)),
        evidence: evidence(&all),
        ability: Ability { theta: 0.123_456, standard_error: 0.4, items: answered(&all) },
        domains: domains.collect(),
        nodes,
        outcomes: outcomes.to_vec(),
    }
}

fn evidence(outcomes: &[&ItemOutcome]) -> Option<Evidence> {
    let answered: Vec<_> = outcomes.iter().filter(|outcome| outcome.status.is_answered()).collect();
    let weights: f64 = answered.iter().map(|outcome| outcome.max.to_f64()).sum();
    if weights <= 0.0 {
        return None;
    }
    let squares: f64 = answered.iter().map(|outcome| outcome.max.to_f64().powi(2)).sum();
    let p = answered.iter().map(|outcome| outcome.points.to_f64()).sum::<f64>() / weights;
    let n = weights * weights / squares;
    let (alpha, beta) = (1.0 + n * p, 1.0 + n * (1.0 - p));
    let below = |x: f64| betai(alpha, beta, x);
    let quantile = |q: f64| {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..50 {
            let middle = f64::midpoint(low, high);
            if below(middle) < q { low = middle } else { high = middle }
        }
        low * 100.0
    };
    let class_probabilities = [below(0.5), below(0.75) - below(0.5), 1.0 - below(0.75)];
    let classes = [MasteryClass::Weak, MasteryClass::Medium, MasteryClass::Strong];
    let class = classes
        .into_iter()
        .zip(class_probabilities)
        .find(|(_, probability)| *probability >= 0.8)
        .map_or(MasteryClass::Insufficient, |(class, _)| class);
    Some(Evidence {
        effective_n: n,
        alpha,
        beta,
        interval: CredibleInterval { low: quantile(0.05), high: quantile(0.95) },
        class_probabilities,
        class,
    })
}

/// A survey with autonomy, organisation, motivation and stress, and a staff-only screening.
pub(crate) fn survey(values: &[Option<(i64, &str)>; 4]) -> (Survey, SurveyAnswers, Vec<TraitIndex>) {
    let traits = [
        ("autonomie", "Autonomie", 1, 5, true, TraitAudience::Everyone),
        ("organisation", "Organisation", 0, 10, true, TraitAudience::Everyone),
        ("motivation", "Motivation", 1, 5, true, TraitAudience::Everyone),
        ("stress", "Stress aux évaluations", 1, 5, false, TraitAudience::Everyone),
        ("depistage", "Auto-perception des apprentissages", 1, 4, false, TraitAudience::Staff),
    ];
    let index = |place: usize, value: Option<(i64, &str)>| {
        let (id, label, min, max, high_is_good, audience) = traits[place];
        TraitIndex {
            trait_id: id.into(),
            label: label.into(),
            value: value.map(|(value, _)| Rational::whole(value)),
            min: Rational::whole(min),
            max: Rational::whole(max),
            band: value.map(|(_, band)| TraitBand {
                up_to: None,
                id: band.into(),
                label: format!("niveau {band}"),
            }),
            answered: u32::from(value.is_some()),
            items: 1,
            audience,
            high_is_good,
        }
    };
    let mut indices: Vec<_> = values.iter().enumerate().map(|(place, value)| index(place, *value)).collect();
    indices.push(index(4, Some((3, "high"))));
    let single = |id: &str, trait_id: Option<&str>, label: &str| SurveyItem {
        id: id.into(),
        section: "s".into(),
        statement: id.into(),
        kind: SurveyItemKind::Single {
            options: vec![SurveyOption { id: "0".into(), label: label.into(), score: None }],
        },
        required: false,
        visible_if: std::collections::BTreeMap::new(),
        weight: None,
        reverse: false,
        loadings: trait_id.map(|id| Loading { trait_id: id.into(), sign: 1 }).into_iter().collect(),
    };
    let mut comment = single("commentaires", None, "");
    comment.kind = SurveyItemKind::Text { max_length: None, placeholder: None };
    let survey = Survey {
        slug: "pedagogique".into(),
        version: "1".into(),
        title: "Profil".into(),
        sections: vec![SurveySection { id: "s".into(), label: "S".into() }],
        scales: vec![],
        items: vec![
            single("objectif", None, "≥ 14 Mention Bien"),
            single("rythme", None, "Régulier (2-3x/sem)"),
            single("statut", Some("depistage"), "Plan d'accompagnement"),
            comment,
        ],
        traits: vec![Trait {
            id: "depistage".into(),
            label: "x".into(),
            min: Rational::ONE,
            max: Rational::whole(4),
            formula: TraitFormula::Mean,
            audience: TraitAudience::Staff,
            min_answered: 1,
            high_is_good: false,
            bands: vec![],
        }],
    };
    let first = || SurveyAnswer::Option("0".into());
    let answers = SurveyAnswers::from([
        ("objectif".to_owned(), first()),
        ("rythme".to_owned(), first()),
        ("statut".to_owned(), first()),
        ("commentaires".to_owned(), SurveyAnswer::Text("mon commentaire secret".into())),
    ]);
    (survey, answers, indices)
}

/// Any attempt, on any shape of bank, with or without a survey.
pub(crate) fn any_attempt() -> impl Strategy<Value = Attempt> {
    use AnswerStatus::{Blank, DontKnow, NotStudied, Partial, Right, ToBeMarked, Wrong};
    let status = prop::sample::select(vec![
        Right, Right, Partial, Wrong, Wrong, NotStudied, DontKnow, Blank, ToBeMarked,
    ]);
    let replies = prop::collection::vec((status, prop::option::of(1_u8..5)), 1..40);
    let level = prop::option::of((1_i64..5, prop::sample::select(vec!["low", "medium", "high"])));
    let traits = prop::option::of(prop::array::uniform4(level));
    let flat = prop::sample::select(vec![None, Some(Right), Some(Wrong), Some(Blank)]);
    (1_usize..7, 0_usize..4, replies, traits, any::<bool>(), flat, prop::option::of(0_u64..10_000_000))
        .prop_map(|(domains, nodes, mut replies, traits, known, flat, elapsed_ms)| {
            if let Some(status) = flat {
                for reply in &mut replies {
                    reply.0 = status;
                }
            }
            let mut attempt = Attempt::of(domains, nodes, &replies, known);
            attempt.survey = traits.map(|traits| survey(&traits));
            attempt.elapsed_ms = elapsed_ms;
            attempt
        })
}
