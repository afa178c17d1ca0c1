use super::activation::void_links;
use super::context::{Behalf, IdentityContext};
use super::email_change::move_to_address;
use super::error::IdentityError;
use super::links::FreshLink;
use super::profiles::{change_profile, drop_profile, make_profile, supply_profile};
use super::second_factor::forget_second_factor;
use crate::identity::account::Account;
use crate::identity::account_token::TokenPurpose;
use crate::identity::consent::{check_birth_date, check_reopening};
use crate::identity::email_address::EmailAddress;
use crate::identity::field::FieldProblems;
use crate::identity::guards::{AccountChange, Guarded, check_guards};
use crate::identity::member::{Member, NewAccount};
use crate::identity::password::{NewPassword, PasswordHash};
use crate::identity::profile::Profile;
use crate::identity::profile_form::{ProfileEntry, ProfileForm};
use crate::identity::role_change::{Ties, decide_role_change};
use crate::identity::text::{self, LONGEST_NAME};
use crate::identity::views::{AccountFilter, AccountView};
use crate::{ErrorCode, Page, Pagination, Role, StoreError, Tx, UserId};
use jiff::Timestamp;
use jiff::civil::Date;
use secrecy::SecretString;
use serde_json::json;

/// Lists accounts, newest first.
pub async fn list_users(
    context: &IdentityContext,
    filter: &AccountFilter,
    page: Page,
) -> Result<(Vec<AccountView>, Pagination), IdentityError> {
    let (accounts, total) = context.store.account_views(filter, page).await?;
    Ok((accounts, Pagination::of(page, total)))
}

/// Somebody to be registered by the school, not read yet.
#[derive(Debug, Clone, Default)]
pub struct NewUser {
    /// `email`.
    pub email: Option<String>,
    /// `firstName`.
    pub first_name: Option<String>,
    /// `lastName`.
    pub last_name: Option<String>,
    /// `phone`.
    pub phone: Option<String>,
    /// `role`.
    pub role: Option<String>,
    /// `password`; without one, its owner is sent a link and chooses it himself.
    pub password: Option<SecretString>,
    /// `profileData`.
    pub profile: ProfileForm,
}

/// Somebody to be registered, once his fields are read.
pub(super) struct Entrant {
    email: EmailAddress,
    first_name: String,
    last_name: String,
    phone: Option<String>,
    role: Role,
    password: Option<NewPassword>,
    profile: ProfileEntry,
}

/// How a form names the fields of a profile, and which it cannot do without.
#[derive(Clone, Copy)]
pub(super) struct FormStyle {
    /// Stands before the names of the fields of a profile.
    pub(super) prefix: &'static str,
    /// Whether a coach must come with a pseudonym, instead of being given one.
    pub(super) needs_pseudonym: bool,
}

impl Entrant {
    pub(super) const fn email(&self) -> &EmailAddress {
        &self.email
    }
}

impl NewUser {
    pub(super) fn read(&self, style: FormStyle, today: Date) -> Result<Entrant, FieldProblems> {
        let mut problems = FieldProblems::default();
        let email = text::email(&mut problems, "email", self.email.as_deref());
        let mut name = |field: &str, typed: &Option<String>| {
            text::line(&mut problems, field, typed.as_deref(), 1..=LONGEST_NAME)
        };
        let first_name = name("firstName", &self.first_name);
        let last_name = name("lastName", &self.last_name);
        let phone = text::optional_phone(&mut problems, "phone", self.phone.as_deref());
        let role = read_role(&mut problems, self.role.as_deref());
        let owner = [&self.email, &self.first_name, &self.last_name];
        let owner = owner.map(|typed| typed.as_deref().unwrap_or_default());
        let password = self.password.as_ref().and_then(|password| {
            let read = NewPassword::parse(password, &owner);
            read.map_err(|problem| problems.add_error("password", &problem)).ok()
        });
        if role == Some(Role::Eleve) && self.password.is_some() {
            // He chooses it with his link, which asks for the consents.
            problems.add_with(
                "password",
                ErrorCode::FieldOfAnotherRole,
                "Un élève choisit lui-même son mot de passe : laissez ce champ vide.",
            );
        }
        let profile = role.map(|role| self.profile.read(&mut problems, style.prefix, role, today));
        if let Some(ProfileEntry::Coach(coach)) = &profile
            && style.needs_pseudonym
            && coach.pseudonym().is_none()
        {
            problems.add("pseudonym", ErrorCode::FieldRequired);
        }
        let entrant = (|| {
            Some(Entrant {
                email: email?,
                first_name: first_name?,
                last_name: last_name?,
                phone,
                role: role?,
                password,
                profile: profile?,
            })
        })();
        problems.finish(entrant)
    }
}

