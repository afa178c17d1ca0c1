use super::believed::Believed;
use super::cookies::OwnCookie;
use super::opened_tokens::OpenedTokens;
use super::presented::{Presented, shown_cookies};
use crate::chassis::{Authentication, Identity};
use crate::problem::Problem;
use async_trait::async_trait;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use nexus_core::identity::csrf_token::CsrfTokens;
use nexus_core::identity::session_directory::{SessionDirectory, SessionFacts};
use nexus_core::identity::session_token::{SessionClaims, SessionCookie, SessionKeys};
use nexus_core::{Actor, Clock, Coded, ErrorCode, SecretSource, UserId};
use quick_cache::sync::Cache;
use std::convert::Infallible;
use std::sync::Arc;

/// Most people of whom the facts are kept in memory.
const MOST_KEPT: usize = 20_000;

/// What sessions lean on.
#[derive(Clone)]
pub struct SessionSetup {
    /// Open and seal tokens.
    pub keys: SessionKeys,
    /// Make and check anti-forgery tokens.
    pub csrf: CsrfTokens,
    /// Says what counts today.
    pub directory: Arc<dyn SessionDirectory>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Chance that nobody predicts.
    pub secrets: Arc<dyn SecretSource>,
    /// How long a session lasts after its last renewal.
    pub lifetime: SignedDuration,
}

impl SessionSetup {
    /// Thirty days, as in the existing application.
    pub const LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
}

/// Opens, renews and closes the sessions of people.
#[derive(Clone)]
pub struct Sessions {
    setup: SessionSetup,
    tokens: OpenedTokens,
    people: Arc<Cache<UserId, Arc<Believed>>>,
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Sessions").field("keys", &self.setup.keys).finish_non_exhaustive()
    }
}

/// A session that counts now.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// Whose it is, as the store says now.
    pub(crate) actor: Actor,
    /// What its token says.
    pub(crate) claims: Arc<SessionClaims>,
    /// The version under which it counts.
    pub(crate) version: u32,
    /// The cookie in which it came; absent for a bearer token.
    pub(crate) cookie: Option<SessionCookie>,
}

impl Sessions {
    /// Sessions over these parts.
    pub fn new(setup: SessionSetup) -> Self {
        let tokens = OpenedTokens::new(setup.keys.clone());
        Self { setup, tokens, people: Arc::new(Cache::new(MOST_KEPT)) }
    }

    /// Forgets at once what the store said about somebody. Elsewhere it is forgotten within half a second anyway.
    pub fn forget(&self, user: &UserId) {
        if let Some(person) = self.people.get(user) {
            person.forget();
        }
    }

    fn person(&self, user: &UserId) -> Arc<Believed> {
        match self.people.get_or_insert_with(user, || Ok::<_, Infallible>(Arc::default())) {
            Ok(person) => person,
            Err(never) => match never {},
        }
    }

    /// The first session among the tokens of a request that counts.
    ///
    /// # Errors
    /// The store cannot say.
    pub(crate) async fn of_request(&self, headers: &HeaderMap) -> Result<Option<Session>, Problem> {
        for presented in Presented::all(headers) {
            if let Some(session) = self.of_token(&presented).await? {
                return Ok(Some(session));
            }
        }
        Ok(None)
    }

    async fn of_token(&self, presented: &Presented<'_>) -> Result<Option<Session>, Problem> {
        let now = self.setup.clock.now();
        let opened = match self.tokens.open(presented, now, |user| self.person(user)) {
            Ok(opened) => opened,
            Err(reason) => {
                tracing::debug!(%reason, "a session token was refused");
                return Ok(None);
            }
        };
        // The existing application writes no version: its sessions count until one is closed for the first time.
        let claims = &opened.claims;
        let version = claims.session_version.unwrap_or(0);
        let facts = self.ask(&opened.person, &claims.user).await?;
        let actor = facts.and_then(|facts| facts.actor(&claims.user, version));
        let claims = Arc::clone(claims);
        Ok(actor.map(|actor| Session { actor, claims, version, cookie: presented.cookie }))
    }

