//! The mathematics profile; which question says what is an input, because the two levels number them differently.

use super::nsi::strongest;
use super::{RawAnswers, agrees, number};
use serde::Serialize;
use serde_json::Value;

/// Which questions the rules read. The existing application used the numbers of Première for Terminale too, where they
/// mean other things from the seventh on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MathsIds {
    /// Interest in the subject.
    pub interest: &'static str,
    /// Ambition.
    pub ambition: &'static str,
    /// Ways of learning, by name.
    pub styles: &'static [(&'static str, &'static str)],
    /// Habits of organisation, all needed.
    pub organisation: &'static [&'static str],
    /// "Stress makes me lose my means."
    pub stress: &'static str,
    /// "I manage my time well."
    pub time: &'static str,
    /// Useful practices (several options).
    pub methods: &'static str,
    /// Tools (several options).
    pub tools: &'static str,
    /// "I skip steps."
    pub rigour: &'static str,
    /// "I give up soon."
    pub perseverance: &'static str,
}

impl MathsIds {
    /// The survey of Première.
    pub const PREMIERE: Self = Self {
        interest: "M1",
        ambition: "M2",
        styles: &[("Visuel", "M12"), ("Auditif", "M13"), ("Kinesthesique", "M14")],
        organisation: &["M9", "M10"],
        stress: "M17",
        time: "M18",
        methods: "M8",
        tools: "M19",
        rigour: "M6",
        perseverance: "M22",
    };

    /// The survey of Terminale, with the numbers that its questions really have.
    pub const TERMINALE: Self = Self {
        interest: "T1",
        ambition: "T2",
        styles: &[("Visuel", "T11"), ("Auditif", "T12")],
        organisation: &["T8"],
        stress: "T16",
        time: "T17",
        methods: "T7",
        tools: "T18",
        rigour: "T6",
        perseverance: "T21",
    };
}

/// A pupil, as the existing application described him.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MathsProfile {
    /// Preferred way of learning.
    pub style: &'static str,
    /// `élevée`, `bonne` or `moyenne`.
    pub motivation: &'static str,
    /// `bonne` or `moyenne`.
    pub organisation: &'static str,
    /// `fragile`, `correcte` or `moyenne`.
    pub confidence: &'static str,
    /// Positions of the ticked practices.
    pub methods: Vec<u64>,
    /// Positions of the ticked tools (the existing application calls them environment).
    pub environment: Vec<u64>,
    /// What to work on.
    pub flags: Vec<&'static str>,
}

/// Describes a pupil; `None` when he answered nothing that the rules read. Confidence is read the right way round: a pupil
/// who says that stress makes him lose his means (4 or 5) is the fragile one.
pub fn maths_profile(answers: &RawAnswers, ids: &MathsIds) -> Option<MathsProfile> {
    let single = [
        ids.interest,
        ids.ambition,
        ids.stress,
        ids.time,
        ids.methods,
        ids.tools,
        ids.rigour,
        ids.perseverance,
    ];
    let read = single.iter().chain(ids.organisation).chain(ids.styles.iter().map(|(_, id)| id));
    if !read.into_iter().any(|id| answers.get(*id).is_some_and(|value| !value.is_null())) {
        return None;
    }
    let positions = |id: &str| -> Vec<u64> {
        answers.get(id).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_u64).collect()
    };
    let flags = [(ids.rigour, "Rigueur à consolider"), (ids.perseverance, "Persévérance à travailler")];
    Some(MathsProfile {
        style: strongest(ids.styles, answers),
        motivation: if agrees(answers, ids.interest) {
            "élevée"
        } else if agrees(answers, ids.ambition) {
            "bonne"
        } else {
            "moyenne"
        },
        organisation: if ids.organisation.iter().all(|id| agrees(answers, id)) { "bonne" } else { "moyenne" },
        confidence: if agrees(answers, ids.stress) {
            "fragile"
        } else if agrees(answers, ids.time) || number(answers, ids.stress).is_some_and(|value| value <= 2.0) {
            "correcte"
        } else {
            "moyenne"
        },
        methods: positions(ids.methods),
        environment: positions(ids.tools),
        flags: flags.iter().filter(|(id, _)| agrees(answers, id)).map(|(_, flag)| *flag).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// `K-maths-premiere-profile`: as in the past, except the inverted confidence, which has its target value.
    #[test]
    fn golden() {
        let answers = json!({"M1": 5, "M2": 4, "M6": 4, "M8": [0, 2], "M9": 4, "M10": 4, "M12": 5, "M13": 3, "M14": 2,
            "M17": 2, "M18": 5, "M19": [1], "M22": 4});
        let profile = maths_profile(answers.as_object().unwrap(), &MathsIds::PREMIERE).unwrap();
        assert_eq!(
            json!(profile),
            json!({"style": "Visuel", "motivation": "élevée", "organisation": "bonne", "confidence": "correcte",
                "methods": [0, 2], "environment": [1], "flags": ["Rigueur à consolider", "Persévérance à travailler"]})
        );
        assert_eq!(maths_profile(json!({}).as_object().unwrap(), &MathsIds::TERMINALE), None);
    }

    #[test]
    fn a_stressed_pupil_is_the_fragile_one() {
        let answers = json!({"M17": 5, "M18": 5});
        let profile = maths_profile(answers.as_object().unwrap(), &MathsIds::PREMIERE).unwrap();
        assert_eq!(profile.confidence, "fragile");
    }
}
