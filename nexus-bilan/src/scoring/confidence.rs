//! Confidence crossed with success: profiles, priorities, calibration, flags, bands.

use super::{AnswerStatus, ConfidenceProfile, ItemOutcome, NodeScore, Rational, Score};
use crate::answers::Confidence;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Success from which an answer counts as right when it is crossed with confidence: three quarters.
pub(super) fn is_success(success: Rational) -> bool {
    Rational::new(3, 4).is_some_and(|limit| success >= limit)
}

/// Gives the profile of one item; `None` for an answer whose confidence was not asked or that waits for a human.
///
/// "I don't know" is a conscious gap whatever was declared beside it: the pupil says so himself. Blank and not studied
/// are not treated.
pub fn item_profile(
    status: AnswerStatus,
    success: Rational,
    confidence: Option<Confidence>,
) -> Option<ConfidenceProfile> {
    match status {
        AnswerStatus::Blank | AnswerStatus::NotStudied => Some(ConfidenceProfile::NonTraite),
        AnswerStatus::DontKnow => Some(ConfidenceProfile::LacuneConsciente),
        AnswerStatus::ToBeMarked => None,
        AnswerStatus::Right | AnswerStatus::Partial | AnswerStatus::Wrong => {
            Some(match (is_success(success), confidence?.is_sure()) {
                (true, true) => ConfidenceProfile::Maitrise,
                (true, false) => ConfidenceProfile::MaitriseFragile,
                (false, false) => ConfidenceProfile::LacuneConsciente,
                (false, true) => ConfidenceProfile::ErreurConfiante,
            })
        }
    }
}

/// Gives the profile of a node from the (profile, weight) of its items; the first rule that applies decides:
/// any confident error; any item without profile → unknown; more than half of the weight not treated; any conscious gap;
/// any item not treated → fragile; mastery when its weight is at least the fragile one.
pub fn node_profile(
    items: impl IntoIterator<Item = (Option<ConfidenceProfile>, Rational)>,
) -> Option<ConfidenceProfile> {
    let (mut error, mut unknown, mut gap, mut any) = (false, false, false, false);
    let (mut untreated, mut mastered, mut fragile) = (0_i128, 0_i128, 0_i128);
    let mut any_untreated = false;
    for (profile, weight) in items {
        any = true;
        // Weights have at most 3 decimals (a rule of the bank): thousandths compare exactly and never overflow.
        let mass = thousandths(weight);
        match profile {
            Some(ConfidenceProfile::ErreurConfiante) => error = true,
            Some(ConfidenceProfile::LacuneConsciente) => gap = true,
            Some(ConfidenceProfile::NonTraite) => any_untreated = true,
            None => unknown = true,
            Some(ConfidenceProfile::Maitrise | ConfidenceProfile::MaitriseFragile) => {}
        }
        match profile {
            Some(ConfidenceProfile::NonTraite) => untreated += mass,
            Some(ConfidenceProfile::Maitrise) => mastered += mass,
            _ => fragile += mass,
        }
    }
    // While a gap or an error is present the last comparison is never reached, so `fragile` may hold their weight.
    let total = untreated + mastered + fragile;
    match () {
        () if !any => None,
        () if error => Some(ConfidenceProfile::ErreurConfiante),
        () if unknown => None,
        () if 2 * untreated > total => Some(ConfidenceProfile::NonTraite),
        () if gap => Some(ConfidenceProfile::LacuneConsciente),
        () if any_untreated => Some(ConfidenceProfile::MaitriseFragile),
        () if mastered >= fragile => Some(ConfidenceProfile::Maitrise),
        () => Some(ConfidenceProfile::MaitriseFragile),
    }
}

fn thousandths(weight: Rational) -> i128 {
    i128::from(weight.numerator()) * 1_000 / i128::from(weight.denominator())
}

/// How urgent a profile is, 4 first.
const fn severity(profile: ConfidenceProfile) -> u8 {
    match profile {
        ConfidenceProfile::ErreurConfiante => 4,
        ConfidenceProfile::LacuneConsciente => 3,
        ConfidenceProfile::MaitriseFragile => 2,
        ConfidenceProfile::NonTraite => 1,
        ConfidenceProfile::Maitrise => 0,
    }
}

