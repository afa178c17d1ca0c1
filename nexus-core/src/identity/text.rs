//! The texts that people type: names, telephone numbers, dates, free texts.

use super::email_address::EmailAddress;
use super::field::FieldProblems;
use crate::{ErrorCode, SchoolSubject};
use jiff::civil::Date;
use std::ops::RangeInclusive;

/// Longest name, in characters.
pub const LONGEST_NAME: usize = 100;
/// Longest line (school, title, city), in characters.
pub const LONGEST_LINE: usize = 200;
/// Longest free text, in characters.
pub const LONGEST_TEXT: usize = 4_000;

/// Reads a required text of one line, without what surrounds it.
pub fn line(
    problems: &mut FieldProblems,
    field: &str,
    text: Option<&str>,
    length: RangeInclusive<usize>,
) -> Option<String> {
    required(problems, field, text, length, false)
}

/// Reads a required text of several lines, without what surrounds it.
pub fn paragraph(
    problems: &mut FieldProblems,
    field: &str,
    text: Option<&str>,
    length: RangeInclusive<usize>,
) -> Option<String> {
    required(problems, field, text, length, true)
}

/// Reads a text of one line that may be absent; a blank one is absent.
pub fn optional_line(
    problems: &mut FieldProblems,
    field: &str,
    text: Option<&str>,
    longest: usize,
) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    bounded(problems, field, text, 1..=longest, false)
}

/// Reads a text of several lines that may be absent; a blank one is absent.
pub fn optional_paragraph(
    problems: &mut FieldProblems,
    field: &str,
    text: Option<&str>,
    longest: usize,
) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    bounded(problems, field, text, 1..=longest, true)
}

/// Reads an e-mail address.
pub fn email(problems: &mut FieldProblems, field: &str, text: Option<&str>) -> Option<EmailAddress> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
        problems.add(field, ErrorCode::FieldRequired);
        return None;
    };
    EmailAddress::parse(text).map_err(|error| problems.add_error(field, &error)).ok()
}

/// Reads subjects: at least one, each once.
pub fn subjects(problems: &mut FieldProblems, field: &str, names: &[String]) -> Option<Vec<SchoolSubject>> {
    if names.is_empty() {
        problems.add_with(field, ErrorCode::FieldTooShort, "Il faut au moins une matière.");
        return None;
    }
    let mut subjects = Vec::new();
    for (place, name) in names.iter().enumerate() {
        match SchoolSubject::parse(name) {
            Some(subject) if subjects.contains(&subject) => {}
            Some(subject) => subjects.push(subject),
            None => {
                problems.add_with(
                    &format!("{field}.{place}"),
                    ErrorCode::UnknownChoice,
                    "Cette matière n'existe pas.",
                );
                return None;
            }
        }
    }
    Some(subjects)
}

/// Reads a telephone number: at least 8 characters, of which at least 6 digits; spaces, dots, dashes, parentheses and one
/// leading plus may stand between them.
pub fn phone(problems: &mut FieldProblems, field: &str, text: Option<&str>) -> Option<String> {
    let text = required(problems, field, text, 8..=30, false)?;
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let shape = text.chars().enumerate().all(|(place, character)| {
        character.is_ascii_digit()
            || matches!(character, ' ' | '.' | '-' | '(' | ')' | '/')
            || (place == 0 && character == '+')
    });
    if digits >= 6 && shape {
        return Some(text);
    }
    problems.add(field, ErrorCode::InvalidPhone);
    None
}

/// Reads a telephone number that may be absent.
pub fn optional_phone(problems: &mut FieldProblems, field: &str, text: Option<&str>) -> Option<String> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    phone(problems, field, Some(text))
}

/// Oldest age that a birth date may give, in years.
const OLDEST: i16 = 110;

/// Reads a birth date that may be absent: `2011-03-30`, alone or at the head of an instant.
pub fn birth_date(
    problems: &mut FieldProblems,
    field: &str,
    text: Option<&str>,
    today: Date,
) -> Option<Date> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    let (head, tail) = text.split_at_checked(10).unwrap_or((text, ""));
    let date = head.parse::<Date>().ok().filter(|_| tail.is_empty() || tail.starts_with(['T', ' ']));
    let Some(date) = date else {
        problems.add(field, ErrorCode::InvalidDate);
        return None;
    };
    if date >= today || date.year() < today.year() - OLDEST {
        problems.add(field, ErrorCode::ImplausibleDate);
        return None;
    }
    Some(date)
}

fn required(
    problems: &mut FieldProblems,
    field: &str,
    text: Option<&str>,
    length: RangeInclusive<usize>,
    several_lines: bool,
) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let Some(text) = text else {
        problems.add(field, ErrorCode::FieldRequired);
        return None;
    };
    bounded(problems, field, text, length, several_lines)
}

