//! Who may call a route. A route can only be added together with its [`Action`], so none is open by omission, and its
//! handler is handed the [`Permit`] that the table of rights gave for that very action.

use crate::chassis::{Constant, RoutePolicies, RoutePolicy};
use crate::contract;
use crate::problem::Problem;
use crate::state::{HttpState, SharedState};
use axum::Router;
use axum::extract::{FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use futures_util::future::{Either, Ready, ready};
use nexus_core::rights::{Action, Caller, Denied, Permit, authorize};
use nexus_core::{Actor, ErrorCode};
use std::task::{Context, Poll};
use tower::{Layer, Service};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Routes, each with its action.
///
/// They are served, or their contract is written: a server does without the contract until somebody reads it, because it takes
/// several megabytes to make.
pub(crate) struct Routes {
    state: SharedState,
    router: Router<SharedState>,
    policies: RoutePolicies,
    contract: Option<OpenApiRouter<SharedState>>,
}

impl Routes {
    /// To be served.
    pub(crate) fn to_serve(state: SharedState) -> Self {
        Self { state, router: Router::new(), policies: RoutePolicies::default(), contract: None }
    }

    /// To be described.
    pub(crate) fn to_describe(state: SharedState) -> Self {
        let contract = Some(OpenApiRouter::with_openapi(contract::preamble()));
        Self { contract, ..Self::to_serve(state) }
    }

    /// Adds handlers that all stand for one action.
    pub(crate) fn add(self, action: Action, routes: UtoipaMethodRouter<SharedState>) -> Self {
        self.add_with(Guard::of(action), None, routes)
    }

    /// Adds handlers that also answer a machine that shows what it is, whoever else may ask.
    pub(crate) fn admitting(
        self,
        action: Action,
        admits: Admission,
        routes: UtoipaMethodRouter<SharedState>,
    ) -> Self {
        self.add_with(Guard { admits: Some(admits), ..Guard::of(action) }, None, routes)
    }

    /// Adds a probe that touches nothing, so that it is always answered, and always the same. Its action must be everybody's:
    /// the chassis answers without asking.
    pub(crate) fn probe(
        mut self,
        action: Action,
        constant: &Constant,
        routes: UtoipaMethodRouter<SharedState>,
    ) -> Self {
        if action.relation(Caller::Anonymous).is_some() {
            for path in routes.1.paths.keys() {
                self.policies.always_answers(path, constant.clone());
            }
        }
        self.add_with(Guard::of(action), Some(RoutePolicy::PROBE), routes)
    }

    #[allow(clippy::disallowed_methods)] // the one place where a route is added
    fn add_with(
        mut self,
        guard: Guard,
        policy: Option<RoutePolicy>,
        routes: UtoipaMethodRouter<SharedState>,
    ) -> Self {
        let (schemas, mut paths, methods) = routes;
        // On the routes only: a method that a path does not have is told to everybody.
        let methods = methods.route_layer(GuardLayer { state: self.state.clone(), guard });
        for (path, item) in &paths.paths {
            for method in contract::methods(item) {
                let policy = policy.unwrap_or_else(|| RoutePolicy::of(guard.action, &method));
                self.policies.add(method, path, policy);
            }
            self.router = self.router.route(path, methods.clone());
        }
        if let Some(described) = self.contract {
            contract::complete(&mut paths, guard.action);
            self.contract = Some(described.routes((schemas, paths, methods)));
        }
        self
    }

    /// The router, and how the chassis treats its routes.
    pub(crate) fn into_router(self) -> (Router, RoutePolicies) {
        (self.router.with_state(self.state), self.policies)
    }

    /// The contract; one without operations of routes that were to be served.
    pub(crate) fn into_contract(self) -> OpenApi {
        self.contract.map(OpenApiRouter::into_openapi).unwrap_or_default()
    }
}

/// Whether a request shows that it comes from a machine that may do what a route is for.
pub(crate) type Admission = fn(&HttpState, &HeaderMap) -> bool;

/// What stands before the handlers of an action.
#[derive(Clone, Copy)]
struct Guard {
    action: Action,
    admits: Option<Admission>,
}

impl Guard {
    const fn of(action: Action) -> Self {
        Self { action, admits: None }
    }

    /// Whoever authenticated the request has put an [`Actor`] into its extensions; without one, nobody is signed in. A
    /// machine that may do one thing is given the permit for it, and for nothing else.
    fn permit(self, state: &HttpState, request: &Request) -> Result<Permit, Denied> {
        let Self { action, admits } = self;
        if admits.is_some_and(|admits| admits(state, request.headers())) {
            return Ok(Permit::system(action));
        }
        authorize(request.extensions().get::<Actor>(), action, state.bilans.clock.now())
    }
}

#[derive(Clone)]
struct GuardLayer {
    state: SharedState,
    guard: Guard,
}

impl<S> Layer<S> for GuardLayer {
    type Service = Guarded<S>;

    fn layer(&self, handler: S) -> Guarded<S> {
        Guarded { state: self.state.clone(), guard: self.guard, handler }
    }
}

#[derive(Clone)]
struct Guarded<S> {
    state: SharedState,
    guard: Guard,
    handler: S,
}

impl<S: Service<Request, Response = Response>> Service<Request> for Guarded<S> {
    type Response = Response;
    type Error = S::Error;
    type Future = Either<Ready<Result<Response, S::Error>>, S::Future>;

    fn poll_ready(&mut self, task: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.handler.poll_ready(task)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        match self.guard.permit(&self.state, &request) {
            Ok(permit) => {
                request.extensions_mut().insert(permit);
                Either::Right(self.handler.call(request))
            }
            Err(denied) => Either::Left(ready(Ok(Problem::from(denied).into_response()))),
        }
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
