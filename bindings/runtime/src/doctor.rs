//! What this machine has, and what to do about what it lacks.

use crate::configuration::Configuration;
use crate::renderer::build_renderer;
use crate::services::Services;
use nexus_bilan::pdf::{LatexDocument, RenderError};
use nexus_core::{Clock, Coded};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckResult {
    /// Ready.
    Good,
    /// Absent, and not needed.
    Optional,
    /// Absent or broken, and needed.
    Broken,
}

/// One line of the examination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub subject: &'static str,
    /// How it ended.
    pub result: CheckResult,
    /// What was found and what to do, in French.
    pub message: String,
}

impl Check {
    fn good(subject: &'static str, message: impl Into<String>) -> Self {
        Self { subject, result: CheckResult::Good, message: message.into() }
    }

    fn optional(subject: &'static str, message: impl Into<String>) -> Self {
        Self { subject, result: CheckResult::Optional, message: message.into() }
    }

    fn broken(subject: &'static str, message: impl Into<String>) -> Self {
        Self { subject, result: CheckResult::Broken, message: message.into() }
    }
}

/// Looks at everything that Nexus leans on. A real page is typeset: what it says works was seen working.
pub async fn examine(configuration: &Configuration) -> Vec<Check> {
    let mut checks = storage(configuration).await;
    checks.push(typesetting(configuration).await);
    checks.push(if configuration.access_keys.is_empty() {
        Check::optional("Clefs d'accès", "aucune : « nexus serve » en demandera une (NEXUS_ACCESS_KEYS)")
    } else {
        Check::good("Clefs d'accès", format!("{} configurée(s)", configuration.access_keys.len()))
    });
    checks.push(match configuration.language_model() {
        None => Check::optional("Assistant de rédaction", "désactivé : les textes sont écrits par règles"),
        Some(model) => Check::good("Assistant de rédaction", format!("{} ({})", model.model, model.base_url)),
    });
    checks
}

async fn storage(configuration: &Configuration) -> Vec<Check> {
    let data = configuration.data.display();
    let services = match Services::open(configuration).await {
        Ok(services) => services,
        Err(error) => return vec![Check::broken("Données", format!("{data} : {}", error.sentence()))],
    };
    let mut checks = vec![Check::good("Dossier de données", data.to_string())];
    let database = services.store.location();
    checks.push(match services.store.pending_migrations().await {
        Ok(report) if report.missing.is_empty() => {
            Check::good("Base de données", format!("{database} : à jour"))
        }
        Ok(report) => Check::optional(
            "Base de données",
            format!(
                "{database} : {} étape(s) à faire : « nexus migrate » (ou au démarrage du serveur)",
                report.missing.len()
            ),
        ),
        Err(error) => Check::broken("Base de données", format!("{database} : {}", error.sentence())),
    });
    let banks = services.bilans.catalogue.banks().len();
    checks.push(Check::good("Questionnaires", format!("{banks} disponible(s)")));
    services.store.close().await;
    checks
}

async fn typesetting(configuration: &Configuration) -> Check {
    const SUBJECT: &str = "Moteur de mise en page";
    let Ok(renderer) = build_renderer(configuration) else {
        return Check::broken(SUBJECT, "ce programme ne se retrouve pas lui-même");
    };
    let page = LatexDocument {
        source: "\\documentclass{article}\\begin{document}Nexus\\end{document}\n".to_owned(),
        assets: Vec::new(),
        date: crate::SystemClock.now(),
    };
    let outcome = match renderer.prepare().await {
        Ok(()) => renderer.render(&page).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(pdf) if pdf.starts_with(b"%PDF-") => Check::good(SUBJECT, renderer.name()),
        Ok(_) => Check::broken(SUBJECT, "le moteur répond autre chose qu'un PDF"),
        Err(error @ RenderError::Missing(_)) => Check::broken(SUBJECT, error.sentence()),
        Err(error) => Check::broken(SUBJECT, format!("{} ({error})", error.sentence())),
    }
}
