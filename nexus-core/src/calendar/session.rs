use super::service::words;
use super::{CalendarPolicy, Interval};
use crate::french::day_and_time;
use crate::{Coded, ErrorCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

words! {
    /// Where a lesson stands (`SessionStatus` of the existing application).
    SessionStatus {
        /// It is booked.
        Scheduled = "SCHEDULED",
        /// The coach has said that he will be there.
        Confirmed = "CONFIRMED",
        /// It takes place.
        InProgress = "IN_PROGRESS",
        /// It took place.
        Completed = "COMPLETED",
        /// It will not take place.
        Cancelled = "CANCELLED",
        /// The pupil did not come.
        NoShow = "NO_SHOW",
        /// It takes place at another time: another lesson says when.
        Rescheduled = "RESCHEDULED",
    }
}

words! {
    /// What may happen to a lesson.
    Transition {
        /// The coach will be there.
        Confirm = "CONFIRM",
        /// It begins.
        Start = "START",
        /// It is over.
        Complete = "COMPLETE",
        /// It is called off.
        Cancel = "CANCEL",
        /// The pupil does not come.
        NoShow = "NO_SHOW",
        /// It is moved.
        Reschedule = "RESCHEDULE",
    }
}

/// Why a lesson stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransitionRefused {
    /// Its state does not lead there.
    #[error("{} does not lead to {}", .from.as_str(), .asked.as_str())]
    NotFromHere {
        /// Its state.
        from: SessionStatus,
        /// What was asked.
        asked: Transition,
    },
    /// The clock does not allow it yet.
    #[error("not before {not_before}")]
    TooEarly {
        /// From when on it does.
        not_before: Timestamp,
    },
}

impl Coded for TransitionRefused {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFromHere { .. } => ErrorCode::SessionTransitionRefused,
            Self::TooEarly { .. } => ErrorCode::TransitionTooEarly,
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::NotFromHere { from, .. } => {
                format!("Ce cours est {} : cette action n'est plus possible.", from.word())
            }
            Self::TooEarly { not_before } => {
                // The zone of the reader is not known here: the instant is told in UTC.
                let time = day_and_time(*not_before, &jiff::tz::TimeZone::UTC);
                format!("Il est trop tôt : cette action est possible à partir du {time} (UTC).")
            }
        }
    }
}

