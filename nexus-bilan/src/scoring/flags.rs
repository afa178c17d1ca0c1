//! What staff should know at a glance: group band, flags.

use super::{ConfidenceProfile, Rational, Score};
use serde::{Deserialize, Serialize};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::{Ability, NodeScore};

    #[test]
    fn bands() {
        let cases = [
            ("0", GroupBand::ConsolidationPrioritaire),
            ("39.9", GroupBand::ConsolidationPrioritaire),
            ("40", GroupBand::ConsolidationStandard),
            ("64.9", GroupBand::ConsolidationStandard),
            ("65", GroupBand::RenforcementCible),
            ("84.9", GroupBand::RenforcementCible),
            ("85", GroupBand::Approfondissement),
            ("100", GroupBand::Approfondissement),
        ];
        for (percent, band) in cases {
            assert_eq!(group_band(percent.parse().unwrap()), band, "{percent}");
        }
        assert_eq!(serde_json::to_string(&GroupBand::RenforcementCible).unwrap(), "\"RENFORCEMENT_CIBLE\"");
        assert_eq!(
            serde_json::to_string(&Flag::CalibrationATravailler).unwrap(),
            "\"CALIBRATION_A_TRAVAILLER\""
        );
    }

    #[test]
    fn flags_are_raised_below_their_limits() {
        let whole = Rational::whole;
        let node = |profile| NodeScore {
            node: "n".into(),
            domain: "d".into(),
            percent: None,
            answered: 1,
            items: 2,
            profile: Some(profile),
            rank: 0,
        };
        let raised = |coverage, calibration: Option<i64>, errors, seconds: u64, partial| {
            let score = Score {
                points: whole(1),
                max: whole(2),
                percent: Some(50),
                answered: 7,
                items: 10,
                coverage: whole(coverage),
                calibration: calibration.map(whole),
                evidence: None,
                ability: Ability { theta: 0.0, standard_error: 1.0, items: 0 },
                domains: vec![],
                nodes: vec![node(ConfidenceProfile::ErreurConfiante); errors],
                outcomes: vec![],
            };
            flags(
                &score,
                AttemptContext { duration_ms: Some(seconds * 1_000), target_min: Some(10), partial },
            )
        };
        assert_eq!(raised(70, Some(60), 1, 210, false), []);
        assert_eq!(raised(70, None, 0, 210, false), []);
        assert_eq!(
            raised(69, Some(59), 2, 209, true),
            [
                Flag::CouvertureInsuffisante,
                Flag::CalibrationATravailler,
                Flag::ErreursConfiantesMultiples,
                Flag::PassationTropRapide,
                Flag::PassationPartielle,
            ]
        );
    }
}
