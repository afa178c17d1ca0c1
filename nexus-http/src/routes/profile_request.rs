//! What is sent about a profile.

use nexus_core::identity::profile_form::ProfileForm;
use serde::Deserialize;
use utoipa::ToSchema;

/// What is sent about a profile; which fields are accepted depends on the role.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileRequest {
    /// Of a coach: the name under which families know him.
    pseudonym: Option<String>,
    title: Option<String>,
    tag: Option<String>,
    description: Option<String>,
    philosophy: Option<String>,
    expertise: Option<String>,
    subjects: Option<Vec<String>>,
    available_online: Option<bool>,
    available_in_person: Option<bool>,
    /// Of a parent.
    address: Option<String>,
    city: Option<String>,
    country: Option<String>,
    /// Of a pupil: the profile of the parent who answers for him.
    parent_id: Option<String>,
    grade: Option<String>,
    school: Option<String>,
    birth_date: Option<String>,
}

impl From<ProfileRequest> for ProfileForm {
    fn from(request: ProfileRequest) -> Self {
        Self {
            pseudonym: request.pseudonym,
            title: request.title,
            tag: request.tag,
            description: request.description,
            philosophy: request.philosophy,
            expertise: request.expertise,
            subjects: request.subjects,
            available_online: request.available_online,
            available_in_person: request.available_in_person,
            address: request.address,
            city: request.city,
            country: request.country,
            guardian: request.parent_id,
            grade: request.grade,
            school: request.school,
            birth_date: request.birth_date,
        }
    }
}
