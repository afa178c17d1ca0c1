//! Asking for a password: throttled before it is compared, remembered whether it was right.

use super::context::IdentityContext;
use super::error::IdentityError;
use crate::identity::account::Account;
use crate::identity::email_address::EmailAddress;
use crate::identity::origin::{AccountKey, Origin};
use crate::identity::password::{PasswordHash, Verdict};
use crate::identity::throttle::{KNOWN_FOR, NETWORK, PastAttempt, Throttle, check};
use crate::{StoreError, Tx, UserId};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

/// An attempt that was let through, and is a failure until it is said to be a success.
pub(super) struct Attempt(String);

/// How an attempt begins.
pub(super) enum Begun {
    /// It may go on.
    Attempt(Attempt),
    /// It must wait.
    Wait(SignedDuration),
}

impl Attempt {
    /// Lets an attempt on the account of an address through, or not. It is written as a failure, and committed, before anything
    /// is compared: many attempts at one time are no way around the rule.
    pub(super) async fn begin(
        context: &IdentityContext,
        address: &EmailAddress,
        from: &Origin,
    ) -> Result<Begun, StoreError> {
        let now = context.now();
        let ago = |duration| now.checked_sub(duration).unwrap_or(Timestamp::MIN);
        let account = AccountKey::of(address, &context.pseudonyms);
        let origin = from.keyed(&context.pseudonyms);
        let mut tx = context.store.begin().await?;
        tx.lock_attempts(&account, &origin.network).await?;
        let history = tx.attempts((&account, ago(KNOWN_FOR)), (&origin.network, ago(NETWORK.memory))).await?;
        if let Throttle::Wait(wait) = check(&account, &origin, &history, now) {
            return Ok(Begun::Wait(wait));
        }
        let id = context.ids.next_id();
        let attempt = PastAttempt { account, origin, at: now, succeeded: false };
        tx.insert_attempt(&id, &attempt).await?;
        tx.commit().await?;
        Ok(Begun::Attempt(Self(id)))
    }

    /// Says that it was a success, in the transaction that it opened.
    pub(super) async fn succeeded(&self, tx: &mut dyn Tx) -> Result<(), StoreError> {
        tx.attempt_succeeded(&self.0).await
    }
}

/// What was found out about a password, before the transaction that depends on it.
pub(super) struct Proof {
    user: UserId,
    compared_with: Option<PasswordHash>,
    is_right: bool,
    attempt: Attempt,
}

/// Compares the password that somebody who is signed in typed again.
///
/// # Errors
/// [`IdentityError::Throttled`] when too many were wrong.
pub(super) async fn prove_password(
    context: &IdentityContext,
    account: &Account,
    presented: &SecretString,
    from: &Origin,
) -> Result<Proof, IdentityError> {
    let address = EmailAddress::parse(&account.email).map_err(|_| IdentityError::WrongPassword)?;
    let attempt = match Attempt::begin(context, &address, from).await? {
        Begun::Attempt(attempt) => attempt,
        Begun::Wait(wait) => return Err(IdentityError::Throttled { wait }),
    };
    let verdict = context.hasher.verify(presented.clone(), account.password.clone()).await?;
    Ok(Proof {
        user: account.id.clone(),
        compared_with: account.password.clone(),
        is_right: verdict != Verdict::Wrong,
        attempt,
    })
}

impl Proof {
    /// Holds the account when the password was right and still is; `None` otherwise.
    pub(super) async fn hold(&self, tx: &mut dyn Tx) -> Result<Option<Account>, IdentityError> {
        let account = tx.lock_account(&self.user).await?.ok_or(IdentityError::AccountNotFound)?;
        if !self.is_right || account.password != self.compared_with || !account.is_active() {
            return Ok(None);
        }
        self.attempt.succeeded(tx).await?;
        Ok(Some(account))
    }
}
