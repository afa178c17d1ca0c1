//! Accounts as they leave the system.

use jiff::Timestamp;
use jiff::civil::Date;
use nexus_core::identity::profile::{CoachProfile, Profile};
use nexus_core::identity::views::AccountView;
use nexus_core::{CoachId, ParentId, Role, StudentId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

/// An account, without anything that opens it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Account)]
pub(crate) struct AccountBody {
    #[schema(value_type = String)]
    id: UserId,
    email: String,
    first_name: String,
    last_name: String,
    phone: Option<String>,
    #[schema(value_type = String)]
    role: Role,
    created_at: Timestamp,
    /// Whether its owner has chosen a password.
    activated: bool,
    /// Whether sign-in asks for a code.
    two_factor: bool,
    /// When the school closed it.
    disabled_at: Option<Timestamp>,
    profile: Option<ProfileBody>,
}

impl From<AccountView> for AccountBody {
    fn from(view: AccountView) -> Self {
        Self {
            id: view.id,
            email: view.email,
            first_name: view.first_name,
            last_name: view.last_name,
            phone: view.phone,
            role: view.role,
            created_at: view.created_at,
            activated: view.has_password,
            two_factor: view.has_second_factor,
            disabled_at: view.disabled_at,
            profile: view.profile.map(ProfileBody::from),
        }
    }
}

/// The profile of a role.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Profile)]
pub(crate) enum ProfileBody {
    /// Of a coach.
    Coach(Box<CoachBody>),
    /// Of a pupil.
    Pupil(PupilBody),
    /// Of a parent.
    Parent(ParentBody),
}

impl From<Profile> for ProfileBody {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::Coach(coach) => Self::Coach(Box::new(coach.into())),
            Profile::Pupil(pupil) => Self::Pupil(PupilBody {
                id: pupil.id,
                parent_id: pupil.guardian,
                grade: pupil.grade,
                school: pupil.school,
                birth_date: pupil.birth_date,
            }),
            Profile::Parent(parent) => Self::Parent(ParentBody {
                id: parent.id,
                address: parent.address,
                city: parent.city,
                country: parent.country,
            }),
        }
    }
}

/// A coach's profile.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CoachProfile)]
pub(crate) struct CoachBody {
    #[schema(value_type = String)]
    id: CoachId,
    pub(crate) pseudonym: String,
    title: Option<String>,
    pub(crate) tag: Option<String>,
    description: Option<String>,
    philosophy: Option<String>,
    expertise: Option<String>,
    /// JSON in a text, as the existing pages read it.
    subjects: String,
    available_online: bool,
    available_in_person: bool,
}

impl From<CoachProfile> for CoachBody {
    fn from(coach: CoachProfile) -> Self {
        Self {
            id: coach.id,
            pseudonym: coach.pseudonym,
            title: coach.title,
            tag: coach.tag,
            description: coach.description,
            philosophy: coach.philosophy,
            expertise: coach.expertise,
            subjects: serde_json::to_string(&coach.subjects).unwrap_or_else(|_| "[]".to_owned()),
            available_online: coach.available_online,
            available_in_person: coach.available_in_person,
        }
    }
}

/// A pupil's record.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PupilProfile)]
pub(crate) struct PupilBody {
    #[schema(value_type = String)]
    id: StudentId,
    #[schema(value_type = String)]
    parent_id: ParentId,
    grade: Option<String>,
    school: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Option<Date>,
}

/// A parent's profile.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ParentProfile)]
pub(crate) struct ParentBody {
    #[schema(value_type = String)]
    id: ParentId,
    address: Option<String>,
    city: Option<String>,
    country: Option<String>,
}

/// What was done, and nothing else to say.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Done)]
pub(crate) struct DoneBody {
    success: bool,
    message: &'static str,
}

impl DoneBody {
    pub(crate) const fn saying(message: &'static str) -> Self {
        Self { success: true, message }
    }
}
