//! Reads the answers that the existing application's pages sent: letters, positions, numeric texts, lists.

use super::bank::{Choice, Item, ItemKind};
use crate::answers::AnswerValue;
use serde_json::Value;

/// Reads one old answer to one item. Nothing in it is ever mistaken for a position: `null`, `""`, `" "`, `[]` and
/// `false` are [`AnswerValue::Blank`]. An option that the item does not have stays as it was sent; it is simply wrong.
pub fn decode_legacy_answer(item: &Item, value: &Value) -> AnswerValue {
    if is_blank(value) {
        return AnswerValue::Blank;
    }
    match &item.kind {
        ItemKind::SingleChoice { options } => match selection(options, value).as_slice() {
            [one] => AnswerValue::Choice(one.clone()),
            several => AnswerValue::Choices(several.to_vec()),
        },
        ItemKind::MultiChoice { options, .. } => AnswerValue::Choices(selection(options, value)),
        _ => AnswerValue::Text(as_text(value)),
    }
}

/// The positions in an old key or answer: a number, a numeric text, a list of them or a text with commas. `None` stands
/// for an element that is no whole number.
pub(super) fn indices_of(value: &Value) -> Vec<Option<i64>> {
    match value {
        Value::Array(list) => list.iter().map(index_of).collect(),
        Value::String(text) => {
            text.split(',').map(|part| index_of(&Value::String(part.to_owned()))).collect()
        }
        other => vec![index_of(other)],
    }
}

fn index_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => {
            // 2.0 is a position too: JavaScript does not tell it from 2.
            let whole = |float: f64| (float.fract() == 0.0).then(|| format!("{float:.0}").parse().ok());
            number.as_i64().or_else(|| number.as_f64().and_then(whole).flatten())
        }
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// The ids of the selected options, repeats included.
fn selection(options: &[Choice], value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().map(|element| option_id(options, element)).collect(),
        Value::String(text) if text.contains(',') => {
            text.split(',').map(|part| option_id(options, &Value::String(part.to_owned()))).collect()
        }
        other => vec![option_id(options, other)],
    }
}

/// The id of one selected option: its letter as written, its position, or the letter of its position.
fn option_id(options: &[Choice], value: &Value) -> String {
    let sent = as_text(value).trim().to_owned();
    if options.iter().any(|option| option.id == sent) {
        return sent;
    }
    let indexed = options.iter().enumerate().all(|(position, option)| option.id == position.to_string());
    if !indexed {
        return sent;
    }
    if let Some(index) = index_of(value) {
        return index.to_string();
    }
    match sent.as_bytes() {
        [letter] if letter.is_ascii_uppercase() => usize::from(letter - b'A').to_string(),
        _ => sent,
    }
}

fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(as_text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::bank::{MultiScoring, TextNormaliser};
    use super::*;
    use crate::scoring::Rational;
    use serde_json::json;

    fn item(kind: ItemKind) -> Item {
        Item {
            id: "Q".into(),
            domain: "d".into(),
            node: None,
            difficulty: None,
            weight: Rational::ONE,
            target_time_s: None,
            prompt: String::new(),
            kind,
            correction: None,
            critical: false,
        }
    }

    fn options(ids: &[&str]) -> Vec<Choice> {
        let option =
            |id: &&str| Choice { id: (*id).into(), markup: String::new(), correct: false, rationale: None };
        ids.iter().map(option).collect()
    }

    fn one(id: &str) -> AnswerValue {
        AnswerValue::Choice(id.into())
    }

    fn some(ids: &[&str]) -> AnswerValue {
        AnswerValue::Choices(ids.iter().map(|id| (*id).to_owned()).collect())
    }

    #[test]
    fn nothing_is_blank_and_never_position_zero() {
        let kinds = [
            ItemKind::SingleChoice { options: options(&["0", "1"]) },
            ItemKind::MultiChoice { options: options(&["0", "1"]), scoring: MultiScoring::Exact },
            ItemKind::ShortText { accepted: vec![], normaliser: TextNormaliser::Spaces },
        ];
        for kind in kinds {
            for value in [json!(null), json!(""), json!(" "), json!([]), json!(false)] {
                assert_eq!(decode_legacy_answer(&item(kind.clone()), &value), AnswerValue::Blank, "{value}");
            }
        }
    }

    #[test]
    fn letters_are_trimmed_and_case_sensitive() {
        let item = item(ItemKind::SingleChoice { options: options(&["A", "B"]) });
        for (value, expected) in [
            (json!("A"), one("A")),
            (json!(" B "), one("B")),
            (json!("a"), one("a")),
            (json!(0), one("0")),
            (json!(["A", "B"]), some(&["A", "B"])),
            (json!(true), one("true")),
        ] {
            assert_eq!(decode_legacy_answer(&item, &value), expected, "{value}");
        }
    }

    #[test]
    fn positions_come_as_numbers_texts_and_letters() {
        let single = item(ItemKind::SingleChoice { options: options(&["0", "1", "2"]) });
        for (value, expected) in [
            (json!(2), one("2")),
            (json!("2"), one("2")),
            (json!(2.0), one("2")),
            (json!("C"), one("2")),
            (json!("c"), one("c")),
            (json!(7), one("7")),
            (json!("é"), one("é")),
            (json!([1]), one("1")),
        ] {
            assert_eq!(decode_legacy_answer(&single, &value), expected, "{value}");
        }
        let kind = ItemKind::MultiChoice { options: options(&["0", "1", "2"]), scoring: MultiScoring::Exact };
        for (value, expected) in [
            (json!([1, 2]), some(&["1", "2"])),
            (json!("1,2"), some(&["1", "2"])),
            (json!([1, 1, 2]), some(&["1", "1", "2"])),
            (json!(1), some(&["1"])),
            (json!("B, C"), some(&["1", "2"])),
        ] {
            assert_eq!(decode_legacy_answer(&item(kind.clone()), &value), expected, "{value}");
        }
    }
}
