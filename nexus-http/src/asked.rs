//! On whose behalf a handler of accounts runs.

use crate::authentication::origin_of;
use crate::chassis::{ClientAddress, request_id};
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use nexus_core::audit::RequestMark;
use nexus_core::identity::origin::Origin;
use nexus_core::identity::use_cases::Behalf;
use nexus_core::rights::Permit;
use nexus_core::{ErrorCode, IdempotencyClaim};

/// The permit of the request, its id, the key that it holds, and where it comes from.
pub(crate) struct Asked {
    permit: Permit,
    request_id: Option<String>,
    claim: Option<IdempotencyClaim>,
    /// Where the request comes from, for the throttle.
    pub(crate) from: Origin,
}

impl Asked {
    /// As the use-cases want it.
    pub(crate) fn behalf(&self) -> Behalf<'_> {
        let request = self.request_id.as_deref().map(|id| RequestMark { id, claim: self.claim.as_ref() });
        Behalf { permit: &self.permit, request }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Ok(client) = ClientAddress::from_request_parts(parts, state).await;
        // Every route is added by `Routes::add`, whose guard leaves the permit: its absence would be a bug.
        let permit = parts.extensions.get::<Permit>().cloned();
        Ok(Self {
            permit: permit.ok_or_else(|| Problem::new(ErrorCode::Internal))?,
            request_id: request_id(&parts.extensions),
            claim: parts.extensions.get().cloned(),
            from: origin_of(&parts.headers, client),
        })
    }
}
