use serde::{Deserialize, Serialize};
use std::fmt;

/// What a failed attempt means for the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureClass {
    /// Nothing was handed over; trying again may succeed.
    Transient,
    /// Nothing was handed over, and trying again would fail in the same way.
    Permanent,
    /// It may have been handed over: the other side's answer was lost.
    Ambiguous,
}

/// The stable name of a failure. It holds no text of the other side, which may quote an address or a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FailureCode(String);

impl FailureCode {
    /// The moment until which the effect made sense has passed.
    pub const EXPIRED: &'static str = "expired";
    /// The workers of all earlier claims disappeared before they handed it over.
    pub const INTERRUPTED: &'static str = "interrupted";
    /// The worker disappeared while it handed it over.
    pub const WORKER_LOST: &'static str = "worker_lost";
    /// The stored payload cannot be opened with the configured secrets.
    pub const PAYLOAD_UNREADABLE: &'static str = "payload_unreadable";

    /// A name written in the code.
    pub fn named(name: &'static str) -> Self {
        Self(name.to_owned())
    }

    /// A name with the number that the protocol gives: `smtp_451`.
    pub fn numbered(protocol: &'static str, number: u16) -> Self {
        Self(format!("{protocol}_{number}"))
    }

    /// Reads a stored name.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What happened, in French.
    pub fn sentence(&self) -> String {
        let sentence = match self.as_str() {
            Self::EXPIRED => "le délai pendant lequel cet envoi avait un sens est passé",
            Self::INTERRUPTED => "chaque essai a été interrompu avant l'envoi",
            Self::WORKER_LOST => "le programme s'est arrêté pendant l'envoi : il est peut-être parti",
            Self::PAYLOAD_UNREADABLE => "le contenu est illisible avec les secrets configurés",
            "recipient_unknown" => "le destinataire n'existe plus",
            "address_refused" => "l'adresse du destinataire n'est pas une adresse de courriel utilisable",
            "template" => "le courriel n'a pas pu être rédigé",
            "connection" => "le serveur de courriel est injoignable",
            "tls" => "la connexion chiffrée au serveur de courriel a été refusée",
            "authentication" => "le serveur de courriel refuse l'identifiant ou le mot de passe",
            "timeout" => "le serveur de courriel n'a pas répondu à temps",
            "protocol" => "le serveur de courriel répond de façon incompréhensible",
            "answer_lost" => "la réponse du serveur s'est perdue : l'envoi est peut-être parti",
            "storage" => "le courriel n'a pas pu être écrit sur le disque",
            "storage_unavailable" => "la base de données ne répondait pas",
            code => {
                return match code.strip_prefix("smtp_") {
                    Some(number) if number.starts_with('4') => {
                        format!("le serveur de courriel demande d'attendre (réponse {number})")
                    }
                    Some(number) => format!("le serveur de courriel a refusé l'envoi (réponse {number})"),
                    None => code.to_owned(),
                };
            }
        };
        sentence.to_owned()
    }
}

impl fmt::Display for FailureCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}")]
pub struct AttemptFailure {
    /// What it means for the next one.
    pub class: FailureClass,
    /// Its name.
    pub code: FailureCode,
}

impl AttemptFailure {
    /// Nothing was handed over; trying again may succeed.
    pub const fn transient(code: FailureCode) -> Self {
        Self { class: FailureClass::Transient, code }
    }

    /// Nothing was handed over, and never will be.
    pub const fn permanent(code: FailureCode) -> Self {
        Self { class: FailureClass::Permanent, code }
    }

    /// It may have been handed over.
    pub const fn ambiguous(code: FailureCode) -> Self {
        Self { class: FailureClass::Ambiguous, code }
    }
}
