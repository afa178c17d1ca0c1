//! Accounts with passwords, and what opens their sessions.

use crate::App;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use nexus_core::identity::account::Account;
use nexus_core::identity::csrf_token::CsrfTokens;
use nexus_core::identity::email_address::EmailAddress;
use nexus_core::identity::member::{Member, NewAccount};
use nexus_core::identity::password::{NewPassword, PasswordHash};
use nexus_core::identity::profile::{ParentProfile, PupilProfile};
use nexus_core::identity::sealing::Sealer;
use nexus_core::identity::session_token::{Profile, SessionClaims, SessionCookie, SessionKeys};
use nexus_core::identity::use_cases::{IdentityContext, IdentitySettings};
use nexus_core::testing::{ManualClock, QuickHasher, SeededSecrets};
use nexus_core::{Clock, IdSource, ParentId, PseudonymKey, Pseudonyms, StudentId, UserId};
use nexus_http::{SessionSetup, Sessions};
use nexus_store::Backend;
use secrecy::SecretString;
use std::sync::Arc;

/// The secret of the sessions of every test.
pub const SECRET: &str = "un-secret-de-test-0123456789abcdef0123456789";
/// The one before it.
pub const FORMER_SECRET: &str = "un-ancien-secret-de-test-0123456789abcdef012";
/// The password of every account of the tests.
pub const PASSWORD: &str = "les suites de Zoé convergent";

/// The use-cases of accounts, with the real hashing at its least cost.
pub(crate) fn identity(
    store: &Arc<dyn Backend>,
    clock: &Arc<ManualClock>,
    ids: &Arc<dyn IdSource>,
) -> IdentityContext {
    IdentityContext {
        store: Arc::clone(store) as _,
        clock: Arc::clone(clock) as _,
        ids: Arc::clone(ids),
        secrets: Arc::new(SeededSecrets::new(1)),
        hasher: Arc::new(QuickHasher::new(2)),
        sealer: Sealer::new([&SECRET.into()]).unwrap(),
        pseudonyms: Pseudonyms::new(&PseudonymKey::derive(&SECRET.into())),
        settings: IdentitySettings {
            zone: TimeZone::get("Africa/Tunis").unwrap(),
            ..IdentitySettings::default()
        },
    }
}

/// The sessions of people.
pub(crate) fn sessions(store: &Arc<dyn Backend>, clock: &Arc<ManualClock>) -> Sessions {
    Sessions::new(SessionSetup {
        keys: keys(),
        csrf: CsrfTokens::new(SECRET.into(), vec![FORMER_SECRET.into()]),
        directory: Arc::clone(store) as _,
        clock: Arc::clone(clock) as _,
        secrets: Arc::new(SeededSecrets::new(3)),
        lifetime: SessionSetup::LIFETIME,
    })
}

/// What seals and opens the tokens of the tests.
pub fn keys() -> SessionKeys {
    SessionKeys::new(&SECRET.into(), &[SecretString::from(FORMER_SECRET)]).unwrap()
}

/// The cookie of a session that somebody opened an hour ago, as a browser sends it; it says who, and nothing of what he may.
pub fn cookie(app: &App, user: &UserId, session_version: u32) -> String {
    let hour = SignedDuration::from_hours(1);
    let now = app.clock.now();
    let claims = SessionClaims {
        user: user.clone(),
        profile: Profile::default(),
        session_version: Some(session_version),
        issued_at: now.checked_sub(hour).ok(),
        expires_at: now.checked_add(hour).unwrap(),
    };
    let cookie = SessionCookie::NextAuth;
    format!("{}={}", cookie.name(), keys().seal(&claims, cookie, &SeededSecrets::new(4)))
}

/// A hash as the accounts of the tests have it.
pub async fn hash(app: &App, password: &str) -> PasswordHash {
    let password = NewPassword::parse(&password.into(), &[]).unwrap();
    app.identity().hasher.hash(password).await.unwrap()
}

/// A family that can sign in with [`PASSWORD`]: `parent@example.test` and `zoe@example.test`.
pub async fn family(app: &App) -> (UserId, UserId) {
    let (parent, guardian) =
        (UserId::parse("account-parent").unwrap(), ParentId::parse("profile-parent").unwrap());
    let pupil = UserId::parse("account-zoe").unwrap();
    let new = async |id: &UserId, email: &str, first_name: &str| NewAccount {
        id: id.clone(),
        email: EmailAddress::parse(email).unwrap(),
        first_name: first_name.to_owned(),
        last_name: "Ben Salah".to_owned(),
        phone: None,
        password: Some(hash(app, PASSWORD).await),
        now: app.clock.now(),
    };
    let parent_profile = ParentProfile::new(guardian.clone());
    let pupil_profile = PupilProfile {
        id: StudentId::parse("profile-zoe").unwrap(),
        guardian,
        grade: Some("terminale".to_owned()),
        school: None,
        birth_date: None,
        registered_at: app.clock.now(),
    };
    let members = [
        Member::parent(new(&parent, "parent@example.test", "Hélène").await, parent_profile),
        Member::pupil(new(&pupil, "zoe@example.test", "Zoé").await, pupil_profile),
    ];
    let mut tx = app.store.begin().await.unwrap();
    for member in &members {
        assert!(tx.insert_member(member).await.unwrap());
    }
    tx.commit().await.unwrap();
    (parent, pupil)
}

/// Changes an account in the store, as another server would.
pub async fn change(app: &App, user: &UserId, change: impl FnOnce(&mut Account)) {
    let mut tx = app.store.begin().await.unwrap();
    let mut account = tx.lock_account(user).await.unwrap().unwrap();
    change(&mut account);
    tx.save_account(&account).await.unwrap();
    tx.commit().await.unwrap();
}
