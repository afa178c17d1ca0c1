//! Reads the fields of a JSON object without ever failing: what is missing or of the wrong type becomes a finding.

use super::problem::{Finding, Rule};
use crate::scoring::Rational;
use serde_json::{Map, Value};

/// Reads one object and gathers what is wrong with it.
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    item: Option<String>,
    findings: Vec<Finding>,
}

impl<'a> Fields<'a> {
    /// A reader of this object; `None`, with a finding, when the value is no object.
    pub(super) fn of(value: &'a Value, place: &str, findings: &mut Vec<Finding>) -> Option<Self> {
        let Some(object) = value.as_object() else {
            findings.push(Finding::error(
                Rule::WrongType,
                format!("{place} : un objet est attendu, pas {}.", kind_of(value)),
            ));
            return None;
        };
        Some(Self { object, item: None, findings: Vec::new() })
    }

    /// Attributes the findings to this item.
    pub(super) fn about(&mut self, item: &str) {
        self.item = Some(item.to_owned());
        for finding in &mut self.findings {
            finding.item.get_or_insert_with(|| item.to_owned());
        }
    }

    /// Adds a finding about the object.
    pub(super) fn note(&mut self, finding: Finding) {
        let item = finding.item.clone().or_else(|| self.item.clone());
        self.findings.push(Finding { item, ..finding });
    }

    /// What was found.
    pub(super) fn finish(self) -> Vec<Finding> {
        self.findings
    }

    /// A field as it is; `null` counts as absent.
    pub(super) fn raw(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// Reports the fields that are not in this list.
    pub(super) fn only(&mut self, known: &[&str]) {
        let unknown: Vec<_> =
            self.object.keys().filter(|key| !known.contains(&key.as_str())).map(|key| clip(key)).collect();
        if !unknown.is_empty() {
            self.note(Finding::warning(
                Rule::UnknownField,
                format!("Champ inconnu, ignoré : {}.", unknown.join(", ")),
            ));
        }
    }

    /// A text, when there is one.
    pub(super) fn optional_text(&mut self, name: &str) -> Option<String> {
        let value = self.raw(name)?;
        if let Some(text) = value.as_str() {
            return Some(text.to_owned());
        }
        self.wrong_type(name, "un texte", value);
        None
    }

    /// A text that must not be empty.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        if self.raw(name).is_none() {
            self.missing(name);
            return None;
        }
        let text = self.optional_text(name)?;
        if text.trim().is_empty() {
            self.missing(name);
            return None;
        }
        Some(text)
    }

    /// A yes or no, `false` when absent.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        match self.raw(name) {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(other) => {
                self.wrong_type(name, "vrai ou faux", other);
                false
            }
        }
    }

    /// A list, empty when absent.
    pub(super) fn list(&mut self, name: &str) -> &'a [Value] {
        match self.raw(name) {
            None => &[],
            Some(Value::Array(list)) => list,
            Some(other) => {
                self.wrong_type(name, "une liste", other);
                &[]
            }
        }
    }

    /// A list of texts; other elements are reported and left out.
    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for value in self.list(name) {
            match value {
                Value::String(text) => texts.push(text.clone()),
                Value::Number(number) => texts.push(number.to_string()),
                other => self.wrong_type(name, "une liste de textes", other),
            }
        }
        texts
    }

    /// A whole number that is not negative.
    pub(super) fn count(&mut self, name: &str) -> Option<u32> {
        let value = self.raw(name)?;
        let count = value.as_u64().and_then(|count| u32::try_from(count).ok());
        if count.is_none() {
            self.wrong_type(name, "un nombre entier positif", value);
        }
        count
    }

    /// The points of an item: `max(1, weight)` as the existing application reads it, or 1 with a finding.
    pub(super) fn weight(&mut self) -> Rational {
        let refused = |fields: &mut Self, why: &str| {
            fields.note(Finding::error(Rule::Weight, format!("Le poids {why} ; il est remplacé par 1.")));
            Rational::ONE
        };
        let Some(value) = self.raw("weight") else {
            self.note(Finding::warning(Rule::Weight, "Le poids manque ; il est remplacé par 1."));
            return Rational::ONE;
        };
        let text = match value {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.trim().to_owned(),
            _ => return refused(self, "n'est pas un nombre"),
        };
        if text.parse::<f64>().is_ok_and(|weight| weight.abs() > 1000.0) {
            return refused(self, "dépasse 1000");
        }
        let Ok(weight) = text.parse::<Rational>() else {
            return refused(self, "n'est pas un nombre lisible");
        };
        if weight <= Rational::ZERO {
            return refused(self, "est nul ou négatif");
        }
        let rounded = weight.round_to(3);
        if rounded != weight {
            self.note(Finding::warning(Rule::Weight, "Le poids a plus de trois décimales ; il est arrondi."));
        }
        if rounded < Rational::ONE {
            self.note(Finding::warning(
                Rule::Weight,
                "Le poids est inférieur à 1 ; il est remplacé par 1, comme dans l'application d'origine.",
            ));
            return Rational::ONE;
        }
        rounded
    }

    /// Reports a missing field.
    pub(super) fn missing(&mut self, name: &str) {
        self.note(Finding::error(Rule::MissingField, format!("Le champ « {name} » manque ou est vide.")));
    }

    /// Reports a field of the wrong type.
    pub(super) fn wrong_type(&mut self, name: &str, expected: &str, value: &Value) {
        self.note(Finding::error(
            Rule::WrongType,
            format!("Le champ « {name} » devrait être {expected}, pas {}.", kind_of(value)),
        ));
    }
}

