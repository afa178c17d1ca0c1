//! One diagnostic of one pupil, as it is stored.

use crate::answers::Answer;
use crate::facts::FactSheet;
use crate::lifecycle::{BilanEvent, BilanState, InvalidTransition};
use crate::offers::OfferTable;
use crate::questionnaire::{Level, Subject, TraitAudience};
use crate::report::{ReportPayload, Variant};
use crate::scoring::{MasteryClass, Rational};
use crate::survey::SurveyAnswers;
use jiff::Timestamp;
use nexus_core::{BilanId, Checksum, StudentId};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The version of a bank that an attempt is bound to, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BankReference {
    /// Slug of the bank.
    pub slug: String,
    /// Version of the content.
    pub version: String,
    /// Checksum of the content: the same version with another content is refused.
    pub checksum: Checksum,
}

/// One attempt and the state of its report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bilan {
    /// Its identifier.
    pub id: BilanId,
    /// The pupil.
    pub student: StudentId,
    /// The questionnaire.
    pub bank: BankReference,
    /// Subject, when the bank says it.
    pub subject: Option<Subject>,
    /// Level that the pupil enters, when the bank says it.
    pub level: Option<Level>,
    /// Where it stands.
    pub state: BilanState,
    /// Seed of the order of options.
    pub seed: String,
    /// Revision of the answers: 0 at the start, one more after each save.
    pub revision: u64,
    /// Revision of the report that is being made or is there; 0 before the first.
    pub report_revision: u32,
    /// When the pupil started.
    pub created_at: Timestamp,
    /// Not submitted by then, the attempt expires.
    pub expires_at: Timestamp,
    /// When the pupil submitted.
    pub submitted_at: Option<Timestamp>,
    /// Code of the error that led to a failure state, for staff.
    pub failure: Option<String>,
}

impl Bilan {
    /// Moves on, in place.
    pub fn apply(&mut self, event: BilanEvent) -> Result<(), InvalidTransition> {
        self.state = self.state.apply(event)?;
        Ok(())
    }

    /// Key of the job that makes the current revision; one job per key.
    pub fn job_key(&self) -> String {
        format!("process_bilan:{}:{}", self.id, self.report_revision)
    }

    /// Key of a stored document. The content is part of it: a worker that lost its lease cannot replace the document of
    /// the one that went on, and two runs of the same step leave one file.
    pub fn document_key(&self, revision: u32, variant: Variant, content: &Checksum) -> String {
        format!("bilans/{}/{revision}/{}-{:.16}.pdf", self.id, variant.as_str(), content.to_string())
    }
}

/// Answers of an attempt.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptAnswers {
    /// To the questionnaire, one per item.
    pub answers: Vec<Answer>,
    /// To the pedagogical survey.
    pub survey: SurveyAnswers,
}

/// An immutable score, with everything that it was computed from.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreSnapshot {
    /// The attempt.
    pub bilan: BilanId,
    /// The facts, scores included.
    pub facts: FactSheet,
    /// Their checksum.
    pub checksum: Checksum,
    /// When it was computed.
    pub created_at: Timestamp,
}

/// One document of one revision of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportDocument {
    /// The attempt.
    pub bilan: BilanId,
    /// From 1.
    pub revision: u32,
    /// Who it is for.
    pub variant: Variant,
    /// The content.
    pub payload: ReportPayload,
    /// Key of the PDF in the file store.
    pub pdf_key: String,
    /// Checksum of the PDF.
    pub pdf_checksum: Checksum,
    /// Size of the PDF, in bytes.
    pub pdf_bytes: u64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A line of the list of a pupil's bilans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilanSummary {
    /// Its identifier.
    pub id: BilanId,
    /// When the pupil started.
    pub created_at: Timestamp,
    /// Level, as the existing pages expect it: `premiere`, `terminale`.
    pub level: Option<String>,
    /// Subject, as the existing pages expect it: `MATHEMATIQUES`…
    pub subject: Option<String>,
    /// Where it stands.
    pub state: BilanState,
    /// Points and maximum, when a score is stored; rounding to a percentage is the domain's, not the store's.
    pub percent: Option<u8>,
}

/// What the pages of the existing application read from the row of a bilan; the new columns are the truth.
#[derive(Debug, Clone, PartialEq)]
pub struct LegacyColumns {
    /// `{total, totalMax, byDomain: {domain: {points, max, percent}}}`.
    pub qcm_scores: serde_json::Value,
    /// Traits that a family may read.
    pub pedago_profile: serde_json::Value,
    /// `{forces, faiblesses}` by domain key.
    pub synthesis: serde_json::Value,
    /// `{primary, alternatives, rule}`.
    pub offers: serde_json::Value,
}

impl LegacyColumns {
    /// Writes the facts in the old shapes. Traits for staff stay out: those columns were open to families.
    pub fn from_facts(facts: &FactSheet) -> Self {
        let domains = facts.domains.iter().map(|domain| {
            let score = json!({"points": domain.points, "max": domain.max, "percent": domain.percent});
            (domain.id.clone(), score)
        });
        let of_class =
            |class| -> Vec<&str> { facts.domains_of(class).map(|domain| domain.id.as_str()).collect() };
        let traits = facts.traits.iter().filter(|measured| measured.audience == TraitAudience::Everyone);
        let decision = OfferTable::shipped().decide(facts);
        Self {
            qcm_scores: json!({
                "total": facts.global.points,
                "totalMax": facts.global.max,
                "byDomain": domains.collect::<serde_json::Map<_, _>>(),
            }),
            pedago_profile: traits.map(|measured| (measured.id.clone(), json!(measured.value))).collect(),
            synthesis: json!({
                "forces": of_class(MasteryClass::Strong),
                "faiblesses": of_class(MasteryClass::Weak),
            }),
            offers: json!({
                "primary": decision.offer.as_ref().map(|offer| offer.name.as_str()),
                "rule": decision.code,
            }),
        }
    }
}

/// The percentage of a list line: 100·total/totalMax, half up; `None` when a total is missing, not a number, or the
/// maximum is 0. Reads the stored column of the existing application, whose rows were not all made here.
pub fn listing_percent(scores: &serde_json::Value) -> Option<u8> {
    let read = |key: &str| serde_json::from_value::<Rational>(scores.get(key)?.clone()).ok();
    let (total, max) = (read("total")?, read("totalMax")?);
    if max <= Rational::ZERO {
        return None;
    }
    let percent = total.checked_mul(Rational::whole(100))?.checked_div(max)?.round_half_up();
    u8::try_from(percent.clamp(0, 100)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn percentages_of_the_list() {
        // Y-list-percent, Y-list-percent-null, and rows that the existing application may hold.
        assert_eq!(listing_percent(&json!({"total": 28, "totalMax": 60})), Some(47));
        assert_eq!(listing_percent(&json!({"total": 23, "totalMax": 40})), Some(58));
        for scores in
            [json!({"total": 0, "totalMax": 0}), json!({}), json!(null), json!({"total": "x", "totalMax": 3})]
        {
            assert_eq!(listing_percent(&scores), None, "{scores}");
        }
    }
}
