//! The calendar: when coaches can teach, when they do, and what may happen to a lesson.
//!
//! Everything that decides is a pure function of values. A time that people write becomes an instant in one place,
//! [`civil_time::instant_at`](crate::civil_time::instant_at), in the zone of the school; everything is compared as instants.

mod availability;
mod booking;
mod cancellation;
mod clock_time;
mod free_slots;
pub mod icalendar;
pub mod jitsi;
mod opening_hours;
mod plan;
mod policy;
mod ports;
mod records;
mod reminder;
mod seats;
mod series;
mod service;
mod session;
mod span;
pub mod use_cases;

pub use availability::{AvailabilityRule, Closure, DayWindows, Days, windows_on};
pub use booking::{BookingQuestion, CoachFacts, Obstacle, decide, obstacles};
pub use cancellation::{Canceller, refund_is_due, reschedule_is_open};
pub use clock_time::{ClockRange, ClockTime, EmptyRange, UnreadableTime};
pub use free_slots::{FreeSlot, LONGEST_SEARCH, free_slots};
pub use opening_hours::{OpeningHours, UnreadableHours};
pub use plan::{PlanProblem, PlannedRange, day_from_sunday, day_number, plan_day};
pub use policy::CalendarPolicy;
pub use ports::{CalendarStore, CalendarTx};
pub use records::{
    Busy, CalendarOf, Calendars, Clash, Coach, CoachTime, FeedOwner, HistoryStep, Participant, PartiesAsked,
    Pupil, Session, SessionFilter, SessionView, StatusChange, StoredClosure, StoredRule, TimeAsked,
    TimeTaken, Workshop, WorkshopFilter,
};
pub use reminder::{ReminderKind, reminders};
pub use seats::{ParticipantState, SeatEvent, SeatRefused, next_in_line};
pub use series::{MOST_LESSONS, SeriesPattern};
pub use service::{Modality, ServiceType, SessionKind, price};
pub use session::{SessionStatus, Transition, TransitionRefused};
pub use span::{Interval, NoLength, Span, union, without};
