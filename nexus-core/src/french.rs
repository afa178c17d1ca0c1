//! French dates and typography that more than one crate writes.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

/// Narrow no-break space, before `; : ? ! %` and inside guillemets.
pub const NARROW: char = '\u{202f}';

/// Months, as French writes them inside a sentence.
const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// `1er septembre 2026`.
pub fn long_date(date: Date) -> String {
    let month = usize::try_from(date.month() - 1).ok().and_then(|place| MONTHS.get(place)).unwrap_or(&"");
    let day = if date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
    format!("{day} {month} {}", date.year())
}

/// `mardi 1er septembre 2026 à 9 h 05`, in the given zone; the spaces of the time do not break.
pub fn day_and_time(instant: Timestamp, zone: &TimeZone) -> String {
    let local = instant.to_zoned(zone.clone());
    let weekday = match local.weekday() {
        Weekday::Monday => "lundi",
        Weekday::Tuesday => "mardi",
        Weekday::Wednesday => "mercredi",
        Weekday::Thursday => "jeudi",
        Weekday::Friday => "vendredi",
        Weekday::Saturday => "samedi",
        Weekday::Sunday => "dimanche",
    };
    format!("{weekday} {} à {}\u{a0}h\u{a0}{:02}", long_date(local.date()), local.hour(), local.minute())
}

/// Whether `de` and `que` lose their vowel before a name: `d’Inès`, but `de Yassine`, `de Hamza`, `de Léa`.
pub fn is_elided_before(name: &str) -> bool {
    // What begins with an `h` or a `y` is mostly said like a consonant.
    name.chars()
        .flat_map(char::to_lowercase)
        .next()
        .is_some_and(|initial| "aeiouàâäéèêëîïôöùûüœæ".contains(initial))
}

/// `d’Inès`, `de Léa`.
pub fn of(name: &str) -> String {
    if is_elided_before(name) { format!("d’{name}") } else { format!("de {name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_elided_as_they_are_said() {
        for (name, said) in [
            ("Léa", "de Léa"),
            ("Inès", "d’Inès"),
            ("Élise", "d’Élise"),
            ("Œdipe", "d’Œdipe"),
            ("Yassine", "de Yassine"),
            ("Hamza", "de Hamza"),
            ("ياسمين", "de ياسمين"),
            ("", "de "),
        ] {
            assert_eq!(of(name), said);
        }
    }

    #[test]
    fn dates_and_times() {
        assert_eq!(long_date(jiff::civil::date(2026, 9, 1)), "1er septembre 2026");
        assert_eq!(long_date(jiff::civil::date(2026, 8, 22)), "22 août 2026");
        let instant: Timestamp = "2026-11-25T23:05:00Z".parse().unwrap();
        let tunis = TimeZone::get("Africa/Tunis").unwrap();
        assert_eq!(day_and_time(instant, &tunis), "jeudi 26 novembre 2026 à 0\u{a0}h\u{a0}05");
    }
}
