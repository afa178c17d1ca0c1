use super::{Plan, SubscriptionError};
use crate::ledger::{Credits, Pupil};
use crate::{ErrorCode, SchoolSubject, StudentId};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Where a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubscriptionState {
    /// It runs.
    Active,
    /// It waits for a decision, or for its payment.
    Inactive,
    /// It was ended by somebody, or replaced.
    Cancelled,
    /// Its time is over.
    Expired,
}

impl SubscriptionState {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
            Self::Cancelled => "CANCELLED",
            Self::Expired => "EXPIRED",
        }
    }

    /// Reads a stored name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Inactive, Self::Cancelled, Self::Expired]
            .into_iter()
            .find(|state| state.as_str() == text)
    }

    /// Whether one may become the other: INACTIVE → ACTIVE | CANCELLED, ACTIVE → CANCELLED | EXPIRED.
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Inactive, Self::Active | Self::Cancelled)
                | (Self::Active, Self::Cancelled | Self::Expired)
        )
    }
}

/// A pupil's subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its identifier.
    pub id: String,
    /// Whose.
    pub student: StudentId,
    /// Name of the plan, as stored.
    pub plan: String,
    /// Dinars a month.
    pub monthly_price: i64,
    /// Whole credits a month.
    pub monthly_credits: i64,
    /// Where it stands.
    pub state: SubscriptionState,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends, if it does.
    pub ends_at: Option<Timestamp>,
    /// The subjects in which ARIA answers without a limit.
    pub aria_subjects: Vec<SchoolSubject>,
}

impl Subscription {
    /// One that runs from now on; subjects of ARIA go with the pupil from the former one.
    pub fn begin(id: String, student: StudentId, plan: Plan, former: Option<&Self>, now: Timestamp) -> Self {
        Self {
            id,
            student,
            plan: plan.key.as_str().to_owned(),
            monthly_price: plan.monthly_price,
            monthly_credits: plan.key.monthly_credits(),
            state: SubscriptionState::Active,
            starts_at: now,
            ends_at: None,
            aria_subjects: former.map(|former| former.aria_subjects.clone()).unwrap_or_default(),
        }
    }

    /// The same in another state.
    ///
    /// # Errors
    /// [`SubscriptionError::InvalidTransition`] when it cannot become that.
    pub fn become_state(self, next: SubscriptionState, now: Timestamp) -> Result<Self, SubscriptionError> {
        if !self.state.may_become(next) {
            return Err(SubscriptionError::InvalidTransition);
        }
        let over = matches!(next, SubscriptionState::Cancelled | SubscriptionState::Expired);
        let ends_at = if over { Some(self.ends_at.map_or(now, |end| end.min(now))) } else { self.ends_at };
        Ok(Self { state: next, ends_at, ..self })
    }

    /// The same, begun now at the price and with the credits of the catalogue, whatever was written while it waited.
    ///
    /// # Errors
    /// [`SubscriptionError::InvalidTransition`] unless it waits.
    pub fn begin_waiting(
        self,
        plan: Plan,
        former: Option<&Self>,
        now: Timestamp,
    ) -> Result<Self, SubscriptionError> {
        let waited = self.become_state(SubscriptionState::Active, now)?;
        let begun = Self::begin(waited.id, waited.student, plan, former, now);
        Ok(Self { ends_at: waited.ends_at.filter(|end| *end > now), ..begun })
    }

    /// The same with another end.
    ///
    /// # Errors
    /// [`SubscriptionError::InvalidTransition`] for one that is over, [`SubscriptionError::Fields`] for an end that is past or before
    /// the beginning.
    pub fn end_at(self, end: Timestamp, now: Timestamp) -> Result<Self, SubscriptionError> {
        if !matches!(self.state, SubscriptionState::Active | SubscriptionState::Inactive) {
            return Err(SubscriptionError::InvalidTransition);
        }
        if end <= now || end <= self.starts_at {
            return Err(SubscriptionError::field("endDate", ErrorCode::SubscriptionEnd));
        }
        Ok(Self { ends_at: Some(end), ..self })
    }

