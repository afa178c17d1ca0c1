//! Who may call a route. A route can only be added together with its access, so none is open by omission.

use crate::problem::Problem;
use crate::state::HttpState;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use nexus_core::ErrorCode;

/// What a caller must show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Public,
    /// The bearer key of the configuration: a member of staff, until people can sign in.
    Key,
}

/// Routes, each with its access.
pub(crate) struct Routes {
    state: HttpState,
    router: Router<HttpState>,
}

impl Routes {
    pub(crate) fn new(state: HttpState) -> Self {
        Self { state, router: Router::new() }
    }

    pub(crate) fn add(mut self, access: Access, path: &str, methods: MethodRouter<HttpState>) -> Self {
        let methods = match access {
            Access::Public => methods,
            Access::Key => methods.layer(from_fn_with_state(self.state.clone(), require_key)),
        };
        self.router = self.router.route(path, methods);
        self
    }

    pub(crate) fn finish(self) -> Router {
        self.router.with_state(self.state)
    }
}

async fn require_key(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    let presented = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, key)| key.trim());
    match presented {
        Some(key) if state.keys.accept(key) => next.run(request).await,
        _ => Problem::new(ErrorCode::Unauthenticated).into_response(),
    }
}
