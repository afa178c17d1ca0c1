//! What a parent and its worker say to each other: one order on the command line, one request on standard
//! input, one answer on standard output.

#[cfg(feature = "tectonic")]
mod message;

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::RenderLimits;
#[cfg(feature = "tectonic")]
pub(super) use message::{Answer, Request};

/// Exit status of a worker whose document wrote more than it may.
#[cfg(feature = "tectonic")]
pub(super) const EXIT_OUTPUT: u8 = 75;
/// Exit status of a worker that finds no TeX files.
#[cfg(feature = "tectonic")]
pub(super) const EXIT_MISSING: u8 = 76;
/// Exit status of a worker that could not bind itself or read its request.
pub(super) const EXIT_UNABLE: u8 = 77;

/// What a worker is started for: JSON, the last argument of its command line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) struct Order {
    /// Process id of the parent: the worker does not outlive it.
    pub parent: u32,
    /// What the worker may use.
    pub limits: RenderLimits,
    /// What to do.
    pub task: Task,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Task {
    /// Typesets one document with the TeX files of `bundle` and a format made by [`Task::Format`].
    #[cfg(feature = "tectonic")]
    Document { bundle: PathBuf, format: PathBuf },
    /// Runs the request's source as the source of a format and answers with the format.
    #[cfg(feature = "tectonic")]
    Format { bundle: PathBuf },
    /// Becomes another program, limits included.
    Become { program: PathBuf, arguments: Vec<String> },
}

impl Order {
    pub(super) fn to_argument(&self) -> io::Result<OsString> {
        Ok(serde_json::to_string(self)?.into())
    }
}
