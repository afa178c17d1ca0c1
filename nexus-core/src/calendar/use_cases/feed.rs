use super::context::CalendarContext;
use super::error::CalendarError;
use super::telling::entry_with;
use crate::Page;
use crate::calendar::icalendar::Method;
use crate::calendar::{FeedOwner, SessionFilter, SessionView};
use crate::identity::one_time_token::OneTimeToken;
use crate::identity::use_cases::Behalf;
use crate::rights::Scope;
use jiff::SignedDuration;

/// Lessons of a feed, at most.
const PAGES: u32 = 5;

/// The secret of a feed; it is told once.
#[derive(Debug, Clone)]
pub struct NewFeed {
    /// Ends the address of the feed.
    pub token: OneTimeToken,
}

/// Makes a feed of somebody's lessons; the one that he had opens nothing any more.
///
/// # Errors
/// [`CalendarError::FeedNotFound`] when nobody is signed in.
pub async fn open_feed(context: &CalendarContext, behalf: Behalf<'_>) -> Result<NewFeed, CalendarError> {
    let user = behalf.user().ok_or(CalendarError::FeedNotFound)?;
    let token = OneTimeToken::generate(context.secrets.as_ref());
    let now = context.now();
    let mut tx = context.store.begin().await?;
    tx.replace_feed(&context.ids.next_id(), user, Some(&token.digest()), now).await?;
    tx.record(&behalf.event("CALENDAR_FEED_OPEN", now).about("user", user.as_str())).await?;
    tx.commit().await?;
    Ok(NewFeed { token })
}

/// Takes a feed back.
///
/// # Errors
/// [`CalendarError::FeedNotFound`] when nobody is signed in.
pub async fn revoke_feed(context: &CalendarContext, behalf: Behalf<'_>) -> Result<(), CalendarError> {
    let user = behalf.user().ok_or(CalendarError::FeedNotFound)?;
    let now = context.now();
    let mut tx = context.store.begin().await?;
    tx.replace_feed("", user, None, now).await?;
    tx.record(&behalf.event("CALENDAR_FEED_REVOKE", now).about("user", user.as_str())).await?;
    tx.commit().await?;
    Ok(())
}

/// The lessons of whoever has a feed, as iCalendar: those of the last month and all to come.
///
/// # Errors
/// [`CalendarError::FeedNotFound`] for a secret that opens nothing.
pub async fn feed(context: &CalendarContext, token: &str) -> Result<String, CalendarError> {
    let token = OneTimeToken::parse(token).ok_or(CalendarError::FeedNotFound)?;
    let owner = context.store.feed_owner(&token.digest()).await?.ok_or(CalendarError::FeedNotFound)?;
    let from = context.now().checked_sub(SignedDuration::from_hours(31 * 24)).ok();
    let filter = SessionFilter { from, ..SessionFilter::default() };
    let mut entries = Vec::new();
    for number in 1..=PAGES {
        let page = Page::new(number, Page::LARGEST);
        let (views, total) = context.store.sessions(&filter, &scope(&owner), page).await?;
        entries.extend(views.iter().filter(|view| is_shown(view)).map(|view| {
            let changed_at = view.session.cancelled_at.or(view.session.completed_at);
            entry_with(&view.session, &view.coach_name, changed_at.unwrap_or(view.session.created_at))
        }));
        if page.offset() + u64::from(page.limit()) >= total {
            break;
        }
    }
    Ok(context.calendar_file(entries, Method::Publish).text())
}

/// A lesson that was moved is shown by the one that takes its place, under the same identifier.
fn is_shown(view: &SessionView) -> bool {
    view.session.status != crate::calendar::SessionStatus::Rescheduled
}

fn scope(owner: &FeedOwner) -> Scope {
    match &owner.parent {
        Some(parent) => Scope::Children { parent: parent.clone() },
        None => Scope::Own {
            user: owner.user.clone(),
            student: owner.student.clone(),
            coach: owner.coach.clone(),
        },
    }
}
