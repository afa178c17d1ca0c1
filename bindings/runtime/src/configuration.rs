//! Configuration: defaults, then `nexus.toml`, then the environment, then flags; every error at once.

use jiff::tz::TimeZone;
use secrecy::SecretString;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Which typesetting engine is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RendererChoice {
    /// tectonic when it is compiled in, latexmk otherwise.
    Automatic,
    /// The sandboxed engine.
    Tectonic,
    /// `latexmk -xelatex` of the machine.
    Latexmk,
}

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

/// Everything that can be chosen.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// Folder of the database and of the documents.
    pub data: PathBuf,
    /// Address of the server.
    pub listen: SocketAddr,
    /// Bearer keys of the server.
    pub access_keys: Vec<SecretString>,
    /// Questionnaire files beside the built-in ones.
    pub banks: Vec<PathBuf>,
    /// Which engine typesets.
    pub renderer: RendererChoice,
    /// Folder of the engine's TeX files.
    pub tex_bundle: PathBuf,
    /// Folder of latexmk and xelatex (`TEXBIN`); the search path when absent.
    pub tex_bin: Option<PathBuf>,
    /// Folders of the search path (`PATH`).
    pub search_path: Vec<PathBuf>,
    /// The `nexus` program that starts again as a typesetting worker; the running one when absent. For programs that
    /// embed Nexus and are not that command.
    pub worker_program: Option<PathBuf>,
    /// Documents typeset at the same time.
    pub documents_in_parallel: usize,
    /// The school's zone.
    pub zone: TimeZone,
    /// Longest time of one HTTP request.
    pub request_timeout: Duration,
    /// A job without a sign of life for this time is taken over.
    pub job_lease: Duration,
    /// Days that a pupil has to submit.
    pub days_to_answer: u32,
    /// The language model; `None` unless it was switched on by itself, beside its key.
    pub language_model: Option<LanguageModelSettings>,
}

/// What the command line sets; wins over everything.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Configuration file; must exist when given.
    pub file: Option<PathBuf>,
    /// See [`Configuration::data`].
    pub data: Option<PathBuf>,
    /// See [`Configuration::listen`].
    pub listen: Option<String>,
}

/// One wrong setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigurationProblem {
    /// Name of the setting, as in `nexus.toml`.
    pub setting: String,
    /// What is wrong, in French.
    pub message: String,
}

/// Every wrong setting at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigurationErrors(pub Vec<ConfigurationProblem>);

impl fmt::Display for ConfigurationErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(formatter, "  {} : {}", problem.setting, problem.message)?;
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

/// Settings as text, whatever their source.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    data: Option<String>,
    listen: Option<String>,
    access_keys: Option<Vec<String>>,
    banks: Option<Vec<String>>,
    renderer: Option<String>,
    tex_bundle: Option<String>,
    tex_bin: Option<String>,
    worker_program: Option<String>,
    documents_in_parallel: Option<u32>,
    zone: Option<String>,
    request_timeout_seconds: Option<u32>,
    job_lease_seconds: Option<u32>,
    days_to_answer: Option<u32>,
    enrichment: Option<bool>,
    openai_base_url: Option<String>,
    openai_api_key: Option<String>,
    openai_model: Option<String>,
    openai_timeout_seconds: Option<u32>,
}

impl Configuration {
    /// Reads the configuration of this process.
    ///
    /// # Errors
    /// Every wrong setting of every source, together.
    #[allow(clippy::disallowed_methods)] // the one place where the environment is read
    pub fn load(overrides: &Overrides) -> Result<Self, ConfigurationErrors> {
        Self::from_sources(overrides, &std::env::vars().collect())
    }

