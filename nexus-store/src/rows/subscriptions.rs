use crate::columns::Instant;
use crate::rows::ledger::PupilRow;
use nexus_core::subscriptions::{Demand, DemandState, Subscription, SubscriptionLine, SubscriptionState};
use nexus_core::{SchoolSubject, StoreError, StudentId};

fn student(text: String) -> Result<StudentId, StoreError> {
    StudentId::parse(text).map_err(|_| StoreError::Corrupt("an identifier is malformed"))
}

#[derive(sqlx::FromRow)]
pub(crate) struct SubscriptionRow {
    subscription: String,
    student: String,
    plan: String,
    price: i64,
    credits: i64,
    status: String,
    starts_at: Instant,
    ends_at: Option<Instant>,
    subjects: String,
}

impl TryFrom<SubscriptionRow> for Subscription {
    type Error = StoreError;
    fn try_from(row: SubscriptionRow) -> Result<Self, StoreError> {
        // The existing application may have written names that are no subjects: they open nothing.
        let names: Vec<String> = serde_json::from_str(&row.subjects)
            .map_err(|_| StoreError::Corrupt("the subjects of a subscription cannot be read"))?;
        let known = |name: String| SchoolSubject::ALL.into_iter().find(|subject| subject.as_str() == name);
        Ok(Self {
            id: row.subscription,
            student: student(row.student)?,
            plan: row.plan,
            monthly_price: row.price,
            monthly_credits: row.credits,
            state: SubscriptionState::parse(&row.status).ok_or(StoreError::Corrupt("a status is unknown"))?,
            starts_at: row.starts_at.0,
            ends_at: row.ends_at.map(|end| end.0),
            aria_subjects: names.into_iter().filter_map(known).collect(),
        })
    }
}

/// A subscription with its pupil and his parent.
#[derive(sqlx::FromRow)]
pub(crate) struct SubscriptionLineRow {
    #[sqlx(flatten)]
    subscription: SubscriptionRow,
    #[sqlx(flatten)]
    pupil: PupilRow,
    parent_email: Option<String>,
    parent_first_name: String,
    parent_last_name: String,
    created_at: Instant,
}

impl TryFrom<SubscriptionLineRow> for SubscriptionLine {
    type Error = StoreError;
    fn try_from(row: SubscriptionLineRow) -> Result<Self, StoreError> {
        let (first, last) = (row.parent_first_name, row.parent_last_name);
        Ok(Self {
            subscription: row.subscription.try_into()?,
            pupil: row.pupil.try_into()?,
            parent: row.parent_email.map(|email| (first, last, email)),
            created_at: row.created_at.0,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct DemandRow {
    demand: String,
    student: String,
    kind: String,
    name: Option<String>,
    price: i64,
    reason: Option<String>,
    status: String,
    requested_by: String,
    requested_by_email: String,
    processed_by: Option<String>,
    processed_at: Option<Instant>,
    rejection_reason: Option<String>,
    created_at: Instant,
}

impl TryFrom<DemandRow> for Demand {
    type Error = StoreError;
    fn try_from(row: DemandRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.demand,
            student: student(row.student)?,
            kind: row.kind,
            name: row.name,
            monthly_price: row.price,
            reason: row.reason,
            state: DemandState::parse(&row.status).ok_or(StoreError::Corrupt("a status is unknown"))?,
            requested_by: row.requested_by,
            requested_by_email: row.requested_by_email,
            processed_by: row.processed_by,
            processed_at: row.processed_at.map(|at| at.0),
            rejection_reason: row.rejection_reason,
            created_at: row.created_at.0,
        })
    }
}
