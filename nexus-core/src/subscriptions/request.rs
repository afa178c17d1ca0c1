use super::{PlanKey, SubscriptionError};
use crate::ledger::Pupil;
use crate::{ErrorCode, SchoolSubject, StudentId, UserId};
use jiff::Timestamp;

/// What a family asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemandKind {
    /// Another plan, or a first one.
    PlanChange(PlanKey),
    /// ARIA without a limit in a subject.
    AriaAddon(SchoolSubject),
    /// Details for an invoice.
    InvoiceDetails,
}

impl DemandKind {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PlanChange(_) => "PLAN_CHANGE",
            Self::AriaAddon(_) => "ARIA_ADDON",
            Self::InvoiceDetails => "INVOICE_DETAILS",
        }
    }

    /// What it names: a plan, or a subject.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::PlanChange(plan) => Some(plan.as_str()),
            Self::AriaAddon(subject) => Some(subject.as_str()),
            Self::InvoiceDetails => None,
        }
    }

    /// Reads a kind and what it names.
    ///
    /// # Errors
    /// [`SubscriptionError::Fields`] for an unknown kind, plan or subject, and for one that is missing.
    pub fn read(kind: &str, name: Option<&str>) -> Result<Self, SubscriptionError> {
        let name = name.map(str::trim).filter(|name| !name.is_empty());
        let wrong = |code| SubscriptionError::field("planName", code);
        match kind {
            "PLAN_CHANGE" => {
                let name = name.ok_or_else(|| wrong(ErrorCode::FieldRequired))?;
                PlanKey::parse(name).map(Self::PlanChange).ok_or_else(|| wrong(ErrorCode::UnknownChoice))
            }
            "ARIA_ADDON" => {
                let name = name.ok_or_else(|| wrong(ErrorCode::FieldRequired))?;
                let subject = SchoolSubject::ALL.into_iter().find(|subject| subject.as_str() == name);
                subject.map(Self::AriaAddon).ok_or_else(|| wrong(ErrorCode::UnknownChoice))
            }
            "INVOICE_DETAILS" => Ok(Self::InvoiceDetails),
            _ => Err(SubscriptionError::field("requestType", ErrorCode::UnknownChoice)),
        }
    }
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemandState {
    /// Nobody has decided.
    Pending,
    /// It was granted.
    Approved,
    /// It was not.
    Rejected,
}

impl DemandState {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Approved => "APPROVED",
            Self::Rejected => "REJECTED",
        }
    }

    /// Reads a stored name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Approved, Self::Rejected].into_iter().find(|state| state.as_str() == text)
    }
}

/// What a family sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandForm {
    /// For which pupil.
    pub student: StudentId,
    /// What.
    pub kind: DemandKind,
    /// Why, in the family's words.
    pub reason: Option<String>,
}

/// A request of the one queue (`subscription_requests`), as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// Its identifier.
    pub id: String,
    /// For which pupil.
    pub student: StudentId,
    /// The stored name of its kind: the existing application may have written what no longer makes sense.
    pub kind: String,
    /// What it names.
    pub name: Option<String>,
    /// Dinars a month, as the catalogue said when it was made.
    pub monthly_price: i64,
    /// Why, in the family's words.
    pub reason: Option<String>,
    /// Where it stands.
    pub state: DemandState,
    /// Name of whoever asked.
    pub requested_by: String,
    /// His address.
    pub requested_by_email: String,
    /// The account of whoever decided; a name where the existing application decided.
    pub processed_by: Option<String>,
    /// When it was decided.
    pub processed_at: Option<Timestamp>,
    /// Why it was not granted.
    pub rejection_reason: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Demand {
    /// Decides it.
    ///
    /// # Errors
    /// [`SubscriptionError::RequestDecided`] the second time, [`SubscriptionError::Fields`] for a refusal without a reason.
    pub fn decide(
        self,
        granted: bool,
        by: Option<&UserId>,
        reason: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, SubscriptionError> {
        if self.state != DemandState::Pending {
            return Err(SubscriptionError::RequestDecided);
        }
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        if !granted && reason.is_none() {
            return Err(SubscriptionError::field("reason", ErrorCode::FieldRequired));
        }
        Ok(Self {
            state: if granted { DemandState::Approved } else { DemandState::Rejected },
            processed_by: Some(by.map_or_else(|| "system".to_owned(), ToString::to_string)),
            processed_at: Some(now),
            rejection_reason: if granted { None } else { reason.map(str::to_owned) },
            ..self
        })
    }
}

/// A request with its pupil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandLine {
    /// The request.
    pub demand: Demand,
    /// The pupil.
    pub pupil: Pupil,
}
