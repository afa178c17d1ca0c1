//! Who may call a route. A route can only be added together with its [`Action`], so none is open by omission, and its
//! handler is handed the [`Permit`] that the table of rights gave for that very action.

use crate::chassis::{RoutePolicies, RoutePolicy};
use crate::contract;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use nexus_core::rights::{Action, Permit, authorize};
use nexus_core::{Actor, ErrorCode};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Routes, each with its action.
pub(crate) struct Routes {
    state: SharedState,
    router: OpenApiRouter<SharedState>,
    policies: RoutePolicies,
}

impl Routes {
    pub(crate) fn new(state: SharedState) -> Self {
        Self {
            state,
            router: OpenApiRouter::with_openapi(contract::preamble()),
            policies: RoutePolicies::default(),
        }
    }

    /// Adds handlers that all stand for one action.
    pub(crate) fn add(self, action: Action, routes: UtoipaMethodRouter<SharedState>) -> Self {
        self.add_with(action, None, routes)
    }

    /// Adds a probe that touches nothing, so that it is always answered.
    pub(crate) fn probe(self, action: Action, routes: UtoipaMethodRouter<SharedState>) -> Self {
        self.add_with(action, Some(RoutePolicy::PROBE), routes)
    }

    #[allow(clippy::disallowed_methods)] // the one place where a route is added
    fn add_with(
        mut self,
        action: Action,
        policy: Option<RoutePolicy>,
        routes: UtoipaMethodRouter<SharedState>,
    ) -> Self {
        let (schemas, mut paths, methods) = routes;
        contract::complete(&mut paths, action);
        for (path, item) in &paths.paths {
            for method in contract::methods(item) {
                let policy = policy.unwrap_or_else(|| RoutePolicy::of(action, &method));
                self.policies.add(method, path, policy);
            }
        }
        // On the routes only: a method that a path does not have is told to everybody.
        let methods = methods.route_layer(from_fn_with_state((self.state.clone(), action), guard));
        self.router = self.router.routes((schemas, paths, methods));
        self
    }

    /// The router, the contract that it keeps, and how the chassis treats its routes.
    pub(crate) fn finish(self) -> (Router, OpenApi, RoutePolicies) {
        let (router, contract) = self.router.split_for_parts();
        (router.with_state(self.state), contract, self.policies)
    }
}

/// Whoever authenticated the request has put an [`Actor`] into its extensions; without one, nobody is signed in. A machine
/// that may do one thing has been given the permit for it, and for nothing else.
async fn guard(
    State((state, action)): State<(SharedState, Action)>,
    mut request: Request,
    next: Next,
) -> Response {
    if request.extensions().get::<Permit>().is_some_and(|permit| permit.action() == action) {
        return next.run(request).await;
    }
    let now = state.bilans.clock.now();
    match authorize(request.extensions().get::<Actor>(), action, now) {
        Ok(permit) => {
            request.extensions_mut().insert(permit);
            next.run(request).await
        }
        Err(denied) => Problem::from(denied).into_response(),
    }
}

/// What the guard of the route allowed.
pub(crate) struct Permitted(pub(crate) Permit);

impl<S: Send + Sync> FromRequestParts<S> for Permitted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // Every route is added by `Routes::add`, whose guard leaves the permit: its absence would be a bug.
        parts.extensions.get::<Permit>().cloned().map(Self).ok_or_else(|| Problem::new(ErrorCode::Internal))
    }
}
