use super::layers::Source;
use super::setting::{Secrecy, Setting};
use serde::Serialize;

/// Where one setting stands, as far as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The group of the setting.
    pub section: &'static str,
    /// Its name in `nexus.toml`.
    pub name: &'static str,
    /// The variables of the environment that set it, the winner first.
    pub variables: Vec<&'static str>,
    /// What a value looks like, in French.
    pub kind: String,
    /// What it is for, in French.
    pub sentence: &'static str,
    /// How much of its value is shown.
    pub secrecy: Secrecy,
    /// The value that counts, masked where it is secret; absent when there is none.
    pub value: Option<String>,
    /// Where that value was written.
    pub source: Option<Source>,
    /// What else was written, and does not count.
    pub overridden: Vec<Overridden>,
}

/// A value that another one won over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overridden {
    /// Where it was written.
    pub source: Source,
    /// The value, masked where it is secret.
    pub value: String,
}

impl Explanation {
    pub(super) fn new(
        setting: &Setting,
        value: Option<(String, Source)>,
        overridden: Vec<(Source, String)>,
    ) -> Self {
        let (value, source) = value.unzip();
        Self {
            section: setting.section,
            name: setting.name,
            variables: setting.variables.to_vec(),
            kind: setting.kind.clone(),
            sentence: setting.sentence,
            secrecy: setting.secrecy,
            value: value.filter(|value| !value.is_empty()),
            source,
            overridden: overridden.into_iter().map(|(source, value)| Overridden { source, value }).collect(),
        }
    }
}
