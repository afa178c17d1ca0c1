//! What people and the system do with the calendar: each is `begin → lock → decide → write → trace → commit`.

mod availability;
mod booking;
mod cancelling;
mod context;
mod error;
mod feed;
mod moving;
mod payment;
mod reading;
mod reminding;
mod seats;
mod series;
mod status;
mod telling;
mod video;

pub use availability::{
    PlannedDay, Replaced, add_closure, list_closures, remove_availability, remove_closure, replace_dated,
    replace_weekly,
};
pub use booking::{BookSession, book};
pub use cancelling::{Cancelled, cancel};
pub use context::CalendarContext;
pub use error::{CalendarError, DateProblem};
pub use feed::{NewFeed, feed, open_feed, revoke_feed};
pub use moving::{MoveSession, reschedule};
pub use reading::{CoachCalendar, CoachOpenings, available_coaches, coach_calendar, open_workshops, why_not};
pub use reminding::{remind, settle_offers};
pub use seats::{Seat, accept_seat, join_session, leave_session};
pub use series::{BookSeries, BookedSeries, book_series};
pub use status::{ChangeStatus, change_status};
pub use video::{VideoRoom, join_video, leave_video};
