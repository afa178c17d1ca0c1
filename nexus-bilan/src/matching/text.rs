//! Words and short sentences.

use super::model_answer::same_mathematics;
use crate::questionnaire::TextNormaliser;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Whether an answer is one of the accepted forms under a normaliser. An empty answer or form matches nothing.
pub fn text_matches(answer: &str, accepted: &[String], normaliser: TextNormaliser) -> bool {
    let comparable = normalise(answer, normaliser);
    if comparable.is_empty() {
        return false;
    }
    accepted.iter().any(|form| normalise(form, normaliser) == comparable)
        || (normaliser == TextNormaliser::MathOrSpaces
            && accepted.iter().any(|form| same_mathematics(answer, form)))
}

/// Makes a text comparable. `MathOrSpaces` gives the literal form, as `Spaces` does.
pub fn normalise(text: &str, normaliser: TextNormaliser) -> String {
    match normaliser {
        TextNormaliser::Spaces | TextNormaliser::MathOrSpaces => collapsed(text),
        TextNormaliser::LowerCase => collapsed(text).to_lowercase(),
        TextNormaliser::Folded => folded(text),
    }
}

fn collapsed(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !output.is_empty() {
            output.push(' ');
        }
        output.push_str(word);
    }
    output
}

/// Without accents and ligatures, in lower case, spaces collapsed, straight apostrophes, no final punctuation.
fn folded(text: &str) -> String {
    let plain: String = text
        .nfkd()
        .filter(|next| !is_combining_mark(*next))
        .flat_map(char::to_lowercase)
        .flat_map(|next| {
            let (first, second) = match next {
                'œ' => ('o', Some('e')),
                'æ' => ('a', Some('e')),
                '’' | 'ʼ' => ('\'', None),
                other => (other, None),
            };
            std::iter::once(first).chain(second)
        })
        .collect();
    let collapsed = collapsed(&plain);
    collapsed.trim_end_matches(['.', ',', ';', ':', '!', '?', '…', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matches(answer: &str, key: &str, normaliser: TextNormaliser) -> bool {
        text_matches(answer, &[key.to_owned()], normaliser)
    }

    #[test]
    fn normalisers() {
        use TextNormaliser::{Folded, LowerCase, MathOrSpaces, Spaces};
        let cases = [
            (" x  >   2 ", "x > 2", Spaces, true),
            ("X > 2", "x > 2", Spaces, false),
            ("x > 2.", "x > 2", Spaces, false),
            ("x>2", "x > 2", Spaces, false),
            ("", "", Spaces, false),
            ("  ", " ", Folded, false),
            ("...", "?", Folded, false),
            (" Vrai\u{a0}Faux", "vrai faux", LowerCase, true),
            ("Élève", "eleve", LowerCase, false),
            (" ÉLÈVE ! ", "eleve", Folded, true),
            ("L’œuvre", "l'oeuvre", Folded, true),
            ("11/12.", "11/12", Folded, true),
            ("11 / 12", "11/12", Folded, false),
            ("Garçon…", "garcon", Folded, true),
            ("11 / 12", "11/12", MathOrSpaces, true),
        ];
        for (answer, key, normaliser, expected) in cases {
            assert_eq!(matches(answer, key, normaliser), expected, "{answer:?} {key:?} {normaliser:?}");
        }
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in ".{0,60}") {
            for normaliser in
                [TextNormaliser::Spaces, TextNormaliser::LowerCase, TextNormaliser::Folded, TextNormaliser::MathOrSpaces]
            {
                let once = normalise(&text, normaliser);
                prop_assert_eq!(&normalise(&once, normaliser), &once);
            }
        }

        #[test]
        fn never_panics(answer in ".{0,60}", key in ".{0,60}") {
            for normaliser in [TextNormaliser::Folded, TextNormaliser::MathOrSpaces] {
                let _ = matches(&answer, &key, normaliser);
            }
        }
    }
}
