//! The PDF engines against real documents, hostile ones included.
//!
//! Wants the TeX files: `scripts/install-tex`, or `scripts/build-tex-bundle` where TeX is installed.

// The helpers of tests are tests: they too fail by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod documents;
mod faults;
mod latexmk;
mod sealed;
mod support;
