//! The one scorer.

use super::confidence::{agrees, priority_order, worst_profile};
use super::{
    AnswerStatus, DomainScore, IrtResponse, ItemOutcome, NodeScore, Rational, Score, ability, evidence,
    item_profile, mark, node_profile,
};
use crate::answers::{Answer, AnswerValue};
use crate::questionnaire::{Bank, Item, ItemKind};
use nexus_core::{Coded, ErrorCode};
use std::collections::HashMap;

/// Why answers cannot be scored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScoreError {
    /// One item has two answers; choosing one of them would be a guess.
    #[error("two answers for item {item_id}")]
    DuplicateAnswer {
        /// The item.
        item_id: String,
    },
    /// A sum of points does not fit: the bank breaks its rule on weights.
    #[error("the weights of the bank are out of range")]
    Overflow,
}

impl Coded for ScoreError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::DuplicateAnswer { .. } => ErrorCode::DuplicateAnswer,
            Self::Overflow => ErrorCode::BankInvalid,
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::DuplicateAnswer { item_id } => {
                format!("La question «\u{a0}{item_id}\u{a0}» a reçu deux réponses.")
            }
            Self::Overflow => "Les points de ce questionnaire dépassent les limites acceptées.".to_owned(),
        }
    }
}

/// Scores the answers to a bank. Answers for items that the bank does not have are ignored; an item without an answer is
/// blank. Points are exact; open items wait for a human and have neither points nor maximum.
///
/// # Errors
///
/// Refuses two answers for one item and sums that do not fit.
pub fn score(bank: &Bank, answers: &[Answer]) -> Result<Score, ScoreError> {
    let given = answers_by_item(bank, answers)?;
    let mut outcomes = Vec::with_capacity(bank.items.len());
    for (item, answer) in bank.items.iter().zip(&given) {
        outcomes.push(outcome(item, *answer)?);
    }
    let scored = || outcomes.iter().filter(|outcome| !outcome.max.is_zero());
    let total = Tally::of(scored())?;
    Ok(Score {
        points: total.points,
        max: total.max,
        percent: total.percent()?,
        answered: total.treated,
        items: total.items,
        coverage: percent_of(Rational::whole(total.treated.into()), Rational::whole(total.items.into()))?
            .map_or(Rational::ZERO, |coverage| coverage.round_to(1)),
        calibration: calibration(&outcomes, &given)?,
        evidence: evidence_of(scored()),
        ability: ability(
            bank.items.iter().zip(&outcomes).filter_map(|(item, outcome)| response(item, outcome)),
        ),
        domains: domains(bank, &outcomes)?,
        nodes: nodes(bank, &outcomes)?,
        outcomes,
    })
}

impl Score {
    /// The global score, 100·points/max, exact; `None` when `max` is 0 or the quotient does not fit.
    pub fn exact_percent(&self) -> Option<Rational> {
        percent_of(self.points, self.max).ok().flatten()
    }
}

/// The answer of each item of the bank, in the bank's order.
fn answers_by_item<'a>(bank: &Bank, answers: &'a [Answer]) -> Result<Vec<Option<&'a Answer>>, ScoreError> {
    let mut by_id: HashMap<&str, Option<&Answer>> =
        bank.items.iter().map(|item| (item.id.as_str(), None)).collect();
    for answer in answers {
        if let Some(place) = by_id.get_mut(answer.item_id.as_str())
            && place.replace(answer).is_some()
        {
            return Err(ScoreError::DuplicateAnswer { item_id: answer.item_id.clone() });
        }
    }
    Ok(bank.items.iter().map(|item| by_id.get(item.id.as_str()).copied().flatten()).collect())
}

fn outcome(item: &Item, answer: Option<&Answer>) -> Result<ItemOutcome, ScoreError> {
    let mark = mark(item, answer.map_or(&AnswerValue::Blank, |answer| &answer.value));
    let max = if matches!(item.kind, ItemKind::Open { .. }) { Rational::ZERO } else { item.weight };
    Ok(ItemOutcome {
        item_id: item.id.clone(),
        domain: item.domain.clone(),
        node: item.node.clone(),
        status: mark.status,
        success: mark.success,
        points: mark.success.checked_mul(max).ok_or(ScoreError::Overflow)?,
        max,
        profile: item_profile(mark.status, mark.success, answer.and_then(|answer| answer.confidence)),
        elapsed_ms: answer.and_then(|answer| answer.elapsed_ms),
        chosen: mark.chosen.map(str::to_owned),
    })
}

/// Sums over some items.
struct Tally {
    points: Rational,
    max: Rational,
    /// Items that say something about mastery: marked answers and "I don't know".
    treated: u32,
    items: u32,
}

impl Tally {
    fn of<'a>(outcomes: impl Iterator<Item = &'a ItemOutcome>) -> Result<Self, ScoreError> {
        let mut tally = Self { points: Rational::ZERO, max: Rational::ZERO, treated: 0, items: 0 };
        for outcome in outcomes {
            tally.points = tally.points.checked_add(outcome.points).ok_or(ScoreError::Overflow)?;
            tally.max = tally.max.checked_add(outcome.max).ok_or(ScoreError::Overflow)?;
            tally.treated = tally.treated.saturating_add(outcome.status.is_evidence().into());
            tally.items = tally.items.saturating_add(1);
        }
        Ok(tally)
    }

    fn percent(&self) -> Result<Option<u8>, ScoreError> {
        percent_of(self.points, self.max)?
            .map(|percent| u8::try_from(percent.round_half_up()).map_err(|_| ScoreError::Overflow))
            .transpose()
    }
}

