//! Strings of PDF properties and bookmarks.

use std::fmt::Write;

/// Longest string, in characters: bookmarks are read in a narrow panel.
const MAX_CHARACTERS: usize = 200;

/// Writes a text as the hexadecimal digits of UTF-16 with its byte order mark, so that nothing in it can be read as a
/// command. Delimiters of mathematics are left out; controls become spaces.
pub(super) fn pdf_string(text: &str) -> String {
    let plain = text.replace("\\(", "").replace("\\)", "").replace("\\[", "").replace("\\]", "");
    let mut out = String::from("FEFF");
    let characters = plain.chars().filter(|character| *character != '$');
    for character in characters.take(MAX_CHARACTERS) {
        let character = if character.is_control() { ' ' } else { character };
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(out, "{unit:04X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::pdf_string;

    #[test]
    fn strings_are_utf_16() {
        assert_eq!(pdf_string("Aé"), "FEFF004100E9");
        assert_eq!(pdf_string("$x$\u{7}"), "FEFF00780020");
        assert_eq!(pdf_string("😀"), "FEFFD83DDE00");
        assert_eq!(pdf_string(&"a".repeat(500)).len(), 4 + 200 * 4);
    }
}
