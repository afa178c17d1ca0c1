use super::activation::{choose_password, lock_link, read_link, void_links};
use super::context::{Behalf, IdentityContext};
use super::error::IdentityError;
use super::links::FreshLink;
use super::proof::prove_password;
use crate::identity::account::Account;
use crate::identity::account_token::TokenPurpose;
use crate::identity::email_address::EmailAddress;
use crate::identity::origin::Origin;
use crate::identity::profile::Profile;
use crate::mail::{MailMessage, MailTo};
use crate::outbox::NewEffect;
use crate::rights::Scope;
use crate::{StoreError, Tx, UserId};
use jiff::Timestamp;
use secrecy::SecretString;

/// Sends a link for a new password to the owner of an address, if there is one. The answer is the same when there is none,
/// and so is what is written: one audit row.
///
/// # Errors
/// Only a store that fails; an unreadable address is an unknown one.
pub async fn request_password_reset(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    email: &str,
) -> Result<(), IdentityError> {
    let now = context.now();
    let accounts = match EmailAddress::parse(email) {
        Ok(address) => context.store.accounts_at(&address).await?,
        Err(_) => Vec::new(),
    };
    let mut tx = context.store.begin().await?;
    // Two accounts that differ by case only: nobody can tell whose the address is.
    if let [account] = accounts.as_slice()
        && let Some(account) = tx.lock_account(&account.id).await?
        && account.is_active()
    {
        send_reset(context, tx.as_mut(), &account, now).await?;
    }
    // Who asked about whom is not recorded: the row says that somebody asked.
    tx.record(&behalf.event("PASSWORD_RESET_REQUEST", now)).await?;
    tx.commit().await?;
    Ok(())
}

/// Sends a link for a new password, unless several are on their way already: nobody can flood a mailbox.
pub(super) async fn send_reset(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    account: &Account,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let lifetime = context.settings.reset_lifetime;
    let since = now.checked_sub(lifetime).unwrap_or(Timestamp::MIN);
    let sent = tx.count_tokens(&account.id, TokenPurpose::ResetPassword, since).await?;
    let Some(reader) = reader_of(tx, account).await? else { return Ok(false) };
    if sent >= context.settings.most_resets {
        return Ok(false);
    }
    let link = FreshLink::draw(context, account, TokenPurpose::ResetPassword, lifetime, now);
    tx.insert_token(&link.token).await?;
    tx.add(&link.password_reset(context.ids.as_ref(), &reader)).await?;
    Ok(true)
}

/// Whose mailbox is read for an account: its owner's, otherwise that of the parent who answers for him.
async fn reader_of(tx: &mut dyn Tx, account: &Account) -> Result<Option<UserId>, StoreError> {
    if account.mailbox().is_some() {
        return Ok(Some(account.id.clone()));
    }
    let Some(Profile::Pupil(pupil)) = tx.profile(account).await? else { return Ok(None) };
    let held = tx.lock_pupil(&Scope::Any, &pupil.id).await?;
    Ok(held.filter(|held| held.guardian.mailbox().is_some()).map(|held| held.guardian.id))
}

const RESET: [TokenPurpose; 1] = [TokenPurpose::ResetPassword];

/// Gives an account the password that its owner chose with a link, and closes every session.
///
/// # Errors
/// [`IdentityError::DeadLink`], whatever is wrong with the link.
pub async fn reset_password(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    token: &str,
    password: &SecretString,
) -> Result<(), IdentityError> {
    let now = context.now();
    let (token, account) = read_link(context, token, &RESET, now).await?;
    let password = choose_password("password", password, &account)?;
    let password = context.hasher.hash(password).await?;

    let mut tx = context.store.begin().await?;
    let mut account = lock_link(tx.as_mut(), &token, &RESET, now).await?;
    account.set_password(password, now);
    tx.save_account(&account).await?;
    tx.use_token(&token.id, now).await?;
    void_links(tx.as_mut(), &account, now).await?;
    tell_password_changed(context, tx.as_mut(), &account, now).await?;
    tx.record(&behalf.event_of(&account, "PASSWORD_RESET", now)).await?;
    tx.commit().await?;
    Ok(())
}

/// Somebody who is signed in chooses another password.
#[derive(Debug, Clone)]
pub struct ChangePassword {
    /// The present one.
    pub current: SecretString,
    /// The new one.
    pub new: SecretString,
    /// Where the request comes from, for the throttle.
    pub from: Origin,
}

/// Changes the password of whoever asks, and closes every session, this one included.
///
/// # Errors
/// [`IdentityError::WrongPassword`] when the present one is another.
pub async fn change_password(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    command: &ChangePassword,
) -> Result<(), IdentityError> {
    let user = behalf.user().ok_or(IdentityError::AccountNotFound)?;
    let account = context.store.account(user).await?.ok_or(IdentityError::AccountNotFound)?;
    let new = choose_password("newPassword", &command.new, &account)?;
    let proof = prove_password(context, &account, &command.current, &command.from).await?;
    // Hashed in every case: a wrong password is not told sooner than a right one.
    let new = context.hasher.hash(new).await?;

    let mut tx = context.store.begin().await?;
    let now = context.now();
    let Some(mut account) = proof.hold(tx.as_mut()).await? else {
        tx.record(&behalf.event_of(&account, "PASSWORD_CHANGE_REFUSED", now)).await?;
        tx.commit().await?;
        return Err(IdentityError::WrongPassword);
    };
    account.set_password(new, now);
    tx.save_account(&account).await?;
    void_links(tx.as_mut(), &account, now).await?;
    tell_password_changed(context, tx.as_mut(), &account, now).await?;
    tx.record(&behalf.event_of(&account, "PASSWORD_CHANGE", now)).await?;
    tx.commit().await?;
    Ok(())
}

/// Tells the owner of an account that its password is another one.
pub(super) async fn tell_password_changed(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    account: &Account,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(reader) = reader_of(tx, account).await? else { return Ok(()) };
    let key = format!("password_changed:{}:{}", account.id, account.session_version);
    let message = MailMessage::PasswordChanged { at: now };
    tx.add(&NewEffect::mail(context.ids.as_ref(), now, key, MailTo::Person(reader), message)).await
}
