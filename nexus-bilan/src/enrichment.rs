//! The optional pass of a language model over a few slots of prose. The model sees qualitative facts under aliases: no name,
//! no figure, no staff trait, no free text. What it writes is validated; otherwise the text written by rules stays.

mod answer;
mod prompt;
mod validate;

use crate::facts::FactSheet;
use crate::report::{Block, Enrichment, ReportPayload, Statement, Variant};
use answer::Answer;
use nexus_core::{ChatMessage, ChatRequest, Completion, FinishReason, LanguageModel, Speaker};
use prompt::Brief;

/// Most tokens of an answer: three slots of French in JSON fit in half of it.
const MAX_TOKENS: u32 = 1_600;

/// A place whose prose a model may rewrite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Slot {
    /// The sentence under the title.
    Lead,
    /// A paragraph of encouragement at the end of the first section.
    Introduction,
    /// The last paragraph.
    Conclusion,
}

impl Slot {
    const ALL: [Self; 3] = [Self::Lead, Self::Introduction, Self::Conclusion];

    const fn name(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Introduction => "introduction",
            Self::Conclusion => "conclusion",
        }
    }

    /// Least and most characters.
    const fn bounds(self) -> (usize, usize) {
        match self {
            Self::Lead => (20, 220),
            Self::Introduction | Self::Conclusion => (40, 600),
        }
    }

    const fn most_sentences(self) -> usize {
        match self {
            Self::Lead => 1,
            Self::Introduction | Self::Conclusion => 4,
        }
    }
}

/// Asks a model for the prose of a few slots. Never fails and never changes a figure, a section or a row: on any doubt the
/// report comes back as it was, marked [`Enrichment::Unavailable`]. Documents for staff, the file copy and attempts without
/// answers are not sent to a model at all.
pub async fn enrich(model: &dyn LanguageModel, facts: &FactSheet, report: ReportPayload) -> ReportPayload {
    if !matches!(report.variant, Variant::Eleve | Variant::Parent) || !facts.has_answers() {
        return report;
    }
    let brief = Brief::new(facts, &report);
    match ask(model, &brief).await {
        Some((answer, model)) => {
            let enriched = apply(report.clone(), &answer, &brief, model);
            // The gate of publication has the last word on model prose as on ours.
            if crate::texts::check(facts, &enriched).is_empty() { enriched } else { unavailable(report) }
        }
        None => unavailable(report),
    }
}

fn unavailable(mut report: ReportPayload) -> ReportPayload {
    report.provenance.enrichment = Enrichment::Unavailable;
    report
}

/// At most two calls: the request, and one retry that names the broken rules.
async fn ask(model: &dyn LanguageModel, brief: &Brief<'_>) -> Option<(Answer, String)> {
    let mut messages = brief.messages();
    for last in [false, true] {
        let request = ChatRequest {
            messages: messages.clone(),
            temperature: 0.4,
            max_tokens: MAX_TOKENS,
            json_schema: Some(answer::schema()),
        };
        // The error is told without the messages; the adapter keeps the source to itself.
        let completion = match model.complete(&request).await {
            Ok(completion) => completion,
            Err(error) => {
                tracing::warn!(error = %error, "no prose from the language model");
                return None;
            }
        };
        let violations = match read(&completion) {
            Ok(answer) => match validate::validate(&answer, brief) {
                violations if violations.is_empty() => return Some((answer, completion.model)),
                violations => violations,
            },
            Err(_) if completion.finish == FinishReason::Filtered => return None,
            Err(violation) => vec![violation],
        };
        tracing::warn!(rules = violations.len(), last, "the language model broke rules");
        messages.push(ChatMessage { role: Speaker::Assistant, content: completion.text });
        messages.push(ChatMessage { role: Speaker::User, content: prompt::retry(&violations) });
    }
    None
}

fn read(completion: &Completion) -> Result<Answer, String> {
    match completion.finish {
        FinishReason::Stop => answer::parse(&completion.text),
        FinishReason::Length => Err("La réponse a été coupée : sois plus bref.".to_owned()),
        FinishReason::Filtered => Err("La réponse a été filtrée.".to_owned()),
    }
}

fn apply(mut report: ReportPayload, answer: &Answer, brief: &Brief<'_>, model: String) -> ReportPayload {
    for written in &answer.slots {
        let sentences: Vec<_> =
            written.sentences.iter().map(|line| crate::texts::french::sentence(&line.text)).collect();
        let mut evidence: Vec<String> = Vec::new();
        for id in written.sentences.iter().flat_map(|line| &line.evidence).filter_map(|alias| brief.id(alias))
        {
            if !evidence.iter().any(|known| known == id) {
                evidence.push(id.to_owned());
            }
        }
        let statement = Statement { text: sentences.join(" "), evidence };
        match written.slot {
            Slot::Lead => report.lead = statement,
            // The figures of the first section stay: the model's paragraph comes after them.
            Slot::Introduction => {
                if let Some(section) = report.sections.first_mut() {
                    section.blocks.push(Block::Paragraph { statement });
                }
            }
            Slot::Conclusion => {
                let section = report.sections.iter_mut().rev().find(|section| section.id == "conclusion");
                let paragraph = section.and_then(|section| {
                    section.blocks.iter_mut().find_map(|block| match block {
                        Block::Paragraph { statement } => Some(statement),
                        _ => None,
                    })
                });
                if let Some(paragraph) = paragraph {
                    *paragraph = statement;
                }
            }
        }
    }
    report.provenance.enrichment = Enrichment::Used;
    report.provenance.model = Some(model);
    report
}

#[cfg(test)]
mod tests;