    /// Reads the configuration from an environment that is given.
    pub fn from_sources(
        overrides: &Overrides,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, ConfigurationErrors> {
        let mut problems = Problems::default();
        let file = read_file(overrides, environment, &mut problems);
        let settings = Reader { file, environment }.settings(&mut problems);
        let configuration = resolve(&settings, overrides, environment, &mut problems);
        if problems.0.is_empty() { Ok(configuration) } else { Err(ConfigurationErrors(problems.0)) }
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.data.join("nexus.db")
    }

    /// The folder of stored documents.
    pub fn files(&self) -> PathBuf {
        self.data.join("files")
    }
}

#[derive(Default)]
struct Problems(Vec<ConfigurationProblem>);

impl Problems {
    fn add(&mut self, setting: &str, message: impl Into<String>) {
        self.0.push(ConfigurationProblem { setting: setting.to_owned(), message: message.into() });
    }
}

/// `nexus.toml` of the working folder is read when it is there; a file that was named must be there.
fn read_file(
    overrides: &Overrides,
    environment: &BTreeMap<String, String>,
    problems: &mut Problems,
) -> Settings {
    let named = overrides.file.clone().or_else(|| environment.get("NEXUS_CONFIG").map(PathBuf::from));
    let path = named.clone().unwrap_or_else(|| PathBuf::from("nexus.toml"));
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            return Settings::default();
        }
        Err(_) => {
            problems.add("config", format!("le fichier « {} » est introuvable ou illisible", path.display()));
            return Settings::default();
        }
    };
    toml::from_str(&text).unwrap_or_else(|error: toml::de::Error| {
        // The message quotes the line, which may hold a key: only its place is told.
        let line =
            error.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
        problems.add("config", format!("« {} » est incorrect à la ligne {line}", path.display()));
        Settings::default()
    })
}

struct Reader<'a> {
    file: Settings,
    environment: &'a BTreeMap<String, String>,
}

impl Reader<'_> {
    /// A variable of the environment; an empty one counts as absent.
    fn variable(&self, name: &str) -> Option<String> {
        self.environment.get(name).filter(|value| !value.trim().is_empty()).cloned()
    }

    fn number(&self, name: &str, problems: &mut Problems) -> Option<u32> {
        let text = self.variable(name)?;
        text.trim()
            .parse()
            .inspect_err(|_| problems.add(name, format!("« {text} » n'est pas un nombre entier")))
            .ok()
    }

    fn flag(&self, name: &str, problems: &mut Problems) -> Option<bool> {
        let text = self.variable(name)?;
        match text.trim().to_ascii_lowercase().as_str() {
            "1" | "true" | "oui" | "on" => Some(true),
            "0" | "false" | "non" | "off" => Some(false),
            _ => {
                problems.add(name, format!("« {text} » n'est ni « oui » ni « non »"));
                None
            }
        }
    }

    fn list(&self, name: &str) -> Option<Vec<String>> {
        let text = self.variable(name)?;
        Some(text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect())
    }

    fn settings(&self, problems: &mut Problems) -> Settings {
        let file = self.file.clone();
        Settings {
            data: self.variable("NEXUS_DATA").or(file.data),
            listen: self.variable("NEXUS_LISTEN").or(file.listen),
            access_keys: self.list("NEXUS_ACCESS_KEYS").or(file.access_keys),
            banks: self.list("NEXUS_BANKS").or(file.banks),
            renderer: self.variable("NEXUS_RENDERER").or(file.renderer),
            tex_bundle: self.variable("NEXUS_TEX_BUNDLE").or(file.tex_bundle),
            tex_bin: self.variable("TEXBIN").or(file.tex_bin),
            worker_program: self.variable("NEXUS_WORKER_PROGRAM").or(file.worker_program),
            documents_in_parallel: self
                .number("NEXUS_DOCUMENTS_IN_PARALLEL", problems)
                .or(file.documents_in_parallel),
            zone: self.variable("NEXUS_ZONE").or(file.zone),
            request_timeout_seconds: self
                .number("NEXUS_REQUEST_TIMEOUT_SECONDS", problems)
                .or(file.request_timeout_seconds),
            job_lease_seconds: self.number("NEXUS_JOB_LEASE_SECONDS", problems).or(file.job_lease_seconds),
            days_to_answer: self.number("NEXUS_DAYS_TO_ANSWER", problems).or(file.days_to_answer),
            enrichment: self.flag("NEXUS_ENRICHMENT", problems).or(file.enrichment),
            openai_base_url: self.variable("OPENAI_BASE_URL").or(file.openai_base_url),
            openai_api_key: self.variable("OPENAI_API_KEY").or(file.openai_api_key),
            openai_model: self.variable("OPENAI_MODEL").or(file.openai_model),
            openai_timeout_seconds: self
                .number("OPENAI_TIMEOUT_SECONDS", problems)
                .or(file.openai_timeout_seconds),
        }
    }
}

