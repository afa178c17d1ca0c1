//! Administrators whom nobody is there to register: the first one, and one whose link was lost.

use super::administration::{FormStyle, NewUser, draw_invitation, enrol, lock_living};
use super::context::{Behalf, IdentityContext};
use super::error::IdentityError;
use super::links::FreshLink;
use crate::identity::account::Account;
use crate::identity::field::FieldProblems;
use crate::identity::text;
use crate::identity::views::AccountView;
use crate::mail::OneTimeLink;
use crate::{Role, Tx};
use jiff::Timestamp;
use serde_json::json;

/// An administrator to be registered, not read yet. He always chooses his password himself.
#[derive(Debug, Clone, Default)]
pub struct NewAdministrator {
    /// `email`.
    pub email: String,
    /// `firstName`.
    pub first_name: String,
    /// `lastName`.
    pub last_name: String,
    /// Whether the link is mailed to him too.
    pub by_mail: bool,
}

/// An account that waits for its owner, and the one way into it. The link is kept nowhere: it is handed over now or never.
#[derive(Debug, Clone)]
pub struct InvitedAdministrator {
    /// The account.
    pub account: AccountView,
    /// Where its owner chooses his password, once.
    pub link: OneTimeLink,
    /// Until when.
    pub valid_until: Timestamp,
}

/// Registers an administrator and gives his link to whoever asks, instead of trusting mail to arrive: the first administrator
/// comes before anybody could look into that.
///
/// # Errors
/// [`IdentityError::AddressTaken`], also for an administrator who is there already; [`IdentityError::NoMailbox`];
/// [`IdentityError::Fields`].
pub async fn create_administrator(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    command: &NewAdministrator,
) -> Result<InvitedAdministrator, IdentityError> {
    let now = context.now();
    let user = NewUser {
        email: Some(command.email.clone()),
        first_name: Some(command.first_name.clone()),
        last_name: Some(command.last_name.clone()),
        role: Some(Role::Admin.as_str().to_owned()),
        ..NewUser::default()
    };
    let entrant = user.read(FormStyle { prefix: "", needs_pseudonym: false }, context.day(now))?;
    let mut tx = context.store.begin().await?;
    tx.lock_addresses(&[entrant.email()]).await?;
    let member = enrol(context, tx.as_mut(), &entrant, None, now).await?;
    let account = member.account();
    let link = hand_over(context, tx.as_mut(), account, command.by_mail, now).await?;
    let details = json!({"role": account.role, "invited": true, "byMail": command.by_mail});
    tx.record(&behalf.event("USER_CREATE", now).about("user", account.id.as_str()).with(details)).await?;
    tx.commit().await?;
    Ok(invited(account, &link))
}

/// Gives another link to an administrator who has not opened his account; the former one opens nothing any more.
///
/// # Errors
/// [`IdentityError::AccountNotFound`] when no administrator who may come in has this address; [`IdentityError::AlreadyActivated`] when he has
/// a password: then he asks for another one on the sign-in page.
pub async fn invite_administrator_again(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    email: &str,
    by_mail: bool,
) -> Result<InvitedAdministrator, IdentityError> {
    let now = context.now();
    let mut problems = FieldProblems::default();
    let email = text::email(&mut problems, "email", Some(email));
    let email = problems.finish(email)?;
    let mut tx = context.store.begin().await?;
    tx.lock_addresses(&[&email]).await?;
    let known = tx.accounts_at(&email).await?;
    let user = known.into_iter().find(|account| account.role == Role::Admin).map(|account| account.id);
    let user = user.ok_or(IdentityError::AccountNotFound)?;
    // Read again, and held: the link is bound to what the account is now.
    let account = lock_living(tx.as_mut(), &user).await?;
    if account.disabled_at.is_some() {
        return Err(IdentityError::AccountNotFound);
    }
    if account.password.is_some() {
        return Err(IdentityError::AlreadyActivated);
    }
    let link = hand_over(context, tx.as_mut(), &account, by_mail, now).await?;
    let details = json!({"byMail": by_mail});
    tx.record(&behalf.event("USER_INVITE", now).about("user", user.as_str()).with(details)).await?;
    tx.commit().await?;
    Ok(invited(&account, &link))
}

async fn hand_over(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    account: &Account,
    by_mail: bool,
    now: Timestamp,
) -> Result<FreshLink, IdentityError> {
    let link = draw_invitation(context, tx, account, now).await?;
    if by_mail {
        tx.add(&link.invitation(context.ids.as_ref(), account, account.role)).await?;
    }
    Ok(link)
}

fn invited(account: &Account, link: &FreshLink) -> InvitedAdministrator {
    InvitedAdministrator {
        account: AccountView::of(account, None),
        link: link.activation(),
        valid_until: link.token.expires_at,
    }
}
