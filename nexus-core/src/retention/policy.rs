use crate::outbox::EffectState;
use jiff::{SignedDuration, Timestamp};

/// What is kept for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kept {
    /// Effects that are settled: sent, or discarded by a person. They hold no payload any more.
    SettledEffects,
    /// What became of each mail.
    MailLog,
    /// Notifications that were read.
    ReadNotifications,
}

impl Kept {
    /// Everything.
    pub const ALL: [Self; 3] = [Self::SettledEffects, Self::MailLog, Self::ReadNotifications];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SettledEffects => "effects",
            Self::MailLog => "mail_logs",
            Self::ReadNotifications => "notifications",
        }
    }

    /// Whether it tells something about a person, so that the audit log tells when it is forgotten.
    pub const fn concerns_people(self) -> bool {
        matches!(self, Self::MailLog | Self::ReadNotifications)
    }
}

/// How long each is kept, in spans of 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// Settled effects, from their end on. A cause that came again later than that would have its effect again.
    pub effects: SignedDuration,
    /// Lines of the mail log, from their mail on.
    pub mail_log: SignedDuration,
    /// Notifications that were read, from their last change on.
    pub notifications: SignedDuration,
}

impl Default for RetentionPolicy {
    /// 30 days for effects, twelve months for the mail log (a technical log), 90 days for notifications.
    fn default() -> Self {
        Self { effects: days(30), mail_log: days(365), notifications: days(90) }
    }
}

const fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

impl RetentionPolicy {
    /// The instant before which something of a kind is old.
    pub fn cutoff(&self, kept: Kept, now: Timestamp) -> Timestamp {
        let lifetime = match kept {
            Kept::SettledEffects => self.effects,
            Kept::MailLog => self.mail_log,
            Kept::ReadNotifications => self.notifications,
        };
        now.checked_sub(lifetime).unwrap_or(Timestamp::MIN)
    }
}

/// Whether an effect is forgotten: nothing will ever happen to it again, and that was settled before the cutoff.
pub fn effect_is_due(state: EffectState, settled_at: Option<Timestamp>, cutoff: Timestamp) -> bool {
    state.is_final() && settled_at.is_some_and(|settled| settled < cutoff)
}

/// Whether a line of the mail log is forgotten: its mail is from before the cutoff, and nobody has to decide about it any more.
pub fn mail_log_is_due(effect_is_open: bool, created_at: Timestamp, cutoff: Timestamp) -> bool {
    !effect_is_open && created_at < cutoff
}

/// Whether a notification is forgotten: it was read, and not touched since before the cutoff.
pub fn notification_is_due(read: bool, updated_at: Timestamp, cutoff: Timestamp) -> bool {
    read && updated_at < cutoff
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_cutoff_itself_is_not_old_yet() {
        let policy = RetentionPolicy::default();
        let now = at("2026-11-25T10:00:00Z");
        let cutoff = policy.cutoff(Kept::ReadNotifications, now);
        assert_eq!(cutoff, at("2026-08-27T10:00:00Z"));
        let before = cutoff.checked_sub(SignedDuration::from_millis(1)).unwrap();
        for (read, updated_at, due) in [(true, before, true), (true, cutoff, false), (false, before, false)] {
            assert_eq!(notification_is_due(read, updated_at, cutoff), due, "{read} {updated_at}");
        }
        assert!(mail_log_is_due(false, before, cutoff) && !mail_log_is_due(false, cutoff, cutoff));
        assert!(!mail_log_is_due(true, Timestamp::MIN, cutoff));
        assert_eq!(policy.cutoff(Kept::MailLog, now), at("2025-11-25T10:00:00Z"));
        assert_eq!(policy.cutoff(Kept::SettledEffects, now), at("2026-10-26T10:00:00Z"));
    }

    #[test]
    fn what_waits_for_somebody_is_never_old() {
        for state in EffectState::ALL {
            let due = effect_is_due(state, Some(Timestamp::MIN), Timestamp::MAX);
            assert_eq!(due, matches!(state, EffectState::Sent | EffectState::Discarded), "{state:?}");
            assert!(!effect_is_due(state, None, Timestamp::MAX), "{state:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_old_stays_old(seconds in 0_i64..10_000_000_000, later in 0_i64..10_000_000_000) {
            let policy = RetentionPolicy::default();
            let updated_at = Timestamp::from_second(seconds).unwrap();
            let now = at("2026-11-25T10:00:00Z");
            let then = now.checked_add(SignedDuration::from_secs(later)).unwrap();
            for kept in Kept::ALL {
                let due = |now| notification_is_due(true, updated_at, policy.cutoff(kept, now));
                prop_assert!(!due(now) || due(then));
            }
        }
    }
}
