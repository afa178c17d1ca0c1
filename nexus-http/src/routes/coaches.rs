use super::identity_problem;
use super::identity_views::{CoachBody, DoneBody};
use super::registration::details;
use crate::asked::Asked;
use crate::body::{StrictJsonBody, UserPath};
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use nexus_core::identity::profile::Profile;
use nexus_core::identity::profile_form::ProfileForm;
use nexus_core::identity::use_cases::{self, IdentityError, NewCoach, UpdateCoach};
use nexus_core::identity::views::{AccountView, CoachView};
use nexus_core::{Coded, ErrorCode, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A coach as the office manages him.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoachLine {
    #[schema(value_type = String)]
    user_id: UserId,
    first_name: String,
    last_name: String,
    email: String,
    phone: Option<String>,
    /// His sessions of this very day at the school, cancelled ones aside.
    today_sessions: u64,
    created_at: Timestamp,
    disabled_at: Option<Timestamp>,
    /// `id` is that of the profile.
    #[serde(flatten)]
    profile: CoachBody,
}

impl From<CoachView> for CoachLine {
    fn from(view: CoachView) -> Self {
        Self {
            user_id: view.account.id,
            first_name: view.account.first_name,
            last_name: view.account.last_name,
            email: view.account.email,
            phone: view.account.phone,
            today_sessions: view.todays_sessions,
            created_at: view.account.created_at,
            disabled_at: view.account.disabled_at,
            profile: view.profile.into(),
        }
    }
}

/// The coaches, by family name.
#[utoipa::path(get, path = "/api/assistant/coaches", tag = "coachs", responses(
    (status = 200, body = Vec<CoachLine>, example = json!([{
        "userId": "usr1", "firstName": "Samia", "lastName": "Trabelsi", "email": "coach@example.tn", "phone": null,
        "todaySessions": 2, "createdAt": "2026-09-14T08:30:00Z", "disabledAt": null, "id": "coa1", "pseudonym": "Hélios",
        "title": null, "tag": "🎯 Stratège", "description": null, "philosophy": null, "expertise": null,
        "subjects": "[\"MATHEMATIQUES\"]", "availableOnline": true, "availableInPerson": true
    }])),
))]
pub(crate) async fn list(State(state): State<SharedState>) -> Result<Json<Vec<CoachLine>>, Problem> {
    let coaches = use_cases::list_coaches(&state.identity).await.map_err(identity_problem)?;
    Ok(Json(coaches.into_iter().map(CoachLine::from).collect()))
}

/// A coach, whole or in part.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoachRequest {
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    /// Without one, a new coach is sent a link and chooses it himself.
    password: Option<String>,
    pseudonym: Option<String>,
    title: Option<String>,
    tag: Option<String>,
    description: Option<String>,
    philosophy: Option<String>,
    expertise: Option<String>,
    subjects: Option<Vec<String>>,
    available_online: Option<bool>,
    available_in_person: Option<bool>,
}

impl CoachRequest {
    fn profile(&mut self) -> ProfileForm {
        ProfileForm {
            pseudonym: self.pseudonym.take(),
            title: self.title.take(),
            tag: self.tag.take(),
            description: self.description.take(),
            philosophy: self.philosophy.take(),
            expertise: self.expertise.take(),
            subjects: self.subjects.take(),
            available_online: self.available_online,
            available_in_person: self.available_in_person,
            ..ProfileForm::default()
        }
    }
}

/// A coach, and what was done with him.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoachChanged {
    success: bool,
    message: &'static str,
    coach: CoachSummary,
}

/// What the existing pages read of a coach who was just written.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoachSummary {
    #[schema(value_type = String)]
    user_id: UserId,
    first_name: String,
    last_name: String,
    email: String,
    /// `id` is that of the profile.
    #[serde(flatten)]
    profile: CoachBody,
}

impl CoachSummary {
    fn of(account: AccountView, profile: CoachBody) -> Self {
        Self {
            user_id: account.id,
            first_name: account.first_name,
            last_name: account.last_name,
            email: account.email,
            profile,
        }
    }
}

