use super::identity_problem;
use crate::asked::Asked;
use crate::body::JsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nexus_core::identity::registration::RegistrationForm;
use nexus_core::identity::use_cases::{self, IdentityError};
use nexus_core::{Coded, FieldError, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A family that asks for the free bilan. Other names are ignored, as the existing page sends some.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RegistrationRequest {
    parent_first_name: Option<String>,
    parent_last_name: Option<String>,
    parent_email: Option<String>,
    parent_phone: Option<String>,
    /// The password that the parent chooses for himself; the child chooses his own with the link that is sent.
    parent_password: Option<String>,
    student_first_name: Option<String>,
    student_last_name: Option<String>,
    /// The child's own address, when he has one.
    student_email: Option<String>,
    student_grade: Option<String>,
    student_school: Option<String>,
    /// `2011-03-30`, alone or at the head of an instant.
    student_birth_date: Option<String>,
    subjects: Option<Vec<String>>,
    current_level: Option<String>,
    objectives: Option<String>,
    difficulties: Option<String>,
    /// `online`, `presentiel` or `hybride`.
    preferred_modality: Option<String>,
    availability: Option<String>,
    accept_terms: Option<bool>,
    accept_newsletter: Option<bool>,
}

impl From<RegistrationRequest> for RegistrationForm {
    fn from(request: RegistrationRequest) -> Self {
        Self {
            parent_first_name: request.parent_first_name,
            parent_last_name: request.parent_last_name,
            parent_email: request.parent_email,
            parent_phone: request.parent_phone,
            parent_password: request.parent_password.map(Into::into),
            student_first_name: request.student_first_name,
            student_last_name: request.student_last_name,
            student_email: request.student_email,
            student_grade: request.student_grade,
            student_school: request.student_school,
            student_birth_date: request.student_birth_date,
            subjects: request.subjects.unwrap_or_default(),
            current_level: request.current_level,
            objectives: request.objectives,
            difficulties: request.difficulties,
            preferred_modality: request.preferred_modality,
            availability: request.availability,
            accept_terms: request.accept_terms.unwrap_or(false),
            accept_newsletter: request.accept_newsletter.unwrap_or(false),
        }
    }
}

/// The same whether the address was known or not.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegisteredView {
    success: bool,
    message: &'static str,
    user: RegisteredUser,
}

/// The account that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegisteredUser {
    #[schema(value_type = String)]
    id: UserId,
    email: String,
}

/// Registers a family.
#[utoipa::path(post, path = "/api/bilan-gratuit", tag = "inscription",
    request_body(content = RegistrationRequest, example = json!({
        "parentFirstName": "Hélène", "parentLastName": "Ben Salah", "parentEmail": "helene@example.tn",
        "parentPhone": "+216 99 19 28 29", "parentPassword": "quatre mots bien choisis",
        "studentFirstName": "Zoé", "studentLastName": "Ben Salah", "studentGrade": "terminale",
        "studentBirthDate": "2011-03-30", "subjects": ["MATHEMATIQUES", "NSI"], "currentLevel": "moyen",
        "objectives": "Passer en classe préparatoire", "preferredModality": "hybride", "acceptTerms": true
    })),
    responses((status = 201, body = RegisteredView, example = json!({
        "success": true, "message": "Inscription au bilan gratuit réussie.",
        "user": {"id": "usr1", "email": "helene@example.tn"}
    })))
)]
pub(crate) async fn register(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<RegistrationRequest>,
) -> Result<(StatusCode, Json<RegisteredView>), Problem> {
    let form = RegistrationForm::from(request);
    let registered =
        use_cases::register_family(&state.identity, asked.behalf(), &form).await.map_err(refusal)?;
    let view = RegisteredView {
        success: true,
        message: "Inscription au bilan gratuit réussie.",
        user: RegisteredUser { id: registered.id, email: registered.email.to_string() },
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// What the existing page shows beside each field.
fn refusal(error: IdentityError) -> Problem {
    let fields = error.fields();
    let problem = identity_problem(error);
    if fields.is_empty() {
        return problem;
    }
    problem.and("error", "Données invalides.").and("details", details(&fields))
}

/// Wrong fields under the name by which the existing pages read them.
pub(super) fn details(fields: &[FieldError]) -> serde_json::Value {
    fields.iter().map(|field| serde_json::json!({"path": [field.field], "message": field.detail})).collect()
}
