//! The Handlebars templates, and the one function that fills them.

use super::escape::{cut, escape_for_page, escape_without_math};
use super::view::DocumentView;
use super::{PREAMBLE, RUNTIME};
use crate::pdf::LatexDocument;
use crate::report::{FIRST_NAME, ReportPayload};
use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use nexus_core::{Coded, ErrorCode};
use serde::Serialize;
use std::fmt;
use std::sync::LazyLock;

/// Who a report is about. It is known to the renderer only; no stored text holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// First name; empty when unknown ("l'élève" is then printed).
    pub first_name: String,
    /// Family name; empty when unknown.
    pub last_name: String,
    /// School, when the family gave it.
    pub school: Option<String>,
}

impl fmt::Debug for Identity {
    /// Names do not go into logs.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Identity(..)")
    }
}

/// Why a report could not become LaTeX.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// A template of the program itself is not well formed.
    #[error("a template is not well formed")]
    Malformed(#[source] &'static handlebars::TemplateError),
    /// A template asked for something that the report does not have.
    #[error("a template could not be filled")]
    Unfilled(#[source] Box<handlebars::RenderError>),
    /// The day of the report is outside the calendar.
    #[error("the day of the report is outside the calendar")]
    Day(#[source] jiff::Error),
}

impl Coded for TemplateError {
    fn code(&self) -> ErrorCode {
        ErrorCode::DocumentRejected
    }
}

/// Typesets a report for the person that it is about.
///
/// The source compiles in one pass with the preloaded format (which defines `\NexusPreloaded`) and with plain `XeLaTeX`.
/// It needs no asset: the logo and the charts are drawn in it.
///
/// # Errors
/// [`TemplateError`] when a template and the view of a report disagree, or when the day has no instant.
pub fn typeset(payload: &ReportPayload, identity: &Identity) -> Result<LatexDocument, TemplateError> {
    // Noon, so that the day is the same in every zone that reads it near Greenwich.
    let date = payload.date.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).map_err(TemplateError::Day)?.timestamp();
    fill(payload.variant.as_str(), &DocumentView::new(payload, identity), date)
}

/// Fills a template, and puts what every document begins with before it.
pub(super) fn fill(
    name: &str,
    view: &impl Serialize,
    date: Timestamp,
) -> Result<LatexDocument, TemplateError> {
    let registry = REGISTRY.as_ref().map_err(TemplateError::Malformed)?;
    let body = registry.render(name, view).map_err(|error| TemplateError::Unfilled(Box::new(error)))?;
    let source = format!("\\ifdefined\\NexusPreloaded\\else\n{PREAMBLE}\\fi\n{RUNTIME}{body}");
    Ok(LatexDocument { source, assets: Vec::new(), date })
}

/// Name and text of every template; the first four are the variants.
const TEMPLATES: &[(&str, &str)] = &[
    ("eleve", include_str!("../../templates/eleve.tex.hbs")),
    ("parent", include_str!("../../templates/parent.tex.hbs")),
    ("nexus", include_str!("../../templates/nexus.tex.hbs")),
    ("general", include_str!("../../templates/general.tex.hbs")),
    ("facture", include_str!("../../templates/facture.tex.hbs")),
    ("document", include_str!("../../templates/document.tex.hbs")),
    ("paragraph", include_str!("../../templates/blocks/paragraph.tex.hbs")),
    ("bullets", include_str!("../../templates/blocks/bullets.tex.hbs")),
    ("callout", include_str!("../../templates/blocks/callout.tex.hbs")),
    ("radar", include_str!("../../templates/blocks/radar.tex.hbs")),
    ("bars", include_str!("../../templates/blocks/bars.tex.hbs")),
    ("priorities", include_str!("../../templates/blocks/priorities.tex.hbs")),
    ("plan", include_str!("../../templates/blocks/plan.tex.hbs")),
    ("traits", include_str!("../../templates/blocks/traits.tex.hbs")),
    ("offer", include_str!("../../templates/blocks/offer.tex.hbs")),
    ("items", include_str!("../../templates/blocks/items.tex.hbs")),
    ("nodes", include_str!("../../templates/blocks/nodes.tex.hbs")),
    ("figures", include_str!("../../templates/blocks/figures.tex.hbs")),
];

static REGISTRY: LazyLock<Result<Handlebars<'static>, handlebars::TemplateError>> = LazyLock::new(registry);

fn registry() -> Result<Handlebars<'static>, handlebars::TemplateError> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.set_prevent_indent(true);
    registry.register_escape_fn(insert);
    registry.register_helper("token", Box::new(token));
    registry.register_helper("hex", Box::new(hex));
    for (name, text) in TEMPLATES {
        registry.register_template_string(name, text)?;
    }
    Ok(registry)
}

/// Escapes a value and puts the macro of the first name in the place of its token. The parts around a token are escaped
/// one by one, so that a name never stands inside a formula.
fn insert(text: &str) -> String {
    let text = cut(text);
    let mut out = String::new();
    for (index, part) in text.split(FIRST_NAME).enumerate() {
        if index > 0 {
            let begins = out.trim_end().ends_with(['.', '!', '?', '…', ':', '«']) || out.trim().is_empty();
            out.push_str(if begins { "\\NexusFirstNameStart{}" } else { "\\NexusFirstName{}" });
        }
        out.push_str(&escape_for_page(part));
    }
    out
}

/// `{{token value}}`: an opaque identifier, never read as mathematics or prose; a line may end inside it.
fn token(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let value = helper.param(0).and_then(|value| value.value().as_str());
    let value = value.ok_or(RenderErrorReason::ParamNotFoundForIndex("token", 0))?;
    let pieces: Vec<char> = value.chars().collect();
    let pieces: Vec<String> =
        pieces.chunks(6).map(|piece| escape_without_math(&piece.iter().collect::<String>())).collect();
    write!(out, "\\NexusToken{{{}}}", pieces.join("\\NexusBreak{}"))?;
    Ok(())
}

/// `{{hex value}}`: the digits of a PDF string, as they are; anything else is left out.
fn hex(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let value = helper.param(0).and_then(|value| value.value().as_str());
    let value = value.ok_or(RenderErrorReason::ParamNotFoundForIndex("hex", 0))?;
    out.write(&value.chars().filter(char::is_ascii_hexdigit).collect::<String>())?;
    Ok(())
}

#[cfg(test)]
#[path = "template/tests.rs"]
mod tests;
