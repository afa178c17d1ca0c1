//! From a report to LaTeX: escaping of data, geometry of charts, templates.
//!
//! A [`ReportPayload`](crate::report::ReportPayload) becomes a view (every figure written the French way, every chart
//! reduced to coordinates), the view goes through the Handlebars templates of the folder `templates/`, and what they
//! insert is escaped by [`escape`]'s rules without exception. The result compiles with the preloaded format of the
//! project's own engine and with a plain `xelatex`.

mod charts;
mod coverage;
mod escape;
mod format;
mod math;
mod pdf_string;
mod receipt;
mod template;
mod view;

pub use charts::{PolarPoint, polar};
pub use escape::{MAX_CHARACTERS, escape};
pub use math::check as check_formula;
pub use receipt::typeset_receipt;
pub use template::{Identity, TemplateError, typeset};

/// The part of the preamble that may be preloaded into a TeX format: it selects no native font.
pub const PREAMBLE: &str = include_str!("../templates/preamble.tex");

/// The part of the preamble that must be read at run time: the fonts.
pub const RUNTIME: &str = include_str!("../templates/runtime.tex");
