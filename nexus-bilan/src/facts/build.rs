use super::preferences::preferences;
use super::{
    AttemptFact, BankFact, ConfidenceFact, DomainFact, ENGINE_VERSION, FactSheet, GlobalFact, ItemFact,
    Method, MisconceptionFact, NodeFact, StatusCounts, TraitFact, causes, method, standing,
};
use crate::answers::{Answer, AnswerValue, Confidence};
use crate::questionnaire::{Bank, Item, ItemKind, Survey};
use crate::scoring::{
    Ability, AnswerStatus, AttemptContext, ConfidenceProfile, DomainScore, Evidence, GroupBand, ItemOutcome,
    NodeScore, Score, flags, group_band,
};
use crate::survey::{SurveyAnswers, TraitIndex};
use jiff::civil::Date;
use nexus_core::{Checksum, Coded, ErrorCode};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What a fact sheet is made from.
#[derive(Debug, Clone, Copy)]
pub struct FactInput<'a> {
    /// The questionnaire that was answered.
    pub bank: &'a Bank,
    /// Checksum of its content.
    pub bank_checksum: Checksum,
    /// The answers, in any order.
    pub answers: &'a [Answer],
    /// The score of these answers on this bank.
    pub score: &'a Score,
    /// The pedagogical survey, when it was given.
    pub survey: Option<SurveyInput<'a>>,
    /// Day of submission, in the school's zone.
    pub submitted_on: Date,
    /// Time between start and submission, in milliseconds, when measured.
    pub elapsed_ms: Option<u64>,
}

/// A pedagogical survey and what was answered to it.
#[derive(Debug, Clone, Copy)]
pub struct SurveyInput<'a> {
    /// The survey.
    pub survey: &'a Survey,
    /// Its answers; free text in them is hashed into the input checksum and read by nothing else.
    pub answers: &'a SurveyAnswers,
    /// Its traits.
    pub traits: &'a [TraitIndex],
}

/// Why there is no fact sheet.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FactError {
    /// The score names something that the bank does not have.
    #[error("the score does not belong to the bank: {0} is unknown")]
    ForeignScore(String),
    /// A number of the score is not finite.
    #[error("the score holds a number that is not finite")]
    NotFinite,
    /// The sheet has no JSON form.
    #[error("the facts have no canonical form")]
    NoCanonicalForm(#[source] serde_json::Error),
}

impl Coded for FactError {
    fn code(&self) -> ErrorCode {
        ErrorCode::Internal
    }
}

pub(super) fn build(input: &FactInput<'_>) -> Result<FactSheet, FactError> {
    let score = input.score;
    let nodes = nodes(input)?;
    let traits: Vec<_> =
        input.survey.map(|survey| survey.traits.iter().map(trait_fact).collect()).unwrap_or_default();
    let preferences = input.survey.map(|survey| preferences(&survey)).unwrap_or_default();
    let attempt = AttemptFact {
        submitted_on: input.submitted_on,
        announced_min: input.bank.duration_min,
        elapsed_min: input.elapsed_ms.map(|elapsed| elapsed / 60_000),
    };
    let global = global(score)?;
    Ok(FactSheet {
        engine_version: ENGINE_VERSION.to_owned(),
        bank: BankFact {
            slug: input.bank.slug.clone(),
            version: input.bank.version.clone(),
            checksum: input.bank_checksum,
            title: input.bank.title.clone(),
            subject: input.bank.subject,
            level: input.bank.level,
            programme: input.bank.programme.clone(),
        },
        input_checksum: input_checksum(input)?,
        flags: flags(score, attempt_context(&global, input)),
        attempt,
        ability: Ability {
            theta: frozen(score.ability.theta)?,
            standard_error: frozen(score.ability.standard_error)?,
            items: score.ability.items,
        },
        confidence: confidence(score),
        domains: domains(input)?,
        items: items(input),
        misconceptions: misconceptions(input),
        rhythm: method::rhythm(&preferences, &traits),
        method: Method::default(),
        global,
        nodes,
        traits,
        preferences,
    })
}