fn resolve(
    settings: &Settings,
    overrides: &Overrides,
    environment: &BTreeMap<String, String>,
    problems: &mut Problems,
) -> Configuration {
    let data = overrides.data.clone().or_else(|| settings.data.clone().map(PathBuf::from));
    Configuration {
        data: data.unwrap_or_else(|| PathBuf::from("nexus-data")),
        listen: listen(overrides.listen.as_deref().or(settings.listen.as_deref()), problems),
        access_keys: settings
            .access_keys
            .clone()
            .unwrap_or_default()
            .into_iter()
            .map(SecretString::from)
            .collect(),
        banks: settings.banks.clone().unwrap_or_default().into_iter().map(PathBuf::from).collect(),
        renderer: renderer(settings.renderer.as_deref(), problems),
        tex_bundle: settings
            .tex_bundle
            .clone()
            .map_or_else(|| default_tex_bundle(environment), PathBuf::from),
        tex_bin: settings.tex_bin.clone().map(PathBuf::from),
        search_path: environment
            .get("PATH")
            .map(|path| std::env::split_paths(path).collect())
            .unwrap_or_default(),
        worker_program: settings.worker_program.clone().map(PathBuf::from),
        documents_in_parallel: bounded(
            settings.documents_in_parallel,
            "documents_in_parallel",
            2,
            1..=64,
            problems,
        ) as usize,
        zone: zone(settings.zone.as_deref(), problems),
        request_timeout: seconds(settings.request_timeout_seconds, "request_timeout_seconds", 30, problems),
        job_lease: seconds(settings.job_lease_seconds, "job_lease_seconds", 60, problems),
        days_to_answer: bounded(settings.days_to_answer, "days_to_answer", 30, 1..=365, problems),
        language_model: language_model(settings, problems),
    }
}

fn listen(text: Option<&str>, problems: &mut Problems) -> SocketAddr {
    let default = SocketAddr::from(([127, 0, 0, 1], 8080));
    text.map_or(default, |text| {
        text.parse().unwrap_or_else(|_| {
            problems.add("listen", format!("« {text} » n'est pas une adresse comme 127.0.0.1:8080"));
            default
        })
    })
}

fn renderer(text: Option<&str>, problems: &mut Problems) -> RendererChoice {
    match text {
        None | Some("auto") => RendererChoice::Automatic,
        Some("tectonic") if cfg!(feature = "tectonic") => RendererChoice::Tectonic,
        Some("tectonic") => {
            problems.add("renderer", "ce programme a été compilé sans tectonic ; choisissez « latexmk »");
            RendererChoice::Automatic
        }
        Some("latexmk") => RendererChoice::Latexmk,
        Some(text) => {
            problems
                .add("renderer", format!("« {text} » n'existe pas ; choisissez auto, tectonic ou latexmk"));
            RendererChoice::Automatic
        }
    }
}

fn zone(text: Option<&str>, problems: &mut Problems) -> TimeZone {
    let name = text.unwrap_or("Africa/Tunis");
    TimeZone::get(name).unwrap_or_else(|_| {
        problems.add("zone", format!("« {name} » n'est pas un fuseau comme Africa/Tunis ou Europe/Paris"));
        TimeZone::UTC
    })
}

fn bounded(
    value: Option<u32>,
    setting: &str,
    default: u32,
    range: std::ops::RangeInclusive<u32>,
    problems: &mut Problems,
) -> u32 {
    let value = value.unwrap_or(default);
    if range.contains(&value) {
        return value;
    }
    problems.add(setting, format!("{value} doit être compris entre {} et {}", range.start(), range.end()));
    default
}

fn seconds(value: Option<u32>, setting: &str, default: u32, problems: &mut Problems) -> Duration {
    Duration::from_secs(bounded(value, setting, default, 1..=3600, problems).into())
}

