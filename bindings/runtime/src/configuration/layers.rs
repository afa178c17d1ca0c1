//! Where settings are written: options of the command line, the environment, `nexus.toml`. Nothing is understood here.

use super::problem::Problems;
use super::setting::Setting;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// The variables of an environment.
pub(super) type Environment = BTreeMap<String, String>;

/// What the command line sets; wins over everything.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Configuration file; must exist when given.
    pub file: Option<PathBuf>,
    /// See [`Configuration::data`](super::Configuration::data).
    pub data: Option<PathBuf>,
    /// See [`Configuration::listen`](super::Configuration::listen).
    pub listen: Option<String>,
}

impl Overrides {
    fn of(&self, setting: &Setting) -> Option<(&'static str, String)> {
        match setting.name {
            "data" => self.data.as_ref().map(|path| ("--data", path.display().to_string())),
            "listen" => self.listen.clone().map(|text| ("--listen", text)),
            _ => None,
        }
    }
}

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// An option of the command line.
    Flag(&'static str),
    /// A variable of the environment.
    Variable(&'static str),
    /// A line of a file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// Nowhere: the value that the program brings along.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(formatter, "option {name}"),
            Self::Variable(name) => write!(formatter, "variable {name}"),
            Self::File { path, line } => write!(formatter, "{}, ligne {line}", path.display()),
            Self::Default => formatter.write_str("par défaut"),
        }
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A value as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Raw {
    Text(String),
    List(Vec<String>),
}

impl Raw {
    /// The single value; `None` for a list.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim()),
            Self::List(_) => None,
        }
    }

    /// The values of a list; a text holds them between commas.
    pub(super) fn items(&self) -> Vec<&str> {
        let split = |text| str::split(text, ',');
        let all: Vec<&str> = match self {
            Self::Text(text) => split(text).collect(),
            Self::List(items) => items.iter().map(String::as_str).collect(),
        };
        all.into_iter().map(str::trim).filter(|item| !item.is_empty()).collect()
    }
}

/// Everything that was written, setting by setting, the winner first.
#[derive(Debug, Default)]
pub(super) struct Layers {
    environment: Environment,
    overrides: Overrides,
    file: BTreeMap<String, (Raw, Source)>,
}

impl Layers {
    /// Reads the file; `known` tells the settings that exist.
    pub(super) fn collect(
        overrides: &Overrides,
        environment: &Environment,
        known: &[&Setting],
        problems: &mut Problems,
    ) -> Self {
        let file = read_file(overrides, environment, known, problems);
        suspect_variables(environment, known, problems);
        Self { environment: environment.clone(), overrides: overrides.clone(), file }
    }

    /// No file, no options.
    pub(super) fn nowhere(environment: Environment) -> Self {
        Self { environment, ..Self::default() }
    }

    /// Every value that was written for a setting, the winner first, and the default last.
    pub(super) fn values(&self, setting: &Setting) -> Vec<(Raw, Source)> {
        let flag = self.overrides.of(setting).map(|(name, text)| (Raw::Text(text), Source::Flag(name)));
        let variables = setting.variables.iter().filter_map(|name| {
            // An empty variable counts as absent: that is how a shell or Docker leaves one out.
            let text = self.environment.get(*name).filter(|text| !text.trim().is_empty())?;
            Some((Raw::Text(text.clone()), Source::Variable(name)))
        });
        let default = setting.default.text(&self.environment).map(|text| (Raw::Text(text), Source::Default));
        flag.into_iter().chain(variables).chain(self.file.get(setting.name).cloned()).chain(default).collect()
    }
}

/// `nexus.toml` of the working folder is read when it is there; a file that was named must be there.
fn read_file(
    overrides: &Overrides,
    environment: &Environment,
    known: &[&Setting],
    problems: &mut Problems,
) -> BTreeMap<String, (Raw, Source)> {
    let named = overrides.file.clone().or_else(|| environment.get("NEXUS_CONFIG").map(PathBuf::from));
    let path = named.clone().unwrap_or_else(|| PathBuf::from("nexus.toml"));
    match std::fs::read_to_string(&path) {
        Ok(text) => parse(&path, &text, known, problems),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
        Err(_) => {
            let message = format!("le fichier « {} » est introuvable ou illisible", path.display());
            problems.refuse("config", None, message, "the configuration file cannot be read");
            BTreeMap::new()
        }
    }
}

