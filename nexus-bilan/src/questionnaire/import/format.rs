//! Which physical format a file has, from its content.

use serde_json::Value;

/// A physical format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A bank in the canonical model.
    CanonicalBank,
    /// A survey in the canonical model.
    CanonicalSurvey,
    /// Format I.
    ItemArray,
    /// Format II.
    Indexed,
    /// Format III.
    IndexSets,
    /// A letter bank.
    Letters,
    /// A pedagogical survey of the existing application, specific to a subject or common.
    Survey,
    /// The enriched survey with presets, visibility and indices.
    EnrichedSurvey,
}

impl Format {
    /// Recognises the format; `None` for anything else.
    pub fn detect(root: &Value) -> Option<Self> {
        let object = match root {
            Value::Array(_) => return Some(Self::ItemArray),
            Value::Object(object) => object,
            _ => return None,
        };
        if object.get("items").is_some_and(Value::is_array) {
            return if object.contains_key("scales") || object.contains_key("traits") {
                Some(Self::CanonicalSurvey)
            } else {
                Some(Self::CanonicalBank)
            };
        }
        if object.get("sections").is_some_and(Value::is_object) {
            return Some(Self::EnrichedSurvey);
        }
        let questions = object.get("questions")?.as_array()?;
        let any = |test: &dyn Fn(&Value) -> bool| questions.iter().any(test);
        let letter_key = |question: &Value| {
            let answer = question.get("answer").and_then(Value::as_str);
            question.get("type").is_some_and(|kind| kind == "free")
                || question.get("options").is_some_and(Value::is_object)
                || answer.is_some_and(
                    |answer| matches!(answer.trim().as_bytes(), [letter] if letter.is_ascii_uppercase()),
                )
        };
        if any(&letter_key) {
            return Some(Self::Letters);
        }
        if any(&|question| question.get("correct").is_some()) {
            return Some(Self::IndexSets);
        }
        if any(&|question| question.get("answer").is_some()) {
            return Some(Self::Indexed);
        }
        let survey_types = ["likert", "single", "multi", "text"];
        let is_survey = any(&|question| {
            question.get("type").and_then(Value::as_str).is_some_and(|kind| survey_types.contains(&kind))
        });
        Some(if is_survey { Self::Survey } else { Self::Indexed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn detects_from_the_content() {
        let cases = [
            (json!([]), Some(Format::ItemArray)),
            (json!({"questions": [{"answer": 0}]}), Some(Format::Indexed)),
            (json!({"questions": [{"answer": 0}, {"correct": [1]}]}), Some(Format::IndexSets)),
            (json!({"questions": [{"answer": "B"}]}), Some(Format::Letters)),
            (json!({"questions": [{"type": "free", "answer": "3"}]}), Some(Format::Letters)),
            (json!({"questions": [{"type": "likert"}]}), Some(Format::Survey)),
            (json!({"questions": []}), Some(Format::Indexed)),
            (json!({"sections": {}}), Some(Format::EnrichedSurvey)),
            (json!({"items": [], "domains": []}), Some(Format::CanonicalBank)),
            (json!({"items": [], "scales": []}), Some(Format::CanonicalSurvey)),
            (json!({"questions": 3}), None),
            (json!({"a": 1}), None),
            (json!("text"), None),
        ];
        for (root, format) in cases {
            assert_eq!(Format::detect(&root), format, "{root}");
        }
    }
}
