//! What settings say and demand together.

use super::choices::{Deployment, LogFormat, MailSecurity, RendererChoice};
use super::problem::Problems;
use super::table::{Configuration, SHORTEST_SESSION_SECRET};
use crate::database;
use crate::rates::RateTable;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// The language model that may enrich texts.
#[derive(Debug, Clone)]
pub struct LanguageModelSettings {
    /// Address of the provider, up to `/v1`.
    pub base_url: String,
    /// Its key.
    pub api_key: SecretString,
    /// Name of the model.
    pub model: String,
    /// Longest time for one answer.
    pub timeout: Duration,
}

impl Configuration {
    /// Whether families are served.
    pub fn is_production(&self) -> bool {
        self.deployment == Deployment::Production
    }

    /// The language model; `None` unless it was switched on by itself, beside its key: families' texts go to a provider
    /// only when somebody decided so.
    pub fn language_model(&self) -> Option<LanguageModelSettings> {
        if !self.enrichment {
            return None;
        }
        Some(LanguageModelSettings {
            base_url: self.openai_base_url.clone(),
            api_key: self.openai_api_key.clone()?,
            model: self.openai_model.clone()?,
            timeout: self.openai_timeout,
        })
    }

    /// Address of the site, for links in mail: without a slash at its end.
    pub fn site(&self) -> String {
        self.public_url.clone().or_else(|| self.auth_url.clone()).unwrap_or_else(|| self.own_address())
    }

    /// Address under which sessions are opened: without a slash at its end.
    pub fn session_site(&self) -> String {
        self.auth_url.clone().or_else(|| self.public_url.clone()).unwrap_or_else(|| self.own_address())
    }

    /// Whether cookies are for https only.
    pub fn cookies_are_secure(&self) -> bool {
        self.session_site().starts_with("https://")
    }

    /// The form of the log.
    pub fn log_format(&self) -> LogFormat {
        self.log_format.unwrap_or(if self.is_production() { LogFormat::Json } else { LogFormat::Text })
    }

    /// How the connection to the mail server is protected.
    pub fn mail_security(&self) -> MailSecurity {
        self.smtp_security.unwrap_or(if self.smtp_port == 465 {
            MailSecurity::Tls
        } else {
            MailSecurity::StartTls
        })
    }

    fn own_address(&self) -> String {
        format!("http://{}", self.listen)
    }
}

/// Checks what no single setting can tell.
pub(super) fn check(configuration: &Configuration, problems: &mut Problems) {
    if configuration.renderer == RendererChoice::Tectonic && !cfg!(feature = "tectonic") {
        let message = "ce programme a été compilé sans tectonic ; choisissez « latexmk »";
        problems.refuse("renderer", None, message, "built without tectonic");
    }
    if configuration.enrichment && configuration.openai_api_key.is_none() {
        let message = "l'enrichissement demande une clef : renseignez OPENAI_API_KEY";
        problems.refuse("enrichment", None, message, "OPENAI_API_KEY is required with enrichment");
    }
    if configuration.enrichment && configuration.openai_model.is_none() {
        let message = "l'enrichissement demande un modèle : renseignez OPENAI_MODEL";
        problems.refuse("enrichment", None, message, "OPENAI_MODEL is required with enrichment");
    }
    if configuration.database_replica_url.is_some() && configuration.database_url.is_none() {
        let message = "une copie sans base : renseignez DATABASE_URL";
        problems.refuse("database_replica_url", None, message, "DATABASE_URL is required with a replica");
    }
    if let Err(wrong) = database::check(configuration) {
        problems.refuse(wrong.setting, None, wrong.message, "not the address of a PostgreSQL database");
    }
    if configuration.smtp_host.is_some()
        && configuration.smtp_from.is_none()
        && !configuration.is_production()
    {
        let message = "il faut un expéditeur : renseignez SMTP_FROM";
        problems.refuse("smtp_from", None, message, "SMTP_FROM is required with SMTP_HOST");
    }
    if configuration.konnect_api_key.is_some() && configuration.konnect_webhook_secret.is_none() {
        let message = "Konnect encaisse, mais ses avis sont refusés : renseignez KONNECT_WEBHOOK_SECRET";
        problems.notice("konnect_webhook_secret", None, message, "missing while KONNECT_API_KEY is set");
    }
    if RateTable::parse(&configuration.exchange_rates, configuration.zone.clone()).is_none() {
        let message = "un taux s'écrit « 2026-09-01=0.2985 » ; séparez-les par des virgules";
        problems.refuse("exchange_rates", None, message, "not a table of rates");
    }
    if configuration.otel_endpoint.is_some() && !cfg!(feature = "otel") {
        let message = "ce programme a été compilé sans OpenTelemetry : aucune trace ne part";
        problems.notice("otel_endpoint", None, message, "built without otel");
    }
    if !configuration.is_production() {
        weak_session_secret(configuration, problems);
    }
}

/// Outside production a short secret is accepted, since the existing application's developers have one, and told.
fn weak_session_secret(configuration: &Configuration, problems: &mut Problems) {
    let Some(secret) = &configuration.session_secret else { return };
    let length = secret.expose_secret().chars().count();
    if length < SHORTEST_SESSION_SECRET {
        let message = format!(
            "{length} caractères : accepté en développement seulement, il en faut {SHORTEST_SESSION_SECRET} en production"
        );
        problems.notice("session_secret", None, message, "NEXTAUTH_SECRET has fewer than 32 chars");
    }
}
