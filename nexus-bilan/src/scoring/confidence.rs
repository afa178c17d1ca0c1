//! Confidence crossed with success: profiles, priorities, calibration.

use super::{AnswerStatus, ConfidenceProfile, ItemOutcome, NodeScore, Rational};
use crate::answers::Confidence;
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

#[cfg(test)]
mod tests {
    use super::*;
    use ConfidenceProfile::{ErreurConfiante, LacuneConsciente, Maitrise, MaitriseFragile, NonTraite};

    fn quarter(quarters: i64) -> Rational {
        Rational::new(quarters, 4).unwrap()
    }

    fn confidence(level: u8) -> Option<Confidence> {
        Confidence::new(level)
    }

    #[test]
    fn profiles_of_items() {
        use AnswerStatus::{Blank, DontKnow, NotStudied, Partial, Right, ToBeMarked, Wrong};
        let cases = [
            (Right, 4, 4, Some(Maitrise)),
            (Right, 4, 3, Some(Maitrise)),
            (Right, 4, 2, Some(MaitriseFragile)),
            (Partial, 3, 3, Some(Maitrise)),
            (Partial, 2, 3, Some(ErreurConfiante)),
            (Partial, 2, 1, Some(LacuneConsciente)),
            (Wrong, 0, 2, Some(LacuneConsciente)),
            (Wrong, 0, 3, Some(ErreurConfiante)),
            (Right, 4, 0, None),
            (Wrong, 0, 0, None),
            (Blank, 0, 4, Some(NonTraite)),
            (NotStudied, 0, 0, Some(NonTraite)),
            (DontKnow, 0, 0, Some(LacuneConsciente)),
            (DontKnow, 0, 4, Some(LacuneConsciente)),
            (ToBeMarked, 0, 4, None),
        ];
        for (status, quarters, level, expected) in cases {
            assert_eq!(
                item_profile(status, quarter(quarters), confidence(level)),
                expected,
                "{status:?} {level}"
            );
        }
    }

    #[test]
    fn profiles_of_nodes() {
        let profile = |items: &[(Option<ConfidenceProfile>, i64)]| {
            node_profile(items.iter().map(|(profile, weight)| (*profile, Rational::whole(*weight))))
        };
        assert_eq!(profile(&[]), None);
        assert_eq!(profile(&[(None, 1), (Some(ErreurConfiante), 1)]), Some(ErreurConfiante));
        assert_eq!(profile(&[(None, 1), (Some(LacuneConsciente), 1)]), None);
        assert_eq!(profile(&[(Some(NonTraite), 1), (Some(LacuneConsciente), 1)]), Some(LacuneConsciente));
        assert_eq!(profile(&[(Some(NonTraite), 2), (Some(LacuneConsciente), 1)]), Some(NonTraite));
        assert_eq!(profile(&[(Some(NonTraite), 1), (Some(Maitrise), 1)]), Some(MaitriseFragile));
        assert_eq!(profile(&[(Some(MaitriseFragile), 1), (Some(Maitrise), 1)]), Some(Maitrise));
        assert_eq!(profile(&[(Some(MaitriseFragile), 2), (Some(Maitrise), 1)]), Some(MaitriseFragile));
    }

    #[test]
    fn the_worst_profile_is_stated_when_all_are_known() {
        assert_eq!(worst_profile([]), None);
        assert_eq!(worst_profile([Some(NonTraite), Some(Maitrise)]), Some(NonTraite));
        assert_eq!(worst_profile([Some(LacuneConsciente), None]), None);
        assert_eq!(worst_profile([None, Some(ErreurConfiante), Some(Maitrise)]), Some(ErreurConfiante));
    }

    /// Every item of a node is one of these: 5 successes × 4 levels of confidence, not answered, not known.
    fn states() -> Vec<(AnswerStatus, i64, u8)> {
        let mut states = vec![
            (AnswerStatus::Blank, 0, 0),
            (AnswerStatus::NotStudied, 0, 0),
            (AnswerStatus::DontKnow, 0, 0),
        ];
        for quarters in 0..=4 {
            let marked = match quarters {
                0 => AnswerStatus::Wrong,
                4 => AnswerStatus::Right,
                _ => AnswerStatus::Partial,
            };
            states.extend((1..=4).map(|level| (marked, quarters, level)));
        }
        states
    }

    /// Every node of one to three items with weights 1 to 3: 23·3 + (23·3)² + (23·2)³ nodes.
    #[test]
    fn every_small_node_obeys_the_invariants() {
        type State = (AnswerStatus, i64, u8);
        let profile = |node: &[(State, i64)]| {
            node_profile(node.iter().map(|((status, quarters, level), weight)| {
                (item_profile(*status, quarter(*quarters), confidence(*level)), Rational::whole(*weight))
            }))
            .unwrap()
        };
        let mut checked = 0_u32;
        let mut check = |node: &[(State, i64)]| {
            checked += 1;
            let result = profile(node);
            let items: Vec<_> = node
                .iter()
                .map(|((status, quarters, level), _)| {
                    item_profile(*status, quarter(*quarters), confidence(*level)).unwrap()
                })
                .collect();
            assert_eq!(items.contains(&ErreurConfiante), result == ErreurConfiante, "{node:?}");
            if items.contains(&NonTraite) {
                assert_ne!(result, Maitrise, "{node:?}");
            }
            if items.iter().all(|item| *item == NonTraite) {
                assert_eq!(result, NonTraite, "{node:?}");
            }
            if matches!(result, Maitrise | MaitriseFragile) {
                assert!(!items.contains(&LacuneConsciente), "{node:?}");
            }
            // A worse answer with the same confidence never gives a less severe profile.
            for place in 0..node.len() {
                let ((status, quarters, level), weight) = node[place];
                if status.is_answered() && quarters > 0 {
                    let mut worse = node.to_vec();
                    worse[place] = (
                        (
                            if quarters == 1 { AnswerStatus::Wrong } else { AnswerStatus::Partial },
                            quarters - 1,
                            level,
                        ),
                        weight,
                    );
                    assert!(severity(profile(&worse)) >= severity(result), "{node:?} → {worse:?}");
                }
            }
        };
        let states = states();
        for a in &states {
            for wa in 1..=3 {
                check(&[(*a, wa)]);
                for b in &states {
                    for wb in 1..=3 {
                        check(&[(*a, wa), (*b, wb)]);
                        if wa < 3 && wb < 3 {
                            for c in &states {
                                for wc in 1..=2 {
                                    check(&[(*a, wa), (*b, wb), (*c, wc)]);
                                }
                            }
                        }
                    }
                }
            }
        }
        assert_eq!(checked, 69 + 69 * 69 + 46 * 46 * 46);
    }
}
