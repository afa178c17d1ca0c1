//! The six rival offer rules of the existing application, kept to compare a migration with the past. They contradict each
//! other on more than half of the profiles; nothing but comparisons may use them.

/// What a rule answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegacyOffer {
    /// The offer; empty when the cahier has no rule.
    pub primary: &'static str,
    /// Other offers.
    pub alternatives: &'static [&'static str],
}

const fn offer(primary: &'static str, alternatives: &'static [&'static str]) -> LegacyOffer {
    LegacyOffer { primary, alternatives }
}

/// Unweighted mean of the domain percents (0 if none) and number of domains below 50.
fn summary(percents: &[f64]) -> (f64, usize) {
    let low = percents.iter().filter(|percent| **percent < 50.0).count();
    let mean = if percents.is_empty() { 0.0 } else { percents.iter().sum::<f64>() / percents.len() as f64 };
    (mean, low)
}

/// O1: the submit route and the PDF adapters.
pub fn choose(percents: &[f64]) -> LegacyOffer {
    let (mean, low) = summary(percents);
    match low {
        0 if mean >= 65.0 => offer("Cortex", &["Studio Flex"]),
        0..=2 => offer("Studio Flex", &["Académies"]),
        _ => offer("Académies", &["Odyssée"]),
    }
}

/// O2: the wizard. `guidance` = the pupil expects guidance or follow-up.
pub fn synthesize(percents: &[f64], statut: &str, motivation: &str, expectations: &[&str]) -> LegacyOffer {
    let (mean, low) = summary(percents);
    let guidance = expectations.iter().any(|wish| wish.contains("guid") || wish.contains("suivi"));
    let faible = motivation.contains("faible");
    if statut.contains("candidat") {
        offer("Odyssée Candidat Libre", &["Académies"])
    } else if mean >= 70.0 && low <= 1 && !guidance {
        offer("Cortex", &["Académies"])
    } else if mean >= 55.0 && low <= 2 && !faible {
        offer("Studio Flex", &["Cortex", "Académies"])
    } else if mean >= 40.0 && low >= 2 {
        offer("Académies", &["Odyssée"])
    } else {
        offer("Odyssée", &["Studio Flex"])
    }
}

/// O3: the general PDF.
pub fn recommend(global: f64, low: usize, autonomy: &str, motivation: &str, statut: &str) -> LegacyOffer {
    if statut.contains("candidat") {
        offer("Programme Odyssée — Candidat Libre", &["Académies Nexus (stages intensifs)"])
    } else if global >= 70.0 && low <= 1 && autonomy == "élevée" {
        offer("Nexus Cortex (IA ARIA 24/7)", &["Académies Nexus (perfectionnement ciblé)"])
    } else if global >= 55.0 && low <= 2 && matches!(motivation, "bonne" | "moyenne") {
        offer("Studio Flex (cours à la carte)", &["Cortex", "Académies Nexus"])
    } else if global >= 40.0 && low >= 2 {
        offer("Académies Nexus (stages intensifs)", &["Programme Odyssée (si objectif mention/Parcoursup)"])
    } else if global < 55.0 || autonomy == "faible" || motivation == "faible" {
        offer("Programme Odyssée (accompagnement annuel premium)", &["Studio Flex (renfort ponctuel)"])
    } else {
        offer("Nexus Cortex (IA ARIA 24/7)", &["Académies Nexus"])
    }
}

/// O4: unused by routes.
pub fn decide(percents: &[f64]) -> LegacyOffer {
    let (mean, low) = summary(percents);
    if mean >= 75.0 && low == 0 {
        offer("Cortex", &["Studio Flex"])
    } else if low <= 1 && mean >= 60.0 {
        offer("Studio Flex", &["Académies"])
    } else if low >= 3 || mean < 50.0 {
        offer("Académies", &["Odyssée"])
    } else {
        offer("Odyssée", &["Studio Flex"])
    }
}

/// O5: laid over the offer that a model wrote. Returns the code of the rule and the offer's name and alternatives.
pub fn overlay(
    percents: &[f64],
    global: f64,
    statut: &str,
    autonomie: &str,
    written: &str,
    alternatives: &[&str],
) -> (Option<&'static str>, String, Vec<String>) {
    let (_, low) = summary(percents);
    let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    if statut == "candidat_libre" {
        (Some("CANDIDAT_LIBRE_ODYSSEE"), "Odyssée".to_owned(), owned(&["Académies"]))
    } else if global >= 70.0 && low <= 1 && autonomie == "bonne" {
        (Some("CORTEX_HIGH_PERF"), "Cortex".to_owned(), owned(&["Académies"]))
    } else if low >= 2 {
        let primary = if written.is_empty() { "Studio Flex" } else { written };
        (Some("STUDIO_FLEX_TARGETED"), primary.to_owned(), owned(alternatives))
    } else {
        (None, written.to_owned(), owned(alternatives))
    }
}

/// What O6 looks at. It reads a health-like self-screening as a sales rule: one of the reasons why it is history.
#[derive(Debug, Clone, Copy)]
pub struct MatrixInput {
    /// Global percent.
    pub global: f64,
    /// Domains below 50.
    pub low: usize,
    /// 1 to 5.
    pub autonomy: f64,
    /// 1 to 5.
    pub motivation: f64,
    /// 0 to 10.
    pub organisation: f64,
    /// 1 to 5.
    pub stress: f64,
    /// 1 to 4.
    pub dys: f64,
    /// Private candidate.
    pub candidat_libre: bool,
    /// Little time.
    pub strong_time_constraint: bool,
    /// Prepares an exam.
    pub exam_objective: bool,
}

/// O6: the matrix of the cahier, with its gaps. Returns the code of the rule.
pub fn matrix(input: &MatrixInput) -> (&'static str, Option<LegacyOffer>) {
    let MatrixInput { global, low, .. } = *input;
    let framed = global < 55.0
        || input.autonomy < 2.5
        || input.motivation < 2.5
        || input.organisation < 4.0
        || input.stress >= 4.0
        || input.dys >= 2.5;
    let several = ((40.0..=65.0).contains(&global) && low >= 2)
        || (input.strong_time_constraint && input.exam_objective);
    let targeted =
        (55.0..=70.0).contains(&global) && low <= 2 && input.motivation >= 2.8 && input.organisation >= 5.0;
    let alone = global >= 70.0 && low <= 1 && input.autonomy >= 3.8 && input.motivation >= 3.8;
    if input.candidat_libre {
        ("CANDIDAT_LIBRE", Some(offer("Programme Odyssée Candidat Libre", &[])))
    } else if framed {
        ("ENCADREMENT", Some(offer("Programme Odyssée", &["Studio Flex", "Cortex"])))
    } else if several {
        ("MULTIPLE", Some(offer("Académies Nexus", &["Programme Odyssée", "Studio Flex"])))
    } else if targeted {
        ("CIBLE", Some(offer("Studio Flex", &["Cortex", "Académies Nexus"])))
    } else if alone {
        ("AUTONOME", Some(offer("Cortex", &["Académies Nexus", "Studio Flex"])))
    } else {
        ("NONE", None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_choose_and_decide() {
        for (percents, primary, alternative) in [
            (&[65.0, 65.0][..], "Cortex", "Studio Flex"),
            (&[100.0, 49.0], "Studio Flex", "Académies"),
            (&[49.0, 49.0, 90.0], "Studio Flex", "Académies"),
            (&[49.0, 49.0, 49.0], "Académies", "Odyssée"),
            (&[50.0, 50.0, 50.0], "Studio Flex", "Académies"),
        ] {
            let answer = choose(percents);
            assert_eq!((answer.primary, answer.alternatives), (primary, &[alternative][..]), "{percents:?}");
        }
        for (percents, primary, alternative) in [
            (&[75.0, 75.0][..], "Cortex", "Studio Flex"),
            (&[59.0, 59.0], "Odyssée", "Studio Flex"),
            (&[60.0, 60.0, 49.0], "Odyssée", "Studio Flex"),
            (&[50.0, 50.0], "Odyssée", "Studio Flex"),
            (&[49.0, 60.0, 60.0, 49.0], "Odyssée", "Studio Flex"),
            (&[], "Académies", "Odyssée"),
        ] {
            let answer = decide(percents);
            assert_eq!((answer.primary, answer.alternatives), (primary, &[alternative][..]), "{percents:?}");
        }
    }

    #[test]
    fn golden_recommend() {
        const CORTEX: &str = "Nexus Cortex (IA ARIA 24/7)";
        const FLEX: &str = "Studio Flex (cours à la carte)";
        const ANNUAL: &str = "Programme Odyssée (accompagnement annuel premium)";
        let renfort = &["Studio Flex (renfort ponctuel)"][..];
        for (global, low, autonomy, motivation, statut, primary, alternatives) in [
            (
                90.0,
                0,
                "élevée",
                "bonne",
                "candidat_libre",
                "Programme Odyssée — Candidat Libre",
                &["Académies Nexus (stages intensifs)"][..],
            ),
            (70.0, 1, "élevée", "", "", CORTEX, &["Académies Nexus (perfectionnement ciblé)"]),
            (70.0, 1, "bonne", "bonne", "", FLEX, &["Cortex", "Académies Nexus"]),
            (55.0, 2, "", "moyenne", "", FLEX, &["Cortex", "Académies Nexus"]),
            (80.0, 0, "", "élevée", "", CORTEX, &["Académies Nexus"]),
            (
                54.0,
                2,
                "",
                "bonne",
                "",
                "Académies Nexus (stages intensifs)",
                &["Programme Odyssée (si objectif mention/Parcoursup)"],
            ),
            (39.0, 4, "", "bonne", "", ANNUAL, renfort),
            (0.0, 0, "", "moyenne", "", ANNUAL, renfort),
            (60.0, 1, "", "faible", "", ANNUAL, renfort),
        ] {
            let answer = recommend(global, low, autonomy, motivation, statut);
            assert_eq!(
                (answer.primary, answer.alternatives),
                (primary, alternatives),
                "{global} {low} {motivation}"
            );
        }
    }

    #[test]
    fn golden_synthesize() {
        for (percents, statut, motivation, wishes, primary, alternatives) in [
            (&[80.0, 78.0][..], "", "bonne", &["defis"][..], "Cortex", &["Académies"][..]),
            (&[40.0, 45.0, 42.0], "", "mixte", &[], "Académies", &["Odyssée"]),
            (&[60.0, 58.0], "", "faible", &["guidage"], "Odyssée", &["Studio Flex"]),
            (&[70.0, 72.0], "candidat_libre", "mixte", &[], "Odyssée Candidat Libre", &["Académies"]),
            (&[35.0, 90.0], "", "mixte", &[], "Studio Flex", &["Cortex", "Académies"]),
        ] {
            let answer = synthesize(percents, statut, motivation, wishes);
            assert_eq!((answer.primary, answer.alternatives), (primary, alternatives), "{percents:?}");
        }
    }

    #[test]
    fn golden_overlay() {
        for (percents, written, code, primary, alternatives) in [
            (&[75.0, 52.0][..], "Flex", "CORTEX_HIGH_PERF", "Cortex", vec!["Académies".to_owned()]),
            (&[49.0, 48.0, 60.0], "Flex", "STUDIO_FLEX_TARGETED", "Flex", vec![]),
            (&[49.0, 90.0], "Flex", "CORTEX_HIGH_PERF", "Cortex", vec!["Académies".to_owned()]),
            (&[49.0, 48.0], "", "STUDIO_FLEX_TARGETED", "Studio Flex", vec![]),
        ] {
            assert_eq!(
                overlay(percents, 70.0, "fr", "bonne", written, &[]),
                (Some(code), primary.to_owned(), alternatives)
            );
        }
    }

    #[test]
    fn golden_matrix() {
        let plain = MatrixInput {
            global: 60.0,
            low: 2,
            autonomy: 3.0,
            motivation: 3.0,
            organisation: 6.0,
            stress: 3.0,
            dys: 1.0,
            candidat_libre: false,
            strong_time_constraint: false,
            exam_objective: false,
        };
        let free = MatrixInput {
            global: 95.0,
            low: 1,
            autonomy: 5.0,
            motivation: 5.0,
            candidat_libre: true,
            ..plain
        };
        let tense = MatrixInput {
            global: 85.0,
            low: 0,
            autonomy: 4.5,
            motivation: 4.5,
            organisation: 8.0,
            stress: 4.0,
            ..plain
        };
        for (input, code, primary) in [
            (free, "CANDIDAT_LIBRE", Some("Programme Odyssée Candidat Libre")),
            (plain, "MULTIPLE", Some("Académies Nexus")),
            (MatrixInput { global: 54.0, low: 1, ..plain }, "ENCADREMENT", Some("Programme Odyssée")),
            (tense, "ENCADREMENT", Some("Programme Odyssée")),
            (MatrixInput { low: 1, organisation: 4.5, ..plain }, "NONE", None),
            (
                MatrixInput { global: 70.0, low: 1, autonomy: 3.8, motivation: 3.8, ..plain },
                "CIBLE",
                Some("Studio Flex"),
            ),
        ] {
            let (rule, answer) = matrix(&input);
            assert_eq!((rule, answer.map(|answer| answer.primary)), (code, primary));
        }
    }
}
