//! Every file of the existing application loads, and its known errors of content are reported.

use crate::support::{legacy, shared};
use nexus_bilan::questionnaire::{
    BankStatus, ItemKind, Level, LoadedFile, Rule, Severity, Subject, TraitAudience, load_file, load_files,
};

/// File, items, points.
const BANKS: [(&str, usize, &str); 8] = [
    ("qcm_seconde_for_premiere_maths.json", 43, "70"),
    ("qcm_premiere_for_terminale_maths.json", 43, "69"),
    ("qcm_seconde_for_premiere_pc.json", 43, "63"),
    ("qcm_premiere_for_terminale_pc.json", 30, "54"),
    ("qcm_premiere_for_terminale_nsi.json", 35, "57"),
    ("qcm_seconde_for_premiere_nsi.json", 35, "62"),
    ("qcm_snt_for_nsi_premiere.json", 40, "90"),
    ("qcm_premiere_for_terminale.json", 40, "84"),
];

/// File, items, likert, single, multi, text, sum of the weights.
const SURVEYS: [(&str, [usize; 5], Option<&str>); 8] = [
    ("pedago_survey_commun.json", [9, 1, 5, 2, 1], None),
    ("pedago_survey_maths_premiere.json", [24, 17, 4, 3, 0], Some("48")),
    ("pedago_survey_maths_terminale.json", [23, 16, 4, 3, 0], Some("46")),
    ("pedago_survey_pc_premiere.json", [23, 16, 4, 3, 0], Some("46")),
    ("pedago_survey_pc_terminale.json", [23, 16, 4, 3, 0], Some("46")),
    ("pedago_survey_nsi_premiere.json", [30, 27, 2, 1, 0], Some("60")),
    ("pedago_survey_nsi_terminale.json", [30, 27, 2, 1, 0], Some("60")),
    ("VOLET2.json", [50, 13, 19, 8, 10], None),
];

#[test]
fn every_bank_loads_as_a_draft() {
    let Some(shared) = shared() else { return };
    for (file, items, points) in BANKS {
        let loaded = load_file(file, &legacy(&shared, file));
        let bank = loaded.bank().expect(file);
        assert_eq!(bank.items.len(), items, "{file}");
        let total = bank
            .items
            .iter()
            .try_fold(nexus_bilan::scoring::Rational::ZERO, |sum, item| sum.checked_add(item.weight));
        assert_eq!(total.unwrap().to_string(), points, "{file}");
        assert_eq!(bank.status, BankStatus::Draft, "{file}");
        assert!(bank.subject.is_some() && bank.level.is_some(), "{file}");
        assert!(bank.domains.iter().all(|domain| !domain.label.contains('_')), "{file}");
    }
    let snt = load_file("qcm_snt_for_nsi_premiere.json", &legacy(&shared, "qcm_snt_for_nsi_premiere.json"));
    let snt = snt.bank().unwrap();
    assert_eq!((snt.subject, snt.level), (Some(Subject::Nsi), Some(Level::Premiere)));
    assert_eq!(snt.items.iter().filter(|item| item.critical).count(), 15);
    assert!(snt.items.iter().all(|item| matches!(item.kind, ItemKind::SingleChoice { .. })));
}

#[test]
fn every_survey_loads_without_error() {
    let Some(shared) = shared() else { return };
    for (file, counts, weight) in SURVEYS {
        let loaded = load_file(file, &legacy(&shared, file));
        assert!(loaded.is_sound(), "{file}: {:?}", loaded.problems());
        let survey = loaded.survey().expect(file);
        let json = serde_json::to_value(survey).unwrap();
        let of_type =
            |kind: &str| json["items"].as_array().unwrap().iter().filter(|item| item["type"] == kind).count();
        let found =
            [survey.items.len(), of_type("likert"), of_type("single"), of_type("multi"), of_type("text")];
        assert_eq!(found, counts, "{file}");
        let weights = survey.items.iter().filter_map(|item| item.weight);
        let total = weights
            .fold(nexus_bilan::scoring::Rational::ZERO, |sum, weight| sum.checked_add(weight).unwrap());
        assert_eq!(total.to_string(), weight.unwrap_or("0"), "{file}");
    }
    let enriched = load_file("VOLET2.json", &legacy(&shared, "VOLET2.json"));
    let enriched = enriched.survey().unwrap();
    let staff = enriched.traits.iter().filter(|definition| definition.audience == TraitAudience::Staff);
    assert_eq!(staff.map(|definition| definition.id.as_str()).collect::<Vec<_>>(), ["dys"]);
    assert_eq!(enriched.sections.len(), 8);
}