/// What the checksum of an input covers, with every key in the order of canonical JSON, so that no tree has to be built
/// only to sort keys; answers come in the order of their item ids, so that the order in which they were saved does not
/// matter.
#[derive(Serialize)]
struct CanonicalInput<'a> {
    answers: Vec<CanonicalAnswer<'a>>,
    /// Slug and version of the survey, and its answers.
    survey: Option<(&'a str, &'a str, &'a SurveyAnswers)>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CanonicalAnswer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<Confidence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed_ms: Option<u64>,
    item_id: &'a str,
    #[serde(flatten)]
    value: &'a AnswerValue,
}

impl<'a> CanonicalInput<'a> {
    fn of(input: &FactInput<'a>) -> Self {
        let mut answers: Vec<_> = input.answers.iter().collect();
        answers.sort_by(|one, other| one.item_id.cmp(&other.item_id));
        let canonical = |answer: &'a Answer| CanonicalAnswer {
            confidence: answer.confidence,
            elapsed_ms: answer.elapsed_ms,
            item_id: &answer.item_id,
            value: &answer.value,
        };
        let survey = input.survey.map(|input| (&*input.survey.slug, &*input.survey.version, input.answers));
        Self { answers: answers.into_iter().map(canonical).collect(), survey }
    }
}

fn input_checksum(input: &FactInput<'_>) -> Result<Checksum, FactError> {
    let text = serde_json::to_vec(&CanonicalInput::of(input)).map_err(FactError::NoCanonicalForm)?;
    Ok(Checksum::of_bytes(&text))
}

/// Four decimals: short decimals survive JSON exactly, so the checksum of a sheet read back is the one it was stored with.
fn frozen(value: f64) -> Result<f64, FactError> {
    if value.is_finite() {
        Ok((value * 10_000.0).round() / 10_000.0 + 0.0)
    } else {
        Err(FactError::NotFinite)
    }
}

fn frozen_evidence(evidence: Option<Evidence>) -> Result<Option<Evidence>, FactError> {
    let Some(mut evidence) = evidence else { return Ok(None) };
    for value in [
        &mut evidence.effective_n,
        &mut evidence.alpha,
        &mut evidence.beta,
        &mut evidence.interval.low,
        &mut evidence.interval.high,
    ] {
        *value = frozen(*value)?;
    }
    for probability in &mut evidence.class_probabilities {
        *probability = frozen(*probability)?;
    }
    Ok(Some(evidence))
}

fn global(score: &Score) -> Result<GlobalFact, FactError> {
    let mut statuses = StatusCounts::default();
    for outcome in &score.outcomes {
        let count = match outcome.status {
            AnswerStatus::Right => &mut statuses.right,
            AnswerStatus::Partial => &mut statuses.partial,
            AnswerStatus::Wrong => &mut statuses.wrong,
            AnswerStatus::NotStudied => &mut statuses.not_studied,
            AnswerStatus::DontKnow => &mut statuses.dont_know,
            AnswerStatus::Blank => &mut statuses.blank,
            AnswerStatus::ToBeMarked => &mut statuses.to_be_marked,
        };
        *count += 1;
    }
    Ok(GlobalFact {
        points: score.points,
        max: score.max,
        percent: score.percent,
        answered: score.answered,
        items: score.items,
        coverage: score.coverage,
        calibration: score.calibration,
        evidence: frozen_evidence(score.evidence.filter(|_| score.answered > 0))?,
        band: band(score),
        statuses,
    })
}

fn band(score: &Score) -> Option<GroupBand> {
    score.exact_percent().filter(|_| score.answered > 0).map(group_band)
}

fn confidence(score: &Score) -> Option<ConfidenceFact> {
    let mut counts = ConfidenceFact::default();
    for profile in
        score.outcomes.iter().filter(|outcome| outcome.status.is_answered()).filter_map(|it| it.profile)
    {
        let count = match profile {
            ConfidenceProfile::Maitrise => &mut counts.sure_right,
            ConfidenceProfile::MaitriseFragile => &mut counts.unsure_right,
            ConfidenceProfile::ErreurConfiante => &mut counts.sure_wrong,
            ConfidenceProfile::LacuneConsciente => &mut counts.unsure_wrong,
            ConfidenceProfile::NonTraite => continue,
        };
        *count += 1;
        counts.asked += 1;
    }
    (counts.asked > 0).then_some(counts)
}

fn domains(input: &FactInput<'_>) -> Result<Vec<DomainFact>, FactError> {
    input.score.domains.iter().map(|domain| domain_fact(input, domain)).collect()
}