    /// What it gives each month.
    pub fn allocation(&self) -> Option<Credits> {
        Credits::whole(self.monthly_credits).filter(|credits| credits.is_positive())
    }
}

/// The month of an instant, by the calendar of a zone: `2026-11`.
pub fn month_of(instant: Timestamp, zone: &TimeZone) -> String {
    instant.to_zoned(zone.clone()).strftime("%Y-%m").to_string()
}

/// A child of a parent, with what he has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildLine {
    /// The child.
    pub pupil: Pupil,
    /// His active subscription.
    pub subscription: Option<Subscription>,
    /// What he can spend.
    pub balance: Credits,
}

/// A subscription with its pupil and whoever answers for him, as the office reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionLine {
    /// The subscription.
    pub subscription: Subscription,
    /// The pupil.
    pub pupil: Pupil,
    /// First name, last name and address of the parent.
    pub parent: Option<(String, String, String)>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Which subscriptions are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubscriptionFilter {
    /// In which state; every one when absent.
    pub state: Option<SubscriptionState>,
    /// A part of the name or the address of the pupil.
    pub search: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriptions::PlanKey;
    use SubscriptionState::{Active, Cancelled, Expired, Inactive};

    fn waiting() -> Subscription {
        Subscription {
            id: "b1".to_owned(),
            student: StudentId::parse("s1").unwrap(),
            plan: "IMMERSION".to_owned(),
            monthly_price: 1,
            monthly_credits: 999,
            state: Inactive,
            starts_at: "2026-09-01T00:00:00Z".parse().unwrap(),
            ends_at: Some("2026-10-01T00:00:00Z".parse().unwrap()),
            aria_subjects: Vec::new(),
        }
    }

    /// Defect 31: what a page wrote about price and credits is forgotten when the plan begins.
    #[test]
    fn what_waits_begins_as_the_catalogue_says() {
        let now: Timestamp = "2026-11-02T08:00:00Z".parse().unwrap();
        let plan = Plan { key: PlanKey::Immersion, monthly_price: 750 };
        let begun = waiting().begin_waiting(plan, None, now).unwrap();
        assert_eq!((begun.id.as_str(), begun.monthly_price, begun.monthly_credits), ("b1", 750, 8));
        assert_eq!((begun.state, begun.starts_at, begun.ends_at), (Active, now, None));
        assert!(matches!(begun.begin_waiting(plan, None, now), Err(SubscriptionError::InvalidTransition)));
    }

    #[test]
    fn an_end_is_to_come() {
        let now: Timestamp = "2026-11-02T08:00:00Z".parse().unwrap();
        let day = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(
            waiting().end_at(day("2026-12-01T00:00:00Z"), now).unwrap().ends_at,
            Some(day("2026-12-01T00:00:00Z"))
        );
        for end in ["2026-11-02T08:00:00Z", "2026-08-01T00:00:00Z"] {
            assert!(matches!(waiting().end_at(day(end), now), Err(SubscriptionError::Fields(_))));
        }
        let over = Subscription { state: Expired, ..waiting() };
        assert!(matches!(
            over.end_at(day("2027-01-01T00:00:00Z"), now),
            Err(SubscriptionError::InvalidTransition)
        ));
    }

    #[test]
    fn what_is_over_stays_over() {
        let allowed = [(Inactive, Active), (Inactive, Cancelled), (Active, Cancelled), (Active, Expired)];
        for from in [Active, Inactive, Cancelled, Expired] {
            for to in [Active, Inactive, Cancelled, Expired] {
                assert_eq!(from.may_become(to), allowed.contains(&(from, to)), "{from:?} {to:?}");
            }
        }
    }

    #[test]
    fn a_month_is_the_schools() {
        let zone = TimeZone::get("Africa/Tunis").unwrap();
        assert_eq!(month_of("2026-10-31T23:30:00Z".parse().unwrap(), &zone), "2026-11");
    }
}
