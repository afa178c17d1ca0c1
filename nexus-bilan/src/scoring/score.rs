//! The one scorer.

mod sums;

use super::confidence::agrees;
use super::{IrtResponse, ItemOutcome, Rational, Score, ability, item_profile, mark};
use crate::answers::{Answer, AnswerValue};
use crate::questionnaire::{Bank, Item, ItemKind};
use nexus_core::{Coded, ErrorCode};
use std::collections::HashMap;
use sums::{Tally, domains, evidence_of, nodes, percent_of};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Confidence;
    use crate::questionnaire::{BankStatus, Choice, Domain, MultiScoring, Node, SourceFormat};
    use crate::scoring::{AnswerStatus, ConfidenceProfile, answer_errors, check_answers};
    use AnswerStatus::{Blank, DontKnow, NotStudied, Partial, Right, ToBeMarked, Wrong};
    use ConfidenceProfile::{ErreurConfiante, LacuneConsciente, Maitrise};
    use proptest::prelude::*;

    const KINDS: usize = 4;

    fn kind(place: usize) -> ItemKind {
        let options = || {
            ["A", "B", "C", "D"]
                .map(|id| Choice {
                    id: id.into(),
                    markup: String::new(),
                    correct: matches!(id, "A" | "B") && (id == "A" || place % KINDS == 1),
                    rationale: None,
                })
                .into()
        };
        match place % KINDS {
            0 => ItemKind::SingleChoice { options: options() },
            1 => ItemKind::MultiChoice { options: options(), scoring: MultiScoring::Quarters },
            2 => ItemKind::Numeric { value: "0.2".parse().unwrap(), tolerance: Rational::ZERO, unit: None },
            _ => ItemKind::Open { rubric: "Une phrase.".into() },
        }
    }

    /// Items of every kind in turn, in two domains and three nodes, with these weights.
    fn bank(weights: &[&str]) -> Bank {
        let domain = |id: &str| Domain {
            id: id.into(),
            label: id.into(),
            label_short: id.into(),
            label_article: id.into(),
        };
        let node = |id: &str, domain: &str, criticality| Node {
            id: id.into(),
            domain: domain.into(),
            label: id.into(),
            criticality,
            needed_by: vec![],
            requires: vec![],
            remediation: vec![],
        };
        Bank {
            slug: "essai".into(),
            version: "1.0.0".into(),
            title: "Essai".into(),
            subject: None,
            level: None,
            programme: None,
            status: BankStatus::Draft,
            source: SourceFormat::Canonical,
            duration_min: None,
            survey: None,
            domains: vec![domain("d0"), domain("d1"), domain("vide")],
            nodes: vec![node("n0", "d0", 1), node("n1", "d1", 3), node("n2", "d0", 2), node("seul", "d0", 3)],
            items: weights
                .iter()
                .enumerate()
                .map(|(place, weight)| Item {
                    id: format!("Q{place}"),
                    domain: ["d0", "d1"][place % 3 % 2].into(),
                    node: Some(format!("n{}", place % 3)),
                    difficulty: [None, Some(1), Some(3)][place % 3],
                    weight: weight.parse().unwrap(),
                    target_time_s: None,
                    prompt: String::new(),
                    kind: kind(place),
                    correction: None,
                    critical: false,
                })
                .collect(),
        }
    }

    fn right(place: usize) -> AnswerValue {
        match place % KINDS {
            0 => AnswerValue::Choice("A".into()),
            1 => AnswerValue::Choices(vec!["B".into(), "A".into()]),
            _ => AnswerValue::Text("1/5".into()),
        }
    }

    fn answer(place: usize, value: AnswerValue) -> Answer {
        Answer { item_id: format!("Q{place}"), value, confidence: None, elapsed_ms: Some(1_000) }
    }

    #[test]
    fn each_status_is_explicit() {
        let bank = bank(&["2", "1.5", "1", "3", "2", "1", "1", "1"]);
        let given = [
            answer(0, AnswerValue::Choice("C".into())),
            answer(1, AnswerValue::Choices(vec!["A".into()])),
            answer(2, right(2)),
            answer(3, right(3)),
            answer(4, AnswerValue::NotStudied),
            answer(5, AnswerValue::DontKnow),
            answer(6, AnswerValue::Text("  ".into())),
            Answer { item_id: "ailleurs".into(), ..answer(0, right(0)) },
        ];
        let score = score(&bank, &given).unwrap();
        let statuses: Vec<_> = score.outcomes.iter().map(|outcome| outcome.status).collect();
        assert_eq!(statuses, [Wrong, Partial, Right, ToBeMarked, NotStudied, DontKnow, Blank, Blank]);
        assert_eq!(score.outcomes[0].chosen.as_deref(), Some("C"));
        // 1.5/2 + 1 of 2 + 1.5 + 1 + 2 + 1 + 1; the two open items are outside.
        assert_eq!((score.points.to_string(), score.max.to_string()), ("1.75".into(), "8.5".into()));
        assert_eq!(score.percent, Some(21));
        assert_eq!((score.answered, score.items), (4, 6));
        assert_eq!(score.coverage.to_string(), "66.7");
        assert_eq!(score.calibration, None);
        assert_eq!(score.ability.items, 4);
        // Wrong, half, right, not known, with weights 2, 1.5, 1, 1.
        let evidence = score.evidence.unwrap();
        assert!((evidence.effective_n - 5.5 * 5.5 / 8.25).abs() < 1e-6);
        assert_eq!(score.domains.len(), 3);
        assert_eq!(
            (score.domains[2].percent, score.domains[2].evidence, score.domains[2].items),
            (None, None, 0)
        );
    }

    #[test]
    fn percent_is_exact_and_half_up() {
        // 23/40 is 57.5: 58, where binary floats give 57.
        let bank = bank(&["23", "17"]);
        assert_eq!(score(&bank, &[answer(0, right(0))]).unwrap().percent, Some(58));
        // 1/8 is 12.5: 13.
        let bank = self::bank(&["1", "7"]);
        let score = score(&bank, &[answer(0, right(0))]).unwrap();
        assert_eq!(score.percent, Some(13));
        assert_eq!(score.exact_percent().unwrap().to_string(), "12.5");
    }

    #[test]
    fn an_empty_bank_has_no_percent() {
        let score = score(&bank(&[]), &[]).unwrap();
        assert_eq!((score.percent, score.items, score.evidence), (None, 0, None));
        assert_eq!(score.coverage, Rational::ZERO);
        assert!(score.nodes.is_empty());
    }

    #[test]
    fn nodes_come_in_the_order_of_priorities() {
        // Q0, Q6 in n0; Q1, Q4 in n1; Q2, Q5 in n2 (Q3 and Q7 are open).
        let bank = bank(&["1"; 8]);
        let sure = |place: usize, value: AnswerValue, level: u8| Answer {
            confidence: Confidence::new(level),
            ..answer(place, value)
        };
        let given = [
            sure(0, AnswerValue::Choice("B".into()), 4),
            sure(1, right(1), 2),
            sure(2, AnswerValue::Text("7".into()), 1),
            sure(4, right(4), 3),
        ];
        let score = score(&bank, &given).unwrap();
        let order: Vec<_> =
            score.nodes.iter().map(|node| (node.rank, node.node.as_str(), node.profile.unwrap())).collect();
        assert_eq!(order, [(0, "n0", ErreurConfiante), (1, "n2", LacuneConsciente), (2, "n1", Maitrise)]);
        assert_eq!(score.domains[0].profile, Some(ErreurConfiante));
        assert_eq!(score.domains[1].profile, Some(Maitrise));
        // Sure and wrong, unsure and right disagree; unsure and wrong, sure and right agree.
        assert_eq!(score.calibration.unwrap().to_string(), "50");
    }

    #[test]
    fn without_confidence_the_score_orders_the_nodes() {
        let bank = bank(&["1"; 8]);
        let given =
            [answer(0, right(0)), answer(6, right(6)), answer(1, AnswerValue::Choices(vec!["C".into()]))];
        let score = score(&bank, &given).unwrap();
        let order: Vec<_> = score.nodes.iter().map(|node| (node.node.as_str(), node.profile)).collect();
        // n1 failed, n2 was not treated, n0 is mastered.
        assert_eq!(order, [("n1", None), ("n2", Some(ConfidenceProfile::NonTraite)), ("n0", None)]);
        assert!(score.domains[0].profile.is_none());
    }

    #[test]
    fn two_answers_to_one_item_are_refused() {
        let bank = bank(&["1", "1"]);
        let twice = [answer(0, right(0)), answer(1, right(1)), answer(0, right(0))];
        let error = score(&bank, &twice).unwrap_err();
        assert_eq!(error, ScoreError::DuplicateAnswer { item_id: "Q0".into() });
        assert_eq!(error.code(), ErrorCode::DuplicateAnswer);
        assert_eq!(check_answers(&bank, &twice).unwrap_err().code(), ErrorCode::DuplicateAnswer);
        let unknown = [answer(9, right(0)), answer(0, AnswerValue::Choice("Z".into())), answer(1, right(1))];
        let codes: Vec<_> = answer_errors(&bank, &unknown).iter().map(Coded::code).collect();
        assert_eq!(codes, [ErrorCode::UnknownItem, ErrorCode::UnknownOption]);
        assert_eq!(check_answers(&bank, &twice[..2]), Ok(()));
    }

    #[test]
    fn sums_that_do_not_fit_are_an_error() {
        let huge = i64::MAX.to_string();
        let bank = bank(&[&huge, &huge]);
        assert_eq!(score(&bank, &[]).unwrap_err(), ScoreError::Overflow);
    }

    fn values() -> impl Strategy<Value = AnswerValue> {
        prop_oneof![
            "[A-E]".prop_map(AnswerValue::Choice),
            proptest::collection::vec("[A-E]", 0..5).prop_map(AnswerValue::Choices),
            prop_oneof![Just("0,2".to_owned()), Just("3".to_owned()), ".{0,12}"].prop_map(AnswerValue::Text),
            Just(AnswerValue::NotStudied),
            Just(AnswerValue::DontKnow),
            Just(AnswerValue::Blank),
        ]
    }

    fn attempts() -> impl Strategy<Value = (Vec<u32>, Vec<Answer>)> {
        proptest::collection::vec((1_u32..4000, values(), 0_u8..=4, any::<bool>()), 0..14).prop_map(|rows| {
            let weights = rows.iter().map(|(weight, ..)| *weight).collect();
            let answers = rows
                .into_iter()
                .enumerate()
                .filter(|(_, (.., present))| *present)
                .map(|(place, (_, value, level, _))| Answer {
                    confidence: Confidence::new(level),
                    ..answer(place, value)
                })
                .collect();
            (weights, answers)
        })
    }

    /// Weights in thousandths.
    fn weighted(weights: &[u32]) -> Bank {
        let mut bank = bank(&vec!["1"; weights.len()]);
        for (item, weight) in bank.items.iter_mut().zip(weights) {
            item.weight = Rational::new(i64::from(*weight), 1_000).unwrap();
        }
        bank
    }

    proptest! {
        #[test]
        fn scores_are_coherent((weights, answers) in attempts()) {
            let bank = weighted(&weights);
            let score = score(&bank, &answers).unwrap();
            prop_assert!(score.points <= score.max && score.points >= Rational::ZERO);
            prop_assert!(score.percent.is_none_or(|percent| percent <= 100));
            prop_assert!(score.coverage <= Rational::whole(100));
            prop_assert_eq!(score.outcomes.len(), bank.items.len());
            let points = score.domains.iter().try_fold(Rational::ZERO, |sum, domain| sum.checked_add(domain.points));
            prop_assert_eq!(points.unwrap(), score.points);
            prop_assert_eq!(score.domains.iter().map(|domain| domain.answered).sum::<u32>(), score.answered);
            prop_assert_eq!(score.evidence.is_some(), score.answered > 0);
            for outcome in &score.outcomes {
                prop_assert!(outcome.points <= outcome.max);
                prop_assert_eq!(outcome.status == AnswerStatus::Right, outcome.success == Rational::ONE);
            }
            for (place, node) in score.nodes.iter().enumerate() {
                prop_assert_eq!(node.rank as usize, place);
            }
        }

        #[test]
        fn the_order_of_answers_changes_nothing(
            ((weights, answers), shuffled) in attempts().prop_flat_map(|attempt| {
                let answers = Just(attempt.1.clone()).prop_shuffle();
                (Just(attempt), answers)
            }),
        ) {
            let bank = weighted(&weights);
            prop_assert_eq!(score(&bank, &answers).unwrap(), score(&bank, &shuffled).unwrap());
        }

        #[test]
        fn a_right_answer_never_lowers_the_points((weights, answers) in attempts(), place in 0_usize..14) {
            let bank = weighted(&weights);
            let before = score(&bank, &answers).unwrap();
            let id = format!("Q{place}");
            let mut better: Vec<_> = answers.into_iter().filter(|answer| answer.item_id != id).collect();
            better.push(answer(place, right(place)));
            let after = score(&bank, &better).unwrap();
            prop_assert!(after.points >= before.points);
            prop_assert!(after.percent >= before.percent);
        }
    }
}
