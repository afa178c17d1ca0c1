use super::activation::{lock_link, read_link, void_links};
use super::context::{Behalf, IdentityContext};
use super::error::IdentityError;
use super::links::FreshLink;
use super::proof::prove_password;
use crate::identity::account::Account;
use crate::identity::account_token::{DeadLink, TokenPurpose};
use crate::identity::email_address::EmailAddress;
use crate::identity::field::FieldProblems;
use crate::identity::origin::Origin;
use crate::mail::{MailMessage, MailTo, mask_address};
use crate::outbox::NewEffect;
use crate::{StoreError, Tx};
use jiff::Timestamp;
use secrecy::SecretString;

/// Somebody who is signed in wants another address.
#[derive(Debug, Clone)]
pub struct RequestEmailChange {
    /// The new address.
    pub new_email: String,
    /// His password.
    pub password: SecretString,
    /// Where the request comes from, for the throttle.
    pub from: Origin,
}

/// Sends a link to the new address; nothing changes until it is followed. The answer is the same when the address has an
/// account already; its owner is told.
///
/// # Errors
/// [`IdentityError::WrongPassword`]; [`IdentityError::Fields`] when it is no address.
pub async fn request_email_change(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    command: &RequestEmailChange,
) -> Result<(), IdentityError> {
    let user = behalf.user().ok_or(IdentityError::AccountNotFound)?;
    let new = EmailAddress::parse(&command.new_email)
        .map_err(|error| FieldProblems::of_error("newEmail", &error))?;
    let account = context.store.account(user).await?.ok_or(IdentityError::AccountNotFound)?;
    let holders = context.store.accounts_at(&new).await?;
    let proof = prove_password(context, &account, &command.password, &command.from).await?;

    let now = context.now();
    let mut tx = context.store.begin().await?;
    let Some(account) = proof.hold(tx.as_mut()).await? else { return Err(IdentityError::WrongPassword) };
    tx.void_tokens(&account.id, &[TokenPurpose::ConfirmEmail], now).await?;
    if holders.is_empty() {
        let lifetime = context.settings.email_lifetime;
        let link =
            FreshLink::draw(context, &account, TokenPurpose::ConfirmEmail, lifetime, now).about(new.clone());
        tx.insert_token(&link.token).await?;
        tx.add(&link.confirmation(context.ids.as_ref(), &account, &new)).await?;
    }
    for holder in holders.iter().filter(|holder| holder.id != account.id && holder.mailbox().is_some()) {
        let key = format!("address_already_known:{}:{}", holder.id, context.day(now));
        let to = MailTo::Person(holder.id.clone());
        tx.add(&NewEffect::mail(context.ids.as_ref(), now, key, to, MailMessage::AddressAlreadyKnown))
            .await?;
    }
    tx.record(&behalf.event_of(&account, "EMAIL_CHANGE_REQUEST", now)).await?;
    tx.commit().await?;
    Ok(())
}

const CONFIRM: [TokenPurpose; 1] = [TokenPurpose::ConfirmEmail];

/// Gives an account its new address, once the link that was sent there is followed. Every session is closed, and every other
/// link of the account is void: none of them follows to the new address. The former one is told.
///
/// # Errors
/// [`IdentityError::DeadLink`], also when the address was taken meanwhile.
pub async fn confirm_email(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    token: &str,
) -> Result<(), IdentityError> {
    let now = context.now();
    let (token, _) = read_link(context, token, &CONFIRM, now).await?;
    let new = token.new_email.clone().ok_or(DeadLink)?;

    let mut tx = context.store.begin().await?;
    tx.lock_addresses(&[&new]).await?;
    if !tx.accounts_at(&new).await?.is_empty() {
        return Err(DeadLink.into());
    }
    let mut account = lock_link(tx.as_mut(), &token, &CONFIRM, now).await?;
    move_to_address(context, tx.as_mut(), &mut account, &new, now).await?;
    tx.use_token(&token.id, now).await?;
    tx.record(&behalf.event_of(&account, "EMAIL_CHANGE", now)).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes another address, which is held and free; closes every session, voids every link, tells the former address.
pub(super) async fn move_to_address(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    account: &mut Account,
    new: &EmailAddress,
    now: Timestamp,
) -> Result<(), StoreError> {
    let former = account.mailbox();
    new.as_str().clone_into(&mut account.email);
    account.close_sessions();
    tx.save_account(account).await?;
    void_links(tx, account, now).await?;
    let Some(former) = former else { return Ok(()) };
    let message = MailMessage::SignInAddressChanged { new_address: mask_address(new.as_str()), at: now };
    let to = MailTo::Address { address: former.as_str().to_owned(), name: account.full_name() };
    let key = format!("sign_in_address_changed:{}:{}", account.id, account.session_version);
    tx.add(&NewEffect::mail(context.ids.as_ref(), now, key, to, message)).await
}