/// A key alone switches nothing on: families' texts go to a provider only when somebody decided so.
fn language_model(settings: &Settings, problems: &mut Problems) -> Option<LanguageModelSettings> {
    if settings.enrichment != Some(true) {
        return None;
    }
    let Some(api_key) = settings.openai_api_key.clone() else {
        problems.add("enrichment", "l'enrichissement demande une clef : renseignez OPENAI_API_KEY");
        return None;
    };
    let Some(model) = settings.openai_model.clone() else {
        problems.add("enrichment", "l'enrichissement demande un modèle : renseignez OPENAI_MODEL");
        return None;
    };
    Some(LanguageModelSettings {
        base_url: settings.openai_base_url.clone().unwrap_or_else(|| "https://api.openai.com/v1".to_owned()),
        api_key: api_key.into(),
        model,
        timeout: seconds(settings.openai_timeout_seconds, "openai_timeout_seconds", 60, problems),
    })
}

/// Where `scripts/build-tex-bundle` puts its files by default.
fn default_tex_bundle(environment: &BTreeMap<String, String>) -> PathBuf {
    let named = |name: &str| environment.get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = named("XDG_DATA_HOME").or_else(|| named("HOME").map(|home| home.join(".local/share")));
    data.unwrap_or_else(|| Path::new(".").to_owned()).join("nexus/tex")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(pairs: &[(&str, &str)]) -> Result<Configuration, ConfigurationErrors> {
        let environment =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Configuration::from_sources(&Overrides::default(), &environment)
    }

    #[test]
    fn defaults_need_nothing() {
        let configuration = load(&[("HOME", "/home/x")]).unwrap();
        assert_eq!(configuration.listen.to_string(), "127.0.0.1:8080");
        assert!(configuration.access_keys.is_empty());
        assert_eq!(configuration.tex_bundle, Path::new("/home/x/.local/share/nexus/tex"));
        assert!(configuration.language_model.is_none());
    }

    #[test]
    fn every_error_is_told_at_once() {
        let errors = load(&[
            ("NEXUS_LISTEN", "8080"),
            ("NEXUS_ZONE", "Mars/Olympus"),
            ("NEXUS_DAYS_TO_ANSWER", "0"),
            ("NEXUS_JOB_LEASE_SECONDS", "vite"),
            ("NEXUS_RENDERER", "word"),
            ("NEXUS_ENRICHMENT", "oui"),
        ])
        .unwrap_err();
        let settings: Vec<_> = errors.0.iter().map(|problem| problem.setting.as_str()).collect();
        assert_eq!(
            settings,
            ["NEXUS_JOB_LEASE_SECONDS", "listen", "renderer", "zone", "days_to_answer", "enrichment"]
        );
    }

    #[test]
    fn a_key_alone_switches_nothing_on() {
        let with_key = load(&[("OPENAI_API_KEY", "sk-x"), ("OPENAI_MODEL", "m")]).unwrap();
        assert!(with_key.language_model.is_none());
        let on =
            load(&[("OPENAI_API_KEY", "sk-x"), ("OPENAI_MODEL", "m"), ("NEXUS_ENRICHMENT", "1")]).unwrap();
        assert!(on.language_model.is_some());
        assert!(!format!("{on:?}").contains("sk-x"));
    }

    #[test]
    fn flags_win_over_the_environment_and_the_environment_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("n.toml");
        std::fs::write(&file, "data = \"du-fichier\"\nlisten = \"127.0.0.1:1\"\n").unwrap();
        let overrides =
            Overrides { file: Some(file), listen: Some("127.0.0.1:3".into()), ..Overrides::default() };
        let environment = [("NEXUS_LISTEN".to_owned(), "127.0.0.1:2".to_owned())].into();
        let configuration = Configuration::from_sources(&overrides, &environment).unwrap();
        assert_eq!(configuration.listen.port(), 3);
        assert_eq!(configuration.data, Path::new("du-fichier"));
    }

    #[test]
    fn a_wrong_file_is_told_by_its_line_and_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("n.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\nopenai_api_key = sk-secret\n").unwrap();
        let overrides = Overrides { file: Some(file), ..Overrides::default() };
        let errors = Configuration::from_sources(&overrides, &BTreeMap::new()).unwrap_err();
        assert!(errors.to_string().contains("ligne 2"), "{errors}");
        assert!(!errors.to_string().contains("sk-secret"), "{errors}");
    }
}