impl SessionStatus {
    /// Whether it takes its time from the coach, the pupils and the room.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Scheduled | Self::Confirmed | Self::InProgress)
    }

    /// Whether nothing happens to it any more.
    pub const fn is_terminal(self) -> bool {
        !self.is_active()
    }

    /// The word that follows “ce cours est”.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Scheduled => "prévu",
            Self::Confirmed => "confirmé",
            Self::InProgress => "en cours",
            Self::Completed => "terminé",
            Self::Cancelled => "annulé",
            Self::NoShow => "clos : l'élève n'est pas venu",
            Self::Rescheduled => "déplacé",
        }
    }

    /// What follows when something happens to a lesson in this state.
    ///
    /// # Errors
    /// [`TransitionRefused`] when its state or the clock does not allow it.
    pub fn after(
        self,
        transition: Transition,
        lesson: &Interval,
        policy: &CalendarPolicy,
        now: Timestamp,
    ) -> Result<Self, TransitionRefused> {
        let next = self
            .leads_to(transition)
            .ok_or(TransitionRefused::NotFromHere { from: self, asked: transition })?;
        let start = lesson.start();
        let not_before = match transition {
            Transition::Confirm | Transition::Cancel | Transition::Reschedule => return Ok(next),
            Transition::Start => start.checked_sub(policy.margin),
            Transition::Complete => Ok(start),
            Transition::NoShow => start.checked_add(policy.patience),
        };
        let not_before = not_before.unwrap_or(start);
        if now < not_before { Err(TransitionRefused::TooEarly { not_before }) } else { Ok(next) }
    }

    /// The arrows of the machine, whatever the clock says.
    const fn leads_to(self, transition: Transition) -> Option<Self> {
        use SessionStatus::{Cancelled, Completed, Confirmed, InProgress, NoShow, Rescheduled, Scheduled};
        match (self, transition) {
            (Scheduled, Transition::Confirm) => Some(Confirmed),
            (Scheduled | Confirmed, Transition::Start) => Some(InProgress),
            (InProgress, Transition::Complete) => Some(Completed),
            (Scheduled | Confirmed, Transition::Cancel) => Some(Cancelled),
            (Scheduled | Confirmed | InProgress, Transition::NoShow) => Some(NoShow),
            (Scheduled | Confirmed, Transition::Reschedule) => Some(Rescheduled),
            _ => None,
        }
    }

    /// What has to happen for a lesson to come into this state.
    pub const fn asked_by(self) -> Option<Transition> {
        match self {
            Self::Scheduled => None,
            Self::Confirmed => Some(Transition::Confirm),
            Self::InProgress => Some(Transition::Start),
            Self::Completed => Some(Transition::Complete),
            Self::Cancelled => Some(Transition::Cancel),
            Self::NoShow => Some(Transition::NoShow),
            Self::Rescheduled => Some(Transition::Reschedule),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    fn lesson() -> Interval {
        Interval::from_minutes("2025-09-08T14:00:00Z".parse().unwrap(), 60).unwrap()
    }

    fn after(
        status: SessionStatus,
        transition: Transition,
        minutes: i64,
    ) -> Result<SessionStatus, TransitionRefused> {
        let now = lesson().start().checked_add(SignedDuration::from_mins(minutes)).unwrap();
        status.after(transition, &lesson(), &CalendarPolicy::default(), now)
    }

    /// Vector S15.
    #[test]
    fn the_arrows_of_the_machine() {
        let reached = |from: SessionStatus| -> Vec<&str> {
            let targets = SessionStatus::ALL.iter().filter_map(|to| to.asked_by());
            let mut reached: Vec<_> = targets
                .filter_map(|transition| after(from, transition, 90).ok())
                .map(SessionStatus::as_str)
                .collect();
            reached.sort_unstable();
            reached
        };
        for (from, expected) in [
            (
                SessionStatus::Scheduled,
                vec!["CANCELLED", "CONFIRMED", "IN_PROGRESS", "NO_SHOW", "RESCHEDULED"],
            ),
            (SessionStatus::Confirmed, vec!["CANCELLED", "IN_PROGRESS", "NO_SHOW", "RESCHEDULED"]),
            (SessionStatus::InProgress, vec!["COMPLETED", "NO_SHOW"]),
            (SessionStatus::Completed, vec![]),
            (SessionStatus::Cancelled, vec![]),
            (SessionStatus::NoShow, vec![]),
            (SessionStatus::Rescheduled, vec![]),
        ] {
            assert_eq!(reached(from), expected, "{from:?}");
            assert_eq!(from.is_terminal(), expected.is_empty());
        }
    }

    /// Vector S9.
    #[test]
    fn what_blocks_a_slot() {
        let active: Vec<_> = SessionStatus::ALL.iter().map(|status| status.is_active()).collect();
        assert_eq!(active, [true, true, true, false, false, false, false]);
    }

    #[test]
    fn the_clock_has_its_say() {
        use SessionStatus::{Confirmed, InProgress, Scheduled};
        for (from, transition, first) in [
            (Confirmed, Transition::Start, -15),
            (InProgress, Transition::Complete, 0),
            (Scheduled, Transition::NoShow, 15),
        ] {
            assert!(after(from, transition, first).is_ok(), "{transition:?}");
            let refused = after(from, transition, first - 1).unwrap_err();
            assert!(matches!(refused, TransitionRefused::TooEarly { .. }), "{refused:?}");
        }
        assert!(after(Scheduled, Transition::Confirm, -10_000).is_ok());
        let refused = after(Scheduled, Transition::Complete, 60).unwrap_err();
        assert_eq!(refused.sentence(), "Ce cours est prévu : cette action n'est plus possible.");
    }
}
