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
