use super::{ClockRange, ClockTime};
use jiff::civil::Weekday;

/// When the school is open, weekday by weekday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningHours([Option<ClockRange>; 7]);

/// Opening hours that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("opening hours are written “MO-SA 08:00-20:00, SU closed”: {0:?} is not understood")]
pub struct UnreadableHours(String);

/// The names of weekdays, as iCalendar writes them.
const NAMES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

impl OpeningHours {
    /// Reads `MO-SA 08:00-20:00, SU closed`; a day that is not named is closed, and the last word about a day counts.
    ///
    /// # Errors
    /// [`UnreadableHours`] with the part that is not understood.
    pub fn parse(text: &str) -> Result<Self, UnreadableHours> {
        let mut hours = [None; 7];
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (days, open) = read_part(part).ok_or_else(|| UnreadableHours(part.to_owned()))?;
            hours.iter_mut().take(days.1 + 1).skip(days.0).for_each(|day| *day = open);
        }
        Ok(Self(hours))
    }

    /// The hours of a weekday; absent when the school is closed.
    pub fn on(&self, day: Weekday) -> Option<ClockRange> {
        let place = usize::try_from(day.to_monday_zero_offset()).ok()?;
        self.0.get(place).copied().flatten()
    }
}

impl Default for OpeningHours {
    /// Monday to Saturday, 08:00 to 20:00 (decision 11).
    fn default() -> Self {
        let time = |hour: u16| ClockTime::from_minutes(hour * 60);
        let open = time(8).zip(time(20)).and_then(|(start, end)| ClockRange::new(start, end));
        Self([open, open, open, open, open, open, None])
    }
}

type Part = ((usize, usize), Option<ClockRange>);

fn read_part(part: &str) -> Option<Part> {
    let (days, hours) = part.split_once(' ')?;
    let place = |name: &str| NAMES.iter().position(|known| known.eq_ignore_ascii_case(name));
    let (first, last) = days.split_once('-').unwrap_or((days, days));
    let days = (place(first)?, place(last)?);
    let hours = hours.trim();
    let open = if hours.eq_ignore_ascii_case("closed") {
        None
    } else {
        let (start, end) = hours.split_once('-')?;
        let [start, end] = [start, end].map(|text| ClockTime::parse(text.trim()).ok());
        Some(ClockRange::new(start?, end?)?)
    };
    (days.0 <= days.1).then_some((days, open))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_what_its_text_says() {
        let read = OpeningHours::parse("MO-SA 08:00-20:00, SU closed").unwrap();
        assert_eq!(read, OpeningHours::default());
        assert_eq!(read.on(Weekday::Sunday), None);
        assert_eq!(read.on(Weekday::Saturday).unwrap().end().to_string(), "20:00");
    }

    #[test]
    fn the_last_word_about_a_day_counts() {
        let read = OpeningHours::parse("mo-fr 8:00-20:30, we 14:00-18:00").unwrap();
        assert_eq!(read.on(Weekday::Wednesday).unwrap().start().to_string(), "14:00");
        assert_eq!(read.on(Weekday::Thursday).unwrap().end().to_string(), "20:30");
        assert_eq!(read.on(Weekday::Saturday), None);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for text in [
            "MO",
            "MO 8-20",
            "XX 08:00-20:00",
            "FR-MO 08:00-20:00",
            "MO 20:00-08:00",
            "MO 08:00-24:00",
            "MO closedd",
        ] {
            assert_eq!(OpeningHours::parse(text), Err(UnreadableHours(text.to_owned())), "{text}");
        }
    }
}
