//! Evidence ids: the names by which a sentence cites the facts that carry it.

use super::FactSheet;
use serde_json::{Value, json};

impl FactSheet {
    /// Every id that a statement may cite.
    pub fn evidence_ids(&self) -> Vec<String> {
        let fixed = ["bank", "attempt", "global", "ability", "rhythm", "method"].map(str::to_owned);
        let confidence = self.confidence.map(|_| "confidence".to_owned());
        let prefixed = |prefix: &'static str| move |id: &String| format!("{prefix}:{id}");
        fixed
            .into_iter()
            .chain(confidence)
            .chain(self.domains.iter().map(|fact| &fact.id).map(prefixed("domain")))
            .chain(self.nodes.iter().map(|fact| &fact.id).map(prefixed("node")))
            .chain(self.items.iter().map(|fact| &fact.id).map(prefixed("item")))
            .chain(self.traits.iter().map(|fact| &fact.id).map(prefixed("trait")))
            .chain(self.preferences.iter().map(|fact| &fact.key).map(prefixed("preference")))
            .chain(self.flags.iter().map(|fact| format!("flag:{}", fact.flag.as_str())))
            .collect()
    }

    /// The fact behind an id, as JSON; `None` for an id that names nothing.
    pub fn fact(&self, id: &str) -> Option<Value> {
        let value = match id.split_once(':') {
            None => match id {
                "bank" => json!(self.bank),
                "attempt" => json!(self.attempt),
                "global" => json!(self.global),
                "ability" => json!(self.ability),
                "rhythm" => json!(self.rhythm),
                "method" => json!(self.method),
                "confidence" => json!(self.confidence?),
                _ => return None,
            },
            Some(("domain", key)) => json!(self.domain(key)?),
            Some(("node", key)) => json!(self.node(key)?),
            Some(("item", key)) => {
                let item = self.items.iter().find(|item| item.id == key)?;
                let errors: Vec<_> = self.misconceptions.iter().filter(|error| error.item == key).collect();
                json!({ "item": item, "misconceptions": errors })
            }
            Some(("trait", key)) => json!(self.traits.iter().find(|fact| fact.id == key)?),
            Some(("preference", key)) => json!(self.preference(key)?),
            Some(("flag", key)) => json!(self.flags.iter().find(|fact| fact.flag.as_str() == key)?),
            Some(_) => return None,
        };
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::samples::Attempt;

    #[test]
    fn every_listed_id_names_a_fact_and_no_other_does() {
        let sheet = Attempt::ordinary().sheet();
        let ids = sheet.evidence_ids();
        assert!(ids.iter().all(|id| sheet.fact(id).is_some()));
        assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), ids.len());
        for id in ["domain:nowhere", "node:", "", "name", "item", "flag:x", "survey:1"] {
            assert!(sheet.fact(id).is_none(), "{id}");
        }
    }
}
