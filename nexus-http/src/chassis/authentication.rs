use crate::problem::Problem;
use async_trait::async_trait;
use axum::http::request::Parts;
use nexus_core::Actor;

/// Finds out who is behind a request. The chassis asks before it counts, keeps or runs anything.
#[async_trait]
pub trait Authentication: Send + Sync {
    /// The person that the request proves to come from; `None` when it proves nothing (no token, a wrong one, one that was
    /// revoked).
    ///
    /// # Errors
    /// It cannot be known now. A route that everybody may call goes on without an identity; any other one gives this answer.
    async fn identify(&self, parts: &Parts) -> Result<Option<Actor>, Problem>;
}