fn bounded(
    problems: &mut FieldProblems,
    field: &str,
    text: &str,
    length: RangeInclusive<usize>,
    several_lines: bool,
) -> Option<String> {
    let count = text.chars().count();
    if count < *length.start() {
        let detail = format!("Il faut au moins {} caractères.", length.start());
        problems.add_with(field, ErrorCode::FieldTooShort, detail);
        return None;
    }
    if count > *length.end() {
        let detail = format!("Il faut au plus {} caractères.", length.end());
        problems.add_with(field, ErrorCode::FieldTooLong, detail);
        return None;
    }
    if text.chars().any(|character| is_forbidden(character, several_lines)) {
        problems.add(field, ErrorCode::ForbiddenCharacters);
        return None;
    }
    Some(text.to_owned())
}

/// Control characters end headers and lines of logs; marks that change the direction of writing make one text look like another.
fn is_forbidden(character: char, several_lines: bool) -> bool {
    if several_lines && matches!(character, '\n' | '\r' | '\t') {
        return false;
    }
    character.is_control()
        || matches!(
            character,
            '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn read<T>(read: impl Fn(&mut FieldProblems) -> Option<T>) -> Result<Option<T>, ErrorCode> {
        let mut problems = FieldProblems::default();
        let value = read(&mut problems);
        problems.codes().first().map_or(Ok(value), |code| Err(*code))
    }

    #[test]
    fn lines_are_trimmed_counted_in_characters_and_clean() {
        let name = |text: &str| read(|problems| line(problems, "f", Some(text), 2..=4));
        assert_eq!(name("  Zoé "), Ok(Some("Zoé".to_owned())));
        assert_eq!(name("éé"), Ok(Some("éé".to_owned())));
        assert_eq!(name(" "), Err(ErrorCode::FieldRequired));
        assert_eq!(name("é"), Err(ErrorCode::FieldTooShort));
        assert_eq!(name("abcde"), Err(ErrorCode::FieldTooLong));
        for text in ["a\rb", "a\nb", "a\u{0}b", "a\u{202e}b", "a\u{200b}b", "a\u{7f}b"] {
            assert_eq!(name(text), Err(ErrorCode::ForbiddenCharacters), "{text:?}");
        }
    }

    #[test]
    fn what_looks_like_code_is_a_text_like_another() {
        for text in
            ["Robert'); DROP TABLE users;--", "<script>alert(1)</script>", "../../etc/passwd", "{{7*7}}"]
        {
            let name = read(|problems| line(problems, "f", Some(text), 2..=LONGEST_NAME));
            assert_eq!(name, Ok(Some(text.to_owned())));
        }
    }

    #[test]
    fn paragraphs_keep_their_lines() {
        let text = "Passer en MPSI\n\tet tenir le rythme";
        assert_eq!(read(|problems| paragraph(problems, "f", Some(text), 10..=99)), Ok(Some(text.to_owned())));
        assert_eq!(read(|problems| optional_paragraph(problems, "f", Some(" \n"), 99)), Ok(None));
    }

    #[test]
    fn telephone_numbers_of_both_countries() {
        for text in ["+216 99 19 28 29", "0612345678", "(216) 71-234.567", "12345678"] {
            assert!(read(|problems| phone(problems, "f", Some(text))).is_ok(), "{text}");
        }
        for text in ["1234567", "abcdefgh", "12 34 + 56 78", "--------", "'; DROP TABLE"] {
            assert!(read(|problems| phone(problems, "f", Some(text))).is_err(), "{text}");
        }
    }

    #[test]
    fn birth_dates_are_days_of_the_past() {
        let today = date(2026, 9, 14);
        let birth = |text: &str| read(|problems| birth_date(problems, "f", Some(text), today));
        assert_eq!(birth("2011-03-30"), Ok(Some(date(2011, 3, 30))));
        assert_eq!(birth("2011-03-30T00:00:00.000Z"), Ok(Some(date(2011, 3, 30))));
        assert_eq!(birth(""), Ok(None));
        for text in ["30/03/2011", "2011-02-30", "hier", "2011-03-30x", "9".repeat(99).as_str()] {
            assert_eq!(birth(text), Err(ErrorCode::InvalidDate), "{text}");
        }
        for text in ["2026-09-14", "2999-01-01", "1800-01-01"] {
            assert_eq!(birth(text), Err(ErrorCode::ImplausibleDate), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_line_never_holds_what_ends_a_header(text in any::<String>()) {
            if let Ok(Some(line)) = read(|problems| line(problems, "f", Some(&text), 1..=LONGEST_LINE)) {
                prop_assert!(!line.contains(char::is_control));
                prop_assert!(line.chars().count() <= LONGEST_LINE && line == line.trim());
            }
        }

        #[test]
        fn no_text_is_a_panic(text in any::<String>()) {
            let _ = read(|problems| birth_date(problems, "f", Some(&text), date(2026, 9, 14)));
            let _ = read(|problems| phone(problems, "f", Some(&text)));
        }
    }
}
