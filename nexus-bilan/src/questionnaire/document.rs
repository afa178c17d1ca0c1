//! From the bytes of a file to a JSON value, within limits.

use super::problem::{Finding, Rule};
use serde_json::Value;

/// Largest accepted file, in bytes.
pub const MAX_FILE_BYTES: usize = 2 * 1024 * 1024;

/// Parses the bytes of a questionnaire file. Size is looked at before anything is read; nesting is limited by the parser.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, Finding> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Finding::error(
            Rule::Unreadable,
            format!(
                "Le fichier est trop volumineux ({} octets) ; la limite est de {MAX_FILE_BYTES} octets.",
                bytes.len()
            ),
        ));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|error| {
        // Only the place of the error is repeated: the parser's own sentences are English and may quote the file.
        let reason = if error.is_eof() { "il s'arrête trop tôt" } else { "la syntaxe est incorrecte" };
        Finding::error(
            Rule::Unreadable,
            format!(
                "Le fichier n'est pas du JSON lisible : {reason} (ligne {}, colonne {}).",
                error.line(),
                error.column()
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_before_parsing_and_never_panics() {
        let large = vec![b' '; 10 * 1024 * 1024];
        assert!(parse(&large).unwrap_err().message.contains("trop volumineux"));
        let deep = "[".repeat(100_000);
        let cases: [&[u8]; 5] = [b"", b"{", b"\xff\xfe", deep.as_bytes(), b"{\"a\": NaN}"];
        for bytes in cases {
            assert_eq!(parse(bytes).unwrap_err().rule, Rule::Unreadable);
        }
        assert!(parse(b"\xef\xbb\xbf[]").is_ok());
    }
}
