use jiff::{SignedDuration, Timestamp};
use nexus_core::identity::session_token::{Profile, SessionClaims, SessionCookie, SessionKeys, TokenError};
use nexus_core::testing::SeededSecrets;
use nexus_core::{Clock, ParentId, Role, StudentId, UserId};
use nexus_tests::node;
use serde_json::{Value, json};

const SECRET: &str = "un-secret-de-test-partagé-0123456789abcdef";

/// The packages read the clock of the machine.
struct MachineClock;

impl Clock for MachineClock {
    #[allow(clippy::disallowed_methods)]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

fn now() -> Timestamp {
    Timestamp::from_second(MachineClock.now().as_second()).unwrap()
}

fn keys(secrets: &[&str]) -> SessionKeys {
    let secrets: Vec<secrecy::SecretString> = secrets.iter().map(|secret| (*secret).into()).collect();
    SessionKeys::new(&secrets[0], &secrets[1..]).unwrap()
}

fn claims() -> SessionClaims {
    SessionClaims {
        user: UserId::parse("ckzoe").unwrap(),
        profile: Profile {
            name: Some("Zoé Ben Salah".to_owned()),
            email: Some("zoé.bensalah@nexus.com".to_owned()),
            role: Some(Role::Eleve),
            first_name: Some("Zoé".to_owned()),
            last_name: Some("Ben Salah".to_owned()),
            student_id: Some(StudentId::parse("ckstudent").unwrap()),
            parent_id: Some(ParentId::parse("ckparent").unwrap()),
        },
        session_version: Some(4),
        issued_at: Some(now()),
        expires_at: now().checked_add(SignedDuration::from_hours(720)).unwrap(),
    }
}

/// The library of a cookie, and the salt that it is given.
fn library(cookie: SessionCookie) -> (&'static str, &'static str) {
    match cookie {
        SessionCookie::NextAuth | SessionCookie::SecureNextAuth => ("next-auth", ""),
        SessionCookie::AuthJs | SessionCookie::SecureAuthJs => ("@auth/core", cookie.name()),
    }
}

fn request(does: &str, cookie: SessionCookie, token: &Value, secret: &str) -> Value {
    let (library, salt) = library(cookie);
    json!({"does": does, "library": library, "token": token, "secret": secret, "salt": salt, "maxAge": 3600})
}

#[test]
fn what_the_packages_seal_is_opened() {
    // As the existing application fills it.
    let token = json!({
        "name": "Zoé Ben Salah", "email": "zoe@nexus.com", "picture": null, "sub": "ckzoe", "role": "ELEVE", "id": "ckzoe",
        "firstName": "Zoé", "lastName": "Ben Salah", "studentId": "ckstudent", "parentId": "ckparent",
    });
    let requests = SessionCookie::ALL.map(|cookie| request("seal", cookie, &token, SECRET));
    let sealed = node::run("tokens.mjs", &json!(requests));
    for (cookie, token) in SessionCookie::ALL.into_iter().zip(sealed.as_array().unwrap()) {
        let token = token.as_str().unwrap();
        let opened = keys(&["nouveau", SECRET]).open(token, Some(cookie), now()).unwrap();
        assert_eq!(opened.user.as_str(), "ckzoe");
        assert_eq!((opened.profile.role, opened.session_version), (Some(Role::Eleve), None));
        assert_eq!(opened.profile.parent_id, ParentId::parse("ckparent").ok());
        let lifetime = opened.expires_at.duration_since(opened.issued_at.unwrap());
        assert_eq!(lifetime, SignedDuration::from_hours(1));
        assert_eq!(keys(&["autre"]).open(token, Some(cookie), now()), Err(TokenError::Forged));
    }
}

#[test]
fn what_is_sealed_here_is_opened_by_the_packages() {
    let secrets = SeededSecrets::new(1);
    let seal = |cookie| json!(keys(&[SECRET, "ancien"]).seal(&claims(), cookie, &secrets));
    let requests: Vec<Value> = SessionCookie::ALL
        .into_iter()
        .flat_map(|cookie| {
            [request("open", cookie, &seal(cookie), SECRET), request("open", cookie, &seal(cookie), "autre")]
        })
        .collect();
    let opened = node::run("tokens.mjs", &json!(requests));
    for pair in opened.as_array().unwrap().chunks(2) {
        let [token, refused] = pair else { panic!("{pair:?}") };
        let expected = json!({
            "name": "Zoé Ben Salah", "email": "zoé.bensalah@nexus.com", "role": "ELEVE", "firstName": "Zoé",
            "lastName": "Ben Salah", "studentId": "ckstudent", "parentId": "ckparent", "sub": "ckzoe", "id": "ckzoe",
            "sessionVersion": 4, "iat": token["iat"], "exp": token["exp"], "jti": token["jti"],
        });
        assert_eq!(token, &expected);
        assert_eq!(token["exp"].as_i64().unwrap() - token["iat"].as_i64().unwrap(), 720 * 3600);
        assert!(refused["refused"].is_string(), "{refused}");
    }
}

/// A token of the packages is refused here for the same reasons as there.
#[test]
fn expired_tokens_of_the_packages_are_refused() {
    let mut requests =
        SessionCookie::ALL.map(|cookie| request("seal", cookie, &json!({"sub": "ckzoe"}), SECRET));
    for request in &mut requests {
        request["maxAge"] = json!(-16);
    }
    let sealed = node::run("tokens.mjs", &json!(requests));
    for (cookie, token) in SessionCookie::ALL.into_iter().zip(sealed.as_array().unwrap()) {
        let opened = keys(&[SECRET]).open(token.as_str().unwrap(), Some(cookie), now());
        assert_eq!(opened, Err(TokenError::Expired), "{cookie:?}");
    }
}