fn read_role(problems: &mut FieldProblems, name: Option<&str>) -> Option<Role> {
    let Some(name) = name else {
        problems.add("role", ErrorCode::FieldRequired);
        return None;
    };
    let role = Role::parse(name);
    if role.is_none() {
        problems.add_with("role", ErrorCode::UnknownChoice, "Ce rôle n'existe pas.");
    }
    role
}

/// Registers somebody with the profile of his role. Without a password he is sent a link.
///
/// # Errors
/// [`IdentityError::AddressTaken`], [`IdentityError::PseudonymTaken`]; [`IdentityError::Fields`] also for a pupil without a
/// parent.
pub async fn create_user(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    command: &NewUser,
) -> Result<AccountView, IdentityError> {
    create(context, behalf, command, FormStyle { prefix: "profileData.", needs_pseudonym: false }).await
}

/// Registers somebody whose form has its own style.
pub(super) async fn create(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    command: &NewUser,
    style: FormStyle,
) -> Result<AccountView, IdentityError> {
    let now = context.now();
    let entrant = command.read(style, context.day(now))?;
    let password = match &entrant.password {
        Some(password) => Some(context.hasher.hash(password.clone()).await?),
        None => None,
    };
    let mut tx = context.store.begin().await?;
    tx.lock_addresses(&[&entrant.email]).await?;
    tx.lock_pseudonyms().await?;
    let member = enrol(context, tx.as_mut(), &entrant, password, now).await?;
    let account = member.account();
    if account.password.is_none() {
        invite(context, tx.as_mut(), account, member.profile(), now).await?;
    }
    let details = json!({"role": account.role, "invited": account.password.is_none()});
    tx.record(&behalf.event("USER_CREATE", now).about("user", account.id.as_str()).with(details)).await?;
    tx.commit().await?;
    Ok(AccountView::of(account, member.profile().cloned()))
}

/// Writes somebody with the profile of his role.
pub(super) async fn enrol(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    entrant: &Entrant,
    password: Option<PasswordHash>,
    now: Timestamp,
) -> Result<Member, IdentityError> {
    let names = (entrant.first_name.as_str(), entrant.last_name.as_str());
    let profile = make_profile(context, tx, names, &entrant.profile, now).await?;
    let new = NewAccount {
        id: UserId::generate(context.ids.as_ref()),
        email: entrant.email.clone(),
        first_name: entrant.first_name.clone(),
        last_name: entrant.last_name.clone(),
        phone: entrant.phone.clone(),
        password,
        now,
    };
    let member = match profile {
        Some(Profile::Coach(profile)) => Member::coach(new, profile),
        Some(Profile::Parent(profile)) => Member::parent(new, profile),
        Some(Profile::Pupil(profile)) => Member::pupil(new, profile),
        None if entrant.role == Role::Admin => Member::administrator(new),
        None => Member::assistant(new),
    };
    if tx.insert_member(&member).await? { Ok(member) } else { Err(IdentityError::AddressTaken) }
}

/// Sends the link that opens an account without a password; for a pupil without a parent's consent, asks for that too.
async fn invite(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    account: &Account,
    profile: Option<&Profile>,
    now: Timestamp,
) -> Result<(), IdentityError> {
    if let Some(Profile::Pupil(pupil)) = profile {
        return super::children::invite_pupil(context, tx, &pupil.id, now).await;
    }
    let link = draw_invitation(context, tx, account, now).await?;
    tx.add(&link.invitation(context.ids.as_ref(), account, account.role)).await?;
    Ok(())
}

