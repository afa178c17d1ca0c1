use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use nexus_core::Clock;
use nexus_core::identity::session_token::{Profile, SessionClaims, SessionCookie};
use nexus_core::testing::SeededSecrets;
use nexus_tests::accounts::{change, family, keys};
use nexus_tests::{App, Backing};
use std::time::{Duration, Instant};
use tower::ServiceExt;

const STREAM: &str = "/api/auth/session/stream";

async fn open(app: &App) -> Body {
    let claims = SessionClaims {
        user: "account-zoe".to_owned().try_into().unwrap(),
        profile: Profile::default(),
        session_version: Some(0),
        issued_at: Some(app.clock.now()),
        expires_at: app.clock.now().checked_add(SignedDuration::from_hours(1)).unwrap(),
    };
    let token = keys().seal(&claims, SessionCookie::NextAuth, &SeededSecrets::new(1));
    let request = Request::get(STREAM)
        .header(header::COOKIE, format!("next-auth.session-token={token}"))
        .body(Body::empty())
        .unwrap();
    let response = app.router().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    response.into_body()
}

async fn next(body: &mut Body) -> Option<String> {
    let frame = body.frame().await?.unwrap().into_data().unwrap();
    Some(String::from_utf8(frame.to_vec()).unwrap())
}

#[tokio::test]
async fn a_page_hears_within_a_second_that_its_session_is_closed() {
    for backing in Backing::ALL {
        let app = App::new_on(backing).await;
        let (_, pupil) = family(&app).await;
        let (mut one, mut other) = (open(&app).await, open(&app).await);
        for body in [&mut one, &mut other] {
            assert_eq!(next(body).await.as_deref(), Some("event: ready\ndata: {}\n\n"));
        }
        change(&app, &pupil, nexus_core::identity::account::Account::close_sessions).await;
        let start = Instant::now();
        for body in [&mut one, &mut other] {
            assert_eq!(next(body).await.as_deref(), Some("event: signed-out\ndata: {}\n\n"));
            assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
            assert_eq!(next(body).await, None);
        }
    }
}

#[tokio::test]
async fn nobody_hears_nothing() {
    let app = App::new().await;
    app.send(Request::get(STREAM).body(Body::empty()).unwrap()).await.problem(401, "unauthenticated");
}
