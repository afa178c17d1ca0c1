use axum::body::Body;
use axum::http::{Method, Request};
use jiff::SignedDuration;
use nexus_core::UserId;
use nexus_core::identity::password::PasswordHash;
use nexus_core::identity::session_token::SessionCookie;
use nexus_tests::accounts::{PASSWORD, SECRET, change, family, hash, keys};
use nexus_tests::browser::Browser;
use nexus_tests::{App, Backing, Reply, golden};
use serde_json::{Value, json};

const PARENT: &str = "parent@example.test";

/// What a stranger sees of a refusal.
fn seen(reply: &Reply) -> (u16, Value, Vec<String>, Vec<String>) {
    let mut body = reply.json();
    body.as_object_mut().unwrap().remove("requestId");
    let names = reply.headers.keys().map(ToString::to_string).collect();
    (reply.status.as_u16(), body, names, reply.cookies().into_iter().map(str::to_owned).collect())
}

#[tokio::test]
async fn a_session_begins_as_the_pages_expect() {
    for backing in Backing::ALL {
        let app = App::new_on(backing).await;
        family(&app).await;
        let mut browser = Browser::default();
        let reply = browser.sign_in(&app, " Zoe@Example.TEST", PASSWORD).await;
        assert_eq!(reply.expect(200), json!({"url": "http://localhost/auth/signin"}));
        let cookies = reply.cookies();
        let session = cookies.iter().find(|cookie| cookie.starts_with("next-auth.session-token=")).unwrap();
        assert!(session.ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000"), "{session}");
        let device = cookies.iter().find(|cookie| cookie.starts_with("nexus.device=")).unwrap();
        assert!(device.contains("; HttpOnly; SameSite=Lax; Path=/api; Max-Age="), "{device}");
        assert_eq!(cookies.len(), 2);
        assert_eq!(
            browser.session(&app).await,
            json!({
                "user": {
                    "name": "Zoé Ben Salah", "email": "zoe@example.test", "id": "account-zoe", "role": "ELEVE",
                    "firstName": "Zoé", "lastName": "Ben Salah", "studentId": "profile-zoe", "parentId": "profile-parent",
                },
                "expires": "2026-10-14T08:30:00.000Z",
            })
        );
        // The token is one that the existing pages open.
        let claims = keys()
            .open(&browser.0["next-auth.session-token"], Some(SessionCookie::NextAuth), now(&app))
            .unwrap();
        assert_eq!((claims.user.as_str(), claims.session_version), ("account-zoe", Some(0)));
        assert_eq!(claims.profile.student_id.unwrap().as_str(), "profile-zoe");
    }
}

fn now(app: &App) -> jiff::Timestamp {
    use nexus_core::Clock;
    app.clock.now()
}

#[tokio::test]
async fn over_https_the_cookies_are_for_https_only() {
    let app = App::reached_at("https://nexus.example").await;
    family(&app).await;
    let mut browser = Browser::default();
    let token = browser.csrf(&app).await;
    assert!(browser.0.contains_key("__Host-next-auth.csrf-token"), "{browser:?}");
    let fields = [
        ("email", PARENT),
        ("password", PASSWORD),
        ("csrfToken", &token),
        ("json", "true"),
        ("callbackUrl", "/a?b=c"),
    ];
    let reply = browser.form(&app, "/api/auth/callback/credentials", &fields).await;
    assert_eq!(reply.expect(200)["url"], "https://nexus.example/a?b=c");
    for cookie in reply.cookies() {
        assert!(cookie.starts_with("__Secure-") && cookie.contains("; Secure; "), "{cookie}");
    }
    assert_eq!(browser.session(&app).await["user"]["parentId"], "profile-parent");
}

/// Golden vector N2.
#[tokio::test]
async fn four_failures_have_one_status() {
    let vector = golden::core_copy(
        "N2",
        json!({
            "input": ["unknown e-mail", "wrong password", "account without password", "missing field"],
            "expected": [{"status": 401}, {"status": 401}, {"status": 401}, {"status": 401}],
        }),
    );
    let app = App::new().await;
    let (_, pupil) = family(&app).await;
    change(&app, &pupil, |account| account.password = None).await;
    let mut seen_first = None;
    for (input, expected) in
        vector["input"].as_array().unwrap().iter().zip(vector["expected"].as_array().unwrap())
    {
        let fields: &[(&str, &str)] = match input.as_str().unwrap() {
            "unknown e-mail" => &[("email", "nobody@example.test"), ("password", PASSWORD)],
            "wrong password" => &[("email", PARENT), ("password", "faux")],
            "account without password" => &[("email", "zoe@example.test"), ("password", PASSWORD)],
            "missing field" => &[("email", PARENT)],
            other => panic!("{other} is a failure that this test does not know"),
        };
        let refused = attempt(&app, fields).await;
        assert_eq!(json!({"status": refused.status.as_u16()}), *expected, "{input}");
        assert_eq!(seen(&refused), *seen_first.get_or_insert_with(|| seen(&refused)), "{input}");
    }
}

/// Golden vector N3.
#[tokio::test]
async fn an_address_is_found_however_it_is_typed() {
    let vector = golden::core_copy(
        "N3",
        json!({
            "input": ["Parent@Nexus.com", " parent@nexus.com", "parent@nexus.com"],
            "expected": ["found", "found", "found"],
        }),
    );
    for backing in Backing::ALL {
        let app = App::new_on(backing).await;
        let (parent, _) = family(&app).await;
        // One that the existing application stored with its capitals is found as well.
        for stored in ["parent@nexus.com", "PARENT@nexus.com"] {
            change(&app, &parent, |account| stored.clone_into(&mut account.email)).await;
            for (typed, expected) in
                vector["input"].as_array().unwrap().iter().zip(vector["expected"].as_array().unwrap())
            {
                let typed = typed.as_str().unwrap();
                let reply = attempt(&app, &[("email", typed), ("password", PASSWORD)]).await;
                let outcome = if reply.status == 200 { "found" } else { "not found" };
                assert_eq!(outcome, expected, "{typed:?}, stored as {stored}");
            }
        }
    }
}

/// Unknown address, wrong password, account without a password, missing fields — and whatever else a stranger may try.
#[tokio::test]
async fn refusals_cannot_be_told_apart() {
    let app = App::new().await;
    let (parent, _) = family(&app).await;
    let mut expected = None;
    let attempts: [&[(&str, &str)]; 8] = [
        &[("email", "nobody@example.test"), ("password", PASSWORD)],
        &[("email", PARENT), ("password", "faux")],
        &[("email", PARENT)],
        &[("password", PASSWORD)],
        &[],
        &[("email", "pas une adresse"), ("password", PASSWORD)],
        &[("email", "'; DROP TABLE users; --"), ("password", "' OR 1=1 --")],
        &[("email", "a@b.fr\r\nSet-Cookie: a=b"), ("password", "\0")],
    ];
    for fields in attempts {
        let refused = attempt(&app, fields).await;
        assert_eq!(seen(&refused), *expected.get_or_insert_with(|| seen(&refused)), "{fields:?}");
    }
    // Without a password, closed, forgotten.
    let states: [fn(&App, &mut nexus_core::identity::account::Account); 3] = [
        |app, account| account.disable(now(app)),
        |_, account| account.password = None,
        |app, account| account.anonymise(now(app)),
    ];
    for state in states {
        change(&app, &parent, |account| {
            account.enable();
            state(&app, account);
        })
        .await;
        let refused = attempt(&app, &[("email", PARENT), ("password", PASSWORD)]).await;
        assert_eq!(Some(seen(&refused)), expected);
    }
    // Two accounts of the existing application have the address, letters' case aside: neither is picked.
    let password = hash(&app, PASSWORD).await;
    change(&app, &parent, |account| {
        account.deleted_at = None;
        account.enable();
        account.password = Some(password);
        PARENT.clone_into(&mut account.email);
    })
    .await;
    app.execute(&format!(
        r#"UPDATE users SET "email" = '{}', "quarantinedAt" = "createdAt" WHERE "id" = 'account-zoe'"#,
        PARENT.to_uppercase()
    ))
    .await;
    let refused = attempt(&app, &[("email", PARENT), ("password", PASSWORD)]).await;
    assert_eq!(Some(seen(&refused)), expected);
    let (answered, problem, ..) = expected.unwrap();
    assert_eq!(
        (answered, &problem["error"], &problem["code"]),
        (401, &json!("CredentialsSignin"), &json!("sign_in_failed"))
    );
    assert_eq!(
        problem["url"],
        "http://localhost/api/auth/error?error=CredentialsSignin&provider=credentials"
    );
}

/// From a network of its own each time, so that the throttle stays out of it.
async fn attempt(app: &App, fields: &[(&str, &str)]) -> Reply {
    let mut browser = Browser::default();
    let token = browser.csrf(app).await;
    let all: Vec<_> =
        fields.iter().copied().chain([("csrfToken", token.as_str()), ("json", "true")]).collect();
    app.clock.advance(SignedDuration::from_mins(30));
    browser.form(app, "/api/auth/callback/credentials", &all).await
}

#[tokio::test]
async fn a_hash_of_the_existing_application_opens_and_is_replaced() {
    let app = App::new().await;
    let (parent, _) = family(&app).await;
    // Made by bcryptjs of `Élève n°1`.
    let old =
        PasswordHash::from_stored("$2b$04$OzlW3uIjak8K9HfekXiaZutwzU/H3.o1xkHyYN8n4DHV2GsugfTzy".to_owned());
    change(&app, &parent, |account| account.password = Some(old.clone())).await;
    let mut browser = Browser::default();
    browser.sign_in(&app, PARENT, "Élève n°2").await.problem(401, "sign_in_failed");
    browser.sign_in(&app, PARENT, "Élève n°1").await.expect(200);
    let account = app.identity().store.account(&parent).await.unwrap().unwrap();
    assert!(account.password.unwrap().as_str().starts_with("$argon2id$"));
    // The session that is open goes on, and so does the password.
    assert_eq!(browser.session(&app).await["user"]["email"], PARENT);
    browser.sign_in(&app, PARENT, "Élève n°1").await.expect(200);
}

#[tokio::test]
async fn a_form_without_scripts_is_sent_on() {
    let app = App::new().await;
    family(&app).await;
    let mut browser = Browser::default();
    let token = browser.csrf(&app).await;
    let path = "/api/auth/callback/credentials";
    let wrong = [("email", PARENT), ("password", "faux"), ("csrfToken", &token), ("callbackUrl", "/cours")];
    let reply = browser.form(&app, path, &wrong).await;
    assert_eq!(reply.status, 302);
    let page =
        "http://localhost/auth/signin?callbackUrl=http%3A%2F%2Flocalhost%2Fcours&error=CredentialsSignin";
    assert_eq!(reply.header("location"), page);
    assert!(reply.cookies().is_empty());
    let right = [("email", PARENT), ("password", PASSWORD), ("csrfToken", &token), ("callbackUrl", "/cours")];
    let reply = browser.form(&app, path, &right).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (302, "http://localhost/cours"));
    assert_eq!(browser.session(&app).await["user"]["role"], "PARENT");
}

