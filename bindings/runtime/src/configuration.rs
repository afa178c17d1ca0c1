//! Configuration: defaults, then `nexus.toml`, then the environment, then flags; every error at once.
//!
//! `table` holds every setting, `layers` what was written and where, `readers` how a text becomes a value, `together` and
//! `production` what settings demand of each other, `explain` and `masking` what a person may see of all that.

mod choices;
mod explain;
mod layers;
mod masking;
mod problem;
mod production;
mod readers;
mod reading;
mod setting;
mod table;
#[cfg(test)]
mod tests;
mod together;

pub use choices::{Deployment, LogFormat, MailSecurity, RendererChoice};
pub use explain::{Explanation, Overridden};
pub use layers::{Overrides, Source};
pub use problem::{ConfigurationErrors, ConfigurationProblem, Severity};
pub use production::production_problems;
pub use setting::Secrecy;
pub use table::{Configuration, SHORTEST_SESSION_SECRET};
pub use together::LanguageModelSettings;

use layers::Layers;
use problem::Problems;
use reading::Reading;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Everything that there is to say about the configuration of a process.
#[derive(Debug, Clone)]
pub struct Examination {
    /// Every setting, in the order of the table.
    pub explanations: Vec<Explanation>,
    /// Refusals and notices, in the order of the table as far as they concern one setting.
    pub problems: Vec<ConfigurationProblem>,
    configuration: Option<Configuration>,
}

impl Examination {
    /// What stops nothing and should be told.
    pub fn notices(&self) -> impl Iterator<Item = &ConfigurationProblem> {
        self.problems.iter().filter(|problem| problem.severity == Severity::Notice)
    }

    /// The configuration.
    ///
    /// # Errors
    /// Every refusal.
    pub fn into_configuration(self) -> Result<Configuration, ConfigurationErrors> {
        let refusals: Vec<_> =
            self.problems.into_iter().filter(|problem| problem.severity == Severity::Refusal).collect();
        match self.configuration {
            Some(configuration) if refusals.is_empty() => Ok(configuration),
            _ => Err(ConfigurationErrors(refusals)),
        }
    }
}

impl Configuration {
    /// Reads the configuration of this process.
    ///
    /// # Errors
    /// Every wrong setting of every source, together.
    pub fn load(overrides: &Overrides) -> Result<Self, ConfigurationErrors> {
        Self::examine(overrides).into_configuration()
    }

    /// Reads the configuration of this process and all that there is to say about it.
    #[allow(clippy::disallowed_methods)] // the one place where the environment is read
    pub fn examine(overrides: &Overrides) -> Examination {
        // A variable that is not UTF-8 cannot be a setting.
        let readable = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::examine_sources(overrides, &readable.collect())
    }

    /// Reads the configuration from an environment that is given.
    ///
    /// # Errors
    /// Every wrong setting of every source, together.
    pub fn from_sources(
        overrides: &Overrides,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, ConfigurationErrors> {
        Self::examine_sources(overrides, environment).into_configuration()
    }

    /// As [`Self::examine`], from an environment that is given.
    pub fn examine_sources(overrides: &Overrides, environment: &BTreeMap<String, String>) -> Examination {
        let settings = table::table();
        let known: Vec<_> = settings.iter().collect();
        let mut problems = Problems::default();
        let layers = Layers::collect(overrides, environment, &known, &mut problems);
        let mut reading = Reading::new(&layers, problems);
        let configuration = table::read(&mut reading);
        let Reading { mut problems, explanations, .. } = reading;
        if let Some(configuration) = &configuration {
            let further = production_problems(configuration);
            // Production says better what is wrong with a value that could not be read.
            let better = |problem: &ConfigurationProblem| {
                further
                    .iter()
                    .any(|other| other.severity == Severity::Refusal && other.setting == problem.setting)
            };
            problems.0.retain(|problem| !better(problem));
            problems.0.extend(further);
            together::check(configuration, &mut problems);
        }
        Examination { explanations, problems: problems.0, configuration }
    }

    /// Every setting as it stands when nobody wrote anything, for the documentation.
    pub fn reference() -> Vec<Explanation> {
        let home = BTreeMap::from([("HOME".to_owned(), "~".to_owned())]);
        let layers = Layers::nowhere(home);
        let mut reading = Reading::new(&layers, Problems::default());
        let _ = table::read(&mut reading);
        reading.explanations
    }

    /// The database file, when no PostgreSQL is configured.
    pub fn database(&self) -> PathBuf {
        self.data.join("nexus.db")
    }

    /// The folder of stored documents.
    pub fn files(&self) -> PathBuf {
        self.data.join("files")
    }

    /// The folder of mails, when no mail server is configured.
    pub fn mails(&self) -> PathBuf {
        self.data.join("mail")
    }
}