/// The French name of a JSON type.
pub(super) const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "une valeur vide",
        Value::Bool(_) => "un booléen",
        Value::Number(_) => "un nombre",
        Value::String(_) => "un texte",
        Value::Array(_) => "une liste",
        Value::Object(_) => "un objet",
    }
}

/// A text of the file that is safe to repeat in a message: at most 60 characters.
pub(super) fn clip(text: &str) -> String {
    if text.chars().count() <= 60 {
        return text.to_owned();
    }
    text.chars().take(59).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn weights_follow_the_existing_application() {
        let cases = [
            (json!({"weight": 2}), "2", 0),
            (json!({"weight": 1.5}), "1.5", 0),
            (json!({"weight": "3"}), "3", 0),
            (json!({"weight": 0.5}), "1", 1),
            (json!({"weight": 0}), "1", 1),
            (json!({"weight": -4}), "1", 1),
            (json!({"weight": 1e308}), "1", 1),
            (json!({"weight": "NaN"}), "1", 1),
            (json!({"weight": [2]}), "1", 1),
            (json!({"weight": 1.23456}), "1.235", 1),
            (json!({}), "1", 1),
        ];
        for (object, expected, problems) in cases {
            let mut findings = Vec::new();
            let mut fields = Fields::of(&object, "item", &mut findings).unwrap();
            assert_eq!(fields.weight().to_string(), expected, "{object}");
            assert_eq!(fields.finish().len(), problems, "{object}");
        }
    }

    #[test]
    fn wrong_types_are_reported_with_the_item() {
        let object = json!({"id": "Q1", "statement": 3, "critical": "oui", "options": "A", "extra": 1});
        let mut findings = Vec::new();
        let mut fields = Fields::of(&object, "item", &mut findings).unwrap();
        fields.about("Q1");
        assert_eq!(fields.text("statement"), None);
        assert!(!fields.flag("critical"));
        assert!(fields.list("options").is_empty());
        fields.only(&["id", "statement", "critical", "options"]);
        let findings = fields.finish();
        assert_eq!(findings.len(), 4);
        assert!(findings.iter().all(|finding| finding.item.as_deref() == Some("Q1")));
    }
}
