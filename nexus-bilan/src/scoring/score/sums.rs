//! Sums over the items of a bank, a domain, a node.

use super::ScoreError;
use crate::questionnaire::Bank;
use crate::scoring::confidence::{priority_order, worst_profile};
use crate::scoring::{
    ConfidenceProfile, DomainScore, Evidence, ItemOutcome, NodeScore, Rational, evidence, node_profile,
};

/// Sums over some items.
pub(super) struct Tally {
    pub(super) points: Rational,
    pub(super) max: Rational,
    /// Items that say something about mastery: marked answers and "I don't know".
    pub(super) treated: u32,
    pub(super) items: u32,
}

impl Tally {
    pub(super) fn of<'a>(outcomes: impl Iterator<Item = &'a ItemOutcome>) -> Result<Self, ScoreError> {
        let mut tally = Self { points: Rational::ZERO, max: Rational::ZERO, treated: 0, items: 0 };
        for outcome in outcomes {
            tally.points = tally.points.checked_add(outcome.points).ok_or(ScoreError::Overflow)?;
            tally.max = tally.max.checked_add(outcome.max).ok_or(ScoreError::Overflow)?;
            tally.treated = tally.treated.saturating_add(outcome.status.is_evidence().into());
            tally.items = tally.items.saturating_add(1);
        }
        Ok(tally)
    }

    pub(super) fn percent(&self) -> Result<Option<u8>, ScoreError> {
        percent_of(self.points, self.max)?
            .map(|percent| u8::try_from(percent.round_half_up()).map_err(|_| ScoreError::Overflow))
            .transpose()
    }
}

/// 100·part/whole, exact; `None` when the whole is 0.
pub(super) fn percent_of(part: Rational, whole: Rational) -> Result<Option<Rational>, ScoreError> {
    if whole.is_zero() {
        return Ok(None);
    }
    part.checked_div(whole)
        .and_then(|share| share.checked_mul(Rational::whole(100)))
        .map(Some)
        .ok_or(ScoreError::Overflow)
}

pub(super) fn evidence_of<'a>(outcomes: impl Iterator<Item = &'a ItemOutcome>) -> Option<Evidence> {
    evidence(
        outcomes.filter(|outcome| outcome.status.is_evidence()).map(|outcome| (outcome.max, outcome.success)),
    )
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

pub(super) fn domains(bank: &Bank, outcomes: &[ItemOutcome]) -> Result<Vec<DomainScore>, ScoreError> {
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

fn profile<'a>(outcomes: impl Iterator<Item = &'a ItemOutcome>) -> Option<ConfidenceProfile> {
    node_profile(outcomes.map(|outcome| (outcome.profile, outcome.max)))
}

pub(super) fn nodes(bank: &Bank, outcomes: &[ItemOutcome]) -> Result<Vec<NodeScore>, ScoreError> {
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
