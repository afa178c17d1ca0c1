//! What the few answers on one node allow to say.

use crate::scoring::{ConfidenceProfile, ItemOutcome, Posterior, Rational};
use serde::{Deserialize, Serialize};

/// What the answers on a node allow to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// No item was answered.
    NotAssessed,
    /// The answers point to a gap and the evidence supports it.
    Gap,
    /// The answers point to a gap; too few of them to be affirmative.
    PossibleGap,
    /// Some success, not steady.
    Fragile,
    /// Every answered item succeeded, with no doubt declared, on two items at least.
    Succeeded,
}

impl Standing {
    /// Whether it is something to work on before anything else.
    pub const fn is_gap(self) -> bool {
        matches!(self, Self::Gap | Self::PossibleGap)
    }
}

/// Reads the outcomes of one node.
///
/// One slip must not label a notion (two to six items per node): a gap is affirmed only when the posterior probability of a
/// mastery below one half is at least 0.8, with the same Beta posterior as for domains.
pub(super) fn standing(outcomes: &[&ItemOutcome], profile: Option<ConfidenceProfile>) -> Standing {
    let answered: Vec<_> = outcomes.iter().filter(|outcome| outcome.status.is_evidence()).collect();
    let Some(posterior) = Posterior::of(answered.iter().map(|outcome| (outcome.max, outcome.success))) else {
        return Standing::NotAssessed;
    };
    let points: f64 = answered.iter().map(|outcome| outcome.points.to_f64()).sum();
    let possible: f64 = answered.iter().map(|outcome| outcome.max.to_f64()).sum();
    let confident_error = profile == Some(ConfidenceProfile::ErreurConfiante);
    if points < 0.5 * possible || confident_error {
        return if posterior.below_half() >= 0.8 { Standing::Gap } else { Standing::PossibleGap };
    }
    let whole = answered.len() == outcomes.len() && answered.len() >= 2;
    let right = answered.iter().all(|outcome| outcome.success == Rational::ONE);
    let unsure = profile.is_some_and(|profile| profile != ConfidenceProfile::Maitrise);
    if whole && right && !unsure { Standing::Succeeded } else { Standing::Fragile }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::AnswerStatus;

    fn outcome(status: AnswerStatus) -> ItemOutcome {
        let success = if status == AnswerStatus::Right { Rational::ONE } else { Rational::ZERO };
        ItemOutcome {
            item_id: "i".into(),
            domain: "d".into(),
            node: Some("n".into()),
            status,
            success,
            points: success,
            max: Rational::ONE,
            profile: None,
            elapsed_ms: None,
            chosen: None,
        }
    }

    #[test]
    fn reads_few_answers_with_care() {
        use AnswerStatus::{Blank, NotStudied, Right, Wrong};
        use ConfidenceProfile::{ErreurConfiante, Maitrise, MaitriseFragile};
        let cases: [(&[AnswerStatus], Option<ConfidenceProfile>, Standing); 10] = [
            (&[], None, Standing::NotAssessed),
            (&[Blank, NotStudied], None, Standing::NotAssessed),
            (&[Wrong], None, Standing::PossibleGap),
            (&[Wrong, Wrong], None, Standing::Gap),
            (&[Wrong, Right], None, Standing::Fragile),
            (&[Wrong, Right, Right], Some(ErreurConfiante), Standing::PossibleGap),
            (&[Right], None, Standing::Fragile),
            (&[Right, Right], None, Standing::Succeeded),
            (&[Right, Right], Some(MaitriseFragile), Standing::Fragile),
            (&[Right, Right], Some(Maitrise), Standing::Succeeded),
        ];
        for (statuses, profile, expected) in cases {
            let outcomes: Vec<_> = statuses.iter().map(|status| outcome(*status)).collect();
            assert_eq!(standing(&outcomes.iter().collect::<Vec<_>>(), profile), expected, "{statuses:?}");
        }
    }
}
