//! Who has agreed to what, and what an activation needs.

use crate::{Coded, ErrorCode, UserId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

/// From this age on, in whole years, a pupil agrees alone to the treatment of his data.
pub const AGE_OF_CONSENT: i16 = 15;

/// What was agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsentKind {
    /// The terms of the school, by somebody for himself.
    Terms,
    /// The account of a child and the treatment of his data, by his parent.
    Parental,
    /// The account and the treatment of his data, by the pupil himself.
    Pupil,
    /// To receive the newsletter, by somebody for himself.
    Newsletter,
}

impl ConsentKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Terms, Self::Parental, Self::Pupil, Self::Newsletter];

    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terms => "TERMS",
            Self::Parental => "PARENTAL",
            Self::Pupil => "PUPIL",
            Self::Newsletter => "NEWSLETTER",
        }
    }

    /// Reads a stored name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One agreement: who, for whom, to which version of the text, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its identifier.
    pub id: String,
    /// Whose data or account it is about.
    pub subject: UserId,
    /// Who agreed.
    pub given_by: UserId,
    /// To what.
    pub kind: ConsentKind,
    /// The version of the text that was shown.
    pub text_version: String,
    /// When.
    pub given_at: Timestamp,
    /// When it was taken back.
    pub withdrawn_at: Option<Timestamp>,
}

impl Consent {
    /// Whether it is a consent of this kind that counts today.
    pub fn is_standing(&self, kind: ConsentKind) -> bool {
        self.kind == kind && self.withdrawn_at.is_none()
    }
}

/// A consent that an activation still needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MissingConsent {
    /// The pupil has not agreed.
    #[error("the pupil has not consented")]
    Pupil,
    /// The pupil is too young to agree alone and no parent has agreed.
    #[error("no parent has consented")]
    Parent,
}

impl Coded for MissingConsent {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Pupil => ErrorCode::ConsentRequired,
            Self::Parent => ErrorCode::ParentalConsentRequired,
        }
    }
}

/// Whether a pupil had reached the age of consent on the day of his registration. Without a birth date he had not: the law
/// protects the child, so the doubt does too.
pub fn consents_alone(birth: Option<Date>, registered_on: Date) -> bool {
    birth.is_some_and(|birth| age_on(birth, registered_on) >= AGE_OF_CONSENT)
}

/// Whole years of age on a day. Somebody born on 29 February grows older on 1 March of common years.
pub fn age_on(birth: Date, day: Date) -> i16 {
    let birthday_is_ahead = (day.month(), day.day()) < (birth.month(), birth.day());
    day.year() - birth.year() - i16::from(birthday_is_ahead)
}

/// Whether a parent's consent stands among those that were given about somebody.
pub fn parent_agrees(given: &[Consent]) -> bool {
    given.iter().any(|consent| consent.is_standing(ConsentKind::Parental))
}

/// Decides whether an account that was closed may be opened again: not while a parent has taken his consent back, unless the
/// pupil agrees alone. Pupils of the existing application, about whom no consent was ever recorded, are not concerned.
///
/// # Errors
/// [`MissingConsent::Parent`].
pub fn check_reopening(
    birth: Option<Date>,
    registered_on: Date,
    given: &[Consent],
) -> Result<(), MissingConsent> {
    let was_given = given.iter().any(|consent| consent.kind == ConsentKind::Parental);
    if was_given && !parent_agrees(given) && !consents_alone(birth, registered_on) {
        return Err(MissingConsent::Parent);
    }
    Ok(())
}

/// Decides whether another day of birth may be written for a pupil whose account is open: who turns out to be too young to
/// agree alone needs a parent's consent first.
///
/// # Errors
/// [`MissingConsent::Parent`].
pub fn check_birth_date(
    (before, after): (Option<Date>, Option<Date>),
    registered_on: Date,
    given: &[Consent],
) -> Result<(), MissingConsent> {
    let becomes_too_young = consents_alone(before, registered_on) && !consents_alone(after, registered_on);
    if becomes_too_young && !parent_agrees(given) { Err(MissingConsent::Parent) } else { Ok(()) }
}

