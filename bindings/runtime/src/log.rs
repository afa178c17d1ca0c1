//! What a process tells about itself while it runs: its log, and its traces when a collector is configured.

use crate::configuration::{Configuration, Explanation, LogFormat, Source};
#[cfg(feature = "otel")]
use crate::traces::Traces;
use nexus_core::{Coded, ErrorCode};
use std::io::IsTerminal;
use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
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
    /// Collector of the traces, up to `/v1/traces`.
    pub collector: Option<String>,
}

impl LogSettings {
    /// A process that serves for a long time logs what was configured.
    pub fn of_server(configuration: &Configuration) -> Self {
        Self {
            filter: with_quieter(&configuration.log_level),
            format: configuration.log_format(),
            collector: configuration.otel_endpoint.clone(),
        }
    }

    /// A command logs nothing beside its output, unless it was asked to: by its user or by the configuration.
    pub fn of_command(explanations: &[Explanation], verbose: bool) -> Self {
        let level = explanations.iter().find(|setting| setting.name == "log_level");
        let asked = level
            .filter(|setting| setting.source != Some(Source::Default))
            .and_then(|setting| setting.value.clone());
        let filter = match asked {
            Some(asked) => with_quieter(&asked),
            None if verbose => "debug,sqlx=info".to_owned(),
            None => "off".to_owned(),
        };
        Self { filter, format: LogFormat::Text, collector: None }
    }
}

fn with_quieter(filter: &str) -> String {
    if filter.contains("sqlx") { filter.to_owned() } else { format!("{filter},{QUIETER}") }
}

/// Traces cannot be sent.
#[derive(Debug, thiserror::Error)]
#[error("traces cannot be sent")]
pub struct TracesError(#[source] pub(crate) Box<dyn std::error::Error + Send + Sync>);

impl Coded for TracesError {
    fn code(&self) -> ErrorCode {
        ErrorCode::InvalidConfiguration
    }

    fn sentence(&self) -> String {
        "Les traces ne peuvent pas partir : corrigez otel_endpoint (OTEL_EXPORTER_OTLP_ENDPOINT).".to_owned()
    }
}

/// A process that is being observed.
#[derive(Debug)]
#[must_use = "what was not sent yet is sent by `end`"]
pub struct Observation {
    #[cfg(feature = "otel")]
    traces: Option<Traces>,
}

/// Starts the log of this process on its standard error and, when a collector is configured and the program can, its
/// traces. A log that an embedding program started before stays as it is. Must be called inside the runtime.
///
/// # Errors
/// The collector's address cannot be used.
pub fn observe(settings: &LogSettings) -> Result<Observation, TracesError> {
    let filter = EnvFilter::builder().parse_lossy(&settings.filter);
    #[cfg(feature = "otel")]
    {
        let traces = settings.collector.as_deref().map(Traces::to).transpose()?;
        if let Some(traces) = &traces {
            let lines = written(settings).with_filter(filter);
            let _ = Registry::default().with(lines).with(traces.layer()).try_init();
        } else {
            listen(settings, filter);
        }
        Ok(Observation { traces })
    }
    #[cfg(not(feature = "otel"))]
    {
        listen(settings, filter);
        Ok(Observation {})
    }
}

/// The log alone: what it does not want is then asked about once per line of code, not once per span and layer.
fn listen(settings: &LogSettings, filter: EnvFilter) {
    let _ = Registry::default().with(filter).with(written(settings)).try_init();
}

impl Observation {
    /// Sends what was not sent yet.
    #[cfg_attr(not(feature = "otel"), allow(clippy::unused_async))] // the same call with and without the feature
    pub async fn end(self) {
        #[cfg(feature = "otel")]
        if let Some(traces) = self.traces {
            traces.end().await;
        }
    }
}

/// The layer that writes.
fn written<S>(settings: &LogSettings) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let lines = fmt::layer().with_writer(std::io::stderr);
    match settings.format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
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
