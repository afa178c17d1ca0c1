//! Questionnaires: the canonical model of a bank and of a survey, their rules, their importers, what a pupil may see.

mod bank;
mod canonical;
mod catalogue;
mod checksum;
mod document;
mod errata;
mod exposed;
mod exposed_survey;
mod fields;
mod file_names;
mod import;
mod legacy_answers;
mod loader;
mod permutation;
mod problem;
mod rules;
mod survey_model;
mod words;

pub use bank::{
    Bank, BankStatus, Choice, Domain, Item, ItemKind, Level, Markup, MultiScoring, Node, SourceFormat,
    Subject, TextNormaliser,
};
pub use catalogue::{Catalogue, built_in_files};
pub use document::MAX_FILE_BYTES;
pub use exposed::{AnswerForm, ExposedBank, ExposedDomain, ExposedItem, ExposedOption, expose};
pub use exposed_survey::{ExposedSurvey, ExposedSurveyItem, ExposedSurveyOption, SurveyForm, expose_survey};
pub use file_names::{NoSuchBank, read_level, read_subject, resolve_bank_file, subject_and_level};
pub use import::{AnswerKeys, Format};
pub use legacy_answers::decode_legacy_answer;
pub use loader::{
    LoadOptions, LoadedBank, LoadedFile, LoadedSurvey, load_bank, load_bank_with, load_file, load_file_with,
    load_files, load_survey,
};
pub use permutation::permute;
pub use problem::{Finding, Problem, Rule, Severity};
pub use rules::{BANK_RULES, BankRule, check_bank, check_survey};
pub use survey_model::{
    Loading, Scale, Survey, SurveyItem, SurveyItemKind, SurveyOption, SurveySection, Trait, TraitAudience,
    TraitBand, TraitFormula, VisibleIf, VisibleValue,
};
