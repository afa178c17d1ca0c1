//! What an engine reports while it works.

use std::fmt::Arguments;

use tectonic_errors::Error;
use tectonic_status_base::{MessageKind, StatusBackend};

use crate::pdf::protocol::Answer;
use crate::pdf::refusal::{is_exhaustion, refusal};

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
        if is_exhaustion(&message) { Answer::Exhausted } else { Answer::Rejected(refusal(&message, log)) }
    }
}