/// Decides whether a pupil's account may be activated.
///
/// # Errors
/// The consent that is missing; the pupil's own first.
pub fn check_consents(
    birth: Option<Date>,
    registered_on: Date,
    by_pupil: bool,
    by_parent: bool,
) -> Result<(), MissingConsent> {
    if !by_pupil {
        return Err(MissingConsent::Pupil);
    }
    if !by_parent && !consents_alone(birth, registered_on) {
        return Err(MissingConsent::Parent);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn the_day_of_the_fifteenth_birthday_counts() {
        let birth = Some(date(2011, 9, 14));
        assert!(!consents_alone(birth, date(2026, 9, 13)));
        assert!(consents_alone(birth, date(2026, 9, 14)));
        assert!(!consents_alone(Some(date(2012, 2, 29)), date(2027, 2, 28)));
        assert!(consents_alone(Some(date(2012, 2, 29)), date(2027, 3, 1)));
        assert!(!consents_alone(None, date(2026, 9, 14)));
    }

    #[test]
    fn a_child_needs_both_and_an_older_pupil_his_own() {
        let day = date(2026, 9, 14);
        let (child, older) = (Some(date(2013, 1, 1)), Some(date(2009, 1, 1)));
        assert_eq!(check_consents(child, day, true, false), Err(MissingConsent::Parent));
        assert_eq!(check_consents(child, day, false, true), Err(MissingConsent::Pupil));
        assert_eq!(check_consents(child, day, true, true), Ok(()));
        assert_eq!(check_consents(older, day, true, false), Ok(()));
        assert_eq!(check_consents(older, day, false, true), Err(MissingConsent::Pupil));
        assert_eq!(check_consents(None, day, true, false), Err(MissingConsent::Parent));
    }

    fn consent(kind: ConsentKind, withdrawn: bool) -> Consent {
        let id = |text: &str| UserId::parse(text).unwrap();
        Consent {
            id: "c1".into(),
            subject: id("child"),
            given_by: id("parent"),
            kind,
            text_version: "1".into(),
            given_at: Timestamp::UNIX_EPOCH,
            withdrawn_at: withdrawn.then_some(Timestamp::UNIX_EPOCH),
        }
    }

    #[test]
    fn what_a_parent_took_back_keeps_a_childs_account_closed() {
        let day = date(2026, 9, 14);
        let (child, older) = (Some(date(2013, 1, 1)), Some(date(2009, 1, 1)));
        let gone = consent(ConsentKind::Parental, true);
        let (standing, own) = (consent(ConsentKind::Parental, false), consent(ConsentKind::Pupil, false));
        assert_eq!(check_reopening(child, day, &[gone.clone(), own.clone()]), Err(MissingConsent::Parent));
        assert_eq!(check_reopening(None, day, std::slice::from_ref(&gone)), Err(MissingConsent::Parent));
        assert_eq!(check_reopening(older, day, std::slice::from_ref(&gone)), Ok(()));
        assert_eq!(check_reopening(child, day, &[gone, standing]), Ok(()), "given again");
        assert_eq!(check_reopening(child, day, &[own]), Ok(()), "never asked for");
    }

    #[test]
    fn who_turns_out_to_be_a_child_needs_a_parent() {
        let day = date(2026, 9, 14);
        let (child, older) = (Some(date(2013, 1, 1)), Some(date(2009, 1, 1)));
        let standing = consent(ConsentKind::Parental, false);
        assert_eq!(check_birth_date((older, child), day, &[]), Err(MissingConsent::Parent));
        let gone = consent(ConsentKind::Parental, true);
        assert_eq!(check_birth_date((older, child), day, &[gone]), Err(MissingConsent::Parent));
        assert_eq!(check_birth_date((older, child), day, &[standing]), Ok(()));
        assert_eq!(check_birth_date((child, older), day, &[]), Ok(()));
        assert_eq!(check_birth_date((None, child), day, &[]), Ok(()), "a child before, whatever was known");
    }

    fn day() -> impl Strategy<Value = Date> {
        (0_i64..60_000).prop_map(|days| date(1950, 1, 1).saturating_add(days.days()))
    }

    proptest! {
        /// Nobody grows younger, and no account opens without the pupil's own consent.
        #[test]
        fn age_never_falls(birth in day(), on in day(), later in 0_i64..5_000) {
            prop_assume!(on >= birth);
            let after = on.saturating_add(later.days());
            prop_assert!(age_on(birth, on) >= 0);
            prop_assert!(age_on(birth, after) >= age_on(birth, on));
            if consents_alone(Some(birth), on) {
                prop_assert!(consents_alone(Some(birth), after));
            }
        }

        #[test]
        fn no_activation_without_the_consents_it_needs(
            birth in proptest::option::of(day()), on in day(), pupil: bool, parent: bool,
        ) {
            let open = check_consents(birth, on, pupil, parent).is_ok();
            prop_assert_eq!(open, pupil && (parent || consents_alone(birth, on)));
        }
    }
}