/// Draws the link that opens an account of the staff or of a parent; the former ones open nothing any more.
pub(super) async fn draw_invitation(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    account: &Account,
    now: Timestamp,
) -> Result<FreshLink, IdentityError> {
    if account.mailbox().is_none() {
        return Err(IdentityError::NoMailbox);
    }
    let lifetime = context.settings.invitation_lifetime;
    let link = FreshLink::draw(context, account, TokenPurpose::AcceptInvitation, lifetime, now);
    void_links(tx, account, now).await?;
    tx.insert_token(&link.token).await?;
    Ok(link)
}

/// Sends another link to somebody who has not opened his account yet; the former one opens nothing any more.
///
/// # Errors
/// [`IdentityError::AlreadyActivated`] when he has.
pub async fn invite_again(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    user: &UserId,
) -> Result<(), IdentityError> {
    let now = context.now();
    let mut tx = context.store.begin().await?;
    let account = lock_living(tx.as_mut(), user).await?;
    if account.password.is_some() {
        return Err(IdentityError::AlreadyActivated);
    }
    let profile = tx.profile(&account).await?;
    invite(context, tx.as_mut(), &account, profile.as_ref(), now).await?;
    tx.record(&behalf.event("USER_INVITE", now).about("user", user.as_str())).await?;
    tx.commit().await?;
    Ok(())
}

/// What is to change about somebody; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct UpdateUser {
    /// `email`.
    pub email: Option<String>,
    /// `firstName`.
    pub first_name: Option<String>,
    /// `lastName`.
    pub last_name: Option<String>,
    /// `phone`.
    pub phone: Option<String>,
    /// `role`.
    pub role: Option<String>,
    /// `profileData`.
    pub profile: Option<ProfileForm>,
}

/// What is to change, once its fields are read.
pub(super) struct Changes {
    pub(super) email: Option<EmailAddress>,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) role: Option<Role>,
}

impl UpdateUser {
    pub(super) fn read(&self, problems: &mut FieldProblems) -> Changes {
        let email = self.email.as_deref().and_then(|typed| text::email(problems, "email", Some(typed)));
        let mut name = |field: &str, typed: &Option<String>| {
            let typed = typed.as_deref()?;
            text::line(problems, field, Some(typed), 1..=LONGEST_NAME)
        };
        let (first_name, last_name) =
            (name("firstName", &self.first_name), name("lastName", &self.last_name));
        let phone = text::optional_phone(problems, "phone", self.phone.as_deref());
        let role = self.role.as_deref().and_then(|name| read_role(problems, Some(name)));
        Changes { email, first_name, last_name, phone, role }
    }
}

/// Changes somebody's account, role and profile. Another role or address closes his sessions; another address is told to the
/// former one.
///
/// # Errors
/// [`IdentityError::Guard`] for oneself and for the last administrator; [`IdentityError::RoleChange`] when data would be left
/// without their owner; [`IdentityError::AddressTaken`].
pub async fn update_user(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    user: &UserId,
    command: &UpdateUser,
) -> Result<AccountView, IdentityError> {
    let now = context.now();
    let mut problems = FieldProblems::default();
    let changes = command.read(&mut problems);

    let mut tx = context.store.begin().await?;
    tx.lock_addresses(&changes.email.iter().collect::<Vec<_>>()).await?;
    let administrators = tx.lock_administrators().await?;
    tx.lock_pseudonyms().await?;
    let mut account = lock_living(tx.as_mut(), user).await?;
    let before = account.clone();
    let role = changes.role.unwrap_or(account.role);
    let form = command.profile.clone().unwrap_or_default();
    let entry = form.read(&mut problems, "profileData.", role, context.day(now));
    let changes = problems.finish(Some(changes))?;

    let guarded = Guarded { user, role: account.role, is_active: account.is_active() };
    check_guards(behalf.user(), guarded, AccountChange::ChangeRole(role), administrators)?;
    apply_names(&mut account, &changes);
    let profile = if role == account.role {
        keep_role(context, tx.as_mut(), &account, command.profile.is_some(), &entry, now).await?
    } else {
        change_role(context, tx.as_mut(), &mut account, role, &entry, now).await?
    };
    tx.save_account(&account).await?;
    apply_address(context, tx.as_mut(), &mut account, changes.email.as_ref(), now).await?;
    let details = changed(&before, &account, command.profile.is_some());
    tx.record(&behalf.event("USER_UPDATE", now).about("user", user.as_str()).with(details)).await?;
    tx.commit().await?;
    Ok(AccountView::of(&account, profile))
}

