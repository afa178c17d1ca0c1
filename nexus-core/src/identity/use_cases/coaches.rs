use super::activation::void_links;
use super::administration::{
    FormStyle, NewUser, UpdateUser, apply_address, apply_names, create, forget, lock_living,
};
use super::context::{Behalf, IdentityContext};
use super::error::IdentityError;
use super::passwords::tell_password_changed;
use super::profiles::{change_profile, supply_profile};
use crate::identity::account::Account;
use crate::identity::field::FieldProblems;
use crate::identity::password::NewPassword;
use crate::identity::profile::{CoachProfile, Profile};
use crate::identity::profile_form::{ProfileEntry, ProfileForm};
use crate::identity::views::{AccountView, CoachView};
use crate::{Role, Tx, UserId};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::json;

/// Lists the coaches, with the number of their sessions of this very day at the school.
pub async fn list_coaches(context: &IdentityContext) -> Result<Vec<CoachView>, IdentityError> {
    let today = context.now().to_zoned(context.settings.zone.clone());
    let start = today.start_of_day().map_or(today.timestamp(), |start| start.timestamp());
    let tomorrow = today.tomorrow().and_then(|tomorrow| tomorrow.start_of_day());
    let end = match tomorrow {
        Ok(tomorrow) => tomorrow.timestamp(),
        Err(_) => start.checked_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX),
    };
    Ok(context.store.coach_views(start..end).await?)
}

/// A coach to be registered, not read yet.
#[derive(Debug, Clone, Default)]
pub struct NewCoach {
    /// `email`.
    pub email: Option<String>,
    /// `firstName`.
    pub first_name: Option<String>,
    /// `lastName`.
    pub last_name: Option<String>,
    /// `phone`.
    pub phone: Option<String>,
    /// `password`; without one, the coach is sent a link and chooses it himself.
    pub password: Option<SecretString>,
    /// His profile, whose pseudonym is needed.
    pub profile: ProfileForm,
}

/// Registers a coach.
///
/// # Errors
/// [`IdentityError::AddressTaken`], [`IdentityError::PseudonymTaken`], [`IdentityError::Fields`].
pub async fn create_coach(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    command: &NewCoach,
) -> Result<AccountView, IdentityError> {
    let user = NewUser {
        email: command.email.clone(),
        first_name: command.first_name.clone(),
        last_name: command.last_name.clone(),
        phone: command.phone.clone(),
        role: Some(Role::Coach.as_str().to_owned()),
        password: command.password.clone(),
        profile: command.profile.clone(),
    };
    create(context, behalf, &user, FormStyle { prefix: "", needs_pseudonym: true }).await
}

/// What is to change about a coach; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct UpdateCoach {
    /// `email`.
    pub email: Option<String>,
    /// `firstName`.
    pub first_name: Option<String>,
    /// `lastName`.
    pub last_name: Option<String>,
    /// `phone`.
    pub phone: Option<String>,
    /// `password`.
    pub password: Option<SecretString>,
    /// His profile.
    pub profile: ProfileForm,
}

/// Changes a coach. Another password or address closes his sessions, and he is told.
///
/// # Errors
/// [`IdentityError::CoachNotFound`] also for an account that is no coach's.
pub async fn update_coach(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    user: &UserId,
    command: &UpdateCoach,
) -> Result<(AccountView, CoachProfile), IdentityError> {
    let now = context.now();
    let mut problems = FieldProblems::default();
    let changes = command.account().read(&mut problems);
    let entry = ProfileEntry::Coach(command.profile.read_coach(&mut problems, ""));
    let known = context.store.account(user).await?.ok_or(IdentityError::CoachNotFound)?;
    let password = read_password(&mut problems, command.password.as_ref(), &known);
    problems.finish(Some(()))?;
    let password = match password {
        Some(password) => Some(context.hasher.hash(password).await?),
        None => None,
    };

    let mut tx = context.store.begin().await?;
    tx.lock_addresses(&changes.email.iter().collect::<Vec<_>>()).await?;
    tx.lock_pseudonyms().await?;
    let mut account = lock_coach(tx.as_mut(), user).await?;
    apply_names(&mut account, &changes);
    let profile = match tx.profile(&account).await? {
        Some(mut profile) => {
            change_profile(tx.as_mut(), &account, &mut profile, &entry).await?;
            Some(profile)
        }
        None => supply_profile(context, tx.as_mut(), &account, &entry, now).await?,
    };
    let Some(Profile::Coach(profile)) = profile else { return Err(IdentityError::CoachNotFound) };
    let has_new_password = password.is_some();
    if let Some(password) = password {
        account.set_password(password, now);
        void_links(tx.as_mut(), &account, now).await?;
        tell_password_changed(context, tx.as_mut(), &account, now).await?;
    }
    tx.save_account(&account).await?;
    apply_address(context, tx.as_mut(), &mut account, changes.email.as_ref(), now).await?;
    let details = json!({"newPassword": has_new_password});
    tx.record(&behalf.event("COACH_UPDATE", now).about("user", user.as_str()).with(details)).await?;
    tx.commit().await?;
    Ok((AccountView::of(&account, None), profile))
}

impl UpdateCoach {
    fn account(&self) -> UpdateUser {
        UpdateUser {
            email: self.email.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            phone: self.phone.clone(),
            role: None,
            profile: None,
        }
    }
}

fn read_password(
    problems: &mut FieldProblems,
    password: Option<&SecretString>,
    account: &Account,
) -> Option<NewPassword> {
    let owner = [account.email.as_str(), account.first_name.as_str(), account.last_name.as_str()];
    let read = NewPassword::parse(password?, &owner);
    read.map_err(|problem| problems.add_error("password", &problem)).ok()
}

/// Forgets a coach; his sessions and reports stay.
///
/// # Errors
/// [`IdentityError::CoachHasSessions`] while he still has some to give.
pub async fn delete_coach(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    user: &UserId,
) -> Result<(), IdentityError> {
    let now = context.now();
    let mut tx = context.store.begin().await?;
    let account = lock_coach(tx.as_mut(), user).await?;
    if let Some(Profile::Coach(profile)) = tx.profile(&account).await?
        && tx.sessions_ahead(&profile.id, now).await? > 0
    {
        return Err(IdentityError::CoachHasSessions);
    }
    forget(tx.as_mut(), account, now).await?;
    tx.record(&behalf.event("COACH_DELETE", now).about("user", user.as_str())).await?;
    tx.commit().await?;
    Ok(())
}

async fn lock_coach(tx: &mut dyn Tx, user: &UserId) -> Result<Account, IdentityError> {
    let account = match lock_living(tx, user).await {
        Err(IdentityError::AccountNotFound) => return Err(IdentityError::CoachNotFound),
        other => other?,
    };
    if account.role == Role::Coach { Ok(account) } else { Err(IdentityError::CoachNotFound) }
}
