use super::context::{Behalf, IdentityContext};
use super::error::IdentityError;
use crate::identity::account::Account;
use crate::identity::account_token::{AccountToken, DeadLink, TokenPurpose};
use crate::identity::consent::{Consent, ConsentKind, check_consents, parent_agrees};
use crate::identity::field::FieldProblems;
use crate::identity::one_time_token::OneTimeToken;
use crate::identity::password::NewPassword;
use crate::identity::profile::Profile;
use crate::{Role, StoreError, Tx};
use jiff::Timestamp;
use secrecy::SecretString;

/// Somebody opens his account with the link that he was sent.
#[derive(Debug, Clone)]
pub struct Activate {
    /// The secret of the link.
    pub token: String,
    /// The password that he chooses.
    pub password: SecretString,
    /// Whether he agrees to the treatment of his data; asked of pupils.
    pub consent: bool,
}

/// An account that is open now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activated {
    /// The address to sign in with.
    pub email: String,
    /// What its owner is.
    pub role: Role,
}

const PURPOSES: [TokenPurpose; 2] = [TokenPurpose::ActivatePupil, TokenPurpose::AcceptInvitation];

/// Opens an account: its owner chooses his password and, when he is a pupil, agrees.
///
/// # Errors
/// [`IdentityError::DeadLink`], whatever is wrong with the link. [`IdentityError::Consent`] when the pupil, or the parent of a
/// child under 15, has not agreed; the link stays good.
pub async fn activate_account(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    command: &Activate,
) -> Result<Activated, IdentityError> {
    let now = context.now();
    let (token, account) = read_link(context, &command.token, &PURPOSES, now).await?;
    let password = choose_password("password", &command.password, &account)?;
    let password = context.hasher.hash(password).await?;

    let mut tx = context.store.begin().await?;
    let mut account = lock_link(tx.as_mut(), &token, &PURPOSES, now).await?;
    if account.role == Role::Eleve {
        take_pupils_consent(context, tx.as_mut(), &account, command.consent, now).await?;
    }
    account.set_password(password, now);
    tx.save_account(&account).await?;
    tx.use_token(&token.id, now).await?;
    tx.void_tokens(&account.id, &TokenPurpose::ALL, now).await?;
    tx.record(&behalf.event_of(&account, "ACCOUNT_ACTIVATE", now)).await?;
    tx.commit().await?;
    Ok(Activated { email: account.email, role: account.role })
}

async fn take_pupils_consent(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    account: &Account,
    consent: bool,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let given = tx.consents(&account.id).await?;
    let (birth, registered_at) = match tx.profile(account).await? {
        Some(Profile::Pupil(pupil)) => (pupil.birth_date, pupil.registered_at),
        _ => (None, account.created_at),
    };
    check_consents(birth, context.day(registered_at), consent, parent_agrees(&given))?;
    tx.insert_consent(&Consent {
        id: context.ids.next_id(),
        subject: account.id.clone(),
        given_by: account.id.clone(),
        kind: ConsentKind::Pupil,
        text_version: context.settings.consent_version.clone(),
        given_at: now,
        withdrawn_at: None,
    })
    .await?;
    Ok(())
}

/// Reads a link and the account that it opens, without holding anything: for what is decided before a transaction.
pub(super) async fn read_link(
    context: &IdentityContext,
    secret: &str,
    purposes: &[TokenPurpose],
    now: Timestamp,
) -> Result<(AccountToken, Account), IdentityError> {
    let presented = OneTimeToken::parse(secret.trim()).ok_or(DeadLink)?;
    let token = context.store.token(&presented.digest()).await?.ok_or(DeadLink)?;
    let account = context.store.account(&token.user).await?.ok_or(DeadLink)?;
    token.check(purposes, &account, now)?;
    Ok((token, account))
}

/// Holds the account that a link opens, once the link is still good.
pub(super) async fn lock_link(
    tx: &mut dyn Tx,
    token: &AccountToken,
    purposes: &[TokenPurpose],
    now: Timestamp,
) -> Result<Account, IdentityError> {
    let account = tx.lock_account(&token.user).await?.ok_or(DeadLink)?;
    let held = tx.lock_token(&token.hash).await?.ok_or(DeadLink)?;
    held.check(purposes, &account, now)?;
    Ok(account)
}

/// Reads a password that somebody chooses for an account.
pub(super) fn choose_password(
    field: &str,
    password: &SecretString,
    account: &Account,
) -> Result<NewPassword, FieldProblems> {
    let owner = [account.email.as_str(), account.first_name.as_str(), account.last_name.as_str()];
    NewPassword::parse(password, &owner).map_err(|problem| FieldProblems::of_error(field, &problem))
}

/// Writes that every link of an account is void.
pub(super) async fn void_links(tx: &mut dyn Tx, account: &Account, now: Timestamp) -> Result<(), StoreError> {
    tx.void_tokens(&account.id, &TokenPurpose::ALL, now).await
}