pub(super) fn apply_names(account: &mut Account, changes: &Changes) {
    if let Some(first_name) = &changes.first_name {
        account.first_name.clone_from(first_name);
    }
    if let Some(last_name) = &changes.last_name {
        account.last_name.clone_from(last_name);
    }
    if changes.phone.is_some() {
        account.phone.clone_from(&changes.phone);
    }
}

/// Moves an account to another address, which is held, unless it has it already.
pub(super) async fn apply_address(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    account: &mut Account,
    new: Option<&EmailAddress>,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let Some(new) = new.filter(|new| new.as_str() != account.email) else { return Ok(()) };
    if tx.accounts_at(new).await?.iter().any(|holder| holder.id != account.id) {
        return Err(IdentityError::AddressTaken);
    }
    move_to_address(context, tx, account, new, now).await?;
    Ok(())
}

async fn keep_role(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    account: &Account,
    profile_given: bool,
    entry: &ProfileEntry,
    now: Timestamp,
) -> Result<Option<Profile>, IdentityError> {
    match tx.profile(account).await? {
        Some(mut profile) => {
            if profile_given {
                let before = birth_date_of(&profile);
                change_profile(tx, account, &mut profile, entry).await?;
                if let (Profile::Pupil(pupil), true) = (&profile, account.password.is_some()) {
                    let given = tx.consents(&account.id).await?;
                    let registered_on = context.day(pupil.registered_at);
                    check_birth_date((before, pupil.birth_date), registered_on, &given)?;
                }
            }
            Ok(Some(profile))
        }
        // A pupil without a record cannot be given one without his parent: it is asked for only when the profile is.
        None if profile_given || account.role != Role::Eleve => {
            supply_profile(context, tx, account, entry, now).await
        }
        None => Ok(None),
    }
}

fn birth_date_of(profile: &Profile) -> Option<Date> {
    if let Profile::Pupil(pupil) = profile { pupil.birth_date } else { None }
}

async fn change_role(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    account: &mut Account,
    role: Role,
    entry: &ProfileEntry,
    now: Timestamp,
) -> Result<Option<Profile>, IdentityError> {
    let ties: Ties = tx.ties(&account.id).await?;
    let change = decide_role_change(account.role, role, ties)?;
    if change.removes_former {
        drop_profile(tx, account).await?;
    }
    account.role = role;
    account.close_sessions();
    void_links(tx, account, now).await?;
    if change.adds_new { supply_profile(context, tx, account, entry, now).await } else { Ok(None) }
}

/// What changed, without what it is: an audit row outlives the person.
fn changed(before: &Account, after: &Account, profile: bool) -> serde_json::Value {
    let mut fields = Vec::new();
    let mut note = |name: &str, differs: bool| {
        if differs {
            fields.push(name.to_owned());
        }
    };
    note("email", before.email != after.email);
    note("firstName", before.first_name != after.first_name);
    note("lastName", before.last_name != after.last_name);
    note("phone", before.phone != after.phone);
    note("profile", profile);
    json!({
        "changed": fields,
        "before": {"role": before.role},
        "after": {"role": after.role},
    })
}

