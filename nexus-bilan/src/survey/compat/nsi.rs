//! The NSI profile, the same rules for both levels.

use super::{RawAnswers, agrees, likert};
use serde::Serialize;
use serde_json::Value;

/// Ids that the profile reads; with none of them answered there is no profile.
const READ: [&str; 20] = [
    "P4", "P5", "P6", "P7", "P8", "P9", "P10", "P11", "P12", "P13", "P14", "P16", "P17", "P20", "P21", "P22",
    "P26", "P28", "P30", "P29",
];

/// A pupil, as the existing application described him.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NsiProfile {
    /// `Visuel`, `Auditif` or `Kinesthesique`.
    pub vak: &'static str,
    /// `bonne`, `moyenne` or `faible`.
    pub autonomie: &'static str,
    /// `bonne`, `moyenne` or `faible`.
    pub organisation: &'static str,
    /// `faible`, `moyen` or `élevé`.
    pub stress: &'static str,
    /// Declared difficulties, in the order of the rules; health-like: for staff only.
    pub flags: Vec<&'static str>,
    /// Habits of work.
    pub preferences: NsiPreferences,
}

/// Habits of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NsiPreferences {
    /// Likes to program in pairs.
    pub pair_programming: bool,
    /// Uses a version control system.
    pub git: bool,
    /// Writes tests.
    pub tests: bool,
}

/// How the lessons would be held.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Modality {
    /// Alone or in a group.
    pub format: &'static str,
    /// Minutes of a session.
    pub duree: u32,
    /// Hours a week.
    pub hebdo: f64,
}

