//! From a file to a bank or a survey, with everything that is wrong with it. No file makes the loader fail: what cannot be
//! read is a problem, and one bad file or item never hides the others.

use super::bank::{Bank, SourceFormat};
use super::import::{self, AnswerKeys, Format, Imported};
use super::problem::{Finding, Problem, Rule, Severity};
use super::rules::{check_bank, check_survey};
use super::survey_model::Survey;
use super::{canonical, document, errata};
use serde_json::Value;
use std::collections::BTreeMap;

/// How files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LoadOptions {
    /// How the model answers of format I are compared.
    pub answer_keys: AnswerKeys,
}

/// A bank, when the file holds one, and its problems.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedBank {
    /// Name of the file.
    pub file: String,
    /// The bank without its unreadable items.
    pub bank: Option<Bank>,
    /// What is wrong, in the order of the file, rules last.
    pub problems: Vec<Problem>,
}

/// A survey, when the file holds one, and its problems.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedSurvey {
    /// Name of the file.
    pub file: String,
    /// The survey without its unreadable items.
    pub survey: Option<Survey>,
    /// What is wrong, in the order of the file, rules last.
    pub problems: Vec<Problem>,
}

/// A file of either kind.
#[derive(Debug, Clone, PartialEq)]
pub enum LoadedFile {
    /// A bank.
    Bank(LoadedBank),
    /// A survey.
    Survey(LoadedSurvey),
    /// Neither, or unreadable.
    Unreadable {
        /// Name of the file.
        file: String,
        /// Why.
        problems: Vec<Problem>,
    },
}

impl LoadedBank {
    /// Whether the bank is there and no error stands against it.
    pub fn is_sound(&self) -> bool {
        self.bank.is_some() && !has_error(&self.problems)
    }
}

impl LoadedSurvey {
    /// Whether the survey is there and no error stands against it.
    pub fn is_sound(&self) -> bool {
        self.survey.is_some() && !has_error(&self.problems)
    }
}

impl LoadedFile {
    /// Name of the file.
    pub fn file(&self) -> &str {
        match self {
            Self::Bank(LoadedBank { file, .. })
            | Self::Survey(LoadedSurvey { file, .. })
            | Self::Unreadable { file, .. } => file,
        }
    }

    /// What is wrong with it.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Bank(LoadedBank { problems, .. })
            | Self::Survey(LoadedSurvey { problems, .. })
            | Self::Unreadable { problems, .. } => problems,
        }
    }

    /// The bank, when it is one.
    pub const fn bank(&self) -> Option<&Bank> {
        match self {
            Self::Bank(loaded) => loaded.bank.as_ref(),
            _ => None,
        }
    }

    /// The survey, when it is one.
    pub const fn survey(&self) -> Option<&Survey> {
        match self {
            Self::Survey(loaded) => loaded.survey.as_ref(),
            _ => None,
        }
    }

    /// Whether its content is there and no error stands against it.
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Bank(loaded) => loaded.is_sound(),
            Self::Survey(loaded) => loaded.is_sound(),
            Self::Unreadable { .. } => false,
        }
    }

    fn problems_mut(&mut self) -> &mut Vec<Problem> {
        match self {
            Self::Bank(LoadedBank { problems, .. })
            | Self::Survey(LoadedSurvey { problems, .. })
            | Self::Unreadable { problems, .. } => problems,
        }
    }
}

/// Loads a bank of any format.
pub fn load_bank(file: &str, bytes: &[u8]) -> LoadedBank {
    load_bank_with(file, bytes, LoadOptions::default())
}

/// Loads a bank of any format, with options.
pub fn load_bank_with(file: &str, bytes: &[u8], options: LoadOptions) -> LoadedBank {
    match load_file_with(file, bytes, options) {
        LoadedFile::Bank(loaded) => loaded,
        LoadedFile::Survey(_) => {
            let message =
                "Ce fichier contient un questionnaire pédagogique, pas un questionnaire de connaissances.";
            let problem = Finding::error(Rule::Unreadable, message).in_file(file, false);
            LoadedBank { file: file.to_owned(), bank: None, problems: vec![problem] }
        }
        LoadedFile::Unreadable { file, problems } => LoadedBank { file, bank: None, problems },
    }
}

/// Loads a survey of any format.
pub fn load_survey(file: &str, bytes: &[u8]) -> LoadedSurvey {
    match load_file(file, bytes) {
        LoadedFile::Survey(loaded) => loaded,
        LoadedFile::Bank(_) => {
            let message =
                "Ce fichier contient un questionnaire de connaissances, pas un questionnaire pédagogique.";
            let problem = Finding::error(Rule::Unreadable, message).in_file(file, false);
            LoadedSurvey { file: file.to_owned(), survey: None, problems: vec![problem] }
        }
        LoadedFile::Unreadable { file, problems } => LoadedSurvey { file, survey: None, problems },
    }
}

