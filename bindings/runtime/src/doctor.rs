//! What this machine has, and what to do about what it lacks.

mod beside;
mod payments;
mod storage;

use crate::configuration::Configuration;
use crate::renderer::build_renderer;
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

/// Looks at everything that Nexus leans on. A real page is typeset and a real file is kept: what it says works was seen
/// working. Nothing is sent to anybody.
pub async fn examine(configuration: &Configuration) -> Vec<Check> {
    let mut checks = storage::examine(configuration).await;
    let (typeset, mail, redis, model) = tokio::join!(
        typesetting(configuration),
        beside::mail(configuration),
        beside::redis(configuration),
        beside::language_model(configuration)
    );
    checks.extend([typeset, mail, redis, model]);
    checks.extend(payments::examine(configuration));
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
