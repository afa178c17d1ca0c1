//! The PDF engines against real documents, hostile ones included.
//!
//! Wants the TeX files: `scripts/install-tex`, or `scripts/build-tex-bundle` where TeX is installed.

mod documents;
mod faults;
mod latexmk;
mod sealed;
mod support;
