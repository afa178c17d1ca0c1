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

/// A name and its scored items.
type Group<'a> = (&'a str, Vec<&'a ItemOutcome>);

/// Groups scored items by a name, in the order of the list, then of appearance for names that only items use.
fn grouped<'a>(
    listed: impl Iterator<Item = &'a str>,
    outcomes: impl Iterator<Item = &'a ItemOutcome>,
    name: impl Fn(&'a ItemOutcome) -> Option<&'a str>,
) -> Vec<Group<'a>> {
    let mut groups: Vec<Group> = listed.map(|name| (name, Vec::new())).collect();
    for outcome in outcomes {
        let Some(name) = name(outcome) else { continue };
        let group = match groups.iter().position(|(known, _)| *known == name) {
            Some(place) => groups.get_mut(place),
            None => {
                groups.push((name, Vec::new()));
                groups.last_mut()
            }
        };
        if let Some((_, items)) = group.filter(|_| !outcome.max.is_zero()) {
            items.push(outcome);
        }
    }
    groups
}

pub(super) fn domains(bank: &Bank, outcomes: &[ItemOutcome]) -> Result<Vec<DomainScore>, ScoreError> {
    let listed = bank.domains.iter().map(|domain| domain.id.as_str());
    grouped(listed, outcomes.iter(), |outcome| Some(outcome.domain.as_str()))
        .into_iter()
        .map(|(domain, items)| {
            let tally = Tally::of(items.iter().copied())?;
            let nodes = grouped(std::iter::empty(), items.iter().copied(), |outcome| outcome.node.as_deref());
            let of_nodes = nodes.iter().map(|(_, items)| profile(items));
            let alone = items.iter().filter(|outcome| outcome.node.is_none()).map(|outcome| outcome.profile);
            Ok(DomainScore {
                domain: domain.to_owned(),
                points: tally.points,
                max: tally.max,
                percent: tally.percent()?,
                answered: tally.treated,
                items: tally.items,
                evidence: evidence_of(items.iter().copied()),
                profile: worst_profile(of_nodes.chain(alone)),
            })
        })
        .collect()
}

fn profile(items: &[&ItemOutcome]) -> Option<ConfidenceProfile> {
    node_profile(items.iter().map(|outcome| (outcome.profile, outcome.max)))
}

/// Scores the nodes that have items, in the order of priorities.
pub(super) fn nodes(bank: &Bank, outcomes: &[ItemOutcome]) -> Result<Vec<NodeScore>, ScoreError> {
    let listed = bank.nodes.iter().map(|node| node.id.as_str());
    let groups = grouped(listed, outcomes.iter(), |outcome| outcome.node.as_deref());
    let mut nodes = Vec::with_capacity(groups.len());
    for (name, items) in groups {
        let Some(first) = items.first() else { continue };
        let tally = Tally::of(items.iter().copied())?;
        let known = bank.nodes.iter().find(|node| node.id == name);
        let node = NodeScore {
            node: name.to_owned(),
            domain: known.map_or(&first.domain, |node| &node.domain).clone(),
            percent: percent_of(tally.points, tally.max)?.map(|percent| percent.round_to(1)),
            answered: tally.treated,
            items: tally.items,
            profile: profile(&items),
            rank: 0,
        };
        nodes.push((node, known.map_or(1, |node| node.criticality)));
    }
    nodes.sort_by(|(left, left_criticality), (right, right_criticality)| {
        priority_order((left, *left_criticality), (right, *right_criticality))
    });
    Ok((0_u32..).zip(nodes).map(|(rank, (node, _))| NodeScore { rank, ..node }).collect())
}
