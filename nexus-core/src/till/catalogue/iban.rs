use crate::{Coded, ErrorCode};
use std::fmt;

/// An account number whose check digits are right, without spaces.
#[derive(Clone, PartialEq, Eq)]
pub struct Iban(String);

/// What is given as an account number cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an IBAN")]
pub struct InvalidIban;

impl Coded for InvalidIban {
    fn code(&self) -> ErrorCode {
        ErrorCode::InvalidIban
    }
}

impl Iban {
    /// Reads an account number, however its groups are spaced.
    ///
    /// # Errors
    /// [`InvalidIban`] for another alphabet or length, or wrong check digits (ISO 13616, modulo 97).
    pub fn parse(text: &str) -> Result<Self, InvalidIban> {
        let compact: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let compact = compact.to_ascii_uppercase();
        let is_shaped = (15..=34).contains(&compact.len())
            && compact.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && compact.bytes().take(2).all(|byte| byte.is_ascii_alphabetic())
            && compact.bytes().skip(2).take(2).all(|byte| byte.is_ascii_digit());
        // A Tunisian one always has 24 characters.
        let is_long_enough = !compact.starts_with("TN") || compact.len() == 24;
        if is_shaped && is_long_enough && remainder(&compact) == 1 {
            Ok(Self(compact))
        } else {
            Err(InvalidIban)
        }
    }

    /// Without spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Country and last four characters, for logs: `TN…1234`.
    pub fn masked(&self) -> String {
        let (country, last) = (self.0.get(..2), self.0.get(self.0.len().saturating_sub(4)..));
        format!("{}…{}", country.unwrap_or_default(), last.unwrap_or_default())
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.masked())
    }
}

/// The number that an IBAN stands for, its first four characters last, modulo 97.
fn remainder(compact: &str) -> u32 {
    let (head, tail) = compact.split_at(4);
    tail.chars().chain(head.chars()).filter_map(|letter| letter.to_digit(36)).fold(0, |rest, value| {
        let shift = if value > 9 { 100 } else { 10 };
        (rest * shift + value) % 97
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_checked() {
        let iban = Iban::parse("TN59 1000 6035 1835 9847 8831").unwrap();
        assert_eq!(iban.as_str(), "TN5910006035183598478831");
        assert_eq!(format!("{iban:?}"), "TN…8831");
        assert!(Iban::parse("fr1420041010050500013m02606").is_ok());
        for text in
            ["", "TN59", "TN59 1000 6035 1835 9847 8832", "TN591000603518359847883", "é".repeat(24).as_str()]
        {
            assert_eq!(Iban::parse(text), Err(InvalidIban), "{text}");
        }
    }
}
