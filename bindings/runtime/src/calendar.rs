//! Configuration → lessons and availability.

use crate::configuration::Configuration;
use crate::services::StartError;
use crate::session_secret::SessionSecrets;
use crate::system::SystemSecrets;
use jiff::SignedDuration;
use nexus_core::calendar::use_cases::CalendarContext;
use nexus_core::calendar::{CalendarPolicy, OpeningHours};
use nexus_core::{Clock, IdSource, PseudonymKey, Pseudonyms};
use nexus_store::Backend;
use std::sync::Arc;

/// What the use-cases of the calendar lean on.
pub(crate) fn calendar(
    configuration: &Configuration,
    secrets: &SessionSecrets,
    store: &Arc<dyn Backend>,
    clock: &Arc<dyn Clock>,
    ids: &Arc<dyn IdSource>,
) -> Result<CalendarContext, StartError> {
    Ok(CalendarContext {
        store: Arc::clone(store) as _,
        clock: Arc::clone(clock),
        ids: Arc::clone(ids),
        secrets: Arc::new(SystemSecrets),
        rooms: Pseudonyms::new(&PseudonymKey::derive(&secrets.current)),
        policy: policy(configuration)?,
        video_server: configuration.video_url.clone(),
        domain: domain(configuration),
    })
}

fn policy(configuration: &Configuration) -> Result<CalendarPolicy, StartError> {
    let minutes = |count: u32| u16::try_from(count).unwrap_or(u16::MAX);
    Ok(CalendarPolicy {
        zone: configuration.zone.clone(),
        opening: OpeningHours::parse(&configuration.opening_hours)?,
        notice: SignedDuration::from_mins(i64::from(configuration.booking_notice_minutes)),
        horizon_months: u8::try_from(configuration.booking_horizon_months).unwrap_or(u8::MAX),
        shortest: minutes(configuration.shortest_lesson_minutes),
        longest: minutes(configuration.longest_lesson_minutes),
        buffer: SignedDuration::from_mins(i64::from(configuration.lesson_pause_minutes)),
        ..CalendarPolicy::default()
    })
}

/// The host of the school's site, as calendars name lessons by it.
fn domain(configuration: &Configuration) -> String {
    let site = configuration.public_url.as_deref().unwrap_or("nexus");
    let host = site.split("://").last().unwrap_or(site);
    host.split(['/', ':']).next().filter(|host| !host.is_empty()).unwrap_or("nexus").to_owned()
}
