//! The way of the existing application, for comparison: one loop over the items, text against text, sums of floats.
//! It has no evidence, no ability, no profile, no facts and no checksum, and reads `0,2` and `1/5` as different answers.

use nexus_bilan::answers::{Answer, AnswerValue};
use nexus_bilan::questionnaire::{Bank, ItemKind};
use std::collections::HashMap;

/// A questionnaire as the existing application holds it.
#[derive(Debug, Clone)]
pub struct FormerBank(Vec<FormerItem>);

#[derive(Debug, Clone)]
struct FormerItem {
    id: String,
    domain: String,
    weight: f64,
    key: Key,
}

#[derive(Debug, Clone)]
enum Key {
    Options(Vec<(String, bool)>),
    Text(String),
}

/// Points of one domain.
#[derive(Debug, Clone, PartialEq)]
pub struct FormerDomain {
    /// Its id.
    pub domain: String,
    /// Points obtained.
    pub points: f64,
    /// Largest points.
    pub max: f64,
    /// 100·points/max, half up.
    pub percent: f64,
}

impl FormerBank {
    /// Keeps what the former loop reads.
    pub fn of(bank: &Bank) -> Self {
        let item = |item: &nexus_bilan::questionnaire::Item| FormerItem {
            id: item.id.clone(),
            domain: item.domain.clone(),
            weight: item.weight.to_f64(),
            key: match &item.kind {
                ItemKind::SingleChoice { options } | ItemKind::MultiChoice { options, .. } => {
                    Key::Options(options.iter().map(|option| (option.id.clone(), option.correct)).collect())
                }
                ItemKind::Numeric { value, .. } => Key::Text(value.to_string()),
                ItemKind::Expression { canonical, .. } | ItemKind::Interval { canonical } => {
                    Key::Text(canonical.clone())
                }
                ItemKind::SolutionSet { values } => {
                    Key::Text(values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ; "))
                }
                ItemKind::ShortText { accepted, .. } => {
                    Key::Text(accepted.first().cloned().unwrap_or_default())
                }
                ItemKind::Open { .. } => Key::Text(String::new()),
            },
        };
        Self(bank.items.iter().map(item).collect())
    }

    /// Points by domain, in the order in which domains appear.
    pub fn score(&self, answers: &[Answer]) -> Vec<FormerDomain> {
        let given: HashMap<&str, String> =
            answers.iter().map(|answer| (answer.item_id.as_str(), as_text(&answer.value))).collect();
        let mut domains: Vec<FormerDomain> = Vec::new();
        for item in &self.0 {
            let text = given.get(item.id.as_str()).map_or("", String::as_str);
            let right = match &item.key {
                Key::Options(options) => options.iter().any(|(id, correct)| *correct && id == text.trim()),
                Key::Text(key) => !key.is_empty() && spaced(key) == spaced(text),
            };
            let points = if right { item.weight } else { 0.0 };
            if let Some(domain) = domains.iter_mut().find(|domain| domain.domain == item.domain) {
                domain.points += points;
                domain.max += item.weight;
            } else {
                let (domain, max) = (item.domain.clone(), item.weight);
                domains.push(FormerDomain { domain, points, max, percent: 0.0 });
            }
        }
        for domain in &mut domains {
            domain.percent = (100.0 * domain.points / domain.max + 0.5).floor();
        }
        domains
    }
}

fn as_text(value: &AnswerValue) -> String {
    match value {
        AnswerValue::Choice(text) | AnswerValue::Text(text) => text.clone(),
        AnswerValue::Choices(ids) => ids.join(","),
        AnswerValue::NotStudied | AnswerValue::DontKnow | AnswerValue::Blank => String::new(),
    }
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Subject;

    #[test]
    fn agrees_on_the_largest_points_and_finds_no_more_than_the_scorer() {
        let subject = Subject::yasmine(36).unwrap();
        let former = FormerBank::of(&subject.bank).score(&subject.attempt.answers);
        let score = nexus_bilan::scoring::score(&subject.bank, &subject.attempt.answers).unwrap();
        let sum = |value: fn(&FormerDomain) -> f64| former.iter().map(value).sum::<f64>();
        assert!((sum(|domain| domain.max) - score.max.to_f64()).abs() < 1e-9);
        assert!(sum(|domain| domain.points) > 0.0);
        assert!(sum(|domain| domain.points) <= score.points.to_f64());
    }
}