fn domain_fact(input: &FactInput<'_>, score: &DomainScore) -> Result<DomainFact, FactError> {
    let domain = input
        .bank
        .domains
        .iter()
        .find(|domain| domain.id == score.domain)
        .ok_or_else(|| FactError::ForeignScore(score.domain.clone()))?;
    let not_studied = input
        .score
        .outcomes
        .iter()
        .filter(|outcome| outcome.domain == domain.id && outcome.status == AnswerStatus::NotStudied)
        .fold(0_u32, |count, _| count.saturating_add(1));
    Ok(DomainFact {
        id: domain.id.clone(),
        label: domain.label.clone(),
        label_short: domain.label_short.clone(),
        label_article: domain.label_article.clone(),
        points: score.points,
        max: score.max,
        percent: score.percent,
        answered: score.answered,
        items: score.items,
        not_studied,
        evidence: frozen_evidence(score.evidence.filter(|_| score.answered > 0))?,
        profile: score.profile,
    })
}

fn nodes(input: &FactInput<'_>) -> Result<Vec<NodeFact>, FactError> {
    let mut scores: Vec<&NodeScore> = input.score.nodes.iter().collect();
    scores.sort_by_key(|score| score.rank);
    let mut nodes = Vec::with_capacity(scores.len());
    for score in scores {
        let node = input
            .bank
            .nodes
            .iter()
            .find(|node| node.id == score.node)
            .ok_or_else(|| FactError::ForeignScore(score.node.clone()))?;
        let outcomes: Vec<&ItemOutcome> =
            input.score.outcomes.iter().filter(|outcome| outcome.node.as_ref() == Some(&node.id)).collect();
        let right = outcomes.iter().filter(|outcome| outcome.status == AnswerStatus::Right).count();
        nodes.push(NodeFact {
            id: node.id.clone(),
            domain: node.domain.clone(),
            label: node.label.clone(),
            criticality: node.criticality,
            percent: score.percent,
            answered: score.answered,
            items: score.items,
            right: u32::try_from(right).unwrap_or(u32::MAX),
            profile: score.profile,
            rank: score.rank,
            standing: standing::standing(&outcomes, score.profile),
            needed_by: node.needed_by.clone(),
            requires: node.requires.clone(),
            remediation: node.remediation.clone(),
            root_causes: Vec::new(),
        });
    }
    let mut causes = causes::root_causes(&nodes);
    for node in &mut nodes {
        node.root_causes = causes.remove(&node.id).unwrap_or_default();
    }
    Ok(nodes)
}

fn items(input: &FactInput<'_>) -> Vec<ItemFact> {
    let declared: BTreeMap<&str, u8> = input
        .answers
        .iter()
        .filter_map(|answer| Some((answer.item_id.as_str(), answer.confidence?.level())))
        .collect();
    let outcomes = input.score.outcomes.iter();
    outcomes
        .map(|outcome| ItemFact {
            id: outcome.item_id.clone(),
            domain: outcome.domain.clone(),
            node: outcome.node.clone(),
            status: outcome.status,
            points: outcome.points,
            max: outcome.max,
            profile: outcome.profile,
            confidence: declared.get(outcome.item_id.as_str()).copied(),
        })
        .collect()
}

/// Most confident first, then in the bank's order.
fn misconceptions(input: &FactInput<'_>) -> Vec<MisconceptionFact> {
    let by_id: BTreeMap<&str, &Item> = input.bank.items.iter().map(|item| (item.id.as_str(), item)).collect();
    let mut found: Vec<_> = input
        .score
        .outcomes
        .iter()
        .filter_map(|outcome| {
            let item = by_id.get(outcome.item_id.as_str())?;
            let chosen = outcome.chosen.as_ref()?;
            let (ItemKind::SingleChoice { options } | ItemKind::MultiChoice { options, .. }) = &item.kind
            else {
                return None;
            };
            let option = options.iter().find(|option| &option.id == chosen && !option.correct)?;
            let rationale =
                option.rationale.as_ref().map(|text| text.trim()).filter(|text| !text.is_empty())?;
            let answer = input.answers.iter().find(|answer| answer.item_id == outcome.item_id);
            Some(MisconceptionFact {
                item: outcome.item_id.clone(),
                domain: outcome.domain.clone(),
                node: outcome.node.clone(),
                rationale: rationale.to_owned(),
                confidence: answer.and_then(|answer| answer.confidence).map(Confidence::level),
            })
        })
        .collect();
    found.sort_by_key(|error| Reverse(error.confidence));
    found
}