/// Closes an account: its owner cannot sign in any more, and his sessions end.
///
/// # Errors
/// [`IdentityError::Guard`] for oneself and for the last administrator.
pub async fn disable_user(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    user: &UserId,
) -> Result<(), IdentityError> {
    let now = context.now();
    let mut tx = context.store.begin().await?;
    let mut account = lock_guarded(tx.as_mut(), behalf, user, AccountChange::Disable).await?;
    account.disable(now);
    tx.save_account(&account).await?;
    void_links(tx.as_mut(), &account, now).await?;
    tx.record(&behalf.event("USER_DISABLE", now).about("user", user.as_str())).await?;
    tx.commit().await?;
    Ok(())
}

/// Opens an account again.
///
/// # Errors
/// [`IdentityError::Consent`] for a child whose parent has taken his consent back.
pub async fn enable_user(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    user: &UserId,
) -> Result<(), IdentityError> {
    let now = context.now();
    let mut tx = context.store.begin().await?;
    tx.lock_administrators().await?;
    let mut account = lock_living(tx.as_mut(), user).await?;
    if let Some(Profile::Pupil(pupil)) = tx.profile(&account).await? {
        let given = tx.consents(user).await?;
        check_reopening(pupil.birth_date, context.day(pupil.registered_at), &given)?;
    }
    account.enable();
    tx.save_account(&account).await?;
    tx.record(&behalf.event("USER_ENABLE", now).about("user", user.as_str())).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes the second factor of somebody away who has lost it; he is told, and his sessions end.
///
/// # Errors
/// [`IdentityError::SecondFactorOff`] when there is none.
pub async fn remove_second_factor(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    user: &UserId,
) -> Result<(), IdentityError> {
    let now = context.now();
    let mut tx = context.store.begin().await?;
    let mut account = lock_living(tx.as_mut(), user).await?;
    if !account.has_second_factor() {
        return Err(IdentityError::SecondFactorOff);
    }
    account.close_sessions();
    forget_second_factor(context, tx.as_mut(), &mut account, now).await?;
    tx.record(&behalf.event("TOTP_REMOVE", now).about("user", user.as_str())).await?;
    tx.commit().await?;
    Ok(())
}

/// Forgets somebody: his address, names, telephone, profile texts, password, second factor, links and sessions. His
/// identifiers stay, and with them every record of money and teaching; nothing is ever removed with him.
///
/// # Errors
/// [`IdentityError::Guard`] for oneself and for the last administrator.
pub async fn delete_user(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    user: &UserId,
) -> Result<(), IdentityError> {
    let now = context.now();
    let mut tx = context.store.begin().await?;
    let account = lock_guarded(tx.as_mut(), behalf, user, AccountChange::Delete).await?;
    forget(tx.as_mut(), account, now).await?;
    tx.record(&behalf.event("USER_DELETE", now).about("user", user.as_str())).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes that somebody is forgotten.
pub(super) async fn forget(tx: &mut dyn Tx, mut account: Account, now: Timestamp) -> Result<(), StoreError> {
    if let Some(mut profile) = tx.profile(&account).await? {
        profile.anonymise();
        tx.save_profile(&profile).await?;
    }
    tx.forget_traces(&account).await?;
    account.anonymise(now);
    tx.save_account(&account).await?;
    void_links(tx, &account, now).await?;
    tx.replace_recovery_codes(&account.id, &[], now).await
}

/// Holds an account that a guarded change is about, once it may be made.
pub(super) async fn lock_guarded(
    tx: &mut dyn Tx,
    behalf: Behalf<'_>,
    user: &UserId,
    change: AccountChange,
) -> Result<Account, IdentityError> {
    let administrators = tx.lock_administrators().await?;
    let account = lock_living(tx, user).await?;
    let guarded = Guarded { user, role: account.role, is_active: account.is_active() };
    check_guards(behalf.user(), guarded, change, administrators)?;
    Ok(account)
}

/// Holds the account of somebody who was not forgotten.
pub(super) async fn lock_living(tx: &mut dyn Tx, user: &UserId) -> Result<Account, IdentityError> {
    let account = tx.lock_account(user).await?;
    account.filter(|account| account.deleted_at.is_none()).ok_or(IdentityError::AccountNotFound)
}
