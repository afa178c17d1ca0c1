//! The JSON that the model gives back.

use super::Slot;
use serde::Deserialize;
use serde_json::{Value, json};

/// The prose of the slots.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    pub(super) slots: Vec<Written>,
}

/// The prose of one slot.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) slot: Slot,
    pub(super) sentences: Vec<Line>,
}

/// One sentence and the aliases of its facts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) evidence: Vec<String>,
}

/// The schema that is sent with the request.
pub(super) fn schema() -> Value {
    let line = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["text", "evidence"],
        "properties": { "text": { "type": "string" }, "evidence": { "type": "array", "items": { "type": "string" } } }
    });
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["slots"],
        "properties": { "slots": { "type": "array", "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["slot", "sentences"],
            "properties": {
                "slot": { "type": "string", "enum": Slot::ALL.map(Slot::name) },
                "sentences": { "type": "array", "items": line }
            }
        } } }
    })
}

/// Reads the one JSON object of an answer, with or without a code fence or prose around it.
pub(super) fn parse(text: &str) -> Result<Answer, String> {
    let object = object(text)?;
    serde_json::from_str(object).map_err(|error| format!("Le JSON ne suit pas le schéma : {error}."))
}

/// The only top-level `{…}` of a text. Two objects are ambiguous and an unclosed one is truncated: both are refused, where
/// the existing application took everything between the first and the last brace.
fn object(text: &str) -> Result<&str, String> {
    let (mut depth, mut start, mut found) = (0_usize, 0, None);
    let (mut quoted, mut escaped) = (false, false);
    for (place, letter) in text.char_indices() {
        if depth > 0 && quoted {
            match letter {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match letter {
            '"' if depth > 0 => quoted = true,
            '{' => {
                if depth == 0 {
                    if found.is_some() {
                        return Err("Il y a plusieurs objets JSON.".to_owned());
                    }
                    start = place;
                }
                depth += 1;
            }
            '}' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    found = text.get(start..=place);
                }
            }
            _ => {}
        }
    }
    if depth > 0 {
        return Err("L'objet JSON n'est pas fermé.".to_owned());
    }
    found.ok_or_else(|| "Il n'y a pas d'objet JSON.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_only_object() {
        for (text, expected) in [
            ("Voici : {\"a\":{\"b\":2}} merci", Some("{\"a\":{\"b\":2}}")),
            ("```json\n{\"a\":1}\n```", Some("{\"a\":1}")),
            ("{\"a\":\"une } accolade \\\" et {\"}", Some("{\"a\":\"une } accolade \\\" et {\"}")),
            ("pas de json", None),
            ("[1,2]", None),
            ("{\"a\":1} et {\"b\":2}", None),
            ("{\"a\":1", None),
        ] {
            assert_eq!(object(text).ok(), expected, "{text}");
        }
    }
}
