use axum::body::Body;
use axum::http::{Request, header};
use jiff::{SignedDuration, Timestamp};
use nexus_core::identity::session_token::{Profile, SessionClaims, SessionCookie, SessionKeys};
use nexus_core::testing::SeededSecrets;
use nexus_core::{Clock, Role, UserId};
use nexus_tests::accounts::{FORMER_SECRET, PASSWORD, SECRET, change, family, keys};
use nexus_tests::browser::Browser;
use nexus_tests::{App, Backing, Reply};
use serde_json::json;
use std::time::{Duration, Instant};

const BILANS: &str = "/api/students/profile-zoe/bilans";

/// What the existing application says of a pupil: no version.
fn claims(app: &App, user: &str, version: Option<u32>) -> SessionClaims {
    SessionClaims {
        user: UserId::parse(user).unwrap(),
        profile: Profile { name: Some("Zoé".to_owned()), role: Some(Role::Admin), ..Profile::default() },
        session_version: version,
        issued_at: Some(app.clock.now()),
        expires_at: app.clock.now().checked_add(SignedDuration::from_hours(720)).unwrap(),
    }
}

fn token(app: &App, user: &str, version: Option<u32>, cookie: SessionCookie, keys: &SessionKeys) -> String {
    keys.seal(&claims(app, user, version), cookie, &SeededSecrets::new(9))
}

async fn get(app: &App, path: &str, name: header::HeaderName, value: &str) -> Reply {
    app.send(Request::get(path).header(name, value).body(Body::empty()).unwrap()).await
}

async fn with_cookie(app: &App, cookie: &str) -> Reply {
    get(app, BILANS, header::COOKIE, cookie).await
}

#[tokio::test]
async fn every_form_of_a_session_is_known() {
    for backing in Backing::ALL {
        let app = App::new_on(backing).await;
        family(&app).await;
        for cookie in SessionCookie::ALL {
            let name = cookie.name();
            let token = token(&app, "account-zoe", None, cookie, &keys());
            with_cookie(&app, &format!("theme=dark; {name}={token}")).await.expect(200);
            let (one, two) = token.split_at(200);
            with_cookie(&app, &format!("{name}.1={two}; {name}.0={one}")).await.expect(200);
            get(&app, BILANS, header::AUTHORIZATION, &format!("Bearer {token}")).await.expect(200);
            with_cookie(&app, &format!("{name}.1={two}")).await.problem(401, "unauthenticated");
            with_cookie(&app, &format!("{name}.0={one}")).await.problem(401, "unauthenticated");
        }
    }
}

#[tokio::test]
async fn what_is_no_session_is_nobodys() {
    let app = App::new().await;
    family(&app).await;
    let good = token(&app, "account-zoe", Some(0), SessionCookie::NextAuth, &keys());
    let foreign = SessionKeys::new(&"un autre secret de 32 caractères !".into(), []).unwrap();
    let parts: Vec<&str> = good.split('.').collect();
    let swapped = format!("{}..{}.{}.{}", parts[0], parts[3], parts[2], parts[4]);
    for token in [
        "",
        "x",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhY2NvdW50LXpvZSJ9.",
        "a.b.c.d.e",
        &good[..good.len() - 1],
        &good[1..],
        &swapped,
        &format!("{good}.x"),
        &"a".repeat(20_000),
        &token(&app, "account-zoe", Some(0), SessionCookie::NextAuth, &foreign),
        &token(&app, "account-nobody", Some(0), SessionCookie::NextAuth, &keys()),
        &token(&app, "account-zoe", Some(1), SessionCookie::NextAuth, &keys()),
        &token(&app, "account-zoe", Some(0), SessionCookie::AuthJs, &keys()),
    ] {
        let cookie = format!("next-auth.session-token={token}");
        with_cookie(&app, &cookie).await.problem(401, "unauthenticated");
        let bearer = get(&app, BILANS, header::AUTHORIZATION, &format!("Bearer {token}")).await;
        if !token.contains("A256CBC") && keys().open(token, None, app.clock.now()).is_err() {
            bearer.problem(401, "unauthenticated");
        }
        // The browser is told to forget it.
        let reply = get(&app, "/api/auth/session", header::COOKIE, &cookie).await;
        assert_eq!(reply.expect(200), json!({}));
        assert_eq!(reply.cookies().len(), 1);
    }
    // 100 kB are too much for the headers of a request.
    let large = format!("next-auth.session-token={}", "a".repeat(100_000));
    with_cookie(&app, &large).await.problem(431, "headers_too_large");
}

