#![doc = include_str!("../README.md")]

mod configuration;
mod doctor;
mod language_model;
mod renderer;
mod services;
mod system;
mod worker;

pub use configuration::{
    Configuration, ConfigurationErrors, ConfigurationProblem, LanguageModelSettings, Overrides,
    RendererChoice,
};
pub use doctor::{Check, CheckResult, examine};
pub use language_model::{OpenAiConfig, OpenAiConfigError, OpenAiModel};
pub use nexus_store::adoption::{AdoptionObserver, Anomaly, Repair, Rule, SchemaObject, Severity};
pub use nexus_store::{Backend, MigrationReport, MigrationStep};
pub use renderer::build_renderer;
pub use services::{Services, StartError};
pub use system::{RandomIds, SystemClock};
pub use worker::work_until;
