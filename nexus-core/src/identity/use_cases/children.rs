use super::activation::{lock_link, read_link, void_links};
use super::context::{Behalf, IdentityContext};
use super::error::IdentityError;
use super::links::FreshLink;
use super::passwords::send_reset;
use crate::identity::account_token::TokenPurpose;
use crate::identity::consent::{Consent, ConsentKind, consents_alone, parent_agrees};
use crate::identity::ports::PupilAccounts;
use crate::identity::profile::Profile;
use crate::rights::Scope;
use crate::{StoreError, StudentId, Tx};
use jiff::Timestamp;

/// Sends the link that opens a pupil's account again, or, once it is open, a link for a new password. It goes to the pupil
/// when mail reaches him, otherwise to his parent.
///
/// # Errors
/// [`IdentityError::StudentNotFound`] when the permit does not reach him.
pub async fn invite_child(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    student: &StudentId,
) -> Result<(), IdentityError> {
    let now = context.now();
    let mut tx = context.store.begin().await?;
    let pupil = reach(tx.as_mut(), behalf.permit.scope(), student).await?;
    if pupil.account.password.is_some() {
        send_reset(context, tx.as_mut(), &pupil.account, now).await?;
    } else {
        send_activation(context, tx.as_mut(), &pupil, now).await?;
    }
    tx.record(&behalf.event("CHILD_INVITE", now).about("student", student.as_str())).await?;
    tx.commit().await?;
    Ok(())
}

/// Sends a pupil who was just registered the link that opens his account.
pub(super) async fn invite_pupil(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    student: &StudentId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let pupil = reach(tx, &Scope::Any, student).await?;
    send_activation(context, tx, &pupil, now).await
}

async fn reach(tx: &mut dyn Tx, scope: &Scope, student: &StudentId) -> Result<PupilAccounts, IdentityError> {
    let pupil = reach_closed(tx, scope, student).await?;
    if pupil.account.disabled_at.is_some() { Err(IdentityError::StudentNotFound) } else { Ok(pupil) }
}

/// A pupil whose account may be closed: consents are given and taken back all the same.
async fn reach_closed(
    tx: &mut dyn Tx,
    scope: &Scope,
    student: &StudentId,
) -> Result<PupilAccounts, IdentityError> {
    let pupil = tx.lock_pupil(scope, student).await?.ok_or(IdentityError::StudentNotFound)?;
    if pupil.account.deleted_at.is_some() { Err(IdentityError::StudentNotFound) } else { Ok(pupil) }
}

/// Sends the link of a pupil and, when a parent has to agree and has not, asks him.
async fn send_activation(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    pupil: &PupilAccounts,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let PupilAccounts { profile, account, guardian } = pupil;
    let (ids, lifetime) = (context.ids.as_ref(), context.settings.invitation_lifetime);
    if account.mailbox().is_none() && guardian.mailbox().is_none() {
        return Err(IdentityError::NoMailbox);
    }
    void_links(tx, account, now).await?;
    let link = FreshLink::draw(context, account, TokenPurpose::ActivatePupil, lifetime, now);
    tx.insert_token(&link.token).await?;
    tx.add(&link.pupil_activation(ids, account, &guardian.id)).await?;

    let parent_agreed = parent_agrees(&tx.consents(&account.id).await?);
    let alone = consents_alone(profile.birth_date, context.day(profile.registered_at));
    if !alone && !parent_agreed && guardian.mailbox().is_some() {
        let link = FreshLink::draw(context, account, TokenPurpose::GiveConsent, lifetime, now);
        tx.insert_token(&link.token).await?;
        tx.add(&link.parental_consent(ids, account, &guardian.id)).await?;
    }
    Ok(())
}

/// A consent that is recorded now, or was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenConsent {
    /// Whether it was there already.
    pub already: bool,
}

/// Records that the parent agrees to his child's account. The office may record it for a parent who agreed on paper. An account
/// that was closed stays closed until the office opens it.
///
/// # Errors
/// [`IdentityError::StudentNotFound`] when the permit does not reach him.
pub async fn give_consent(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    student: &StudentId,
) -> Result<GivenConsent, IdentityError> {
    let now = context.now();
    let mut tx = context.store.begin().await?;
    let pupil = reach_closed(tx.as_mut(), behalf.permit.scope(), student).await?;
    let given = record_consent(context, tx.as_mut(), &pupil, now).await?;
    tx.record(&behalf.event("CONSENT_GIVE", now).about("student", student.as_str())).await?;
    tx.commit().await?;
    Ok(given)
}

/// Takes the parent's consent back: the child's account is closed, and his links are void. The office cannot open it again before
/// the consent is given again, unless the pupil is old enough to agree alone.
///
/// # Errors
/// [`IdentityError::StudentNotFound`] when the permit does not reach him.
pub async fn withdraw_consent(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    student: &StudentId,
) -> Result<(), IdentityError> {
    let now = context.now();
    let mut tx = context.store.begin().await?;
    let PupilAccounts { mut account, .. } = reach_closed(tx.as_mut(), behalf.permit.scope(), student).await?;
    tx.withdraw_consents(&account.id, ConsentKind::Parental, now).await?;
    account.disable(now);
    tx.save_account(&account).await?;
    void_links(tx.as_mut(), &account, now).await?;
    tx.record(&behalf.event("CONSENT_WITHDRAW", now).about("student", student.as_str())).await?;
    tx.commit().await?;
    Ok(())
}

const CONSENT: [TokenPurpose; 1] = [TokenPurpose::GiveConsent];

/// Records that the parent agrees to his child's account, with the link that he was sent.
///
/// # Errors
/// [`IdentityError::DeadLink`], whatever is wrong with the link.
pub async fn give_consent_by_link(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    token: &str,
) -> Result<GivenConsent, IdentityError> {
    let now = context.now();
    let (token, account) = read_link(context, token, &CONSENT, now).await?;
    let mut tx = context.store.begin().await?;
    let Some(Profile::Pupil(profile)) = tx.profile(&account).await? else {
        return Err(IdentityError::StudentNotFound);
    };
    let pupil = reach(tx.as_mut(), &Scope::Any, &profile.id).await?;
    lock_link(tx.as_mut(), &token, &CONSENT, now).await?;
    let given = record_consent(context, tx.as_mut(), &pupil, now).await?;
    tx.use_token(&token.id, now).await?;
    tx.record(&behalf.event_of(&pupil.guardian, "CONSENT_GIVE", now)).await?;
    tx.commit().await?;
    Ok(given)
}

async fn record_consent(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    pupil: &PupilAccounts,
    now: Timestamp,
) -> Result<GivenConsent, StoreError> {
    let version = &context.settings.consent_version;
    let given = tx.consents(&pupil.account.id).await?;
    let already =
        given.iter().any(|given| given.is_standing(ConsentKind::Parental) && given.text_version == *version);
    if !already {
        tx.insert_consent(&Consent {
            id: context.ids.next_id(),
            subject: pupil.account.id.clone(),
            given_by: pupil.guardian.id.clone(),
            kind: ConsentKind::Parental,
            text_version: version.clone(),
            given_at: now,
            withdrawn_at: None,
        })
        .await?;
    }
    Ok(GivenConsent { already })
}