/// The table of known errors: file, item (none for the whole file), rule.
#[test]
fn the_known_errors_are_reported() {
    let Some(shared) = shared() else { return };
    let (maths, seconde) = ("qcm_premiere_for_terminale_maths.json", "qcm_seconde_for_premiere_maths.json");
    let (third, snt) = ("qcm_premiere_for_terminale.json", "qcm_snt_for_nsi_premiere.json");
    let known: [(&str, Option<&str>, Rule, Severity); 25] = [
        (maths, Some("P-GEO-28"), Rule::Erratum, Severity::Error),
        (maths, Some("P-MINI-41"), Rule::Erratum, Severity::Error),
        (maths, Some("P-SU-18"), Rule::Erratum, Severity::Error),
        (maths, Some("P-PS-32"), Rule::EqualOptions, Severity::Error),
        (maths, Some("P-AN-06"), Rule::OffProgramme, Severity::Warning),
        (maths, Some("P-AN-08"), Rule::OffProgramme, Severity::Warning),
        (maths, Some("P-ALG-21"), Rule::OffProgramme, Severity::Warning),
        (maths, Some("P-ALG-23"), Rule::OffProgramme, Severity::Warning),
        (maths, Some("P-ALG-24"), Rule::OffProgramme, Severity::Warning),
        (maths, Some("P-ALGO-37"), Rule::ModelAnswer, Severity::Warning),
        (maths, None, Rule::KeyPosition, Severity::Error),
        (seconde, Some("M2-TRI-Q23"), Rule::OffProgramme, Severity::Warning),
        (seconde, Some("M2-TRI-Q27"), Rule::OffProgramme, Severity::Warning),
        (seconde, Some("M2-ALG-Q5"), Rule::OffProgramme, Severity::Warning),
        (seconde, Some("M2-GEO-Q21"), Rule::SingleChoice, Severity::Warning),
        (third, None, Rule::Totals, Severity::Warning),
        (third, Some("Q30"), Rule::EqualOptions, Severity::Error),
        (third, Some("Q36"), Rule::EqualOptions, Severity::Error),
        (third, None, Rule::KeyPosition, Severity::Error),
        (snt, Some("Q12"), Rule::Erratum, Severity::Error),
        (snt, Some("Q17"), Rule::SingleChoice, Severity::Error),
        (snt, None, Rule::KeyPosition, Severity::Error),
        ("qcm_premiere_for_terminale_nsi.json", None, Rule::KeyPosition, Severity::Error),
        ("qcm_premiere_for_terminale_pc.json", None, Rule::KeyPosition, Severity::Error),
        ("qcm_seconde_for_premiere_pc.json", None, Rule::KeyPosition, Severity::Error),
    ];
    for (file, item, rule, severity) in known {
        let loaded = load_file(file, &legacy(&shared, file));
        let reported = loaded.problems().iter().any(|problem| {
            problem.item.as_deref() == item && problem.rule == rule && problem.severity == severity
        });
        assert!(reported, "{file} {item:?} {rule:?}");
    }
}

/// Computation agrees with every key of the existing banks that it can check: no false alarm.
#[test]
fn no_key_is_accused_wrongly() {
    let Some(shared) = shared() else { return };
    for (file, _, _) in BANKS {
        let loaded = load_file(file, &legacy(&shared, file));
        assert!(loaded.problems().iter().all(|problem| problem.rule != Rule::WrongKey), "{file}");
    }
}

#[test]
fn one_bad_file_hides_no_other() {
    let Some(shared) = shared() else { return };
    let mut files: Vec<(&str, Vec<u8>)> =
        BANKS.iter().map(|(file, _, _)| (*file, legacy(&shared, file))).collect();
    files.insert(2, ("broken.json", b"{\"questions\": [".to_vec()));
    files.insert(4, ("huge.json", vec![b'['; 10 * 1024 * 1024]));
    let loaded = load_files(files.iter().map(|(file, bytes)| (*file, bytes.as_slice())));
    assert_eq!(loaded.iter().filter(|file| file.bank().is_some()).count(), BANKS.len());
    let unreadable: Vec<_> =
        loaded.iter().filter(|file| matches!(file, LoadedFile::Unreadable { .. })).collect();
    assert_eq!(unreadable.len(), 2);
    assert!(
        unreadable
            .iter()
            .all(|file| file.problems().len() == 1 && file.problems()[0].severity == Severity::Error)
    );
}
