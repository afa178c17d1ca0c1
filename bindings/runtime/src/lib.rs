#![doc = include_str!("../README.md")]

mod configuration;
mod doctor;
mod language_model;
mod renderer;
mod services;
mod system;
mod worker;

pub use configuration::{
    Configuration, ConfigurationErrors, ConfigurationProblem, Deployment, Examination, Explanation,
    LanguageModelSettings, LogFormat, MailSecurity, Overridden, Overrides, RendererChoice,
    SHORTEST_SESSION_SECRET, Secrecy, Severity, Source, production_problems,
};
pub use doctor::{Check, CheckResult, examine};
pub use language_model::{OpenAiConfig, OpenAiConfigError, OpenAiModel};
pub use nexus_store::sqlite::{MigrationReport, MigrationStep};
pub use renderer::build_renderer;
pub use services::{Services, StartError};
pub use system::{RandomIds, SystemClock};
pub use worker::work_until;
