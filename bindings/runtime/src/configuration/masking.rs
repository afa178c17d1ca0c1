//! What may be shown of a value.

use super::layers::Raw;
use super::setting::Secrecy;
use reqwest::Url;

/// Stands for what is hidden.
const DOTS: &str = "•••";

/// A value as a person may see it.
pub(super) fn shown(raw: &Raw, secrecy: Secrecy) -> String {
    let one = |text: &str| match secrecy {
        Secrecy::Open => printable(text),
        Secrecy::Address => address(text),
        Secrecy::Secret | Secrecy::Secrets => secret(text),
    };
    match raw {
        Raw::Text(text) if secrecy != Secrecy::Secrets => one(text.trim()),
        raw => raw.items().into_iter().map(one).collect::<Vec<_>>().join(", "),
    }
}

/// The length alone: enough to see that the right secret is there, or that it was cut.
fn secret(text: &str) -> String {
    match text.chars().count() {
        1 => format!("{DOTS} (1 caractère)"),
        count => format!("{DOTS} ({count} caractères)"),
    }
}

/// An address without its password, and without the parameters that may hold one.
fn address(text: &str) -> String {
    // What cannot be read may hold a password anywhere; so may a stray @, left by a password that was not encoded.
    let Ok(mut url) = Url::parse(text) else { return secret(text) };
    let credentials = usize::from(!url.username().is_empty() || url.password().is_some());
    if text.matches('@').count() != credentials {
        return secret(text);
    }
    let hidden = "nexus-hidden";
    if url.password().is_some() && url.set_password(Some(hidden)).is_err() {
        return secret(text);
    }
    // Alone before the host, a name is a name for PostgreSQL; elsewhere it may be a token.
    let may_be_token =
        url.password().is_none() && !url.username().is_empty() && !url.scheme().starts_with("postgres");
    if may_be_token && url.set_username(hidden).is_err() {
        return secret(text);
    }
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| {
            let name = name.into_owned();
            let value = if is_telling(&name) { hidden.to_owned() } else { value.into_owned() };
            (name, value)
        })
        .collect();
    if !pairs.is_empty() {
        url.query_pairs_mut().clear().extend_pairs(pairs);
    }
    printable(&url.as_str().replace(hidden, DOTS))
}

fn is_telling(parameter: &str) -> bool {
    let parameter = parameter.to_ascii_lowercase();
    ["pass", "secret", "token", "key", "auth"].iter().any(|word| parameter.contains(word))
}

/// A value cannot move the cursor of the terminal that shows it.
fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '�' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str, secrecy: Secrecy) -> String {
        shown(&Raw::Text(text.into()), secrecy)
    }

    #[test]
    fn a_secret_is_its_length() {
        assert_eq!(of(&"x".repeat(32), Secrecy::Secret), "••• (32 caractères)");
        assert_eq!(of("é", Secrecy::Secret), "••• (1 caractère)");
        assert_eq!(of("ab, cde", Secrecy::Secret), "••• (7 caractères)");
        assert_eq!(of("ab, cde", Secrecy::Secrets), "••• (2 caractères), ••• (3 caractères)");
    }

    #[test]
    fn an_address_loses_its_password_only() {
        for (text, expected) in [
            (
                "postgresql://nexus:s3cr3t@base:5432/nexus?schema=public",
                "postgresql://nexus:•••@base:5432/nexus?schema=public",
            ),
            ("postgres://u:p%40ss@h/d", "postgres://u:•••@h/d"),
            ("redis://:s3cr3t@cache:6379/1", "redis://:•••@cache:6379/1"),
            ("redis://s3cr3t@cache", "redis://•••@cache"),
            ("postgresql://base/nexus?user=u&password=s3cr3t", "postgresql://base/nexus?user=u&password=•••"),
            ("postgresql://base/nexus", "postgresql://base/nexus"),
            ("postgresql://nexus@base/nexus", "postgresql://nexus@base/nexus"),
            ("host=base password=s3cr3t", "••• (25 caractères)"),
            ("https://u:12345/s3cr3t@base", "••• (27 caractères)"),
            ("pg nexus:s3cr3t@base", "••• (20 caractères)"),
        ] {
            assert_eq!(of(text, Secrecy::Address), expected);
        }
    }

    #[test]
    fn nothing_moves_the_cursor() {
        assert_eq!(of("a\u{1b}[2Jb", Secrecy::Open), "a�[2Jb");
    }

    proptest! {
        #[test]
        fn a_password_never_shows(
            user in "[a-z]{1,8}", password in "[A-Z0-9!$&'()*+,;=:@/?#%]{6,20}", scheme in "postgresql|redis|https"
        ) {
            let text = format!("{scheme}://{user}:{password}@hote.test/base");
            prop_assert!(!of(&text, Secrecy::Address).contains(&password), "{text}");
        }
    }
}
