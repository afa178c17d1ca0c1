//! The till: catalogue, orders, payments, notices of providers.

pub(crate) mod alerts;
pub(crate) mod cash;
pub(crate) mod credits;
pub(crate) mod exchange;
pub(crate) mod offers;
pub(crate) mod orders;
pub(crate) mod pricing;
pub(crate) mod products;
pub(crate) mod records;
pub(crate) mod refunds;
pub(crate) mod settings;
pub(crate) mod stream;
pub(crate) mod test_payments;
pub(crate) mod validation;
pub(crate) mod webhook;

use crate::problem::Problem;
use nexus_core::Coded;
use nexus_core::till::use_cases::TillError;
use nexus_core::till::webhook::NoticeError;
use serde::Serialize;
use utoipa::ToSchema;

/// It was done, as the existing pages read it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OkBody {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
}

impl OkBody {
    pub(crate) const DONE: Self = Self { ok: true, message: None };

    pub(crate) const fn saying(message: &'static str) -> Self {
        Self { ok: true, message: Some(message) }
    }
}

/// It was done, with a sentence for people.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SuccessBody {
    pub(crate) success: bool,
    pub(crate) message: &'static str,
}

/// The words that the existing pages show: mostly those of the table, without their full stop.
pub(crate) fn refusal(error: TillError) -> Problem {
    let word = match &error {
        TillError::StudentNotFound => "Élève non trouvé ou non autorisé".to_owned(),
        TillError::Notice(NoticeError::SignatureMissing) => "Signature manquante".to_owned(),
        TillError::Notice(NoticeError::SignatureInvalid) => "Signature invalide".to_owned(),
        TillError::Notice(NoticeError::Incomplete) => "Données webhook invalides".to_owned(),
        TillError::Notice(NoticeError::BlankKey) => "Clé idempotente manquante".to_owned(),
        TillError::Fields(_) => return Problem::from(error),
        other => other.sentence().trim_end_matches('.').to_owned(),
    };
    Problem::from(error).and("error", word)
}
