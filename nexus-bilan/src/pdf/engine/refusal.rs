//! Why the engine refused a document, in a line that is safe to log.

use std::fmt::Arguments;

use tectonic_errors::Error;
use tectonic_status_base::{MessageKind, StatusBackend};

use crate::pdf::protocol::Answer;

/// Longest message, characters.
const LONGEST: usize = 300;

/// The first error that an engine has reported.
#[derive(Debug, Default)]
pub(super) struct Journal {
    first_error: Option<String>,
}

impl StatusBackend for Journal {
    fn report(&mut self, kind: MessageKind, message: Arguments, _error: Option<&Error>) {
        if kind == MessageKind::Error && self.first_error.is_none() {
            self.first_error = Some(message.to_string());
        }
    }

    fn dump_error_logs(&mut self, _output: &[u8]) {}
}

impl Journal {
    /// The answer to a document that an engine gave up.
    pub(super) fn answer(self, error: Option<&Error>, log: &str) -> Answer {
        let message = self.first_error.or_else(|| error.map(ToString::to_string)).unwrap_or_default();
        if message.contains("TeX capacity exceeded") {
            return Answer::Exhausted;
        }
        Answer::Rejected(refusal(&message, log))
    }
}

/// The first line of the message, with the command that TeX stopped at when there is one.
fn refusal(message: &str, log: &str) -> String {
    let first = message.lines().find(|line| !line.trim().is_empty()).unwrap_or("no reason given").trim();
    let first =
        first.strip_prefix("texput.tex:").map_or_else(|| first.to_owned(), |rest| format!("line {rest}"));
    match culprit(log) {
        Some(command) if first.ends_with("Undefined control sequence") => format!("{first} {command}"),
        _ => first,
    }
    .chars()
    .take(LONGEST)
    .collect()
}

/// The command at the end of the line of context `l.12 …\command`: its name alone, never the text before it.
fn culprit(log: &str) -> Option<&str> {
    let context = log.lines().find(|line| line.starts_with("l.") || line.starts_with("<argument>"))?;
    let (_, command) = context.trim_end().rsplit_once('\\')?;
    let is_name =
        !command.is_empty() && command.chars().all(|letter| letter.is_ascii_alphabetic() || letter == '@');
    is_name.then(|| context.trim_end().split_at(context.trim_end().len() - command.len() - 1).1)
}
