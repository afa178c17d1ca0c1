#![doc = include_str!("../README.md")]

mod calendar;
mod chassis;
mod configuration;
mod database;
mod doctor;
mod http_client;
mod identity;
mod konnect;
mod language_model;
mod log;
mod mail;
mod measures;
mod password_threads;
mod probe;
mod providers;
mod rates;
mod readiness;
mod renderer;
pub mod seed;
mod services;
mod session_secret;
mod system;
#[cfg(feature = "otel")]
mod traces;
mod worker;

pub use configuration::{
    Configuration, ConfigurationErrors, ConfigurationProblem, Deployment, Examination, Explanation,
    LanguageModelSettings, LogFormat, MailSecurity, Overridden, Overrides, RendererChoice,
    SHORTEST_SESSION_SECRET, Secrecy, Severity, Source, production_problems,
};
pub use database::migrate_when_possible;
pub use doctor::{Check, CheckResult, examine};
pub use konnect::{Konnect, KonnectAccount};
pub use language_model::{OpenAiConfig, OpenAiConfigError, OpenAiModel};
pub use log::{LogSettings, Observation, TracesError, observe};
pub use mail::{FileMailer, MailSetupError, SmtpMailer, SmtpOptions, build_mailer, mail_site};
pub use measures::ProcessMeasures;
pub use nexus_store::{Backend, MigrationReport, MigrationStep, adoption};
pub use password_threads::PasswordThreads;
pub use rates::{HttpRates, RateTable};
pub use readiness::{NoServer, Readiness, ask_readiness};
pub use renderer::build_renderer;
pub use services::{Services, StartError};
pub use session_secret::{SecretOrigin, SessionSecretError, SessionSecrets, session_secrets};
pub use system::{RandomIds, SystemClock, SystemSecrets};
pub use worker::Workshop;
