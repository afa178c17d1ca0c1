//! Making the profile that a role comes with.

use super::context::IdentityContext;
use super::error::IdentityError;
use crate::identity::account::Account;
use crate::identity::field::FieldProblems;
use crate::identity::profile::{CoachProfile, ParentProfile, Profile, PupilProfile};
use crate::identity::profile_form::{CoachEntry, ProfileEntry};
use crate::identity::pseudonym::propose_pseudonym;
use crate::{CoachId, ErrorCode, ParentId, StoreError, StudentId, Tx};
use jiff::Timestamp;

/// Makes the profile of somebody who gets a role; the office has none. Pseudonyms must be held.
pub(super) async fn make_profile(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    names: (&str, &str),
    entry: &ProfileEntry,
    now: Timestamp,
) -> Result<Option<Profile>, IdentityError> {
    let ids = context.ids.as_ref();
    match entry {
        ProfileEntry::None => Ok(None),
        ProfileEntry::Coach(coach) => {
            let pseudonym = free_pseudonym(tx, names, coach, None).await?;
            let mut profile = CoachProfile::new(CoachId::generate(ids), pseudonym);
            coach.apply(&mut profile);
            Ok(Some(Profile::Coach(profile)))
        }
        ProfileEntry::Parent(parent) => {
            let mut profile = ParentProfile::new(ParentId::generate(ids));
            profile.address.clone_from(&parent.address);
            profile.city.clone_from(&parent.city);
            profile.country = parent.country.clone().or(profile.country);
            Ok(Some(Profile::Parent(profile)))
        }
        ProfileEntry::Pupil(pupil) => {
            let missing = |code| IdentityError::from(FieldProblems::of("profileData.parentId", code));
            let guardian = pupil.guardian.clone().ok_or_else(|| missing(ErrorCode::FieldRequired))?;
            if !tx.parent_exists(&guardian).await? {
                return Err(missing(ErrorCode::GuardianNotFound));
            }
            Ok(Some(Profile::Pupil(PupilProfile {
                id: StudentId::generate(ids),
                guardian,
                grade: pupil.grade.clone(),
                school: pupil.school.clone(),
                birth_date: pupil.birth_date,
                registered_at: now,
            })))
        }
    }
}

/// Writes what was given into the profile that somebody has.
pub(super) async fn change_profile(
    tx: &mut dyn Tx,
    account: &Account,
    profile: &mut Profile,
    entry: &ProfileEntry,
) -> Result<(), IdentityError> {
    let keep = |field: &mut Option<String>, value: &Option<String>| {
        if value.is_some() {
            field.clone_from(value);
        }
    };
    match (&mut *profile, entry) {
        (Profile::Coach(coach), ProfileEntry::Coach(entry)) => {
            if entry.pseudonym().is_some() {
                let names = (account.first_name.as_str(), account.last_name.as_str());
                coach.pseudonym = free_pseudonym(tx, names, entry, Some(&coach.pseudonym)).await?;
            }
            entry.apply(coach);
        }
        (Profile::Parent(parent), ProfileEntry::Parent(entry)) => {
            keep(&mut parent.address, &entry.address);
            keep(&mut parent.city, &entry.city);
            keep(&mut parent.country, &entry.country);
        }
        (Profile::Pupil(pupil), ProfileEntry::Pupil(entry)) => {
            keep(&mut pupil.grade, &entry.grade);
            keep(&mut pupil.school, &entry.school);
            pupil.birth_date = entry.birth_date.or(pupil.birth_date);
            if let Some(guardian) = &entry.guardian {
                if !tx.parent_exists(guardian).await? {
                    let problem = FieldProblems::of("profileData.parentId", ErrorCode::GuardianNotFound);
                    return Err(problem.into());
                }
                pupil.guardian = guardian.clone();
            }
        }
        // The entry was read for the role that the profile belongs to.
        _ => {}
    }
    tx.save_profile(profile).await?;
    Ok(())
}

/// The pseudonym that is asked for, when it is free, or one that is made from the name. Pseudonyms must be held.
async fn free_pseudonym(
    tx: &mut dyn Tx,
    (first_name, last_name): (&str, &str),
    entry: &CoachEntry,
    own: Option<&str>,
) -> Result<String, IdentityError> {
    if let Some(wanted) = entry.pseudonym() {
        let own = own.map(str::to_lowercase);
        let taken = folded(tx.pseudonyms().await?);
        let wanted_folded = wanted.to_lowercase();
        let is_taken = taken.contains(&wanted_folded) && own.as_deref() != Some(wanted_folded.as_str());
        return if is_taken { Err(IdentityError::PseudonymTaken) } else { Ok(wanted.to_owned()) };
    }
    let taken = folded(tx.pseudonyms().await?);
    Ok(propose_pseudonym(first_name, last_name, |name| taken.contains(&name.to_lowercase())))
}

fn folded(names: Vec<String>) -> Vec<String> {
    names.into_iter().map(|name| name.to_lowercase()).collect()
}

/// Writes the profile of somebody who should have had one and has none: accounts of the existing application may lack it.
pub(super) async fn supply_profile(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    account: &Account,
    entry: &ProfileEntry,
    now: Timestamp,
) -> Result<Option<Profile>, IdentityError> {
    let names = (account.first_name.as_str(), account.last_name.as_str());
    let profile = make_profile(context, tx, names, entry, now).await?;
    if let Some(profile) = &profile {
        tx.insert_profile(&account.id, profile).await?;
    }
    Ok(profile)
}

/// Removes the profile of a role that somebody no longer has; nothing refers to it any more.
pub(super) async fn drop_profile(tx: &mut dyn Tx, account: &Account) -> Result<(), StoreError> {
    match tx.profile(account).await? {
        Some(profile) => tx.remove_profile(&profile).await,
        None => Ok(()),
    }
}
