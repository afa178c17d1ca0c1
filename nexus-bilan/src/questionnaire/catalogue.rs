//! The questionnaires that a running system offers: the built-in ones, and those of the school.

use super::bank::{Bank, BankStatus, Level, Subject};
use super::loader::{LoadedFile, load_files};
use super::problem::Problem;
use super::survey_model::Survey;
use nexus_core::Checksum;

/// The built-in files; one line each.
const BUILT_IN: &[(&str, &str)] = &[
    ("maths-terminale.json", include_str!("../../banks/maths-terminale.json")),
    ("pedagogique-commun.json", include_str!("../../banks/pedagogique-commun.json")),
];

/// Names and contents of the files that come with the library.
pub fn built_in_files<'a>() -> impl Iterator<Item = (&'a str, &'a [u8])> {
    BUILT_IN.iter().map(|(file, text)| (*file, text.as_bytes()))
}

/// Questionnaires by name. Only sound files are offered; the problems of all of them are kept.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Catalogue {
    banks: Vec<Bank>,
    /// Of each bank, at the same place: computed once, compared at every request.
    checksums: Vec<Checksum>,
    surveys: Vec<Survey>,
    problems: Vec<Problem>,
}

impl Catalogue {
    /// The questionnaires that come with the library.
    pub fn built_in() -> Self {
        Self::with_files(std::iter::empty())
    }

    /// The built-in questionnaires and those of other files, given by name and bytes. A file with an error is left out,
    /// and so is one that takes the name of an earlier one.
    pub fn with_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        Self::of(load_files(built_in_files().chain(files)))
    }

    fn of(files: Vec<LoadedFile>) -> Self {
        let mut catalogue = Self::default();
        for file in files {
            let sound = file.is_sound();
            match file {
                LoadedFile::Bank(loaded) => {
                    catalogue.problems.extend(loaded.problems);
                    if let Some(bank) = loaded.bank.filter(|_| sound) {
                        catalogue.checksums.push(bank.checksum());
                        catalogue.banks.push(bank);
                    }
                }
                LoadedFile::Survey(loaded) => {
                    catalogue.problems.extend(loaded.problems);
                    catalogue.surveys.extend(loaded.survey.filter(|_| sound));
                }
                LoadedFile::Unreadable { problems, .. } => catalogue.problems.extend(problems),
            }
        }
        catalogue
    }

    /// The banks, built-in ones first.
    pub fn banks(&self) -> &[Bank] {
        &self.banks
    }

    /// The surveys, built-in ones first.
    pub fn surveys(&self) -> &[Survey] {
        &self.surveys
    }

    /// What is wrong with the files, those left out included.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The bank of this name.
    pub fn bank(&self, slug: &str) -> Option<&Bank> {
        self.banks.iter().find(|bank| bank.slug == slug)
    }

    /// The bank of this name and the checksum of its content.
    pub fn bank_with_checksum(&self, slug: &str) -> Option<(&Bank, Checksum)> {
        self.banks
            .iter()
            .zip(&self.checksums)
            .find(|(bank, _)| bank.slug == slug)
            .map(|(bank, sum)| (bank, *sum))
    }

    /// The survey of this name.
    pub fn survey(&self, slug: &str) -> Option<&Survey> {
        self.surveys.iter().find(|survey| survey.slug == slug)
    }

    /// The bank for a subject and the level that the pupil enters: a signed one before a draft, then the first one.
    pub fn bank_for(&self, subject: Subject, level: Level) -> Option<&Bank> {
        let fits = |bank: &&Bank| bank.subject == Some(subject) && bank.level == Some(level);
        let mut fitting = self.banks.iter().filter(fits);
        let signed = fitting.clone().find(|bank| bank.status == BankStatus::Signed);
        signed.or_else(|| fitting.next())
    }
}

#[cfg(test)]
mod tests {
    use super::super::problem::{Rule, Severity};
    use super::*;

    #[test]
    fn the_built_in_files_have_no_error() {
        let catalogue = Catalogue::built_in();
        let errors: Vec<_> =
            catalogue.problems().iter().filter(|problem| problem.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(catalogue.banks().len() + catalogue.surveys().len(), BUILT_IN.len());
        for bank in catalogue.banks() {
            let survey = bank.survey.as_deref();
            assert!(survey.is_none_or(|survey| catalogue.survey(survey).is_some()), "{}", bank.slug);
        }
    }

    #[test]
    fn a_bad_file_does_not_hide_the_others() {
        let survey = br#"{"title": "T", "questions": [{"id": "a", "type": "text", "statement": "S"}]}"#;
        let files: [(&str, &[u8]); 4] =
            [("bad.json", b"{"), ("s.json", survey), ("folder/s.json", survey), ("odd.json", b"{\"a\": 1}")];
        let catalogue = Catalogue::with_files(files);
        assert!(catalogue.survey("s").is_some());
        let count = |rule| catalogue.problems().iter().filter(|problem| problem.rule == rule).count();
        assert_eq!((count(Rule::Unreadable), count(Rule::UniqueIds)), (2, 1));
        assert_eq!(catalogue.surveys().iter().filter(|survey| survey.slug == "s").count(), 1);
    }
}
