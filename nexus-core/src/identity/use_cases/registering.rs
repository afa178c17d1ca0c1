use super::context::{Behalf, IdentityContext};
use super::error::IdentityError;
use super::links::FreshLink;
use crate::identity::account::{Account, LOCAL_DOMAIN};
use crate::identity::account_token::TokenPurpose;
use crate::identity::consent::{Consent, ConsentKind};
use crate::identity::email_address::EmailAddress;
use crate::identity::field::FieldProblems;
use crate::identity::member::{Member, NewAccount};
use crate::identity::password::PasswordHash;
use crate::identity::ports::RegistrationRecord;
use crate::identity::profile::{ParentProfile, PupilProfile};
use crate::identity::registration::{Registration, RegistrationForm};
use crate::mail::{MailMessage, MailTo};
use crate::outbox::NewEffect;
use crate::{ErrorCode, ParentId, StoreError, StudentId, Tx, UserId};
use jiff::Timestamp;
use serde_json::json;

/// What a registration answers, whoever was known before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The account that was asked for. When the address was known it is nobody's: who asks learns nothing.
    pub id: UserId,
    /// The address that was given.
    pub email: EmailAddress,
}

/// Registers a family: the parent with the password that he chose, the child without any, and a link to open his account.
///
/// The answer, and the time that it takes, are the same when the parent's address is known. Nothing is written then but a
/// mail to its owner. A child's address that is known is left to its owner, who is told; the child gets an unusable one.
///
/// # Errors
/// [`IdentityError::Fields`] names every field that cannot be accepted.
pub async fn register_family(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    form: &RegistrationForm,
) -> Result<Registered, IdentityError> {
    let now = context.now();
    let registration = form.read(context.day(now))?;
    let password = context.hasher.hash(registration.parent.password.clone()).await?;
    let plan = FamilyPlan::draw(context, &registration, password, now)?;

    let mut tx = context.store.begin().await?;
    let addresses: Vec<&EmailAddress> = plan.addresses().collect();
    tx.lock_addresses(&addresses).await?;
    let known = tx.accounts_at(&registration.parent.email).await?;
    let child_known = match &registration.child.email {
        Some(email) => tx.accounts_at(email).await?,
        None => Vec::new(),
    };
    if known.is_empty() {
        plan.write(context, tx.as_mut(), &registration, child_known.is_empty()).await?;
        let parent = plan.parent.account();
        let event = behalf.event("FAMILY_REGISTER", now).about("user", parent.id.as_str());
        tx.record(&event.with(json!({"student": plan.student}))).await?;
    } else {
        tx.record(&behalf.event("FAMILY_REGISTER_KNOWN_ADDRESS", now)).await?;
    }
    for account in known.iter().chain(&child_known) {
        tell_known(context, tx.as_mut(), account, now).await?;
    }
    tx.commit().await?;
    Ok(Registered { id: plan.parent.account().id.clone(), email: registration.parent.email })
}

/// Tells somebody that his address was used for a registration; once a day, so that nobody can flood him.
async fn tell_known(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    account: &Account,
    now: Timestamp,
) -> Result<(), StoreError> {
    if account.mailbox().is_none() || account.deleted_at.is_some() {
        return Ok(());
    }
    let key = format!("address_already_known:{}:{}", account.id, context.day(now));
    let to = MailTo::Person(account.id.clone());
    let mail = NewEffect::mail(context.ids.as_ref(), now, key, to, MailMessage::AddressAlreadyKnown);
    tx.add(&mail).await
}

/// Everything that is written for a new family. It is drawn before the transaction, and in every case: a known address must
/// not be faster.
struct FamilyPlan {
    parent: Member,
    parent_profile: ParentId,
    student: StudentId,
    child: Member,
    /// The child with an unusable address: he has none of his own, or somebody else has it.
    child_without_mailbox: Member,
    now: Timestamp,
}

impl FamilyPlan {
    fn draw(
        context: &IdentityContext,
        registration: &Registration,
        password: PasswordHash,
        now: Timestamp,
    ) -> Result<Self, FieldProblems> {
        let ids = context.ids.as_ref();
        let (parent, child) = (&registration.parent, &registration.child);
        let parent_profile = ParentId::generate(ids);
        let student = StudentId::generate(ids);
        let parent_member = Member::parent(
            NewAccount {
                id: UserId::generate(ids),
                email: parent.email.clone(),
                first_name: parent.first_name.clone(),
                last_name: parent.last_name.clone(),
                phone: Some(parent.phone.clone()),
                password: Some(password),
                now,
            },
            ParentProfile::new(parent_profile.clone()),
        );
        let child_id = UserId::generate(ids);
        let local = local_address(&child.first_name, &child.last_name, &ids.next_id())?;
        let pupil = |email: EmailAddress| {
            Member::pupil(
                NewAccount {
                    id: child_id.clone(),
                    email,
                    first_name: child.first_name.clone(),
                    last_name: child.last_name.clone(),
                    phone: None,
                    password: None,
                    now,
                },
                PupilProfile {
                    id: student.clone(),
                    guardian: parent_profile.clone(),
                    grade: Some(child.grade.clone()),
                    school: child.school.clone(),
                    birth_date: child.birth_date,
                    registered_at: now,
                },
            )
        };
        Ok(Self {
            parent: parent_member,
            child: pupil(child.email.clone().unwrap_or_else(|| local.clone())),
            child_without_mailbox: pupil(local),
            parent_profile,
            student,
            now,
        })
    }

