//! Words and short sentences.

use super::number::number_matches;
use crate::questionnaire::TextNormaliser;
use crate::scoring::Rational;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Whether an answer is one of the accepted forms under a normaliser. An empty answer or form matches nothing.
pub fn text_matches(answer: &str, accepted: &[String], normaliser: TextNormaliser) -> bool {
    let normalised = normalise(answer, normaliser);
    if normalised.is_empty() {
        return false;
    }
    accepted.iter().any(|form| normalise(form, normaliser) == normalised)
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

fn same_mathematics(answer: &str, key: &str) -> bool {
    let Some(value) = super::parse_number(key) else { return false };
    number_matches(answer, value, Rational::ZERO, None)
}
