//! Passwords that a person can read out and type.

use secrecy::SecretString;

const CONSONANTS: &[u8] = b"bdfgklmnprstvz";
const VOWELS: &[u8] = b"aeiou";
/// Groups of two syllables.
const GROUPS: usize = 5;

/// Random bytes that one password takes.
pub(super) const BYTES: usize = 4 * GROUPS + 2;

/// Five groups of two syllables and a number: about 67 bits. Each byte is folded onto its letters; the small preference for
/// the first ones that this leaves costs less than one bit.
pub(super) fn readable(chance: &[u8; BYTES]) -> SecretString {
    let letter = |letters: &[u8], byte: u8| {
        char::from(letters.get(usize::from(byte) % letters.len()).copied().unwrap_or(b'a'))
    };
    let (number, letters) = chance.split_at(2);
    let mut text = String::with_capacity(5 * GROUPS + 2);
    for group in letters.chunks(4) {
        for (place, byte) in group.iter().enumerate() {
            text.push(letter(if place % 2 == 0 { CONSONANTS } else { VOWELS }, *byte));
        }
        text.push('-');
    }
    let number = number.iter().fold(0_u32, |number, byte| number * 256 + u32::from(*byte));
    text.push_str(&(10 + number % 90).to_string());
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    proptest! {
        #[test]
        fn passwords_are_long_and_typed_on_any_keyboard(chance in any::<[u8; BYTES]>()) {
            let password = readable(&chance);
            let text = password.expose_secret();
            prop_assert_eq!(text.len(), 27);
            prop_assert!(text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'));
        }
    }
}
