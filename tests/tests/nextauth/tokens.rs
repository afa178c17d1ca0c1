use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use nexus_core::identity::session_token::{Profile, SessionClaims, SessionCookie, SessionKeys, TokenError};
use nexus_core::testing::SeededSecrets;
use nexus_core::{Checksum, Clock, ParentId, Role, StudentId, UserId};
use nexus_tests::{golden, node};
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

/// Golden vector N1: a token that is sealed with the vector's key opens under its secret, and the other way round.
#[test]
fn the_key_of_the_existing_application() {
    let vector = golden::core_copy(
        "N1",
        json!({
            "input": {
                "secret": "vector-secret-for-tests-only-0123456789", "salt": "",
                "info": "NextAuth.js Generated Encryption Key", "length": 32,
            },
            "expected": {"hex": "4abc8127d56e0c56b14074ef47b438fb8850660d9796e9eff06d0971ffa58f29"},
        }),
    );
    let secret = vector["input"]["secret"].as_str().unwrap();
    // 32 bytes in hexadecimal have the form of a checksum.
    let key = Checksum::parse(vector["expected"]["hex"].as_str().unwrap()).unwrap();
    let cipher = Aes256Gcm::new_from_slice(key.as_bytes()).unwrap();

    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"dir","enc":"A256GCM"}"#);
    let content =
        json!({"sub": "ckzoe", "id": "ckzoe", "exp": now().as_second() + 3_600, "iat": now().as_second()})
            .to_string();
    let nonce = [7; 12];
    let payload = Payload { msg: content.as_bytes(), aad: header.as_bytes() };
    let sealed = cipher.encrypt(&Nonce::from(nonce), payload).unwrap();
    let (text, tag) = sealed.split_at(sealed.len() - 16);
    let parts = [nonce.as_slice(), text, tag].map(|part| URL_SAFE_NO_PAD.encode(part));
    let token = format!("{header}..{}", parts.join("."));
    let opened = keys(&[secret]).open(&token, Some(SessionCookie::NextAuth), now()).unwrap();
    assert_eq!(opened.user.as_str(), "ckzoe");
    let another = format!("{secret}!");
    assert_eq!(keys(&[&another]).open(&token, None, now()), Err(TokenError::Forged));

    let token = keys(&[secret]).seal(&claims(), SessionCookie::NextAuth, &SeededSecrets::new(1));
    let parts: Vec<_> = token.split('.').collect();
    let [header, "", nonce, text, tag] = parts.as_slice() else { panic!("{token}") };
    let [nonce, text, tag] = [nonce, text, tag].map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
    let nonce: [u8; 12] = nonce.try_into().unwrap();
    let payload = Payload { msg: &[text, tag].concat(), aad: header.as_bytes() };
    let content = cipher.decrypt(&Nonce::from(nonce), payload).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&content).unwrap()["sub"], "ckzoe");
}