/// 100·part/whole, exact; `None` when the whole is 0.
fn percent_of(part: Rational, whole: Rational) -> Result<Option<Rational>, ScoreError> {
    if whole.is_zero() {
        return Ok(None);
    }
    part.checked_div(whole)
        .and_then(|share| share.checked_mul(Rational::whole(100)))
        .map(Some)
        .ok_or(ScoreError::Overflow)
}

fn evidence_of<'a>(outcomes: impl Iterator<Item = &'a ItemOutcome>) -> Option<super::Evidence> {
    evidence(
        outcomes.filter(|outcome| outcome.status.is_evidence()).map(|outcome| (outcome.max, outcome.success)),
    )
}

fn calibration(outcomes: &[ItemOutcome], given: &[Option<&Answer>]) -> Result<Option<Rational>, ScoreError> {
    let (mut agreeing, mut declared) = (Rational::ZERO, Rational::ZERO);
    for (outcome, answer) in outcomes.iter().zip(given) {
        if let Some(agrees) = agrees(outcome, answer.and_then(|answer| answer.confidence)) {
            declared = declared.checked_add(outcome.max).ok_or(ScoreError::Overflow)?;
            if agrees {
                agreeing = agreeing.checked_add(outcome.max).ok_or(ScoreError::Overflow)?;
            }
        }
    }
    Ok(percent_of(agreeing, declared)?.map(|calibration| calibration.round_to(1)))
}

fn response(item: &Item, outcome: &ItemOutcome) -> Option<IrtResponse> {
    outcome.status.is_evidence().then(|| IrtResponse {
        difficulty: item.difficulty.unwrap_or(2),
        options: match &item.kind {
            ItemKind::SingleChoice { options } => options.len(),
            _ => 0,
        },
        success: outcome.success.to_f64(),
    })
}

/// Names in the order of the list, then those that only items use, in the order in which they appear.
fn names<'a>(listed: impl Iterator<Item = &'a str>, used: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for name in listed.chain(used) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn domains(bank: &Bank, outcomes: &[ItemOutcome]) -> Result<Vec<DomainScore>, ScoreError> {
    let names = names(
        bank.domains.iter().map(|domain| domain.id.as_str()),
        outcomes.iter().map(|outcome| outcome.domain.as_str()),
    );
    names
        .into_iter()
        .map(|domain| {
            let scored =
                || outcomes.iter().filter(move |outcome| outcome.domain == domain && !outcome.max.is_zero());
            let tally = Tally::of(scored())?;
            let nodes =
                self::names(std::iter::empty(), scored().filter_map(|outcome| outcome.node.as_deref()));
            let of_nodes = nodes
                .into_iter()
                .map(|node| profile(scored().filter(move |outcome| outcome.node.as_deref() == Some(node))));
            let alone = scored().filter(|outcome| outcome.node.is_none()).map(|outcome| outcome.profile);
            Ok(DomainScore {
                domain: domain.to_owned(),
                points: tally.points,
                max: tally.max,
                percent: tally.percent()?,
                answered: tally.treated,
                items: tally.items,
                evidence: evidence_of(scored()),
                profile: worst_profile(of_nodes.chain(alone)),
            })
        })
        .collect()
}

fn profile<'a>(outcomes: impl Iterator<Item = &'a ItemOutcome>) -> Option<super::ConfidenceProfile> {
    node_profile(outcomes.map(|outcome| (outcome.profile, outcome.max)))
}

fn nodes(bank: &Bank, outcomes: &[ItemOutcome]) -> Result<Vec<NodeScore>, ScoreError> {
    let names = names(
        bank.nodes.iter().map(|node| node.id.as_str()),
        outcomes.iter().filter_map(|outcome| outcome.node.as_deref()),
    );
    let mut nodes = Vec::with_capacity(names.len());
    for name in names {
        let scored = || {
            outcomes
                .iter()
                .filter(move |outcome| outcome.node.as_deref() == Some(name) && !outcome.max.is_zero())
        };
        let Some(first) = scored().next() else { continue };
        let tally = Tally::of(scored())?;
        let known = bank.nodes.iter().find(|node| node.id == name);
        let node = NodeScore {
            node: name.to_owned(),
            domain: known.map_or(&first.domain, |node| &node.domain).clone(),
            percent: percent_of(tally.points, tally.max)?.map(|percent| percent.round_to(1)),
            answered: tally.treated,
            items: tally.items,
            profile: profile(scored()),
            rank: 0,
        };
        nodes.push((node, known.map_or(1, |node| node.criticality)));
    }
    nodes.sort_by(|(left, left_criticality), (right, right_criticality)| {
        priority_order((left, *left_criticality), (right, *right_criticality))
    });
    Ok((0_u32..).zip(nodes).map(|(rank, (node, _))| NodeScore { rank, ..node }).collect())
}

impl AnswerStatus {
    /// Whether the item says something about mastery: a marked answer, or "I don't know", which counts as no success.
    /// Blank and not studied say nothing.
    pub const fn is_evidence(self) -> bool {
        self.is_answered() || matches!(self, Self::DontKnow)
    }
}
