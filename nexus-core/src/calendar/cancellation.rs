use super::ServiceType;
use crate::Role;
use jiff::{SignedDuration, Timestamp};

/// In whose name a lesson is called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Canceller {
    /// The pupil, or his parent.
    Family,
    /// The coach.
    Coach,
    /// The office.
    Office,
}

impl Canceller {
    /// By the role of who asks.
    pub const fn of(role: Role) -> Self {
        match role {
            Role::Admin | Role::Assistante => Self::Office,
            Role::Coach => Self::Coach,
            Role::Parent | Role::Eleve => Self::Family,
        }
    }

    /// Whether he has to say why: who takes a lesson away from a family does.
    pub const fn needs_a_reason(self) -> bool {
        matches!(self, Self::Coach | Self::Office)
    }
}

/// How long before a lesson a family may still call it off and have its credits back (decision 12).
const fn limit(service: ServiceType) -> SignedDuration {
    match service {
        ServiceType::Online | ServiceType::InPerson => SignedDuration::from_hours(24),
        ServiceType::Workshop => SignedDuration::from_hours(48),
    }
}

/// Whether the credits of a lesson come back when it is called off: to a family that does it in time, the limit included; and
/// always when the school does it, the office or the coach. Instants are compared: a night on which the clocks change makes
/// nobody late.
pub fn refund_is_due(by: Canceller, service: ServiceType, start: Timestamp, now: Timestamp) -> bool {
    by != Canceller::Family || start.duration_since(now) >= limit(service)
}

/// Whether a lesson may be moved: by the school always, by a family as long as it could call it off for nothing. Otherwise
/// moving a lesson and calling it off afterwards would undo the limit.
pub fn reschedule_is_open(by: Canceller, service: ServiceType, start: Timestamp, now: Timestamp) -> bool {
    refund_is_due(by, service, start, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refunded(by: Canceller, service: &str, seconds: i64) -> bool {
        let start: Timestamp = "2025-10-26T10:00:00Z".parse().unwrap();
        let now = start.checked_sub(SignedDuration::from_secs(seconds)).unwrap();
        refund_is_due(by, ServiceType::parse(service).unwrap(), start, now)
    }

    /// Vectors S1 and S2.
    #[test]
    fn the_limit_is_in_time() {
        for (service, hours, due) in [
            ("COURS_ONLINE", 25, true),
            ("COURS_ONLINE", 24, true),
            ("COURS_ONLINE", 23, false),
            ("COURS_PRESENTIEL", 24, true),
            ("ATELIER_GROUPE", 49, true),
            ("ATELIER_GROUPE", 48, true),
            ("ATELIER_GROUPE", 47, false),
        ] {
            assert_eq!(refunded(Canceller::Family, service, hours * 3600), due, "{service} {hours}");
        }
        assert!(!refunded(Canceller::Family, "COURS_ONLINE", 24 * 3600 - 1));
        assert!(!refunded(Canceller::Family, "COURS_ONLINE", -60));
        for by in [Canceller::Office, Canceller::Coach] {
            assert!(refunded(by, "ATELIER_GROUPE", 3600) && by.needs_a_reason());
        }
    }
}
