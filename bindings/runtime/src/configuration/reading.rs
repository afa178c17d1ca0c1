//! One pass over the table: values, problems, and what there is to explain.

use super::explain::Explanation;
use super::layers::{Layers, Raw, Source};
use super::masking::shown;
use super::problem::Problems;
use super::readers::Reader;
use super::setting::Setting;

/// A pass over the table of settings.
pub(super) struct Reading<'a> {
    layers: &'a Layers,
    pub(super) problems: Problems,
    pub(super) explanations: Vec<Explanation>,
}

impl<'a> Reading<'a> {
    pub(super) const fn new(layers: &'a Layers, problems: Problems) -> Self {
        Self { layers, problems, explanations: Vec::new() }
    }

    /// Reads a setting that has no value when nobody wrote one. A wrong value is a problem, and no value.
    pub(super) fn optional<R: Reader>(&mut self, setting: &Setting, reader: &R) -> Option<R::Value> {
        let mut values = self.layers.values(setting).into_iter();
        let winner = values.next();
        let read = winner.as_ref().map(|(raw, source)| self.understand(setting, reader, raw, source));
        let overridden = values
            // That a default is overridden goes without saying.
            .filter(|(_, source)| *source != Source::Default)
            .map(|(raw, source)| (source, shown(&raw, setting.secrecy)))
            .collect();
        let value = winner.map(|(raw, source)| (shown(&raw, setting.secrecy), source));
        self.explanations.push(Explanation::new(setting, value, overridden));
        read.flatten()
    }

    /// Reads a setting that always has a value: a wrong one is a problem, and the default stands in for it until every
    /// other problem is known.
    pub(super) fn required<R: Reader>(&mut self, setting: &Setting, reader: &R) -> Option<R::Value> {
        self.optional(setting, reader).or_else(|| {
            let (default, _) = self.layers.values(setting).pop()?;
            reader.read(&default).ok()
        })
    }

    fn understand<R: Reader>(
        &mut self,
        setting: &Setting,
        reader: &R,
        raw: &Raw,
        source: &Source,
    ) -> Option<R::Value> {
        let complaint = match reader.read(raw) {
            Ok(value) => return Some(value),
            Err(complaint) => complaint,
        };
        let message = format!("« {} » {complaint}", shown(raw, setting.secrecy));
        self.problems.refuse(
            setting.name,
            Some(source.clone()),
            message,
            format!("{} is invalid", setting.name),
        );
        None
    }
}