    async fn write(
        &self,
        context: &IdentityContext,
        tx: &mut dyn Tx,
        registration: &Registration,
        child_address_is_free: bool,
    ) -> Result<(), StoreError> {
        let child = if child_address_is_free { &self.child } else { &self.child_without_mailbox };
        for member in [&self.parent, child] {
            if !tx.insert_member(member).await? {
                // The addresses are held: only a program that takes no lock can have been faster.
                return Err(StoreError::Conflict("an address was taken meanwhile".into()));
            }
        }
        let record = RegistrationRecord {
            id: context.ids.next_id(),
            parent: self.parent_profile.clone(),
            student: self.student.clone(),
            wishes: registration.wishes.clone(),
            at: self.now,
        };
        tx.insert_registration(&record).await?;
        self.write_consents(context, tx, child.account(), registration.newsletter).await?;
        self.write_mails(context, tx, child.account()).await
    }

    async fn write_consents(
        &self,
        context: &IdentityContext,
        tx: &mut dyn Tx,
        child: &Account,
        newsletter: bool,
    ) -> Result<(), StoreError> {
        let parent = &self.parent.account().id;
        let mut given = vec![(ConsentKind::Terms, parent), (ConsentKind::Parental, &child.id)];
        if newsletter {
            given.push((ConsentKind::Newsletter, parent));
        }
        for (kind, subject) in given {
            tx.insert_consent(&Consent {
                id: context.ids.next_id(),
                subject: subject.clone(),
                given_by: parent.clone(),
                kind,
                text_version: context.settings.consent_version.clone(),
                given_at: self.now,
                withdrawn_at: None,
            })
            .await?;
        }
        Ok(())
    }

    async fn write_mails(
        &self,
        context: &IdentityContext,
        tx: &mut dyn Tx,
        child: &Account,
    ) -> Result<(), StoreError> {
        let (ids, parent) = (context.ids.as_ref(), self.parent.account());
        let lifetime = context.settings.invitation_lifetime;
        let link = FreshLink::draw(context, child, TokenPurpose::ActivatePupil, lifetime, self.now);
        tx.insert_token(&link.token).await?;
        tx.add(&link.pupil_activation(ids, child, &parent.id)).await?;
        let welcome = MailMessage::FamilyWelcome { children: vec![child.first_name.clone()] };
        let key = format!("family_welcome:{}", parent.id);
        tx.add(&NewEffect::mail(ids, self.now, key, MailTo::Person(parent.id.clone()), welcome)).await?;
        Ok(())
    }

    /// Every address that may be written, each once.
    fn addresses(&self) -> impl Iterator<Item = &EmailAddress> {
        [&self.parent, &self.child, &self.child_without_mailbox].into_iter().map(Member::email)
    }
}

/// Longest part that a name gives to an unusable address, in characters.
const LOCAL_NAME: usize = 20;
/// Characters of an identifier that make an unusable address unique: 36¹⁰ of them.
const LOCAL_UNIQUE: usize = 10;

/// An address that stands for none, as the existing application makes it: names, then something that makes it unique. It
/// serves to sign in all the same, so it is as short as it can be.
fn local_address(first_name: &str, last_name: &str, unique: &str) -> Result<EmailAddress, FieldProblems> {
    let plain = |name: &str| -> String {
        name.chars()
            .filter(|character| character.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .take(LOCAL_NAME)
            .collect()
    };
    let unique = unique.get(unique.len().saturating_sub(LOCAL_UNIQUE)..).unwrap_or(unique);
    let named = format!("{}.{}.{unique}{LOCAL_DOMAIN}", plain(first_name), plain(last_name));
    // A name may hold no letter at all, or letters that an address does not take.
    EmailAddress::parse(&named)
        .or_else(|_| EmailAddress::parse(&format!("eleve.{unique}{LOCAL_DOMAIN}")))
        .map_err(|_| FieldProblems::of("studentEmail", ErrorCode::InvalidEmail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_looks_like_the_name() {
        let address =
            |first: &str, last: &str| local_address(first, last, "k3f9x0a2bq7z1y8w").unwrap().to_string();
        assert_eq!(address("Zoé", "Ben Salah"), "zoé.bensalah.a2bq7z1y8w@nexus-student.local");
        assert_eq!(address("…", "—"), "eleve.a2bq7z1y8w@nexus-student.local");
    }

    proptest! {
        #[test]
        fn every_name_gives_one(first in any::<String>(), last in any::<String>(), unique in "[a-z0-9]{1,64}") {
            prop_assert!(local_address(&first, &last, &unique).unwrap().as_str().ends_with(LOCAL_DOMAIN));
        }
    }
}