#[tokio::test]
async fn json_is_accepted_and_nothing_else() {
    let app = App::new().await;
    family(&app).await;
    let path = "/api/auth/callback/credentials";
    let body = json!({"email": PARENT, "password": PASSWORD, "callbackUrl": "https://evil.example/"});
    let mut browser = Browser::default();
    let reply = browser.json(&app, Method::POST, path, &body).await;
    // Nobody is sent elsewhere.
    assert_eq!(reply.expect(200), json!({"url": "http://localhost"}));
    assert_eq!(browser.session(&app).await["user"]["email"], PARENT);
    let send = async |kind: &str, body: &str| {
        let request =
            Request::post(path).header("content-type", kind).body(Body::from(body.to_owned())).unwrap();
        app.send(request).await
    };
    send("application/json", "{").await.problem(400, "malformed_json");
    send("application/json", "").await.problem(400, "empty_body");
    send("application/json", "[]").await.problem(422, "invalid_field");
    send("application/json", &format!("{{\"a\":{}", "[".repeat(50_000))).await.problem(400, "malformed_json");
    send("text/plain", &body.to_string()).await.problem(415, "unsupported_type");
    send("application/json", r#"{"email":["a"],"password":{"a":1}}"#).await.problem(401, "sign_in_failed");
    send("application/json", &format!("{{\"email\":\"{}\"}}", "a".repeat(100_000)))
        .await
        .problem(413, "too_large");
}

/// A page of another site could otherwise sign somebody in as somebody else, or out.
#[tokio::test]
async fn a_form_must_show_the_token_of_its_browser() {
    let app = App::new().await;
    family(&app).await;
    let (mut browser, mut other) = (Browser::default(), Browser::default());
    let (token, foreign) = (browser.csrf(&app).await, other.csrf(&app).await);
    assert_ne!(token, foreign);
    // The token of a browser stays the same.
    assert_eq!(browser.csrf(&app).await, token);
    let credentials = [("email", PARENT), ("password", PASSWORD), ("json", "true")];
    for token in [None, Some(foreign.as_str()), Some(""), Some("0")] {
        let fields: Vec<_> = credentials.into_iter().chain(token.map(|token| ("csrfToken", token))).collect();
        let reply = browser.form(&app, "/api/auth/callback/credentials", &fields).await;
        let body = reply.problem(403, "cross_site_request");
        assert_eq!(body["url"], "http://localhost/api/auth/signin?csrf=true");
        assert!(reply.cookies().is_empty());
    }
    browser.sign_in(&app, PARENT, PASSWORD).await.expect(200);
    browser.form(&app, "/api/auth/signout", &[("json", "true")]).await.problem(403, "cross_site_request");
    let forged = [("csrfToken", foreign.as_str())];
    assert_eq!(browser.form(&app, "/api/auth/signout", &forged).await.status, 302);
    assert!(!browser.is_signed_out(&app).await);
    // A cookie that was not made here is of no use.
    browser.0.insert("next-auth.csrf-token".to_owned(), format!("{foreign}|{}", "0".repeat(64)));
    let fields = [("csrfToken", foreign.as_str()), ("json", "true")];
    browser.form(&app, "/api/auth/signout", &fields).await.problem(403, "cross_site_request");
    assert_ne!(browser.csrf(&app).await, foreign);
}

#[tokio::test]
async fn signing_out_takes_every_session_cookie_back() {
    let app = App::new().await;
    family(&app).await;
    let mut browser = Browser::default();
    browser.sign_in(&app, PARENT, PASSWORD).await.expect(200);
    browser.0.insert("__Secure-authjs.session-token.1".to_owned(), "rest".to_owned());
    let token = browser.csrf(&app).await;
    let fields = [("csrfToken", token.as_str()), ("callbackUrl", "http://localhost/"), ("json", "true")];
    let reply = browser.form(&app, "/api/auth/signout", &fields).await;
    assert_eq!(reply.expect(200)["url"], "http://localhost/");
    let mut cookies = reply.cookies();
    cookies.sort_unstable();
    assert_eq!(
        cookies,
        [
            "__Secure-authjs.session-token.1=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0",
            "next-auth.session-token=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
        ]
    );
    assert!(browser.is_signed_out(&app).await);
}

#[tokio::test]
async fn the_addresses_at_which_browsers_arrive_lead_to_the_page() {
    let app = App::reached_at("https://nexus.example").await;
    let mut browser = Browser::default();
    for (path, page) in [
        ("/api/auth/signin", "/auth/signin?callbackUrl=https%3A%2F%2Fnexus.example"),
        (
            "/api/auth/signin?callbackUrl=%2Fcours",
            "/auth/signin?callbackUrl=https%3A%2F%2Fnexus.example%2Fcours",
        ),
        (
            "/api/auth/signin?callbackUrl=https%3A%2F%2Fevil.example",
            "/auth/signin?callbackUrl=https%3A%2F%2Fnexus.example",
        ),
        (
            "/api/auth/error?error=CredentialsSignin&provider=credentials",
            "/auth/signin?callbackUrl=https%3A%2F%2Fnexus.example&error=CredentialsSignin",
        ),
        ("/api/auth/error?error=%3Cscript%3E", "/auth/signin?callbackUrl=https%3A%2F%2Fnexus.example"),
    ] {
        let reply = browser.get(&app, path).await;
        assert_eq!(reply.status, 302);
        assert_eq!(reply.header("location"), format!("https://nexus.example{page}"), "{path}");
    }
    let token = browser.csrf(&app).await;
    let fields = [("csrfToken", token.as_str()), ("json", "true")];
    let reply = browser.form(&app, "/api/auth/signin/credentials", &fields).await;
    assert_eq!(reply.expect(200)["url"], "https://nexus.example/api/auth/signin");
    let reply = browser.form(&app, "/api/auth/signin/credentials", &[("json", "true")]).await;
    assert_eq!(reply.expect(200)["url"], "https://nexus.example/api/auth/signin?csrf=true");
    assert_eq!(browser.form(&app, "/api/auth/_log", &[("level", "error")]).await.status, 204);
}

#[tokio::test]
async fn guesses_wait_and_the_owner_does_not() {
    let app = App::new().await;
    family(&app).await;
    let mut owner = Browser::default();
    owner.sign_in(&app, PARENT, PASSWORD).await.expect(200);
    // On the same network: only his browser tells him from the others.
    let mut guesser = Browser::default();
    let mut through = 0;
    let refused = loop {
        let reply = guesser.sign_in(&app, PARENT, "faux").await;
        if reply.status == 429 {
            break reply;
        }
        through += 1;
    };
    assert_eq!(through, 6);
    let body = refused.problem(429, "too_many_attempts");
    assert_eq!((&body["error"], refused.header("retry-after")), (&json!("TooManyAttempts"), "2"));
    guesser.sign_in(&app, PARENT, PASSWORD).await.problem(429, "too_many_attempts");
    owner.sign_in(&app, PARENT, PASSWORD).await.expect(200);
    app.clock.advance(SignedDuration::from_secs(2));
    guesser.sign_in(&app, PARENT, "faux").await.problem(401, "sign_in_failed");
}

/// What opens something is in its cookie and nowhere else.
#[tokio::test]
async fn no_answer_holds_a_token_a_hash_or_a_secret() {
    let app = App::new().await;
    family(&app).await;
    let mut browser = Browser::default();
    let replies = [
        browser.sign_in(&app, PARENT, PASSWORD).await,
        browser.get(&app, "/api/auth/session").await,
        browser.get(&app, "/api/auth/providers").await,
        browser.sign_in(&app, PARENT, "faux").await,
    ];
    let token = browser.0["next-auth.session-token"].clone();
    for reply in replies {
        let text = String::from_utf8(reply.body).unwrap();
        for secret in [token.as_str(), "$argon2", "$2b$", SECRET, PASSWORD] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

/// What this server believes of an account for a moment does not close the session that has just begun.
#[tokio::test]
async fn a_new_session_counts_at_once_after_the_former_ones_were_closed() {
    let app = App::new().await;
    family(&app).await;
    let mut browser = Browser::default();
    browser.sign_in(&app, PARENT, PASSWORD).await.expect(200);
    browser.get(&app, "/api/account").await.expect(200);
    let id = browser.session(&app).await["user"]["id"].as_str().unwrap().to_owned();
    // Another server closes them: here, the facts of a moment ago are still believed.
    change(&app, &UserId::parse(id).unwrap(), |account| account.session_version += 1).await;
    browser.sign_in(&app, PARENT, PASSWORD).await.expect(200);
    browser.get(&app, "/api/account").await.expect(200);
}
