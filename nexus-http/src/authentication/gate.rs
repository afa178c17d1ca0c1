use super::presented::bearer;
use super::sessions::Sessions;
use crate::chassis::{Authentication, Identity};
use crate::problem::Problem;
use crate::state::AccessKeys;
use async_trait::async_trait;
use axum::http::request::Parts;
use nexus_core::{Actor, Role, UserId};

/// Knows people by their sessions, and programs by the keys of the configuration.
#[derive(Debug, Clone)]
pub(crate) struct Identification {
    pub(crate) keys: AccessKeys,
    pub(crate) sessions: Sessions,
}

#[async_trait]
impl Authentication for Identification {
    async fn identify(&self, head: &Parts) -> Result<Option<Identity>, Problem> {
        // A key of the configuration stands for an administrator (docs/adr/0006).
        if bearer(&head.headers).is_some_and(|key| self.keys.accept(key)) {
            let user = UserId::parse("access-key").ok();
            return Ok(user.map(|user| Identity::lasting(Actor::without_profile(user, Role::Admin))));
        }
        self.sessions.identify(head).await
    }

    fn identify_at_once(&self, head: &Parts) -> Option<Identity> {
        if bearer(&head.headers).is_some() { None } else { self.sessions.identify_at_once(head) }
    }

    async fn still_holds(&self, identity: &Identity) -> Result<bool, Problem> {
        self.sessions.still_holds(identity).await
    }
}
