//! Questionnaires: the canonical model of a bank and of a survey, their rules, their importers, what a pupil may see.

mod bank;
mod survey_model;

pub use bank::{
    Bank, BankStatus, Choice, Domain, Item, ItemKind, Level, Markup, MultiScoring, Node, SourceFormat,
    Subject, TextNormaliser,
};
pub use survey_model::{
    Loading, Scale, Survey, SurveyItem, SurveyItemKind, SurveyOption, SurveySection, Trait, TraitAudience,
    TraitBand, TraitFormula, VisibleIf, VisibleValue,
};
