use super::layers::Source;
use serde::Serialize;
use std::fmt;

/// How much a problem weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing starts with it.
    Refusal,
    /// Told, and lived with.
    Notice,
}

/// One wrong, missing or surprising setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfigurationProblem {
    /// Name of the setting, as in `nexus.toml`; the file itself is called `config`.
    pub setting: String,
    /// Where the value came from; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Whether it stops the program.
    pub severity: Severity,
    /// What is wrong, in French, without any secret.
    pub message: String,
    /// The same for developers, in English and in the words of the existing application where it had some.
    pub developer: String,
}

impl fmt::Display for ConfigurationProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(source) => write!(formatter, "{} ({source}) : {}", self.setting, self.message),
            None => write!(formatter, "{} : {}", self.setting, self.message),
        }
    }
}

/// Every wrong setting at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigurationErrors(pub Vec<ConfigurationProblem>);

impl fmt::Display for ConfigurationErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(formatter, "  {problem}")?;
        }
        Ok(())
    }
}

impl nexus_core::Coded for ConfigurationErrors {
    fn code(&self) -> nexus_core::ErrorCode {
        nexus_core::ErrorCode::InvalidConfiguration
    }

    fn sentence(&self) -> String {
        format!("{}\n{self}", self.code().sentence())
    }
}

/// The problems met while reading.
#[derive(Debug, Default)]
pub(super) struct Problems(pub(super) Vec<ConfigurationProblem>);

impl Problems {
    /// Refuses a setting.
    pub(super) fn refuse(
        &mut self,
        setting: &str,
        source: Option<Source>,
        message: impl Into<String>,
        developer: impl Into<String>,
    ) {
        self.add(Severity::Refusal, setting, source, message.into(), developer.into());
    }

    /// Tells something that stops nothing.
    pub(super) fn notice(
        &mut self,
        setting: &str,
        source: Option<Source>,
        message: impl Into<String>,
        developer: impl Into<String>,
    ) {
        self.add(Severity::Notice, setting, source, message.into(), developer.into());
    }

    fn add(
        &mut self,
        severity: Severity,
        setting: &str,
        source: Option<Source>,
        message: String,
        developer: String,
    ) {
        let setting = setting.to_owned();
        self.0.push(ConfigurationProblem { setting, source, severity, message, developer });
    }
}
