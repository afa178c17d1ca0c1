//! The real clock and the real source of identifiers.

use jiff::{Timestamp, TimestampRound, Unit};
use nexus_core::{Clock, IdSource};

/// The system's clock, in whole milliseconds: what a database keeps is what was decided upon.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one place where the present is read
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        now.round(TimestampRound::new().smallest(Unit::Millisecond).mode(jiff::RoundMode::Trunc))
            .unwrap_or(now)
    }
}

/// cuid2 identifiers.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    #[allow(clippy::disallowed_methods)] // the one place where chance enters
    fn next_id(&self) -> String {
        cuid2::create_id()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nexus_core::BilanId;

    #[test]
    fn identifiers_are_accepted_by_their_own_reader() {
        let (one, other) = (RandomIds.next_id(), RandomIds.next_id());
        assert_ne!(one, other);
        assert!(BilanId::parse(one).is_ok());
    }

    #[test]
    fn instants_have_no_more_than_milliseconds() {
        assert_eq!(SystemClock.now().as_nanosecond() % 1_000_000, 0);
    }
}