fn trait_fact(index: &TraitIndex) -> TraitFact {
    TraitFact {
        id: index.trait_id.clone(),
        label: index.label.clone(),
        value: index.value,
        min: index.min,
        max: index.max,
        band: index.band.clone().filter(|_| index.value.is_some()),
        answered: index.answered,
        items: index.items,
        audience: index.audience,
        high_is_good: index.high_is_good,
    }
}

/// Limits of the flags: coverage 70 %, calibration 60 %, two nodes with a confident error, 35 % of the announced time.
fn attempt_context(global: &GlobalFact, input: &FactInput<'_>) -> AttemptContext {
    let announced = input.bank.duration_min.map(|minutes| u64::from(minutes) * 60);
    let targets = || input.bank.items.iter().filter_map(|item| item.target_time_s).map(u64::from).sum();
    AttemptContext {
        duration_ms: input.elapsed_ms,
        target_s: Some(announced.unwrap_or_else(targets)).filter(|target| *target > 0),
        left_blank: global.statuses.blank,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::samples::{Attempt, any_attempt};
    use crate::scoring::Flag;
    use proptest::prelude::*;

    #[test]
    fn order_of_the_answers_does_not_matter_and_a_changed_answer_does() {
        let mut attempt = Attempt::ordinary();
        let sheet = attempt.sheet();
        attempt.answers.reverse();
        assert_eq!(attempt.sheet().checksum().unwrap(), sheet.checksum().unwrap());
        attempt.answers[0].value = crate::answers::AnswerValue::DontKnow;
        assert_ne!(attempt.sheet().input_checksum, sheet.input_checksum);
    }

    #[test]
    fn holds_no_free_comment_and_no_staff_preference() {
        let sheet = Attempt::ordinary().sheet();
        let json = serde_json::to_string(&sheet).unwrap();
        assert!(!json.contains("mon commentaire secret"));
        assert!(sheet.preference("objectif").is_some());
        assert!(sheet.preferences.iter().all(|preference| preference.key != "depistage"));
    }

    #[test]
    fn refuses_a_score_of_another_bank() {
        let mut attempt = Attempt::ordinary();
        attempt.score.domains[0].domain = "elsewhere".into();
        assert!(matches!(FactSheet::build(&attempt.input()), Err(FactError::ForeignScore(_))));
        let mut attempt = Attempt::ordinary();
        attempt.score.ability.theta = f64::NAN;
        assert!(matches!(FactSheet::build(&attempt.input()), Err(FactError::NotFinite)));
    }

    #[test]
    fn flags_follow_their_limits() {
        let mut attempt = Attempt::ordinary();
        attempt.elapsed_ms = Some(60_000);
        let raised: Vec<_> = attempt.sheet().flags.iter().map(|flag| flag.flag).collect();
        assert!(raised.contains(&Flag::PassationTropRapide));
        attempt.elapsed_ms = Some(30 * 60_000 * 35 / 100);
        let raised: Vec<_> = attempt.sheet().flags.iter().map(|flag| flag.flag).collect();
        assert!(!raised.contains(&Flag::PassationTropRapide));
    }

    #[test]
    fn names_the_error_behind_a_wrong_choice() {
        let sheet = Attempt::ordinary().sheet();
        assert!(!sheet.misconceptions.is_empty());
        assert!(sheet.misconceptions.is_sorted_by_key(|error| Reverse(error.confidence)));
    }

    proptest! {
        #[test]
        fn the_input_is_written_in_canonical_order(attempt in any_attempt()) {
            let input = attempt.input();
            let canonical = Checksum::of_json(&CanonicalInput::of(&input)).unwrap();
            prop_assert_eq!(input_checksum(&input).unwrap(), canonical);
        }

        #[test]
        fn reads_back_with_the_same_checksum(attempt in any_attempt()) {
            let sheet = attempt.sheet();
            let read: FactSheet = serde_json::from_str(&serde_json::to_string(&sheet).unwrap()).unwrap();
            prop_assert_eq!(read.checksum().unwrap(), sheet.checksum().unwrap());
            prop_assert_eq!(read, sheet);
        }
    }
}
