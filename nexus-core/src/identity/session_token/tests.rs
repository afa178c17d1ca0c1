use super::cipher::derive;
use super::*;
use crate::testing::SeededSecrets;
use crate::{Role, StudentId, UserId};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const SECRET: &str = "a-secret-of-this-test-0123456789abcdef";

fn keys(secrets: &[&str]) -> SessionKeys {
    let secrets: Vec<secrecy::SecretString> = secrets.iter().map(|secret| (*secret).into()).collect();
    SessionKeys::new(&secrets[0], &secrets[1..]).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn later(seconds: i64) -> Timestamp {
    now().checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

fn claims() -> SessionClaims {
    SessionClaims {
        user: UserId::parse("ck1").unwrap(),
        profile: Profile {
            name: Some("Zoé Ben Salah".to_owned()),
            email: Some("zoe@nexus.com".to_owned()),
            role: Some(Role::Eleve),
            first_name: Some("Zoé".to_owned()),
            last_name: Some("Ben Salah".to_owned()),
            student_id: Some(StudentId::parse("st1").unwrap()),
            parent_id: None,
        },
        session_version: Some(3),
        issued_at: Some(now()),
        expires_at: later(3600),
    }
}

fn sealed(cookie: SessionCookie) -> String {
    keys(&[SECRET]).seal(&claims(), cookie, &SeededSecrets::new(1))
}

/// Seals any content as NextAuth would.
fn seal_text(content: &str) -> String {
    cipher::Cipher::next_auth(&SECRET.into(), "")
        .unwrap()
        .seal(content.as_bytes(), &SeededSecrets::new(1))
        .unwrap()
}

fn open(token: &str) -> Result<SessionClaims, TokenError> {
    keys(&[SECRET]).open(token, None, now())
}

/// N1.
#[test]
fn the_key_of_the_existing_application() {
    let key: [u8; 32] = derive(&"vector-secret-for-tests-only-0123456789".into(), "NextAuth.js", "").unwrap();
    let expected = crate::Checksum::parse("4abc8127d56e0c56b14074ef47b438fb8850660d9796e9eff06d0971ffa58f29");
    assert_eq!(expected.map(|expected| *expected.as_bytes()), Some(key));
}

#[test]
fn what_is_sealed_for_a_cookie_opens_from_it_and_as_a_bearer_token() {
    for cookie in SessionCookie::ALL {
        let token = sealed(cookie);
        assert_eq!(keys(&[SECRET]).open(&token, Some(cookie), now()), Ok(claims()), "{cookie:?}");
        assert_eq!(open(&token), Ok(claims()), "{cookie:?}");
        assert!(token.len() < 1_000 && !token.contains("zoe"));
    }
}

#[test]
fn a_cookie_of_one_library_holds_no_token_of_the_other() {
    for cookie in SessionCookie::ALL {
        for other in SessionCookie::ALL.into_iter().filter(|other| *other != cookie) {
            let opened = keys(&[SECRET]).open(&sealed(cookie), Some(other), now());
            let same_key = !cookie.is_auth_js() && !other.is_auth_js();
            assert_eq!(opened.is_ok(), same_key, "{cookie:?} in {other:?}");
        }
    }
}

#[test]
fn the_tokens_of_a_former_secret_open_while_it_is_changed_and_none_is_sealed_with_it() {
    for cookie in SessionCookie::ALL {
        let (old, both, new) = (keys(&["old"]), keys(&["new", "old"]), keys(&["new"]));
        let secrets = SeededSecrets::new(1);
        let (before, after) = (old.seal(&claims(), cookie, &secrets), both.seal(&claims(), cookie, &secrets));
        assert!(
            both.open(&before, Some(cookie), now()).is_ok() && both.open(&after, Some(cookie), now()).is_ok()
        );
        assert_eq!(new.open(&before, Some(cookie), now()), Err(TokenError::Forged));
        assert!(new.open(&after, Some(cookie), now()).is_ok());
        assert_eq!(old.open(&after, Some(cookie), now()), Err(TokenError::Forged));
    }
}

#[test]
fn two_tokens_of_one_second_differ() {
    let secrets = SeededSecrets::new(1);
    let (one, other) = (
        keys(&[SECRET]).seal(&claims(), SessionCookie::NextAuth, &secrets),
        keys(&[SECRET]).seal(&claims(), SessionCookie::NextAuth, &secrets),
    );
    assert_ne!(one, other);
}

#[test]
fn time_is_kept_with_the_leeway_of_the_libraries() {
    for cookie in SessionCookie::ALL {
        let at = |seconds| keys(&[SECRET]).open(&sealed(cookie), None, later(seconds)).map(|_| ());
        assert_eq!(at(3600 + 14), Ok(()));
        assert_eq!(at(3600 + 15), Err(TokenError::Expired));
    }
    let from =
        |nbf: i64| open(&seal_text(&format!(r#"{{"sub":"a","exp":1800000060,"nbf":{nbf}}}"#))).map(|_| ());
    assert_eq!(from(1_800_000_015), Ok(()));
    assert_eq!(from(1_800_000_016), Err(TokenError::NotYetValid));
}

/// What NextAuth writes for the existing application.
#[test]
fn claims_of_the_existing_application() {
    let token = seal_text(
        r#"{"name":"A B","email":"a@b.fr","picture":null,"sub":"ck1","role":"PARENT","id":"ck1","firstName":"A","lastName":"B",
           "somethingElse":{"deep":[1,2]},"iat":1799990000,"exp":1800000060.75,"jti":"5b2d"}"#,
    );
    let claims = open(&token).unwrap();
    assert_eq!(
        (claims.user.as_str(), claims.profile.role, claims.session_version),
        ("ck1", Some(Role::Parent), None)
    );
    assert_eq!(claims.expires_at, later(60));
}

#[test]
fn claims_that_mean_nothing() {
    let deep = format!(r#"{{"sub":"a","exp":1800000060,"x":{}1{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    for content in [
        "",
        "null",
        "[]",
        "\"text\"",
        "{}",
        r#"{"sub":"a"}"#,
        r#"{"exp":1800000060}"#,
        r#"{"sub":"a","id":"b","exp":1800000060}"#,
        r#"{"sub":"a","sub":"b","exp":1800000060}"#,
        r#"{"sub":"../a","exp":1800000060}"#,
        r#"{"sub":1,"exp":1800000060}"#,
        r#"{"sub":"a","exp":"1800000060"}"#,
        r#"{"sub":"a","exp":null}"#,
        r#"{"sub":"a","exp":1e300}"#,
        r#"{"sub":"a","exp":999999999999}"#,
        r#"{"sub":"a","exp":1800000060,"iat":"now"}"#,
        r#"{"sub":"a","exp":1800000060,"sessionVersion":-1}"#,
        r#"{"sub":"a","exp":1800000060,"sessionVersion":1.5}"#,
        r#"{"sub":"a","exp":1800000060,"role":"ROOT"}"#,
        r#"{"sub":"a","exp":1800000060,"name":5}"#,
        deep.as_str(),
    ] {
        assert_eq!(open(&seal_text(content)), Err(TokenError::Malformed), "{content}");
    }
}

#[test]
fn what_is_not_a_token() {
    let token = sealed(SessionCookie::NextAuth);
    let parts: Vec<&str> = token.split('.').collect();
    let header = |json: &str| URL_SAFE_NO_PAD.encode(json);
    let with_header = |json: &str| format!("{}..{}", header(json), parts[2..].join("."));
    let swapped = format!("{}..{}.{}.{}", parts[0], parts[3], parts[2], parts[4]);
    for (text, error) in [
        (String::new(), TokenError::Malformed),
        ("....".to_owned(), TokenError::Malformed),
        ("a.b.c.d.e".to_owned(), TokenError::Malformed),
        // Three pieces: signed, or not even that.
        (format!("{}.e30.", header(r#"{"alg":"none"}"#)), TokenError::Malformed),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln".to_owned(), TokenError::Malformed),
        (format!("{token}.more"), TokenError::Malformed),
        (token[..token.len() - 30].to_owned(), TokenError::Malformed),
        (token.replace("..", ".AAAA."), TokenError::Malformed),
        (format!("{token}="), TokenError::Malformed),
        (format!(" {token}"), TokenError::Malformed),
        (with_header("{}"), TokenError::Malformed),
        (with_header("[]"), TokenError::Malformed),
        (with_header(r#"{"alg":"none","enc":"A256GCM"}"#), TokenError::Unsupported),
        (with_header(r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#), TokenError::Unsupported),
        (with_header(r#"{"alg":"dir","enc":"none"}"#), TokenError::Unsupported),
        (with_header(r#"{"alg":"dir","enc":"A128GCM"}"#), TokenError::Unsupported),
        (with_header(r#"{"alg":"dir","enc":"A256GCM","zip":"DEF"}"#), TokenError::Unsupported),
        (with_header(r#"{"alg":"dir","enc":"A256GCM","crit":["x"]}"#), TokenError::Unsupported),
        // The same header, written with a space: it is what was authenticated that counts.
        (with_header(r#"{"alg":"dir", "enc":"A256GCM"}"#), TokenError::Forged),
        (with_header(r#"{"alg":"dir","enc":"A256CBC-HS512"}"#), TokenError::Forged),
        (swapped, TokenError::Forged),
        ("a".repeat(100_000), TokenError::TooLarge),
        (format!("{}..{}.{}.{}", parts[0], parts[2], "A".repeat(100_000), parts[4]), TokenError::TooLarge),
        (
            with_header(&format!(r#"{{"alg":"dir","enc":"A256GCM","x":{}}}"#, "[".repeat(9_000))),
            TokenError::Malformed,
        ),
    ] {
        let shown: String = text.chars().take(80).collect();
        let opened = open(&text);
        // Cut within the last part, the tag is too short rather than unreadable.
        let accepted = [Err(error), Err(TokenError::Forged)];
        assert!(
            opened == Err(error) || (error == TokenError::Malformed && accepted.contains(&opened)),
            "{shown}: {opened:?}"
        );
    }
    assert_eq!(keys(&["another secret"]).open(&token, None, now()), Err(TokenError::Forged));
}

#[test]
fn parts_of_two_tokens_do_not_make_one() {
    let secrets = SeededSecrets::new(1);
    for cookie in [SessionCookie::NextAuth, SessionCookie::AuthJs] {
        let (one, other) = (
            keys(&[SECRET]).seal(&claims(), cookie, &secrets),
            keys(&[SECRET]).seal(&claims(), cookie, &secrets),
        );
        let (one, other): (Vec<_>, Vec<_>) = (one.split('.').collect(), other.split('.').collect());
        for place in 2..5 {
            let mut mixed = one.clone();
            mixed[place] = other[place];
            assert_eq!(open(&mixed.join(".")), Err(TokenError::Forged));
        }
    }
}

#[test]
fn keys_and_claims_are_not_printed() {
    let printed = format!("{:?} {:?}", keys(&[SECRET, "old"]), claims());
    assert!(
        printed.contains("SessionKeys(10 keys)") && !printed.contains("Zoé") && !printed.contains("zoe@"),
        "{printed}"
    );
}

fn any_text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("\\PC{0,100}")
}

prop_compose! {
    fn any_claims()(
        user in "[a-zA-Z0-9_-]{1,64}", name in any_text(), email in any_text(), first_name in any_text(), last_name in any_text(),
        role in proptest::option::of(proptest::sample::select(&Role::ALL)), student in proptest::option::of("[a-z0-9]{1,64}"),
        version in any::<Option<u32>>(), issued in proptest::option::of(0_i64..1_800_000_000), lifetime in 0_i64..100_000_000,
    ) -> SessionClaims {
        SessionClaims {
            user: UserId::parse(user).unwrap(),
            profile: Profile {
                name, email, role, first_name, last_name,
                student_id: student.map(|id| StudentId::parse(id).unwrap()), parent_id: None,
            },
            session_version: version,
            issued_at: issued.map(|second| Timestamp::from_second(second).unwrap()),
            expires_at: later(lifetime),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_claims_come_back(claims in any_claims(), cookie in proptest::sample::select(&SessionCookie::ALL), seed in any::<u64>()) {
        let token = keys(&[SECRET]).seal(&claims, cookie, &SeededSecrets::new(seed));
        prop_assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)));
        prop_assert_eq!(keys(&[SECRET]).open(&token, Some(cookie), now()), Ok(claims));
    }

    #[test]
    fn no_bit_can_be_flipped(cookie in proptest::sample::select(&SessionCookie::ALL), place in any::<proptest::sample::Index>(), bit in 0_u8..7) {
        let token = sealed(cookie);
        let mut bytes = token.clone().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= 1_u8 << bit;
        if let Ok(flipped) = String::from_utf8(bytes) {
            prop_assert!(open(&flipped).is_err(), "{} at {}", flipped, place);
        }
    }

    #[test]
    fn no_part_can_be_cut_or_changed(cookie in proptest::sample::select(&SessionCookie::ALL), part in 0_usize..5, text in "[A-Za-z0-9_-]{0,60}") {
        let token = sealed(cookie);
        let mut parts: Vec<&str> = token.split('.').collect();
        prop_assume!(parts[part] != text);
        parts[part] = &text;
        prop_assert!(open(&parts.join(".")).is_err());
    }

    #[test]
    fn no_text_is_a_panic(text in any::<String>()) {
        prop_assert!(open(&text).is_err());
    }
}
