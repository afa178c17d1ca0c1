//! The log of a process.

use crate::configuration::{Configuration, Explanation, LogFormat, Source};
use std::io::IsTerminal;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

/// Statements are traced by sqlx at the level of the rest; nobody wants them all.
const QUIETER: &str = "sqlx=warn";

/// What a process logs, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    /// Directives: levels, or levels by module.
    pub filter: String,
    /// Lines for people or for machines.
    pub format: LogFormat,
}

impl LogSettings {
    /// A process that serves for a long time logs what was configured.
    pub fn of_server(configuration: &Configuration) -> Self {
        Self { filter: with_quieter(&configuration.log_level), format: configuration.log_format() }
    }

    /// A command logs nothing beside its output, unless it was asked to: by its user or by the configuration.
    pub fn of_command(explanations: &[Explanation], verbose: bool) -> Self {
        let level = explanations.iter().find(|setting| setting.name == "log_level");
        let asked = level
            .filter(|setting| setting.source != Some(Source::Default))
            .and_then(|setting| setting.value.clone());
        let filter = asked.map_or_else(
            || if verbose { "debug,sqlx=info" } else { "off" }.to_owned(),
            |asked| with_quieter(&asked),
        );
        Self { filter, format: LogFormat::Text }
    }
}

fn with_quieter(filter: &str) -> String {
    if filter.contains("sqlx") { filter.to_owned() } else { format!("{filter},{QUIETER}") }
}

/// Starts the log of this process on its standard error; does nothing when one was started before.
pub fn start_log(settings: &LogSettings) {
    let _ = Registry::default().with(written(settings)).try_init();
}

/// The layer that writes.
pub(crate) fn written(settings: &LogSettings) -> Box<dyn Layer<Registry> + Send + Sync> {
    let filter = EnvFilter::builder().parse_lossy(&settings.filter);
    let lines = fmt::layer().with_writer(std::io::stderr);
    match settings.format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).with_filter(filter).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).with_filter(filter).boxed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::Overrides;

    fn of_command(pairs: &[(&str, &str)], verbose: bool) -> String {
        let environment =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let examination = Configuration::examine_sources(&Overrides::default(), &environment);
        LogSettings::of_command(&examination.explanations, verbose).filter
    }

    #[test]
    fn a_command_is_silent_unless_it_was_asked_to_speak() {
        assert_eq!(of_command(&[], false), "off");
        assert_eq!(of_command(&[], true), "debug,sqlx=info");
        assert_eq!(of_command(&[("LOG_LEVEL", "warn")], false), "warn,sqlx=warn");
        assert_eq!(of_command(&[("NEXUS_LOG", "sqlx=trace")], false), "sqlx=trace");
    }
}
