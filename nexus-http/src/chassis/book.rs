//! What the chassis knows of each route: its template, its policy, its meters.

use super::constant::PreparedConstant;
use super::meters::RouteMeters;
use super::policy::{RoutePolicies, RoutePolicy, RouteTreatment};
use super::security_headers::SecurityHeaders;
use axum::http::Method;
use std::sync::Arc;

/// Name of what no route answers, in logs and measures.
pub(super) const UNMATCHED: &str = "unmatched";

/// One route.
pub(super) struct RouteEntry {
    pub(super) template: Arc<str>,
    pub(super) meters: RouteMeters,
    /// What it always answers, when it is open to everybody at any time.
    pub(super) constant: Option<PreparedConstant>,
    policies: Vec<(Method, RoutePolicy)>,
}

impl RouteEntry {
    fn new(template: &str, treatment: RouteTreatment, headers: &SecurityHeaders) -> Arc<Self> {
        let template: Arc<str> = template.into();
        let RouteTreatment { policies, constant } = treatment;
        let is_open = policies.iter().any(|(method, policy)| *method == Method::GET && policy.is_open());
        let constant = constant.filter(|_| is_open).map(|constant| constant.prepare(|of| headers.apply(of)));
        Arc::new(Self { meters: RouteMeters::new(&template), template, constant, policies })
    }

    pub(super) fn policy(&self, method: &Method) -> RoutePolicy {
        // A route that is read answers HEAD as it answers GET.
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.policies
            .iter()
            .find(|(known, _)| known == method)
            .map_or(RoutePolicy::USUAL, |(_, policy)| *policy)
    }
}

/// Every route, by the path that a request asks for. Paths are matched as the router matches them, by the same library: a
/// request has its policy before the router sees it.
pub(super) struct RouteBook {
    known: matchit::Router<Arc<RouteEntry>>,
    constants: Vec<Arc<RouteEntry>>,
    unmatched: Arc<RouteEntry>,
}

impl RouteBook {
    pub(super) fn new(policies: RoutePolicies, headers: &SecurityHeaders) -> Self {
        let mut known = matchit::Router::new();
        let mut constants = Vec::new();
        for (template, treatment) in policies.into_templates() {
            let entry = RouteEntry::new(&template, treatment, headers);
            if entry.constant.is_some() {
                constants.push(Arc::clone(&entry));
            }
            if let Err(error) = known.insert(template, entry) {
                // The router takes the same templates, and refuses to be made with one that is malformed.
                tracing::error!(%error, "a route has no place in the book");
            }
        }
        Self { known, constants, unmatched: RouteEntry::new(UNMATCHED, RouteTreatment::default(), headers) }
    }

    /// The route that always answers the same, if this path, which has no parameter then, leads to one.
    pub(super) fn constant(&self, path: &str) -> Option<&RouteEntry> {
        // One or two: comparing is faster than looking up.
        self.constants.iter().find(|entry| *entry.template == *path).map(|entry| &**entry)
    }

    /// The entry of the route that a path leads to; of what no route answers when there is none.
    pub(super) fn entry(&self, path: &str) -> Arc<RouteEntry> {
        self.known.at(path).map_or(&self.unmatched, |found| found.value).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::ChassisSettings;
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::get;
    use tower::ServiceExt;

    const TEMPLATES: [&str; 7] = [
        "/",
        "/api/eleves/{id}",
        "/api/eleves/moi",
        "/api/eleves/{id}/bilans",
        "/api/{thing}/{id}/notes",
        "/docs/{*file}",
        "/docs/",
    ];

    /// The router tells which route it took.
    #[allow(clippy::disallowed_methods)] // not a route of Nexus
    fn router() -> Router {
        TEMPLATES.iter().fold(Router::new().fallback(async || UNMATCHED), |router, template| {
            router.route(template, get(async move || *template))
        })
    }

    #[tokio::test]
    async fn the_book_and_the_router_find_the_same_route() {
        let mut policies = RoutePolicies::default();
        for template in TEMPLATES {
            policies.add(Method::GET, template, RoutePolicy::USUAL);
        }
        let book = RouteBook::new(policies, &SecurityHeaders::new(&ChassisSettings::default()));
        for path in [
            "/",
            "/api/eleves/moi",
            "/api/eleves/cm3",
            "/api/eleves/moi/bilans",
            "/api/eleves/",
            "/api/eleves//bilans",
            "/api/eleves/cm3/notes",
            "/api/coaches/cm3/notes",
            "/api/eleves/a%2Fb",
            "/api/%65leves/cm3",
            "/docs/",
            "/docs/a/b.js",
            "/docs",
            "/API/eleves/moi",
            "/api/eleves/moi/",
        ] {
            let answer = router().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
            let taken = axum::body::to_bytes(answer.into_body(), 100).await.unwrap();
            assert_eq!(book.entry(path).template.as_bytes(), &taken[..], "{path}");
        }
    }
}
