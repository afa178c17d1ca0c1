//! Lessons as iCalendar (RFC 5545): the file that comes with a mail, and the feed that a phone subscribes to.

use super::{Interval, SessionStatus};
use ::icalendar::{Calendar, Component, Event, EventLike, Property};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A lesson as a calendar shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarEntry {
    /// Names the lesson through every move: the id of the first row of its chain.
    pub root: String,
    /// Grows by one at every change, so that an older file never replaces a newer one.
    pub sequence: u32,
    /// When.
    pub lesson: Interval,
    /// Where it stands.
    pub status: SessionStatus,
    /// One line: subject and title.
    pub summary: String,
    /// What else there is to know; may be empty.
    pub description: String,
    /// Where it takes place; may be empty.
    pub location: String,
    /// When it was changed last.
    pub changed_at: Timestamp,
}

/// What a calendar that receives the file does with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Shows what is published.
    Publish,
    /// Takes the lesson away again.
    Cancel,
}

/// Lessons that make one calendar. A mail that waits holds this; the text is written when it leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarFile {
    /// The lessons.
    pub entries: Vec<CalendarEntry>,
    /// What is done with them.
    pub method: Method,
    /// Ends the identifiers of the lessons.
    pub domain: String,
    /// What a reader shows.
    pub name: String,
    /// The zone that a reader shows times in, when it has a name.
    pub zone: Option<String>,
}

impl CalendarFile {
    /// The file; instants are in UTC, so that no reader needs the rules of a zone.
    pub fn text(&self) -> String {
        let mut calendar = Calendar::empty();
        let method = match self.method {
            Method::Publish => "PUBLISH",
            Method::Cancel => "CANCEL",
        };
        for (key, value) in [
            ("VERSION", "2.0"),
            ("PRODID", "-//Nexus Reussite//Nexus//FR"),
            ("CALSCALE", "GREGORIAN"),
            ("METHOD", method),
        ] {
            calendar.append_property(Property::new(key, value));
        }
        calendar.name(&clean(&self.name));
        if let Some(zone) = &self.zone {
            calendar.timezone(zone.as_str());
        }
        for entry in &self.entries {
            calendar.push(event(entry, &self.domain));
        }
        calendar.to_string()
    }
}

fn event(entry: &CalendarEntry, domain: &str) -> Event {
    let mut event = Event::new();
    event
        .uid(&format!("{}@{}", entry.root, clean(domain)))
        .sequence(entry.sequence)
        .summary(&clean(&entry.summary))
        .append_property(Property::new("STATUS", status(entry.status)))
        .append_property(Property::new("DTSTAMP", utc(entry.changed_at)))
        .append_property(Property::new("LAST-MODIFIED", utc(entry.changed_at)))
        .append_property(Property::new("DTSTART", utc(entry.lesson.start())))
        .append_property(Property::new("DTEND", utc(entry.lesson.end())));
    if !entry.description.is_empty() {
        event.description(&clean(&entry.description));
    }
    if !entry.location.is_empty() {
        event.location(&clean(&entry.location));
    }
    event.done()
}

const fn status(status: SessionStatus) -> &'static str {
    match status {
        SessionStatus::Scheduled => "TENTATIVE",
        SessionStatus::Confirmed | SessionStatus::InProgress | SessionStatus::Completed => "CONFIRMED",
        SessionStatus::Cancelled | SessionStatus::NoShow | SessionStatus::Rescheduled => "CANCELLED",
    }
}

/// `20250908T130000Z`.
fn utc(instant: Timestamp) -> String {
    instant.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Titles are written by people: without what could begin a line of its own.
fn clean(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::icalendar::CalendarComponent;

    fn entry() -> CalendarEntry {
        CalendarEntry {
            root: "ses1".to_owned(),
            sequence: 2,
            lesson: Interval::from_minutes("2025-09-08T13:00:00Z".parse().unwrap(), 60).unwrap(),
            status: SessionStatus::Confirmed,
            summary: "Mathématiques ; suites, limites\r\nATTACH:http://evil.test".to_owned(),
            description: String::new(),
            location: "Salle 2".to_owned(),
            changed_at: "2025-09-01T08:00:00Z".parse().unwrap(),
        }
    }

    fn written(entries: &[CalendarEntry], method: Method) -> String {
        let file = CalendarFile {
            entries: entries.to_vec(),
            method,
            domain: "nexusreussite.academy".to_owned(),
            name: "Cours de Léa".to_owned(),
            zone: Some("Africa/Tunis".to_owned()),
        };
        // As it comes out of a mail that waited.
        let kept: CalendarFile = serde_json::from_str(&serde_json::to_string(&file).unwrap()).unwrap();
        assert_eq!(kept, file);
        kept.text()
    }

    #[test]
    fn a_lesson_is_written_and_read_back() {
        let text = written(&[entry()], Method::Publish);
        let read: Calendar = text.parse().unwrap();
        assert_eq!(read.property_value("METHOD"), Some("PUBLISH"));
        assert_eq!(read.get_timezone(), Some("Africa/Tunis"));
        let [CalendarComponent::Event(event)] = read.components.as_slice() else {
            panic!("one event: {text}")
        };
        assert_eq!(event.get_uid(), Some("ses1@nexusreussite.academy"));
        assert_eq!(event.get_sequence(), Some(2));
        assert_eq!(event.property_value("DTSTART"), Some("20250908T130000Z"));
        assert_eq!(event.property_value("DTEND"), Some("20250908T140000Z"));
        assert_eq!(event.property_value("DTSTAMP"), Some("20250901T080000Z"));
        assert_eq!(event.get_summary(), Some("Mathématiques ; suites, limites  ATTACH:http://evil.test"));
        assert!(text.lines().all(|line| !line.starts_with("ATTACH")), "{text}");
        assert!(text.lines().all(|line| line.len() <= 75), "{text}");
        assert_eq!(text, written(&[entry()], Method::Publish), "the same lessons are the same text");
    }

    #[test]
    fn a_cancelled_lesson_keeps_its_name() {
        let cancelled = CalendarEntry { status: SessionStatus::Cancelled, sequence: 3, ..entry() };
        let text = written(&[cancelled], Method::Cancel);
        for line in ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:3", "UID:ses1@nexusreussite.academy"] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
    }
}
