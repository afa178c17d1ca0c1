//! What a pupil's browser may receive of a bank: built from the bank field by field, so that a new field of the bank stays
//! out until somebody adds it here.

use super::bank::{Bank, Choice, Item, ItemKind, Level, Markup, Subject};
use super::permutation::permute;
use serde::{Deserialize, Serialize};

/// A bank without any key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExposedBank {
    /// Stable name of the bank.
    pub slug: String,
    /// Version of its content.
    pub version: String,
    /// Title for people.
    pub title: String,
    /// Subject, when known.
    pub subject: Option<Subject>,
    /// Level that the pupil enters, when known.
    pub level: Option<Level>,
    /// What the items are about.
    pub programme: Option<String>,
    /// Announced duration, in minutes.
    pub duration_min: Option<u32>,
    /// Domains in their order.
    pub domains: Vec<ExposedDomain>,
    /// Items in their order.
    pub items: Vec<ExposedItem>,
}

/// A domain, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExposedDomain {
    /// Key used by the items.
    pub id: String,
    /// Name for people.
    pub label: String,
}

/// A question without its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExposedItem {
    /// Its id.
    pub id: String,
    /// Its domain.
    pub domain: String,
    /// The question.
    pub prompt: Markup,
    /// What the form offers.
    pub form: AnswerForm,
}

/// What the form of an item offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum AnswerForm {
    /// One option, in the order of this attempt.
    SingleChoice {
        /// The options.
        options: Vec<ExposedOption>,
    },
    /// Some options, in the order of this attempt; how many is not told.
    MultiChoice {
        /// The options.
        options: Vec<ExposedOption>,
    },
    /// A number.
    Number {
        /// Unit that may follow it.
        unit: Option<String>,
    },
    /// A formula in these variables.
    Expression {
        /// Their names.
        variables: Vec<String>,
    },
    /// A set of numbers.
    SolutionSet,
    /// An interval or a union of intervals.
    Interval,
    /// A word or a short sentence.
    ShortText,
    /// A longer text that a person reads.
    LongText,
}

/// An option without its truth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExposedOption {
    /// Its id, which the answer names; the letter shown is the form's business.
    pub id: String,
    /// What is shown.
    pub markup: Markup,
}

/// Projects a bank for one attempt; the same seed gives the same order of options.
pub fn expose(bank: &Bank, seed: &str) -> ExposedBank {
    ExposedBank {
        slug: bank.slug.clone(),
        version: bank.version.clone(),
        title: bank.title.clone(),
        subject: bank.subject,
        level: bank.level,
        programme: bank.programme.clone(),
        duration_min: bank.duration_min,
        domains: bank
            .domains
            .iter()
            .map(|domain| ExposedDomain { id: domain.id.clone(), label: domain.label.clone() })
            .collect(),
        items: bank.items.iter().map(|item| expose_item(item, seed)).collect(),
    }
}