/// Registers a coach.
#[utoipa::path(post, path = "/api/assistant/coaches", tag = "coachs",
    request_body(content = CoachRequest, example = json!({
        "firstName": "Samia", "lastName": "Trabelsi", "email": "coach@example.tn", "pseudonym": "Hélios",
        "subjects": ["MATHEMATIQUES"], "description": "Dix ans de classes préparatoires."
    })),
    responses((status = 201, body = CoachChanged, example = json!({
        "success": true, "message": "Coach créé avec succès",
        "coach": {
            "userId": "usr1", "firstName": "Samia", "lastName": "Trabelsi", "email": "coach@example.tn", "id": "coa1",
            "pseudonym": "Hélios", "title": null, "tag": null, "description": "Dix ans de classes préparatoires.",
            "philosophy": null, "expertise": null, "subjects": "[\"MATHEMATIQUES\"]", "availableOnline": true,
            "availableInPerson": true
        }
    })))
)]
pub(crate) async fn create(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(mut request): StrictJsonBody<CoachRequest>,
) -> Result<(StatusCode, Json<CoachChanged>), Problem> {
    let command = NewCoach {
        profile: request.profile(),
        email: request.email,
        first_name: request.first_name,
        last_name: request.last_name,
        phone: request.phone,
        password: request.password.map(Into::into),
    };
    let mut account = use_cases::create_coach(&state.identity, asked.behalf(), &command)
        .await
        .map_err(|error| refusal(error, "Email already exists", "Pseudonym already exists"))?;
    let Some(Profile::Coach(profile)) = account.profile.take() else {
        // A coach is made by the constructor of coaches: without a profile he would be a bug.
        return Err(Problem::new(ErrorCode::Internal));
    };
    let coach = CoachSummary::of(account, profile.into());
    Ok((StatusCode::CREATED, Json(CoachChanged { success: true, message: "Coach créé avec succès", coach })))
}

/// Changes a coach; what is absent stays.
#[utoipa::path(put, path = "/api/assistant/coaches/{userId}", tag = "coachs",
    request_body(content = CoachRequest, example = json!({"tag": "🎯 Stratège", "availableInPerson": false})),
    responses((status = 200, body = CoachChanged, example = json!({
        "success": true, "message": "Coach mis à jour avec succès",
        "coach": {
            "userId": "usr1", "firstName": "Samia", "lastName": "Trabelsi", "email": "coach@example.tn", "id": "coa1",
            "pseudonym": "Hélios", "title": null, "tag": "🎯 Stratège", "description": null, "philosophy": null,
            "expertise": null, "subjects": "[\"MATHEMATIQUES\"]", "availableOnline": true, "availableInPerson": false
        }
    })))
)]
pub(crate) async fn update(
    State(state): State<SharedState>,
    asked: Asked,
    UserPath(user): UserPath,
    StrictJsonBody(mut request): StrictJsonBody<CoachRequest>,
) -> Result<Json<CoachChanged>, Problem> {
    let command = UpdateCoach {
        profile: request.profile(),
        email: request.email,
        first_name: request.first_name,
        last_name: request.last_name,
        phone: request.phone,
        password: request.password.filter(|password| !password.is_empty()).map(Into::into),
    };
    let (account, profile) =
        use_cases::update_coach(&state.identity, asked.behalf(), &user, &command).await.map_err(|error| {
            let (email, pseudonym) =
                ("Un utilisateur avec cet email existe déjà", "Un coach avec ce pseudonyme existe déjà");
            refusal(error, email, pseudonym)
        })?;
    let coach = CoachSummary::of(account, profile.into());
    Ok(Json(CoachChanged { success: true, message: "Coach mis à jour avec succès", coach }))
}

/// Forgets a coach; his sessions and reports stay.
#[utoipa::path(delete, path = "/api/assistant/coaches/{userId}", tag = "coachs", responses(
    (status = 200, body = DoneBody, example = json!({"success": true, "message": "Coach supprimé avec succès"})),
    (status = 409, description = "Il a encore des cours à donner."),
))]
pub(crate) async fn delete(
    State(state): State<SharedState>,
    asked: Asked,
    UserPath(user): UserPath,
) -> Result<Json<DoneBody>, Problem> {
    use_cases::delete_coach(&state.identity, asked.behalf(), &user)
        .await
        .map_err(|error| refusal(error, "", ""))?;
    Ok(Json(DoneBody::saying("Coach supprimé avec succès")))
}

/// The words that the existing pages show; those about a duplicate differ from one address to the other.
fn refusal(error: IdentityError, email_taken: &str, pseudonym_taken: &str) -> Problem {
    let (code, fields) = (error.code(), error.fields());
    let problem = identity_problem(error);
    if !fields.is_empty() {
        let missing = fields.iter().any(|field| field.code == ErrorCode::FieldRequired);
        let word = if missing { "Missing required fields" } else { "Données invalides" };
        return problem.and("error", word).and("details", details(&fields));
    }
    match code {
        ErrorCode::CoachNotFound => problem.and("error", "Coach non trouvé"),
        ErrorCode::AddressTaken => problem.and("error", email_taken),
        ErrorCode::PseudonymTaken => problem.and("error", pseudonym_taken),
        ErrorCode::CoachHasSessions => {
            problem.and("error", "Impossible de supprimer un coach qui a des sessions programmées")
        }
        _ => problem,
    }
}
