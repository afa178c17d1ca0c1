//! What the names of the existing application's files say.

use super::{Level, Subject};
use nexus_core::{Coded, ErrorCode};

/// Subject, level, file of the knowledge questionnaire. The two files that nothing led to come last.
const BANK_FILES: [(Subject, Level, &str); 8] = [
    (Subject::Mathematiques, Level::Premiere, "qcm_seconde_for_premiere_maths.json"),
    (Subject::Mathematiques, Level::Terminale, "qcm_premiere_for_terminale_maths.json"),
    (Subject::Nsi, Level::Premiere, "qcm_snt_for_nsi_premiere.json"),
    (Subject::Nsi, Level::Terminale, "qcm_premiere_for_terminale_nsi.json"),
    (Subject::PhysiqueChimie, Level::Premiere, "qcm_seconde_for_premiere_pc.json"),
    (Subject::PhysiqueChimie, Level::Terminale, "qcm_premiere_for_terminale_pc.json"),
    (Subject::Mathematiques, Level::Terminale, "qcm_premiere_for_terminale.json"),
    (Subject::Nsi, Level::Premiere, "qcm_seconde_for_premiere_nsi.json"),
];

/// No questionnaire for this subject and this level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no questionnaire for subject {subject:?} and level {level:?}")]
pub struct NoSuchBank {
    /// The subject, as asked for.
    pub subject: String,
    /// The level, as asked for.
    pub level: String,
}

impl Coded for NoSuchBank {
    fn code(&self) -> ErrorCode {
        ErrorCode::UnknownBank
    }

    fn sentence(&self) -> String {
        let clip = |text: &str| text.chars().take(40).collect::<String>();
        format!(
            "Aucun questionnaire n'existe pour la matière « {} » et le niveau « {} ».",
            clip(&self.subject),
            clip(&self.level)
        )
    }
}

/// The file of the existing application for a subject and a level, written in any case, with or without accents.
///
/// # Errors
/// Fails when there is none.
pub fn resolve_bank_file(subject: &str, level: &str) -> Result<&'static str, NoSuchBank> {
    let none = || NoSuchBank { subject: subject.to_owned(), level: level.to_owned() };
    let (Some(known_subject), Some(known_level)) = (read_subject(subject), read_level(level)) else {
        return Err(none());
    };
    BANK_FILES
        .iter()
        .find(|(subject, level, _)| *subject == known_subject && *level == known_level)
        .map(|(_, _, file)| *file)
        .ok_or_else(none)
}

/// Subject and level of a file of the existing application, from its name.
pub fn subject_and_level(file_name: &str) -> Option<(Subject, Level)> {
    let name = base_name(file_name);
    BANK_FILES.iter().find(|(_, _, file)| *file == name).map(|(subject, level, _)| (*subject, *level))
}

/// A subject, written in any case, with or without accents.
pub fn read_subject(text: &str) -> Option<Subject> {
    match word(text).as_str() {
        "mathematiques" | "maths" => Some(Subject::Mathematiques),
        "nsi" => Some(Subject::Nsi),
        "physiquechimie" | "pc" => Some(Subject::PhysiqueChimie),
        _ => None,
    }
}

/// A level, written in any case, with or without accents.
pub fn read_level(text: &str) -> Option<Level> {
    match word(text).as_str() {
        "premiere" => Some(Level::Premiere),
        "terminale" => Some(Level::Terminale),
        _ => None,
    }
}

/// The last part of a path.
pub(super) fn base_name(file_name: &str) -> &str {
    file_name.rsplit(['/', '\\']).next().unwrap_or(file_name)
}

fn word(text: &str) -> String {
    super::words::fold(text).chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Golden family R, the accented level as it should be.
    #[test]
    fn resolves_whatever_the_case_and_the_accents() {
        let cases = [
            ("MATHEMATIQUES", "premiere", "qcm_seconde_for_premiere_maths.json"),
            ("mathematiques", "TERMINALE", "qcm_premiere_for_terminale_maths.json"),
            ("NSI", "premiere", "qcm_snt_for_nsi_premiere.json"),
            ("NSI", "terminale", "qcm_premiere_for_terminale_nsi.json"),
            ("PHYSIQUE_CHIMIE", "terminale", "qcm_premiere_for_terminale_pc.json"),
            ("MATHEMATIQUES", "première", "qcm_seconde_for_premiere_maths.json"),
            ("Mathe\u{301}matiques", "PREMIÈRE", "qcm_seconde_for_premiere_maths.json"),
            ("Physique-Chimie", "Première", "qcm_seconde_for_premiere_pc.json"),
        ];
        for (subject, level, file) in cases {
            assert_eq!(resolve_bank_file(subject, level), Ok(file), "{subject} {level}");
        }
        let error = resolve_bank_file("SVT", "premiere").unwrap_err();
        assert_eq!(error.code(), ErrorCode::UnknownBank);
        assert!(error.sentence().contains("SVT"));
        assert!(resolve_bank_file("NSI", "seconde").is_err());
    }

    #[test]
    fn reads_names_back() {
        assert_eq!(
            subject_and_level("data/qcm_premiere_for_terminale.json"),
            Some((Subject::Mathematiques, Level::Terminale))
        );
        assert_eq!(subject_and_level("other.json"), None);
    }
}
