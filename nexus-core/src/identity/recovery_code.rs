//! What opens an account when its authenticator is lost: ten codes on paper, each of them once.

use crate::secret_source::draw;
use crate::{Checksum, SecretSource, UserId};
use secrecy::{ExposeSecret, SecretString};

/// Codes that somebody is given at a time.
pub const RECOVERY_CODES: usize = 10;

/// Letters and digits that are not taken for each other on paper. There are 32, so that a random byte chooses fairly.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARACTERS: usize = 16;
const GROUP: usize = 4;

/// One code: 80 random bits, written `XXXX-XXXX-XXXX-XXXX` in the alphabet of Crockford's base32.
#[derive(Debug, Clone)]
pub struct RecoveryCode(SecretString);

impl RecoveryCode {
    /// Draws the codes of one person.
    pub fn generate(secrets: &dyn SecretSource) -> Vec<Self> {
        std::iter::repeat_with(|| Self::draw_one(secrets)).take(RECOVERY_CODES).collect()
    }

    fn draw_one(secrets: &dyn SecretSource) -> Self {
        let letter = |byte: &u8| ALPHABET.get(usize::from(byte % 32)).map(|letter| char::from(*letter));
        Self(draw::<CHARACTERS>(secrets).iter().filter_map(letter).collect::<String>().into())
    }

    /// Reads what somebody typed: dashes, spaces and case do not matter, and the letters that look like digits are read as
    /// these digits. `None` when it cannot be a code.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 4 * CHARACTERS {
            return None;
        }
        let code: String = text
            .chars()
            .filter(|character| !character.is_whitespace() && *character != '-')
            .map(|character| match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        let is_code = code.len() == CHARACTERS && code.bytes().all(|byte| ALPHABET.contains(&byte));
        is_code.then(|| Self(code.into()))
    }

    /// The code in groups of four, for its owner's eyes, once.
    pub fn expose(&self) -> String {
        let letters: Vec<char> = self.0.expose_secret().chars().collect();
        letters.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }

    /// SHA-256 of the code and of the account that it opens: what is stored.
    pub fn digest(&self, owner: &UserId) -> Checksum {
        Checksum::of_bytes(format!("recovery code\n{owner}\n{}", self.0.expose_secret()).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededSecrets;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn owner(id: &str) -> UserId {
        UserId::parse(id).unwrap()
    }

    #[test]
    fn ten_different_codes_that_can_be_copied() {
        let codes = RecoveryCode::generate(&SeededSecrets::new(1));
        let texts: HashSet<String> = codes.iter().map(RecoveryCode::expose).collect();
        assert_eq!(texts.len(), RECOVERY_CODES);
        for (code, text) in codes.iter().zip(codes.iter().map(RecoveryCode::expose)) {
            assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [4; 4], "{text}");
            assert!(!text.contains(['O', 'I', 'L', 'U']));
            assert!(!format!("{code:?}").contains(&text));
        }
    }

    #[test]
    fn a_code_is_read_as_people_write_it() {
        let code = RecoveryCode::parse("0123-4567-89AB-CDEF").unwrap();
        for text in
            ["0123456789abcdef", " O123 4567 89ab cdef\n", "oI23-4567-89AB-CDEF", "0l23--4567-89AB-CDEF"]
        {
            assert_eq!(
                RecoveryCode::parse(text).unwrap().digest(&owner("u1")),
                code.digest(&owner("u1")),
                "{text}"
            );
        }
        for text in
            ["", "0123-4567-89AB-CDE", "0123-4567-89AB-CDEFG", "0123-4567-89AB-CDEU", "é".repeat(16).as_str()]
        {
            assert!(RecoveryCode::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_same_code_of_two_people_is_stored_differently() {
        let code = RecoveryCode::parse("0123-4567-89AB-CDEF").unwrap();
        assert_ne!(code.digest(&owner("u1")), code.digest(&owner("u2")));
    }

    proptest! {
        #[test]
        fn every_drawn_code_is_read_back(seed in any::<u64>()) {
            for code in RecoveryCode::generate(&SeededSecrets::new(seed)) {
                let read = RecoveryCode::parse(&code.expose().to_lowercase()).unwrap();
                prop_assert_eq!(read.digest(&owner("u1")), code.digest(&owner("u1")));
            }
        }

        #[test]
        fn no_text_is_a_panic(text in any::<String>()) {
            let _ = RecoveryCode::parse(&text);
        }
    }
}
