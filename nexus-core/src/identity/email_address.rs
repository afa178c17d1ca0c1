//! E-mail addresses, in the one form under which two of them are compared.

use crate::{Coded, ErrorCode};
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Longest address, in bytes (RFC 5321).
const LONGEST: usize = 254;
/// Longest part before the `@`, in bytes.
const LONGEST_LOCAL: usize = 64;
/// Longest label of the domain, in bytes.
const LONGEST_LABEL: usize = 63;

/// A plausible e-mail address: trimmed, lower-case, in Unicode NFC, at most 254 bytes, without anything that could end a
/// header or a line.
///
/// Letters with accents are accepted on both sides: the existing application makes such addresses for children. Quoted local
/// parts and address literals, which nobody types, are not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// What cannot be an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct InvalidEmail;

impl Coded for InvalidEmail {
    fn code(&self) -> ErrorCode {
        ErrorCode::InvalidEmail
    }
}

impl EmailAddress {
    /// Reads an address as somebody typed it, or as the existing application stored it.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        // Lower-casing and composing make a text longer by a small factor only: a long one is refused before any work.
        let text = text.trim();
        if text.len() > LONGEST {
            return Err(InvalidEmail);
        }
        let normal: String = text.nfc().flat_map(char::to_lowercase).nfc().collect();
        let (local, domain) = normal.split_once('@').ok_or(InvalidEmail)?;
        let fits = normal.len() <= LONGEST && is_local_part(local) && is_domain(domain);
        if fits { Ok(Self(normal)) } else { Err(InvalidEmail) }
    }

    /// The address in its normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.split_once('@').map_or("", |(local, _)| local)
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

fn is_local_part(text: &str) -> bool {
    (1..=LONGEST_LOCAL).contains(&text.len())
        && text.split('.').all(|atom| {
            let allowed =
                |character: char| character.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(character);
            !atom.is_empty() && atom.chars().all(allowed)
        })
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|character| character.is_alphanumeric() || character == '-')
    };
    let Some((_, top)) = text.rsplit_once('.') else { return false };
    // The last label is a name: what ends in a number is an address of a machine.
    text.split('.').all(is_label) && !top.starts_with(|character: char| character.is_numeric())
}

impl TryFrom<String> for EmailAddress {
    type Error = InvalidEmail;

    fn try_from(text: String) -> Result<Self, InvalidEmail> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Without the person: what is written by `{:?}` ends in logs.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "EmailAddress(…@{})", self.domain())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normal(text: &str) -> Option<String> {
        EmailAddress::parse(text).ok().map(String::from)
    }

    /// N3.
    #[test]
    fn case_and_spaces_around_do_not_make_another_address() {
        for text in ["Parent@Nexus.com", " parent@nexus.com", "parent@nexus.com", "PARENT@NEXUS.COM\r\n"] {
            assert_eq!(normal(text).as_deref(), Some("parent@nexus.com"), "{text:?}");
        }
        // The same letter, composed or not.
        assert_eq!(normal("E\u{301}lodie@nexus.com"), normal("élodie@nexus.com"));
    }

    #[test]
    fn addresses_of_real_life() {
        for text in [
            "a@b.fr",
            "first.last+bac2027@sub.domain.tn",
            "o'connor@example.org",
            "zoé.ben-salah.1757840000000@nexus-student.local",
            "élève@lycée.fr",
            "1@2.museum",
        ] {
            assert_eq!(normal(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_is_not_an_address() {
        let long_local = format!("{}@b.fr", "a".repeat(65));
        let long_label = format!("a@{}.fr", "b".repeat(64));
        let long = format!("a@{}fr", "b.".repeat(130));
        for text in [
            "",
            "@",
            "a@",
            "@b.fr",
            "ab.fr",
            "a@b",
            "a@b@c.fr",
            "a b@c.fr",
            "a@b .fr",
            ".a@b.fr",
            "a.@b.fr",
            "a..b@c.fr",
            "a@.fr",
            "a@b.",
            "a@-b.fr",
            "a@b-.fr",
            "a@127.0.0.1",
            "a@[127.0.0.1]",
            "\"a b\"@c.fr",
            "<a@b.fr>",
            "a@b.fr,c@d.fr",
            "a@b.fr\nBcc: c@d.fr",
            "a@b.fr\r\n\r\nx",
            "a\u{0}@b.fr",
            "a@b.fr\u{0}",
            "a\u{202e}@b.fr",
            "a@b\u{200b}.fr",
            "İ@b.fr",
            &long_local,
            &long_label,
            &long,
        ] {
            assert_eq!(normal(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_person_is_not_printed() {
        let address = EmailAddress::parse("yasmine@nexus.com").unwrap();
        assert_eq!(format!("{address:?}"), "EmailAddress(…@nexus.com)");
        assert_eq!((address.local_part(), address.domain()), ("yasmine", "nexus.com"));
    }

    proptest! {
        #[test]
        fn the_normal_form_is_its_own_normal_form(text in "[ a-zA-Zéİß.+@-]{0,40}@[a-zÉ.-]{1,20}\\.[a-z]{2,4}") {
            if let Some(once) = normal(&text) {
                prop_assert_eq!(normal(&once), Some(once));
            }
        }

        #[test]
        fn no_text_is_a_panic_and_none_ends_a_header(text in any::<String>()) {
            if let Some(address) = normal(&text) {
                prop_assert!(!address.contains(|c: char| c.is_control() || c.is_whitespace() || "<>,;:\"()".contains(c)));
            }
        }
    }
}
