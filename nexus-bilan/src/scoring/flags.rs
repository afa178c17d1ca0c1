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

impl Flag {
    /// The name inside evidence ids: the stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CouvertureInsuffisante => "COUVERTURE_INSUFFISANTE",
            Self::CalibrationATravailler => "CALIBRATION_A_TRAVAILLER",
            Self::ErreursConfiantesMultiples => "ERREURS_CONFIANTES_MULTIPLES",
            Self::PassationTropRapide => "PASSATION_TROP_RAPIDE",
            Self::PassationPartielle => "PASSATION_PARTIELLE",
        }
    }
}

/// A raised flag and the figures behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RaisedFlag {
    /// Which.
    pub flag: Flag,
    /// What was measured, one decimal.
    pub value: Rational,
    /// The limit that it crossed.
    pub limit: Rational,
}

/// What an attempt tells beside its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AttemptContext {
    /// Time spent on the whole attempt, in milliseconds, when measured.
    pub duration_ms: Option<u64>,
    /// Announced duration, in seconds.
    pub target_s: Option<u64>,
    /// Items that were left without any answer when the attempt was handed in unfinished.
    pub left_blank: u32,
}

/// Lists the flags of an attempt, in the order of [`Flag`]. What is unknown raises none.
pub fn flags(score: &Score, attempt: AttemptContext) -> Vec<RaisedFlag> {
    let is_error = |profile| profile == Some(ConfidenceProfile::ErreurConfiante);
    let errors = score.nodes.iter().filter(|node| is_error(node.profile)).count();
    let errors = Rational::whole(i64::try_from(errors).unwrap_or(i64::MAX));
    let blank = Rational::whole(i64::from(attempt.left_blank));
    let coverage = (score.items > 0).then_some(score.coverage);
    let below = |flag, value: Option<Rational>, limit| {
        let limit = Rational::whole(limit);
        value.filter(|value| *value < limit).map(|value| RaisedFlag { flag, value: value.round_to(1), limit })
    };
    let from = |flag, value: Rational, limit| {
        let limit = Rational::whole(limit);
        (value >= limit).then_some(RaisedFlag { flag, value, limit })
    };
    [
        below(Flag::CouvertureInsuffisante, coverage, 70),
        below(Flag::CalibrationATravailler, score.calibration, 60),
        from(Flag::ErreursConfiantesMultiples, errors, 2),
        below(Flag::PassationTropRapide, pace(attempt), 35),
        from(Flag::PassationPartielle, blank, 1),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Time spent, in percent of the announced time.
fn pace(attempt: AttemptContext) -> Option<Rational> {
    let (spent, target) = attempt.duration_ms.zip(attempt.target_s)?;
    Rational::new(i64::try_from(spent).ok()?, i64::try_from(target).ok()?.checked_mul(10)?)
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
        let raised = |coverage, calibration: Option<i64>, errors, seconds: u64, left_blank| {
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
            let attempt =
                AttemptContext { duration_ms: Some(seconds * 1_000), target_s: Some(600), left_blank };
            flags(&score, attempt).into_iter().map(|raised| raised.flag).collect::<Vec<_>>()
        };
        assert_eq!(raised(70, Some(60), 1, 210, 0), []);
        assert_eq!(raised(70, None, 0, 210, 0), []);
        assert_eq!(
            raised(69, Some(59), 2, 209, 1),
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
