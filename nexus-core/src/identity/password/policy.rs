use crate::{Coded, ErrorCode};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashSet;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// A password that the policy lets somebody choose.
#[derive(Debug, Clone)]
pub struct NewPassword(SecretString);

/// Why a password may not be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordProblem {
    /// Fewer than [`NewPassword::SHORTEST`] characters.
    #[error("the password is too short")]
    TooShort,
    /// More than [`NewPassword::LONGEST`] characters.
    #[error("the password is too long")]
    TooLong,
    /// It holds a control character, which other programs cut or change.
    #[error("the password holds a control character")]
    ControlCharacter,
    /// It is one of those that are tried first.
    #[error("the password is too common")]
    TooCommon,
    /// It is the person's own name or address, with or without figures around.
    #[error("the password is made of the person's own name")]
    Personal,
}

impl Coded for PasswordProblem {
    fn code(&self) -> ErrorCode {
        ErrorCode::WeakPassword
    }

    fn sentence(&self) -> String {
        match self {
            Self::TooShort => {
                format!("Le mot de passe doit compter au moins {} caractères.", NewPassword::SHORTEST)
            }
            Self::TooLong => {
                format!("Le mot de passe doit compter au plus {} caractères.", NewPassword::LONGEST)
            }
            Self::ControlCharacter => {
                "Le mot de passe contient un caractère invisible ; choisissez-en un autre.".to_owned()
            }
            Self::TooCommon => {
                "Ce mot de passe est l'un des plus répandus ; choisissez-en un autre.".to_owned()
            }
            Self::Personal => {
                "Ce mot de passe ressemble trop à votre nom ou à votre adresse ; choisissez-en un autre."
                    .to_owned()
            }
        }
    }
}

impl NewPassword {
    /// Fewest characters.
    pub const SHORTEST: usize = 8;
    /// Most characters.
    pub const LONGEST: usize = 128;

    /// Reads a password that somebody chooses; `owner` is what is known of him: address, first name, family name.
    pub fn parse(password: &SecretString, owner: &[&str]) -> Result<Self, PasswordProblem> {
        let text = password.expose_secret();
        // Counted before anything else is done with it. No character takes more than four bytes.
        if text.len() > 4 * Self::LONGEST || text.chars().count() > Self::LONGEST {
            return Err(PasswordProblem::TooLong);
        }
        if text.chars().count() < Self::SHORTEST {
            return Err(PasswordProblem::TooShort);
        }
        if text.chars().any(char::is_control) {
            return Err(PasswordProblem::ControlCharacter);
        }
        if is_common(text) {
            return Err(PasswordProblem::TooCommon);
        }
        if is_personal(text, owner) {
            return Err(PasswordProblem::Personal);
        }
        Ok(Self(password.clone()))
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The commonest passwords of eight characters or more, and those that a school invites.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Fewest different characters of a password that is more than a finger left on a key.
const FEWEST_DIFFERENT: usize = 4;

fn is_common(text: &str) -> bool {
    let plain = plain(text);
    let different: HashSet<char> = plain.chars().collect();
    different.len() < FEWEST_DIFFERENT || is_sequence(&plain) || COMMON.contains(plain.as_str())
}

/// Characters that follow each other, up or down: `abcdefgh`, `98765432`.
fn is_sequence(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|character| i64::from(u32::from(character))).collect();
    let follows = |step: i64| codes.windows(2).all(|pair| matches!(pair, [one, next] if next - one == step));
    follows(1) || follows(-1)
}

fn is_personal(text: &str, owner: &[&str]) -> bool {
    let whole = letters(text);
    let names: Vec<String> = owner
        .iter()
        .flat_map(|part| [*part, part.split_once('@').map_or("", |(local, _)| local)])
        .map(letters)
        .filter(|name| name.chars().count() >= 3)
        .collect();
    if whole.is_empty() {
        return false;
    }
    // One of the names, or two of them one after the other.
    names.iter().any(|name| {
        whole == *name
            || whole.strip_prefix(name.as_str()).is_some_and(|rest| names.iter().any(|other| other == rest))
    })
}

/// The text in lower case and without accents.
fn plain(text: &str) -> String {
    text.nfd()
        .filter(|character| !('\u{300}'..='\u{36f}').contains(character))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The letters alone.
fn letters(text: &str) -> String {
    plain(text).chars().filter(|character| character.is_alphabetic()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn choose(text: &str) -> Result<(), PasswordProblem> {
        NewPassword::parse(&text.into(), &["yasmine.ben-salah@nexus.com", "Yasmine", "Ben Salah"]).map(|_| ())
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert_eq!(choose("éàüöîç!"), Err(PasswordProblem::TooShort));
        assert_eq!(choose("éàüöîç!?"), Ok(()));
        let long: String = "mot de passe ".chars().cycle().take(128).collect();
        assert_eq!(choose(&long), Ok(()));
        assert_eq!(choose(&format!("{long}!")), Err(PasswordProblem::TooLong));
        assert_eq!(choose(&"🦀é".repeat(64)), Err(PasswordProblem::TooCommon));
        assert_eq!(choose(&"a".repeat(1_000_000)), Err(PasswordProblem::TooLong));
        assert_eq!(choose("correct\0horse"), Err(PasswordProblem::ControlCharacter));
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for text in [
            "password",
            "Password",
            "azertyuiop",
            "AZERTYUIOP",
            "motdepasse",
            "12345678",
            "87654321",
            "aaaaaaaa",
            "abababab",
            "abcdefgh",
            "password123",
            "nexusreussite",
            "Nexus2026",
            "ÉlèveNexus",
            "baccalaureat",
        ] {
            assert_eq!(choose(text), Err(PasswordProblem::TooCommon), "{text}");
        }
    }

    #[test]
    fn ones_own_name_is_refused() {
        for text in [
            "yasmine.ben-salah@nexus.com",
            "Yasmine2011",
            "2011yasmine!",
            "BenSalah",
            "yasmine-bensalah",
            "bensalahyasmine07",
            "yasmine.ben-salah",
        ] {
            assert_eq!(choose(text), Err(PasswordProblem::Personal), "{text}");
        }
        assert_eq!(choose("Yasmine aime les suites"), Ok(()));
        // Figures only are nobody's name.
        assert_eq!(NewPassword::parse(&"49271835".into(), &["123@b.fr", "", "42"]).map(|_| ()), Ok(()));
    }

    #[test]
    fn the_list_is_in_the_form_in_which_it_is_searched() {
        for line in include_str!("common.txt").lines() {
            assert_eq!(plain(line), line);
            assert!(line.chars().count() >= NewPassword::SHORTEST && line == line.trim(), "{line}");
        }
        assert_eq!(COMMON.len(), include_str!("common.txt").lines().count(), "a line is there twice");
    }

    #[test]
    fn a_choice_is_not_printed() {
        let password = NewPassword::parse(&"une phrase de passe".into(), &[]).unwrap();
        assert!(!format!("{password:?}").contains("phrase"));
    }

    proptest! {
        #[test]
        fn no_text_is_a_panic(text in any::<String>(), name in any::<String>()) {
            let _ = NewPassword::parse(&text.into(), &[&name]);
        }
    }
}