#[tokio::test]
async fn a_session_ends_with_its_time() {
    let app = App::new().await;
    family(&app).await;
    let cookie = format!(
        "next-auth.session-token={}",
        token(&app, "account-zoe", Some(0), SessionCookie::NextAuth, &keys())
    );
    app.clock.advance(SignedDuration::from_secs(720 * 3600 + 14));
    with_cookie(&app, &cookie).await.expect(200);
    app.clock.advance(SignedDuration::from_secs(1));
    with_cookie(&app, &cookie).await.problem(401, "unauthenticated");
}

/// A token is shown on purpose or added by a browser: never both at once.
#[tokio::test]
async fn a_bearer_token_decides_alone() {
    let app = App::new().await;
    family(&app).await;
    let good = token(&app, "account-zoe", Some(0), SessionCookie::NextAuth, &keys());
    let request = |authorization: &str| {
        Request::get(BILANS)
            .header(header::COOKIE, format!("next-auth.session-token={good}"))
            .header(header::AUTHORIZATION, authorization)
            .body(Body::empty())
            .unwrap()
    };
    app.send(request("Bearer x")).await.problem(401, "unauthenticated");
    app.send(request("Basic eDp5")).await.expect(200);
    let request = Request::get("/api/auth/session")
        .header(header::COOKIE, format!("next-auth.session-token={good}"))
        .header(header::AUTHORIZATION, "Bearer x");
    let reply = app.send(request.body(Body::empty()).unwrap()).await;
    // The cookie was not looked at: it stays.
    assert_eq!((reply.expect(200), reply.cookies().len()), (json!({}), 0));
}

/// Whatever a token says, the store says what its owner may do.
#[tokio::test]
async fn rights_are_those_of_now() {
    let app = App::new().await;
    let (parent, _) = family(&app).await;
    let cookie = |user: &str| {
        format!("next-auth.session-token={}", token(&app, user, None, SessionCookie::NextAuth, &keys()))
    };
    // The token says ADMIN.
    let review = "/api/bilans/absent/publish";
    let request = Request::post(review)
        .header(header::COOKIE, cookie("account-zoe"))
        .header("sec-fetch-site", "same-origin")
        .body(Body::empty());
    app.send(request.unwrap()).await.problem(403, "forbidden");
    let reply = get(&app, "/api/auth/session", header::COOKIE, &cookie(parent.as_str())).await;
    assert_eq!(reply.expect(200)["user"]["role"], "PARENT");
}

/// Asks until the answer is another one; returns how long that took.
async fn until_refused(app: &App, cookie: &str) -> Duration {
    let start = Instant::now();
    while with_cookie(app, cookie).await.status == 200 {
        assert!(start.elapsed() < Duration::from_secs(10), "the session goes on");
    }
    start.elapsed()
}

#[tokio::test]
async fn a_closed_session_is_closed_within_a_second() {
    for backing in Backing::ALL {
        let app = App::new_on(backing).await;
        let (_, pupil) = family(&app).await;
        let cookie = |version| {
            let token = token(&app, "account-zoe", version, SessionCookie::NextAuth, &keys());
            format!("next-auth.session-token={token}")
        };
        let (former, current) = (cookie(None), cookie(Some(1)));
        with_cookie(&app, &former).await.expect(200);
        // By another server: this one is not told.
        change(&app, &pupil, nexus_core::identity::account::Account::close_sessions).await;
        let after = until_refused(&app, &former).await;
        assert!(after < Duration::from_secs(1), "{after:?}");
        with_cookie(&app, &current).await.expect(200);
        change(&app, &pupil, |account| account.disable(app.clock.now())).await;
        let after = until_refused(&app, &current).await;
        assert!(after < Duration::from_secs(1), "{after:?}");
    }
}

