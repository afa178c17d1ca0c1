use crate::problem::Problem;
use async_trait::async_trait;
use axum::http::request::Parts;
use nexus_core::Actor;

/// Who is behind a request, and by what he is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The person, as he stands now.
    pub actor: Actor,
    /// The version of his sessions under which he was recognised; absent for what is no session.
    pub session_version: Option<u32>,
}

impl Identity {
    /// Somebody who is known by a session, for as long as it counts.
    pub const fn of_session(actor: Actor, version: u32) -> Self {
        Self { actor, session_version: Some(version) }
    }

    /// Somebody who is known for as long as the server runs: by a key of the configuration, or by whoever embeds the routes.
    pub const fn lasting(actor: Actor) -> Self {
        Self { actor, session_version: None }
    }
}

/// Finds out who is behind a request. The chassis asks before it counts, keeps or runs anything.
#[async_trait]
pub trait Authentication: Send + Sync {
    /// The person that the request proves to come from; `None` when it proves nothing (no token, a wrong one, one that was
    /// revoked).
    ///
    /// # Errors
    /// It cannot be known now. A route that everybody may call goes on without an identity; any other one gives this answer.
    async fn identify(&self, parts: &Parts) -> Result<Option<Identity>, Problem>;

    /// The same, when nothing has to be asked for it; `None` when only [`Self::identify`] can tell.
    fn identify_at_once(&self, _head: &Parts) -> Option<Identity> {
        None
    }

    /// Whether what was found out still holds: the session was not closed, the person is what he was. Asked again and again
    /// while an answer streams.
    ///
    /// # Errors
    /// It cannot be known now.
    async fn still_holds(&self, identity: &Identity) -> Result<bool, Problem>;
}
