//! The real clock, the real source of identifiers and the real source of secrets.

use jiff::{Timestamp, TimestampRound, Unit};
use nexus_core::{Clock, IdSource, SecretSource};

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

/// The system's own cryptographic chance.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemSecrets;

impl SecretSource for SystemSecrets {
    #[allow(clippy::disallowed_methods)] // the one place where secrets are drawn
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            // It happens on a system without any source of chance. A secret that is none would be worse than no service.
            tracing::error!(%error, "the system gives no random bytes");
            std::process::abort();
        }
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

    #[test]
    fn secrets_are_drawn_whole_and_never_twice() {
        let draw = || {
            let mut bytes = [0; 64];
            SystemSecrets.fill(&mut bytes);
            bytes
        };
        let (one, other) = (draw(), draw());
        assert_ne!(one, other);
        // The chance that one of the eight parts stays empty is 2⁻⁶¹.
        assert!(one.chunks(8).all(|part| part != [0; 8]));
    }
}