#[tokio::test]
async fn a_session_lasts_while_it_is_used_and_is_sealed_anew() {
    let app = App::new().await;
    let (parent, _) = family(&app).await;
    let mut browser = Browser::default();
    browser.sign_in(&app, "parent@example.test", PASSWORD).await.expect(200);
    let name = "next-auth.session-token";
    let first = browser.0[name].clone();
    assert_eq!(browser.session(&app).await["expires"], "2026-10-14T08:30:00.000Z");
    assert_eq!(browser.0[name], first, "a look renews nothing");
    app.clock.advance(SignedDuration::from_hours(24 * 20));
    assert_eq!(browser.session(&app).await["expires"], "2026-11-03T08:30:00.000Z");
    assert_ne!(browser.0[name], first);
    app.clock.advance(SignedDuration::from_hours(24 * 20));
    assert_eq!(browser.session(&app).await["user"]["email"], "parent@example.test");
    // A name that changed is in the next token.
    change(&app, &parent, |account| "Aïda".clone_into(&mut account.first_name)).await;
    assert_eq!(browser.session(&app).await["user"]["name"], "Aïda Ben Salah");
    let opened = keys().open(&browser.0[name], Some(SessionCookie::NextAuth), app.clock.now()).unwrap();
    assert_eq!(opened.profile.first_name.as_deref(), Some("Aïda"));
    app.clock.advance(SignedDuration::from_hours(24 * 30 + 1));
    assert!(browser.is_signed_out(&app).await);
    assert!(!browser.0.contains_key(name));
}

#[tokio::test]
async fn a_token_of_a_former_secret_or_of_the_existing_application_is_renewed_under_the_present_one() {
    let app = App::new().await;
    family(&app).await;
    let former = SessionKeys::new(&FORMER_SECRET.into(), []).unwrap();
    let present = SessionKeys::new(&SECRET.into(), []).unwrap();
    for cookie in SessionCookie::ALL {
        let mut browser = Browser::default();
        let old = token(&app, "account-zoe", None, cookie, &former);
        let (one, two) = old.split_at(100);
        browser.0.insert(format!("{}.0", cookie.name()), one.to_owned());
        browser.0.insert(format!("{}.1", cookie.name()), two.to_owned());
        let reply = browser.get(&app, "/api/auth/session").await;
        assert_eq!(reply.expect(200)["user"]["parentId"], "profile-parent");
        // In one piece, in the same cookie, with a version.
        assert_eq!(browser.0.keys().collect::<Vec<_>>(), [cookie.name()]);
        let renewed = present.open(&browser.0[cookie.name()], Some(cookie), app.clock.now()).unwrap();
        assert_eq!((renewed.session_version, renewed.profile.role), (Some(0), Some(Role::Eleve)));
        assert!(reply.cookies().iter().all(|given| given.contains("; Secure") == cookie.is_secure()));
    }
}

#[tokio::test]
async fn a_page_asks_for_a_renewal_with_its_token() {
    let app = App::new().await;
    family(&app).await;
    let mut browser = Browser::default();
    browser.sign_in(&app, "zoe@example.test", PASSWORD).await.expect(200);
    let csrf = browser.csrf(&app).await;
    let body = json!({"csrfToken": csrf, "data": {"role": "ADMIN"}});
    let reply = browser.json(&app, axum::http::Method::POST, "/api/auth/session", &body).await;
    assert_eq!(reply.expect(200)["user"]["role"], "ELEVE");
    let body = json!({"csrfToken": "x"});
    let reply = browser.json(&app, axum::http::Method::POST, "/api/auth/session", &body).await;
    assert_eq!(reply.expect(400), json!({}));
}

#[tokio::test]
async fn nobody_keeps_what_a_session_says() {
    let app = App::new().await;
    let mut browser = Browser::default();
    for path in ["/api/auth/session", "/api/auth/csrf"] {
        let reply = browser.get(&app, path).await;
        assert_eq!(reply.header("cache-control"), "private, no-cache, no-store", "{path}");
    }
    let _: Timestamp = app.clock.now();
}
