use crate::audit::{AuditEvent, RequestMark};
use crate::identity::account::Account;
use crate::identity::password::PasswordHasher;
use crate::identity::ports::IdentityStore;
use crate::identity::sealing::Sealer;
use crate::rights::{Permit, Scope};
use crate::{Clock, IdSource, Pseudonyms, Role, SecretSource, UserId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// Everything that the use-cases of identity lean on.
#[derive(Clone)]
pub struct IdentityContext {
    /// Where people are stored.
    pub store: Arc<dyn IdentityStore>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New identifiers.
    pub ids: Arc<dyn IdSource>,
    /// Chance that nobody predicts.
    pub secrets: Arc<dyn SecretSource>,
    /// Hashes passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Seals the secrets of second factors.
    pub sealer: Sealer,
    /// Names what the throttle counts.
    pub pseudonyms: Pseudonyms,
    /// The school's choices.
    pub settings: IdentitySettings,
}

/// The school's choices about accounts.
#[derive(Debug, Clone)]
pub struct IdentitySettings {
    /// The name of the school, as authenticators show it.
    pub school: String,
    /// The zone in which a day is a day.
    pub zone: TimeZone,
    /// Version of the terms and of the consent texts that the pages show.
    pub consent_version: String,
    /// How long an invitation and the activation of a child's account stay open.
    pub invitation_lifetime: SignedDuration,
    /// How long a link for a new password stays open.
    pub reset_lifetime: SignedDuration,
    /// How long a link that confirms an address stays open.
    pub email_lifetime: SignedDuration,
    /// Most links for a new password that one account is sent within their lifetime.
    pub most_resets: u32,
}

impl Default for IdentitySettings {
    /// 48 hours for invitations, one hour for a new password, one day for an address, three mails, UTC.
    fn default() -> Self {
        Self {
            school: "Nexus Réussite".to_owned(),
            zone: TimeZone::UTC,
            consent_version: "2026-09".to_owned(),
            invitation_lifetime: SignedDuration::from_hours(48),
            reset_lifetime: SignedDuration::from_hours(1),
            email_lifetime: SignedDuration::from_hours(24),
            most_resets: 3,
        }
    }
}

impl IdentityContext {
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The day of an instant at the school.
    pub(super) fn day(&self, instant: Timestamp) -> Date {
        instant.to_zoned(self.settings.zone.clone()).date()
    }
}

impl std::fmt::Debug for IdentityContext {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("IdentityContext").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// On whose behalf, and in which request, a use-case runs.
#[derive(Debug, Clone, Copy)]
pub struct Behalf<'a> {
    /// What was allowed, to whom.
    pub permit: &'a Permit,
    /// The request that asked for it, for the audit log and for its key.
    pub request: Option<RequestMark<'a>>,
}

impl<'a> Behalf<'a> {
    /// Of a permit, outside any request.
    pub const fn of(permit: &'a Permit) -> Self {
        Self { permit, request: None }
    }

    /// Who acts, when somebody is signed in.
    pub fn user(&self) -> Option<&'a UserId> {
        self.permit.actor().map(|actor| &actor.user)
    }

    /// What he is.
    pub fn role(&self) -> Option<Role> {
        self.permit.actor().map(|actor| actor.role)
    }

    /// An audit row in the name of whoever acts.
    pub(crate) fn event(&self, action: &str, at: Timestamp) -> AuditEvent {
        let anonymous = self.permit.actor().is_none() && *self.permit.scope() == Scope::Nothing;
        let actor = if anonymous { "anonymous".to_owned() } else { self.permit.audit_name() };
        AuditEvent::new(actor, action, at).in_request(self.request)
    }

    /// An audit row in the name of the owner of an account, who proved with a link or a password that it is his.
    pub(super) fn event_of(&self, account: &Account, action: &str, at: Timestamp) -> AuditEvent {
        AuditEvent::new(format!("{}:{}", account.role, account.id), action, at)
            .in_request(self.request)
            .about("user", account.id.as_str())
    }
}