/// Gives the worst profile; a confident error is stated at once, anything else only when every profile is known.
pub(super) fn worst_profile(
    profiles: impl IntoIterator<Item = Option<ConfidenceProfile>>,
) -> Option<ConfidenceProfile> {
    let (mut worst, mut unknown) = (None, false);
    for profile in profiles {
        match profile {
            Some(profile) if worst.is_none_or(|worst| severity(profile) > severity(worst)) => {
                worst = Some(profile);
            }
            Some(_) => {}
            None => unknown = true,
        }
    }
    worst.filter(|worst| !unknown || *worst == ConfidenceProfile::ErreurConfiante)
}

/// Orders nodes for the list of priorities: severity, then criticality (both highest first), then score (lowest first),
/// then id. Without a profile, the score stands in for the severity: below 50 % as a gap, below 75 % as fragile, from
/// 75 % as mastery, nothing answered as not treated.
pub(super) fn priority_order(left: (&NodeScore, u8), right: (&NodeScore, u8)) -> Ordering {
    let ((left, left_criticality), (right, right_criticality)) = (left, right);
    node_severity(right)
        .cmp(&node_severity(left))
        .then(right_criticality.cmp(&left_criticality))
        .then_with(|| left.percent.cmp(&right.percent))
        .then_with(|| left.node.cmp(&right.node))
}

fn node_severity(node: &NodeScore) -> u8 {
    let stand_in = || match node.percent {
        _ if node.answered == 0 => ConfidenceProfile::NonTraite,
        Some(percent) if percent >= Rational::whole(75) => ConfidenceProfile::Maitrise,
        Some(percent) if percent >= Rational::whole(50) => ConfidenceProfile::MaitriseFragile,
        _ => ConfidenceProfile::LacuneConsciente,
    };
    severity(node.profile.unwrap_or_else(stand_in))
}

/// Whether success and confidence agree on an answered item; `None` when no confidence was declared.
pub(super) fn agrees(outcome: &ItemOutcome, confidence: Option<Confidence>) -> Option<bool> {
    outcome
        .status
        .is_answered()
        .then_some(confidence)?
        .map(|confidence| confidence.is_sure() == is_success(outcome.success))
}

/// Group in which staff would place a pupil by the global score; internal, never shown to families.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GroupBand {
    /// Below 40 %.
    ConsolidationPrioritaire,
    /// From 40 % to below 65 %.
    ConsolidationStandard,
    /// From 65 % to below 85 %.
    RenforcementCible,
    /// From 85 %.
    Approfondissement,
}

/// Gives the band of a global score in percent, not rounded (as [`Score::exact_percent`] gives it).
pub fn group_band(percent: Rational) -> GroupBand {
    if percent < Rational::whole(40) {
        GroupBand::ConsolidationPrioritaire
    } else if percent < Rational::whole(65) {
        GroupBand::ConsolidationStandard
    } else if percent < Rational::whole(85) {
        GroupBand::RenforcementCible
    } else {
        GroupBand::Approfondissement
    }
}

/// What staff should know before they read the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Flag {
    /// Coverage below 70 %.
    CouvertureInsuffisante,
    /// Calibration below 60 %.
    CalibrationATravailler,
    /// Two nodes or more with a confident error.
    ErreursConfiantesMultiples,
    /// Less than 35 % of the announced time was spent.
    PassationTropRapide,
    /// The attempt was not finished.
    PassationPartielle,
}

/// What an attempt tells beside its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AttemptContext {
    /// Time spent on the whole attempt, in milliseconds, when measured.
    pub duration_ms: Option<u64>,
    /// Announced duration, in minutes.
    pub target_min: Option<u32>,
    /// Whether the attempt was closed before its end.
    pub partial: bool,
}

/// Lists the flags of an attempt, in the order of [`Flag`]. What is unknown raises none.
pub fn flags(score: &Score, attempt: AttemptContext) -> Vec<Flag> {
    let error_nodes =
        score.nodes.iter().filter(|node| node.profile == Some(ConfidenceProfile::ErreurConfiante)).count();
    let too_fast = attempt.duration_ms.zip(attempt.target_min).is_some_and(|(spent, target)| {
        // spent < 35 % of the target, in milliseconds
        u128::from(spent) * 100 < u128::from(target) * 60_000 * 35
    });
    let raised = [
        (score.items > 0 && score.coverage < Rational::whole(70), Flag::CouvertureInsuffisante),
        (
            score.calibration.is_some_and(|calibration| calibration < Rational::whole(60)),
            Flag::CalibrationATravailler,
        ),
        (error_nodes >= 2, Flag::ErreursConfiantesMultiples),
        (too_fast, Flag::PassationTropRapide),
        (attempt.partial, Flag::PassationPartielle),
    ];
    raised.into_iter().filter_map(|(raised, flag)| raised.then_some(flag)).collect()
}