    /// Who somebody is now, under a version of his sessions.
    pub(crate) async fn actor(&self, user: &UserId, version: u32) -> Result<Option<Actor>, Problem> {
        let facts = self.ask(&self.person(user), user).await?;
        Ok(facts.and_then(|facts| facts.actor(user, version)))
    }

    async fn ask(&self, person: &Believed, user: &UserId) -> Result<Option<SessionFacts>, Problem> {
        person.or_ask(self.look_up(user)).await.map_err(Problem::new)
    }

    async fn look_up(&self, user: &UserId) -> Result<Option<SessionFacts>, ErrorCode> {
        self.setup.directory.session_facts(user).await.map_err(|error| {
            let (code, error) = (error.code(), &error as &dyn std::error::Error);
            tracing::error!(code = code.as_str(), error, "the facts about a session cannot be read");
            code
        })
    }

    /// When a session that begins or is renewed now ends.
    pub(crate) fn end(&self) -> Timestamp {
        let now = self.setup.clock.now();
        let end = now.checked_add(self.setup.lifetime).unwrap_or(Timestamp::MAX);
        Timestamp::from_second(end.as_second()).unwrap_or(end)
    }

    /// The cookie of a session that begins or is renewed now.
    pub(crate) fn give(&self, claims: SessionClaims, cookie: SessionCookie) -> Option<HeaderValue> {
        let now = Timestamp::from_second(self.setup.clock.now().as_second()).ok();
        let claims = SessionClaims { issued_at: now, expires_at: self.end(), ..claims };
        let token = self.setup.keys.seal(&claims, cookie, self.setup.secrets.as_ref());
        own(cookie, cookie.name()).give(&token, Some(self.setup.lifetime))
    }

    /// The headers that take back every session cookie of a request, but for one that is about to be given.
    pub(crate) fn take_back(headers: &HeaderMap, but: Option<SessionCookie>) -> Vec<HeaderValue> {
        shown_cookies(headers)
            .into_iter()
            .filter(|(cookie, name)| but != Some(*cookie) || *name != cookie.name())
            .filter_map(|(cookie, name)| own(cookie, name).take_back())
            .collect()
    }

    /// Makes and checks anti-forgery tokens.
    pub(crate) const fn csrf(&self) -> &CsrfTokens {
        &self.setup.csrf
    }

    /// Chance that nobody predicts.
    pub(crate) fn secrets(&self) -> &dyn SecretSource {
        self.setup.secrets.as_ref()
    }

    /// The present.
    pub(crate) fn now(&self) -> Timestamp {
        self.setup.clock.now()
    }
}

/// The existing application writes no version: its sessions count until one is closed for the first time.
fn version_of(claims: &SessionClaims) -> u32 {
    claims.session_version.unwrap_or(0)
}

#[async_trait]
impl Authentication for Sessions {
    async fn identify(&self, head: &Parts) -> Result<Option<Identity>, Problem> {
        let session = self.of_request(&head.headers).await?;
        Ok(session.map(|session| Identity::of_session(session.actor, session.version)))
    }

    fn identify_at_once(&self, head: &Parts) -> Option<Identity> {
        let presented = Presented::all(&head.headers);
        let opened = self.tokens.known(presented.first()?, self.setup.clock.now())?;
        let version = version_of(&opened.claims);
        let actor = opened.person.fresh()?.ok()??.actor(&opened.claims.user, version)?;
        Some(Identity::of_session(actor, version))
    }

    async fn still_holds(&self, identity: &Identity) -> Result<bool, Problem> {
        let Some(version) = identity.session_version else { return Ok(true) };
        let actor = self.actor(&identity.actor.user, version).await?;
        Ok(actor.as_ref() == Some(&identity.actor))
    }
}

const fn own(cookie: SessionCookie, name: &str) -> OwnCookie<'_> {
    OwnCookie { name, path: "/", secure: cookie.is_secure() }
}