/// Loads a file of any kind; its format is read from its content, never from its name.
pub fn load_file(file: &str, bytes: &[u8]) -> LoadedFile {
    load_file_with(file, bytes, LoadOptions::default())
}

/// Loads a file of any kind, with options.
pub fn load_file_with(file: &str, bytes: &[u8], options: LoadOptions) -> LoadedFile {
    let unreadable = |findings: Vec<Finding>| LoadedFile::Unreadable {
        file: file.to_owned(),
        problems: findings.into_iter().map(|finding| finding.in_file(file, false)).collect(),
    };
    let root = match document::parse(bytes) {
        Ok(root) => root,
        Err(finding) => return unreadable(vec![finding]),
    };
    let Some(format) = Format::detect(&root) else {
        let message = "Ce fichier n'a la forme d'aucun questionnaire connu.";
        return unreadable(vec![Finding::error(Rule::Unreadable, message)]);
    };
    let mut findings = Vec::new();
    let loaded = read_bank(format, file, &root, options, &mut findings)
        .map(LoadedFile::Bank)
        .or_else(|| read_survey(format, file, &root, &mut findings).map(LoadedFile::Survey));
    loaded.unwrap_or_else(|| unreadable(findings))
}

fn read_bank(
    format: Format,
    file: &str,
    root: &Value,
    options: LoadOptions,
    findings: &mut Vec<Finding>,
) -> Option<LoadedBank> {
    let Imported { content: bank, mut findings } = match format {
        Format::CanonicalBank => canonical::bank(root, findings)?,
        _ => import::bank(format, file, root, options.answer_keys)?,
    };
    findings.extend(check_bank(&bank));
    findings.extend(errata::of_file(file, |id| bank.items.iter().any(|item| item.id == id)));
    let imported = bank.source != SourceFormat::Canonical;
    let problems = in_file(findings, file, imported);
    Some(LoadedBank { file: file.to_owned(), bank: Some(bank), problems })
}

fn read_survey(
    format: Format,
    file: &str,
    root: &Value,
    findings: &mut Vec<Finding>,
) -> Option<LoadedSurvey> {
    let imported = format != Format::CanonicalSurvey;
    let Imported { content: survey, mut findings } =
        if imported { import::survey(format, file, root)? } else { canonical::survey(root, findings)? };
    findings.extend(check_survey(&survey));
    findings.extend(errata::of_file(file, |id| survey.items.iter().any(|item| item.id == id)));
    let problems = in_file(findings, file, imported);
    Some(LoadedSurvey { file: file.to_owned(), survey: Some(survey), problems })
}

fn in_file(findings: Vec<Finding>, file: &str, imported: bool) -> Vec<Problem> {
    findings.into_iter().map(|finding| finding.in_file(file, imported)).collect()
}

/// Loads a set of files. Beyond each file by itself, names of questionnaires are unique in the set, and so are the ids of
/// the items of the banks written for Nexus; the later file gets the problem.
pub fn load_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<LoadedFile> {
    let mut loaded: Vec<LoadedFile> = files.into_iter().map(|(file, bytes)| load_file(file, bytes)).collect();
    let mut slugs: BTreeMap<String, String> = BTreeMap::new();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for entry in &mut loaded {
        let file = entry.file().to_owned();
        let mut findings = Vec::new();
        let slug = entry.bank().map(|bank| &bank.slug).or_else(|| entry.survey().map(|survey| &survey.slug));
        if let Some(slug) = slug.cloned() {
            if let Some(first) = slugs.get(&slug) {
                let message = format!("Le nom « {slug} » est déjà celui du fichier {first}.");
                findings.push(Finding::error(Rule::UniqueIds, message));
            } else {
                slugs.insert(slug, file.clone());
            }
        }
        let canonical = entry.bank().filter(|bank| bank.source == SourceFormat::Canonical);
        for item in canonical.into_iter().flat_map(|bank| &bank.items) {
            match ids.get(&item.id) {
                Some(first) if *first != file => {
                    let message = format!("Cet identifiant existe déjà dans le fichier {first}.");
                    findings.push(Finding::error(Rule::UniqueIds, message).on(&item.id));
                }
                Some(_) => {}
                None => {
                    ids.insert(item.id.clone(), file.clone());
                }
            }
        }
        let problems = in_file(findings, &file, false);
        entry.problems_mut().extend(problems);
    }
    loaded
}

fn has_error(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}
