//! What one setting is.

use super::layers::Environment;
use serde::Serialize;

/// How much of a value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Secrecy {
    /// All of it.
    Open,
    /// An address that may hold a password: everything but that.
    Address,
    /// Its length.
    Secret,
    /// The length of each of several.
    Secrets,
}

/// Where the default comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fallback {
    /// There is none.
    Nothing,
    /// This text, read like any other value.
    Text(&'static str),
    /// A text that depends on the machine.
    Computed(fn(&Environment) -> String),
}

impl Fallback {
    pub(super) fn text(&self, environment: &Environment) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Text(text) => Some((*text).to_owned()),
            Self::Computed(compute) => Some(compute(environment)),
        }
    }
}

/// One line of the table of settings.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    /// The group under which it is shown.
    pub(super) section: &'static str,
    /// Name in `nexus.toml`.
    pub(super) name: &'static str,
    /// Variables of the environment, the winner first: Nexus' own, then those of the existing application.
    pub(super) variables: &'static [&'static str],
    /// What a value looks like, in French.
    pub(super) kind: String,
    /// The value without any source.
    pub(super) default: Fallback,
    /// How much of a value may be shown.
    pub(super) secrecy: Secrecy,
    /// What it is for, in French.
    pub(super) sentence: &'static str,
}
