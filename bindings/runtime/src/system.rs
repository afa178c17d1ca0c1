//! The real clock, the real source of identifiers and the real source of secrets.

use jiff::{Timestamp, TimestampRound, Unit};
use nexus_core::{Clock, IdSource, SecretSource};
use rand::RngExt;

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

/// Identifiers in the form of cuid2: 24 characters, a letter first, then letters and digits. They are drawn from a
/// cryptographic generator that the system's chance feeds, and not hashed: 122 bits that nobody can foresee are one identifier
/// as much as the hash of them, and take a thirtieth of its time.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

const CHARACTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const LETTERS: usize = 26;
const LENGTH: usize = 24;

impl IdSource for RandomIds {
    #[allow(clippy::disallowed_methods)] // the one place where chance enters
    fn next_id(&self) -> String {
        let mut generator = rand::rng();
        (0..LENGTH)
            .map(|place| if place == 0 { LETTERS } else { CHARACTERS.len() })
            .map(|choices| char::from(CHARACTERS[generator.random_range(..choices)]))
            .collect()
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
    use std::collections::BTreeSet;

    #[test]
    fn identifiers_are_accepted_by_their_own_reader() {
        let (one, other) = (RandomIds.next_id(), RandomIds.next_id());
        assert_ne!(one, other);
        assert!(BilanId::parse(one).is_ok());
    }

    /// Every character comes at every place: a generator that was narrowed by a mistake would make identifiers that meet.
    #[test]
    fn identifiers_have_a_form_and_fill_it() {
        let mut seen = vec![BTreeSet::new(); LENGTH];
        for _ in 0..4_000 {
            let id = RandomIds.next_id();
            assert_eq!(id.len(), LENGTH);
            for (characters, character) in seen.iter_mut().zip(id.chars()) {
                characters.insert(character);
            }
        }
        // One of 36 characters is missing at a place after 4,000 draws with a chance below 10⁻⁴⁶.
        assert_eq!(seen[0].len(), LETTERS);
        assert!(seen[0].iter().all(char::is_ascii_lowercase));
        assert!(seen[1..].iter().all(|characters| characters.len() == CHARACTERS.len()));
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
