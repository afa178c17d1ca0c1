//! What a sign-in writes and refuses, on the store under test.

use super::identity::{
    BCRYPT, PASSWORD, account, administrator, anybody, attempt, context, enter, form, save,
};
use super::{Fixture, beside};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use nexus_core::identity::account::Account;
use nexus_core::identity::member::Member;
use nexus_core::identity::password::{HashingError, NewPassword, PasswordHash, PasswordHasher, Verdict};
use nexus_core::identity::use_cases::{
    Behalf, ChangePassword, IdentityContext, IdentityError, SignInError, change_password, purge_attempts,
    register_family, request_password_reset,
};
use nexus_core::rights::Action;
use nexus_core::testing::QuickHasher;
use nexus_core::{Checksum, Coded, PseudonymKey, Pseudonyms, UserId};
use secrecy::SecretString;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

/// Whoever copies the table learns neither who tried to sign in nor from where, even by trying every address.
pub async fn what_the_throttle_keeps_names_nobody(fixture: &Fixture) {
    save(fixture, &Member::administrator(account(fixture, "u1", "a@x.test"))).await;
    let context = context(fixture);
    enter(&context, &attempt("a@x.test", "faux", None)).await.unwrap_err();
    enter(&context, &attempt("a@x.test", PASSWORD, None)).await.unwrap();
    let columns = ["accountKey", "networkKey"];
    for column in columns {
        let kept = beside::text(fixture, &format!(r#"SELECT min("{column}") FROM sign_in_attempts"#)).await;
        let other = beside::text(fixture, &format!(r#"SELECT max("{column}") FROM sign_in_attempts"#)).await;
        assert_eq!(kept, other, "the same under one secret");
        let kept = kept.unwrap();
        assert!(Checksum::parse(&kept).is_some(), "{column} is in clear: {kept}");
        for guess in ["a@x.test", "sign-in\na@x.test", "192.0.2.7", "192.0.2.0/24"] {
            assert_ne!(kept, Checksum::of_bytes(guess.as_bytes()).to_string(), "{column}");
        }
    }
}

/// With another secret the throttle begins anew: what was counted under the former one is met by nobody, and goes.
pub async fn attempts_under_a_former_secret_expire(fixture: &Fixture) {
    save(fixture, &Member::administrator(account(fixture, "u1", "a@x.test"))).await;
    let mut context = context(fixture);
    let guess = attempt("a@x.test", "faux", None);
    while !matches!(enter(&context, &guess).await, Err(SignInError::Throttled { .. })) {}
    context.pseudonyms = Pseudonyms::new(&PseudonymKey::derive(&"another secret".into()));
    assert!(matches!(enter(&context, &guess).await, Err(SignInError::Failed)));
    enter(&context, &attempt("a@x.test", PASSWORD, None)).await.unwrap();
    fixture.clock.advance(SignedDuration::from_hours(25));
    assert_eq!(purge_attempts(&context).await.unwrap(), 7, "six under the former secret, one under the new");
}

/// The real hashing, how often it was asked for which work, and what somebody else does while the first comparison runs.
struct Watched {
    hashing: QuickHasher,
    works: Mutex<Vec<&'static str>>,
    meanwhile: Mutex<Option<Meanwhile>>,
}

type Meanwhile = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Watched {
    fn new() -> Arc<Self> {
        Arc::new(Self { hashing: QuickHasher::new(7), works: Mutex::default(), meanwhile: Mutex::default() })
    }

    /// What was asked for since this was last read.
    fn works(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.works.lock().unwrap())
    }
}

#[async_trait]
impl PasswordHasher for Watched {
    async fn hash(&self, password: NewPassword) -> Result<PasswordHash, HashingError> {
        self.works.lock().unwrap().push("hash");
        self.hashing.hash(password).await
    }

    async fn verify(
        &self,
        presented: SecretString,
        stored: Option<PasswordHash>,
    ) -> Result<Verdict, HashingError> {
        self.works.lock().unwrap().push("verify");
        {
            let meanwhile = self.meanwhile.lock().unwrap().take();
            if let Some(meanwhile) = meanwhile {
                meanwhile.await;
            }
        }
        self.hashing.verify(presented, stored).await
    }

    async fn hash_again(&self, presented: SecretString) -> Result<PasswordHash, HashingError> {
        self.works.lock().unwrap().push("hash again");
        self.hashing.hash_again(presented).await
    }
}

/// Two accounts of the existing application whose addresses differ by case: neither is picked, whoever's password is typed.
/// The answer and the work are those of a wrong password; only the audit log says why.
pub async fn two_accounts_of_one_address_open_for_nobody(fixture: &Fixture) {
    for (id, email) in
        [("u1", "a@x.test"), ("u2", "b@x.test"), ("alone", "alone@x.test"), ("closed", "closed@x.test")]
    {
        save(fixture, &Member::administrator(account(fixture, id, email))).await;
    }
    beside::execute(fixture, r#"UPDATE users SET "disabledAt" = "createdAt" WHERE "id" = 'closed'"#).await;
    // As the adoption leaves them: the later one waits in quarantine.
    let twin = r#"UPDATE users SET "email" = 'A@X.test', "quarantinedAt" = "createdAt" WHERE "id" = 'u2'"#;
    beside::execute(fixture, twin).await;
    let mut context = context(fixture);
    let hasher = Watched::new();
    context.hasher = hasher.clone();

    let mut works = Vec::new();
    for (email, password) in [
        ("alone@x.test", "faux"),
        ("a@x.test", PASSWORD),
        ("A@X.TEST", PASSWORD),
        ("nobody@x.test", PASSWORD),
        ("closed@x.test", PASSWORD),
    ] {
        let rows = audit_rows(fixture).await;
        let refused = enter(&context, &attempt(email, password, None)).await.unwrap_err();
        works.push((refused.code(), refused.sentence(), hasher.works(), audit_rows(fixture).await - rows));
    }
    assert_eq!(works[0].2, ["verify"], "one comparison");
    assert!(works.iter().all(|work| *work == works[0]), "{works:?}");
    let attempts = "SELECT CAST(count(*) AS TEXT) FROM sign_in_attempts";
    assert_eq!(beside::text(fixture, attempts).await.as_deref(), Some("5"));
    let row = &fixture.store.recent_audit(3).await.unwrap()[2];
    assert_eq!(row.action, "SIGN_IN_FAILED");
    assert!(format!("{row:?}").contains("ambiguous_address"), "{row:?}");

    // Somebody settles it: the other one opens again.
    beside::execute(fixture, r#"UPDATE users SET "email" = 'b@x.test' WHERE "id" = 'u2'"#).await;
    let entered = enter(&context, &attempt("a@x.test", PASSWORD, None)).await.unwrap();
    assert_eq!(entered.user, UserId::parse("u1").unwrap());
}

/// What counts is the account as it stands when the comparison is over: one that was closed meanwhile does not open, and a
/// password that was replaced meanwhile opens nothing.
pub async fn what_changes_during_the_comparison_counts(fixture: &Fixture) {
    save(fixture, &Member::administrator(account(fixture, "u1", "a@x.test"))).await;
    let mut context = context(fixture);
    let hasher = Watched::new();
    context.hasher = hasher.clone();
    let change = |context: &IdentityContext, change: fn(&mut Account)| -> Meanwhile {
        let store = Arc::clone(&context.store);
        Box::pin(async move {
            let mut tx = store.begin().await.unwrap();
            let mut account = tx.lock_account(&UserId::parse("u1").unwrap()).await.unwrap().unwrap();
            change(&mut account);
            tx.save_account(&account).await.unwrap();
            tx.commit().await.unwrap();
        })
    };
    let right = attempt("a@x.test", PASSWORD, None);
    *hasher.meanwhile.lock().unwrap() =
        Some(change(&context, |account| account.disable(Timestamp::UNIX_EPOCH)));
    assert!(matches!(enter(&context, &right).await, Err(SignInError::Failed)));
    change(&context, Account::enable).await;

    let replace: fn(&mut Account) =
        |account| account.password = Some(PasswordHash::from_stored(ANOTHER.to_owned()));
    *hasher.meanwhile.lock().unwrap() = Some(change(&context, replace));
    hasher.works();
    assert!(matches!(enter(&context, &right).await, Err(SignInError::Failed)));
    assert_eq!(hasher.works(), ["verify", "hash again", "verify"], "compared anew with the hash of now");

    // The same where the password is asked for again.
    let back: fn(&mut Account) = |account| account.password = Some(PasswordHash::from_stored(BCRYPT.into()));
    change(&context, back).await;
    *hasher.meanwhile.lock().unwrap() = Some(change(&context, replace));
    let command = ChangePassword {
        current: PASSWORD.into(),
        new: "cinq mots que personne ne lit".into(),
        from: right.from,
    };
    let permit = administrator("u1");
    let refused = change_password(&context, Behalf::of(&permit), &command).await;
    assert!(matches!(refused, Err(IdentityError::WrongPassword)), "{refused:?}");
}

/// A hash of no password that anybody knows.
const ANOTHER: &str = "$2b$04$OzlW3uIjak8K9HfekXiaZutwzU/H3.o1xkHyYN8n4DHV2GsugfTzy";

/// Whether somebody registers with a known address or asks for a link to it, the hashing is the same, and the traces are as many.
pub async fn a_known_address_is_the_same_work(fixture: &Fixture) {
    let mut context = context(fixture);
    let hasher = Watched::new();
    context.hasher = hasher.clone();
    let mut works = Vec::new();
    for _ in 0..2 {
        let rows = audit_rows(fixture).await;
        let permit = anybody(Action::Register);
        register_family(&context, Behalf::of(&permit), &form("parent@x.test")).await.unwrap();
        works.push((hasher.works(), audit_rows(fixture).await - rows));
    }
    assert_eq!(works[0], (vec!["hash"], 1));
    assert_eq!(works[0], works[1]);

    for email in ["parent@x.test", "nobody@x.test", "no address"] {
        let rows = audit_rows(fixture).await;
        let permit = anybody(Action::RedeemLink);
        request_password_reset(&context, Behalf::of(&permit), email).await.unwrap();
        assert_eq!((hasher.works(), audit_rows(fixture).await - rows), (vec![], 1), "{email}");
    }
}

async fn audit_rows(fixture: &Fixture) -> usize {
    fixture.store.recent_audit(1_000).await.unwrap().len()
}