/// Describes a pupil; `None` when he answered nothing that the rules read.
pub fn nsi_profile(answers: &RawAnswers) -> Option<NsiProfile> {
    if !READ.iter().any(|id| answers.get(*id).is_some_and(|value| !value.is_null())) {
        return None;
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let up = |id: &str| (likert(answers, id) - 1.0) / 4.0;
    let down = |id: &str| 1.0 - up(id);
    let serenity = mean(&[down("P16"), up("P17")]);
    Some(NsiProfile {
        vak: strongest(&[("Visuel", "P11"), ("Auditif", "P12"), ("Kinesthesique", "P13")], answers),
        autonomie: level(mean(&[up("P4"), up("P5"), up("P6"), down("P7")])),
        organisation: level(mean(&[up("P8"), up("P9"), up("P10"), up("P26")])),
        stress: match level(serenity) {
            "bonne" => "faible",
            "moyenne" => "moyen",
            _ => "élevé",
        },
        flags: flags(answers),
        preferences: NsiPreferences {
            pair_programming: agrees(answers, "P14"),
            git: agrees(answers, "P10") || agrees(answers, "P28"),
            tests: agrees(answers, "P6"),
        },
    })
}

/// The lessons that the existing application drew from a profile.
pub fn modality(profile: &NsiProfile) -> Modality {
    let stressed = profile.stress == "élevé";
    let alone = profile.autonomie == "faible" || stressed || !profile.flags.is_empty();
    Modality {
        format: if alone { "individuel" } else { "groupe homogène (4 élèves)" },
        duree: if stressed { 60 } else { 90 },
        hebdo: match profile.autonomie {
            "bonne" => 1.5,
            "moyenne" => 2.0,
            _ => 3.0,
        },
    }
}

/// The name with the highest value; the first one among equals.
pub(super) fn strongest(candidates: &[(&'static str, &str)], answers: &RawAnswers) -> &'static str {
    let mut best = ("", f64::MIN);
    for (name, id) in candidates {
        let value = likert(answers, id);
        if value > best.1 {
            best = (name, value);
        }
    }
    best.0
}

fn level(share: f64) -> &'static str {
    if share >= 0.66 {
        "bonne"
    } else if share >= 0.40 {
        "moyenne"
    } else {
        "faible"
    }
}

fn flags(answers: &RawAnswers) -> Vec<&'static str> {
    let declared = [("P20", "Concentration"), ("P21", "Abstraction"), ("P22", "Anxiete")];
    let mut flags: Vec<_> =
        declared.iter().filter(|(id, _)| agrees(answers, id)).map(|(_, flag)| *flag).collect();
    let needs = ["Dys", "TDAH_suspect", "Anxiete", "Besoins_specifiques"];
    let ticked = answers.get("P30").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for (position, need) in needs.iter().enumerate() {
        if ticked
            .iter()
            .any(|tick| tick.as_u64().and_then(|tick| usize::try_from(tick).ok()) == Some(position))
        {
            flags.push(need);
        }
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn profile(answers: &serde_json::Value) -> Option<(serde_json::Value, serde_json::Value)> {
        let profile = nsi_profile(answers.as_object().unwrap())?;
        Some((json!(profile), json!(modality(&profile))))
    }

    /// Golden family K: `K-nsi-derive-0` to `-3`, and the profile of `K-nsi-premiere-full`.
    #[test]
    fn golden() {
        let group = "groupe homogène (4 élèves)";
        let cases = [
            (
                json!({"P11": 5, "P12": 2, "P13": 3, "P4": 5, "P5": 4, "P6": 4, "P7": 1, "P8": 4, "P9": 4, "P10": 4,
                    "P26": 4, "P16": 1, "P17": 5}),
                json!({"vak": "Visuel", "autonomie": "bonne", "organisation": "bonne", "stress": "faible", "flags": [],
                    "preferences": {"pairProgramming": false, "git": true, "tests": true}}),
                json!({"format": group, "duree": 90, "hebdo": 1.5}),
            ),
            (
                json!({"P16": 5, "P17": 1, "P30": [1]}),
                json!({"vak": "Visuel", "autonomie": "moyenne", "organisation": "moyenne", "stress": "élevé",
                    "flags": ["TDAH_suspect"],
                    "preferences": {"pairProgramming": false, "git": false, "tests": false}}),
                json!({"format": "individuel", "duree": 60, "hebdo": 2.0}),
            ),
            (
                json!({"P11": 4, "P12": 4, "P13": 4}),
                json!({"vak": "Visuel", "autonomie": "moyenne", "organisation": "moyenne", "stress": "moyen", "flags": [],
                    "preferences": {"pairProgramming": false, "git": false, "tests": false}}),
                json!({"format": group, "duree": 90, "hebdo": 2.0}),
            ),
            (
                json!({"P12": "5", "P13": 5}),
                json!({"vak": "Auditif", "autonomie": "moyenne", "organisation": "moyenne", "stress": "moyen", "flags": [],
                    "preferences": {"pairProgramming": false, "git": false, "tests": false}}),
                json!({"format": group, "duree": 90, "hebdo": 2.0}),
            ),
            (
                json!({"P4": 4, "P5": 5, "P6": 4, "P7": 2, "P8": 4, "P9": 5, "P10": 2, "P26": 3, "P11": 4, "P12": 2, "P13": 5,
                    "P14": 4, "P16": 4, "P17": 2, "P28": 2, "P20": 4, "P21": 2, "P22": 3, "P30": [1]}),
                json!({"vak": "Kinesthesique", "autonomie": "bonne", "organisation": "moyenne", "stress": "élevé",
                    "flags": ["Concentration", "TDAH_suspect"],
                    "preferences": {"pairProgramming": true, "git": false, "tests": true}}),
                json!({"format": "individuel", "duree": 60, "hebdo": 1.5}),
            ),
        ];
        for (answers, expected, lessons) in cases {
            assert_eq!(profile(&answers), Some((expected, lessons)), "{answers}");
        }
    }

    /// Defect `K-nsi-premiere-empty`: a pupil who said nothing was described all the same.
    #[test]
    fn nothing_answered_is_no_profile() {
        assert_eq!(profile(&json!({})), None);
    }
}
