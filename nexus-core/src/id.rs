//! Opaque identifiers, one type per kind of thing.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Source of new identifiers; an input of every use-case that creates something.
pub trait IdSource: Send + Sync {
    /// Returns a new identifier: at most 64 characters of `[a-z0-9]`, never the same twice (the form of cuid2 in production).
    fn next_id(&self) -> String;
}

/// An identifier that is empty, too long or holds something else than letters, digits, `-`, `_`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct InvalidId;

/// Longest identifier that is accepted from outside, in bytes.
const MAX_LENGTH: usize = 64;

fn is_valid(text: &str) -> bool {
    (1..=MAX_LENGTH).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

// An identifier goes with every request through many hands: a copy of it is a counted reference.
macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Reads an identifier that came from outside.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                if is_valid(&text) { Ok(Self(text.into())) } else { Err(InvalidId) }
            }

            /// Makes a new identifier.
            pub fn generate(source: &dyn IdSource) -> Self {
                Self(source.next_id().into())
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> { Self::parse(text) }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self { id.0.as_ref().to_owned() }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result { formatter.write_str(&self.0) }
        }
    )+};
}

identifiers! {
    /// A person who may sign in, whatever his role (`users.id`).
    UserId,
    /// A parent's profile (`parent_profiles.id`).
    ParentId,
    /// A coach's profile (`coach_profiles.id`), not to be confused with his [`UserId`].
    CoachId,
    /// A pupil (`students.id`), not to be confused with his [`UserId`].
    StudentId,
    /// A lesson (`sessions.id`). Through all its postponements the ledger knows it by the id of its first row.
    SessionId,
    /// One diagnostic of one pupil (`bilans.id`).
    BilanId,
    /// One durable job (`jobs.id`).
    JobId,
    /// One order of a product (`payments.id`).
    PaymentId,
    /// One effect towards the outside (`outbox.id`), and the row of `mail_logs` that tells its story.
    EffectId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_could_be_a_path_or_a_header() {
        for text in ["", "a/b", "..", "a b", "é", "a\n", &"x".repeat(65)] {
            assert_eq!(BilanId::parse(text), Err(InvalidId), "{text:?}");
        }
        assert_eq!(BilanId::parse("ck3-A_9").unwrap().as_str(), "ck3-A_9");
    }

    #[test]
    fn json_goes_through_the_same_check() {
        assert!(serde_json::from_str::<StudentId>("\"../x\"").is_err());
        assert!(serde_json::from_str::<StudentId>("\"abc\"").is_ok());
    }
}