fn expose_item(item: &Item, seed: &str) -> ExposedItem {
    let shown = |options: &[Choice]| {
        let bare = |option: &Choice| ExposedOption { id: option.id.clone(), markup: option.markup.clone() };
        permute(options.iter().map(bare).collect(), seed, &item.id)
    };
    let form = match &item.kind {
        ItemKind::SingleChoice { options } => AnswerForm::SingleChoice { options: shown(options) },
        ItemKind::MultiChoice { options, .. } => AnswerForm::MultiChoice { options: shown(options) },
        ItemKind::Numeric { unit, .. } => AnswerForm::Number { unit: unit.clone() },
        ItemKind::Expression { variables, .. } => AnswerForm::Expression { variables: variables.clone() },
        ItemKind::SolutionSet { .. } => AnswerForm::SolutionSet,
        ItemKind::Interval { .. } => AnswerForm::Interval,
        ItemKind::ShortText { .. } => AnswerForm::ShortText,
        ItemKind::Open { .. } => AnswerForm::LongText,
    };
    ExposedItem { id: item.id.clone(), domain: item.domain.clone(), prompt: item.prompt.clone(), form }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// A bank in which everything secret says so.
    fn planted() -> Bank {
        let node = json!({"id": "n", "domain": "d", "label": "N", "criticality": 3, "remediation": ["SECRET remediation"]});
        let common = |id: &str, rest: Value| {
            let mut item = json!({"id": id, "domain": "d", "node": "n", "difficulty": 3, "weight": 987, "prompt": "Question ?",
                "correction": "SECRET correction", "critical": true, "targetTimeS": 654});
            item.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
            item
        };
        let options = json!([
            {"id": "A", "markup": "a", "correct": true, "rationale": "SECRET a"},
            {"id": "B", "markup": "b", "rationale": "SECRET b"},
            {"id": "C", "markup": "c", "correct": true, "rationale": "SECRET c"}
        ]);
        serde_json::from_value(json!({
            "slug": "s", "version": "1", "title": "T", "subject": "NSI", "level": "premiere", "programme": "p",
            "status": "draft", "durationMin": 30,
            "domains": [{"id": "d", "label": "D", "labelShort": "D", "labelArticle": "le D"}], "nodes": [node],
            "items": [
                common("i1", json!({"type": "single_choice", "options": options})),
                common("i2", json!({"type": "multi_choice", "options": options, "scoring": "quarters"})),
                common("i3", json!({"type": "numeric", "value": 123_456, "tolerance": 777, "unit": "m"})),
                common("i4", json!({"type": "expression", "canonical": "SECRET + x", "variables": ["x"]})),
                common("i5", json!({"type": "solution_set", "values": [123_456]})),
                common("i6", json!({"type": "interval", "canonical": "SECRET"})),
                common("i7", json!({"type": "short_text", "accepted": ["SECRET form"], "normaliser": "folded"})),
                common("i8", json!({"type": "open", "rubric": "SECRET rubric"}))
            ]
        }))
        .unwrap()
    }

    fn walk(value: &Value, keys: &mut Vec<String>, leaves: &mut Vec<String>) {
        match value {
            Value::Object(object) => object.iter().for_each(|(key, value)| {
                keys.push(key.clone());
                walk(value, keys, leaves);
            }),
            Value::Array(list) => list.iter().for_each(|value| walk(value, keys, leaves)),
            leaf => leaves.push(leaf.to_string()),
        }
    }

    #[test]
    fn nothing_secret_leaves() {
        let exposed = serde_json::to_value(expose(&planted(), "seed")).unwrap();
        let (mut keys, mut leaves) = (Vec::new(), Vec::new());
        walk(&exposed, &mut keys, &mut leaves);
        for secret in ["SECRET", "123456", "777", "987", "654", "quarters", "folded"] {
            assert!(!leaves.iter().any(|leaf| leaf.contains(secret)), "{secret}");
        }
        keys.sort();
        keys.dedup();
        assert_eq!(
            keys,
            [
                "domain",
                "domains",
                "durationMin",
                "form",
                "id",
                "items",
                "kind",
                "label",
                "level",
                "markup",
                "options",
                "programme",
                "prompt",
                "slug",
                "subject",
                "title",
                "unit",
                "variables",
                "version",
            ]
        );
        assert_eq!(exposed["items"].as_array().unwrap().len(), 8);
    }

    /// The type itself refuses what it must not carry.
    #[test]
    fn the_type_has_no_place_for_a_key() {
        let mut exposed = serde_json::to_value(expose(&planted(), "seed")).unwrap();
        exposed["items"][0]["form"]["options"][0]["correct"] = json!(true);
        assert!(serde_json::from_value::<ExposedBank>(exposed).is_err());
    }

    #[test]
    fn the_order_is_the_attempts() {
        let orders: std::collections::BTreeSet<String> = (0..40)
            .map(|attempt| format!("{:?}", expose(&planted(), &format!("attempt-{attempt}")).items[0].form))
            .collect();
        assert_eq!(orders.len(), 6);
        assert_eq!(expose(&planted(), "a"), expose(&planted(), "a"));
    }
}
