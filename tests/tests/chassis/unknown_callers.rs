//! What happens while nobody can say who asks.

use crate::support::{policy, routes};
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Method, Request, header};
use nexus_core::ErrorCode;
use nexus_http::Problem;
use nexus_http::chassis::{Authentication, Identity, RoutePolicy};
use nexus_tests::stand::{Stand, unhurried};
use std::sync::Arc;

/// Cannot know now.
struct Blind;

#[async_trait::async_trait]
impl Authentication for Blind {
    async fn identify(&self, _: &Parts) -> Result<Option<Identity>, Problem> {
        Err(Problem::new(ErrorCode::StorageUnavailable))
    }

    async fn still_holds(&self, _: &Identity) -> Result<bool, Problem> {
        Err(Problem::new(ErrorCode::StorageUnavailable))
    }
}

#[tokio::test]
async fn what_is_for_everybody_goes_on_and_the_rest_waits() {
    for (public, status) in [(true, 200), (false, 503)] {
        let policies = policy(Method::GET, "/hello", RoutePolicy { public, ..RoutePolicy::USUAL });
        let stand = Stand::prepared(unhurried(), routes(), policies, |chassis| {
            chassis.with_authentication(Arc::new(Blind))
        });
        let shown = Request::get("/hello").header(header::AUTHORIZATION, "Bearer a.b.c").body(Body::empty());
        assert_eq!(stand.send(shown.unwrap()).await.status, status);
        // Whoever shows nothing is nobody, whatever can be known.
        assert_eq!(stand.get("/hello").await.status, 200);
    }
}
