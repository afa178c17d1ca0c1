//! Seats of a group lesson, and the line of those who wait for one.

use super::service::words;
use crate::{Coded, ErrorCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

words! {
    /// Where a pupil stands with a lesson.
    ParticipantState {
        /// He has a seat.
        Enrolled = "ENROLLED",
        /// He waits for one.
        Waiting = "WAITING",
        /// A seat is kept for him, and paid, until he takes it or the time is over.
        Offered = "OFFERED",
        /// He gave his seat or his place in the line up.
        Left = "LEFT",
        /// The time of his offer is over.
        Expired = "EXPIRED",
    }
}

impl ParticipantState {
    /// Whether a seat is his, so that nobody else can have it and he can be nowhere else.
    pub const fn holds_a_seat(self) -> bool {
        matches!(self, Self::Enrolled | Self::Offered)
    }

    /// Whether anything can still happen.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Enrolled | Self::Offered | Self::Waiting)
    }
}

/// What may happen to a pupil's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeatEvent {
    /// A seat became free and he is the first in line.
    Offer,
    /// He takes the seat that is kept for him.
    Accept,
    /// He gives up.
    Leave,
    /// Time passes.
    Expire,
}

/// Why a place stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SeatRefused {
    /// There is no offer, or its time is over.
    #[error("there is no offer any more")]
    NoOffer,
    /// He has nothing to give up.
    #[error("the pupil has no place")]
    NoPlace,
    /// The offer still stands.
    #[error("the offer still stands")]
    StillOffered,
}

impl Coded for SeatRefused {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoOffer | Self::StillOffered => ErrorCode::OfferExpired,
            Self::NoPlace => ErrorCode::NotEnrolled,
        }
    }
}

impl ParticipantState {
    /// What follows when something happens to a place; `until` is the end of an offer.
    ///
    /// # Errors
    /// [`SeatRefused`] when the place does not allow it.
    pub fn after(
        self,
        event: SeatEvent,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, SeatRefused> {
        let over = until.is_none_or(|until| until <= now);
        match (self, event) {
            (Self::Waiting, SeatEvent::Offer) => Ok(Self::Offered),
            (Self::Offered, SeatEvent::Accept) if !over => Ok(Self::Enrolled),
            (Self::Offered, SeatEvent::Expire) if over => Ok(Self::Expired),
            (Self::Enrolled | Self::Waiting | Self::Offered, SeatEvent::Leave) => Ok(Self::Left),
            (Self::Offered, SeatEvent::Expire) => Err(SeatRefused::StillOffered),
            (_, SeatEvent::Leave) => Err(SeatRefused::NoPlace),
            _ => Err(SeatRefused::NoOffer),
        }
    }
}

/// Who is offered a seat next: of those who wait, in the order in which they came, the first of whom there is nothing against.
pub fn next_in_line<Waiting>(
    seats: u32,
    held: u32,
    line: &[Waiting],
    may_have_it: impl Fn(&Waiting) -> bool,
) -> Option<&Waiting> {
    if held >= seats { None } else { line.iter().find(|waiting| may_have_it(waiting)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_offer_is_taken_in_time_or_not_at_all() {
        let [now, later] = [0, 60].map(|second| Timestamp::from_second(second).unwrap());
        let offered = ParticipantState::Offered;
        assert_eq!(offered.after(SeatEvent::Accept, Some(later), now), Ok(ParticipantState::Enrolled));
        assert_eq!(offered.after(SeatEvent::Accept, Some(later), later), Err(SeatRefused::NoOffer));
        assert_eq!(offered.after(SeatEvent::Expire, Some(later), later), Ok(ParticipantState::Expired));
        assert_eq!(offered.after(SeatEvent::Expire, Some(later), now), Err(SeatRefused::StillOffered));
        assert_eq!(ParticipantState::Waiting.after(SeatEvent::Accept, None, now), Err(SeatRefused::NoOffer));
        assert_eq!(ParticipantState::Left.after(SeatEvent::Leave, None, now), Err(SeatRefused::NoPlace));
    }

    proptest! {
        /// A seat is either kept for somebody or free; what is over stays over.
        #[test]
        fn what_is_over_stays_over(event in 0_usize..4, until in proptest::option::of(0_i64..100), now in 0_i64..100) {
            let event = [SeatEvent::Offer, SeatEvent::Accept, SeatEvent::Leave, SeatEvent::Expire][event];
            let instant = |second| Timestamp::from_second(second).unwrap();
            for state in ParticipantState::ALL.iter().filter(|state| !state.is_open()) {
                prop_assert!(state.after(event, until.map(instant), instant(now)).is_err());
            }
        }

        #[test]
        fn a_seat_is_offered_only_when_one_is_free(seats in 0_u32..5, held in 0_u32..8, line in proptest::collection::vec(any::<bool>(), 0..5)) {
            let next = next_in_line(seats, held, &line, |may| *may);
            prop_assert_eq!(next.is_some(), held < seats && line.contains(&true));
        }
    }
}