fn parse(
    path: &Path,
    text: &str,
    known: &[&Setting],
    problems: &mut Problems,
) -> BTreeMap<String, (Raw, Source)> {
    let line_at = |offset: usize| 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut wrong_lines: Vec<_> =
        errors.iter().map(|error| error.span().map_or(1, |span| line_at(span.start))).collect();
    wrong_lines.sort_unstable();
    wrong_lines.dedup();
    for line in wrong_lines {
        // The parser's message quotes the line, which may hold a key: only its place is told.
        let message = format!("« {} » est incorrect à la ligne {line}", path.display());
        problems.refuse("config", None, message, format!("line {line} is not TOML"));
    }
    let mut values = BTreeMap::new();
    for (key, value) in table.get_ref() {
        let name = key.get_ref().as_ref();
        let source = Source::File { path: path.to_owned(), line: line_at(key.span().start) };
        if !known.iter().any(|setting| setting.name == name) {
            let message = unknown_setting(name, known);
            problems.refuse(name, Some(source), message, "unknown setting");
        } else if let Some(raw) = raw(value.get_ref()) {
            values.insert(name.to_owned(), (raw, source));
        } else {
            let message = "seuls un texte, un nombre, true, false ou une liste de textes conviennent";
            problems.refuse(name, Some(source), message, "neither a scalar nor a list of scalars");
        }
    }
    values
}

fn raw(value: &DeValue<'_>) -> Option<Raw> {
    match value {
        DeValue::Array(items) => {
            let texts = items.iter().map(|item| scalar(item.get_ref()));
            texts.collect::<Option<_>>().map(Raw::List)
        }
        scalar_value => scalar(scalar_value).map(Raw::Text),
    }
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

fn unknown_setting(name: &str, known: &[&Setting]) -> String {
    let names = known.iter().map(|setting| setting.name);
    match nearest(name, names) {
        Some(near) => format!("ce réglage n'existe pas ; vouliez-vous « {near} » ?"),
        None => "ce réglage n'existe pas ; « nexus config explain » les liste tous".to_owned(),
    }
}

/// A `NEXUS_…` variable that nothing reads is most often a slip of the pen.
fn suspect_variables(environment: &Environment, known: &[&Setting], problems: &mut Problems) {
    let names = || known.iter().flat_map(|setting| setting.variables.iter().copied());
    for name in environment.keys().filter(|name| name.starts_with("NEXUS_")) {
        if name == "NEXUS_CONFIG" || names().any(|known| known == name) {
            continue;
        }
        if let Some(near) = nearest(name, names()) {
            let message = format!("aucun réglage ne lit cette variable ; vouliez-vous {near} ?");
            problems.notice(name, None, message, "unknown variable");
        }
    }
}

/// The known name that differs by at most two letters.
fn nearest(name: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    known
        .map(|known| (distance(name, known), known))
        .filter(|(away, _)| *away <= 2)
        .min()
        .map(|(_, known)| known)
}

/// Levenshtein's distance.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (line, left) in one.chars().enumerate() {
        let mut diagonal = line;
        let mut previous = line + 1;
        for (cell, right) in row.iter_mut().skip(1).zip(other.chars()) {
            let replaced = diagonal + usize::from(left != right);
            diagonal = *cell;
            previous = replaced.min(diagonal + 1).min(previous + 1);
            *cell = previous;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (one, other, away) in [
            ("", "", 0),
            ("a", "", 1),
            ("", "ab", 2),
            ("listen", "lisen", 1),
            ("abc", "acb", 2),
            ("é", "e", 1),
        ] {
            assert_eq!(distance(one, other), away, "{one} {other}");
        }
        assert_eq!(nearest("lisen", ["data", "listen"].into_iter()), Some("listen"));
        assert_eq!(nearest("couleur", ["data", "listen"].into_iter()), None);
    }

    #[test]
    fn lists_are_read_between_commas() {
        assert_eq!(Raw::Text(" a , ,b".into()).items(), ["a", "b"]);
        assert_eq!(Raw::List(vec!["a,b".into(), String::new()]).items(), ["a,b"]);
    }
}
