use super::identity_problem;
use super::identity_views::{AccountBody, DoneBody};
use super::profile_request::ProfileRequest;
use super::registration::details;
use crate::asked::Asked;
use crate::body::{QueryOf, StrictJsonBody, UserPath};
use crate::chassis::PageOf;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nexus_core::identity::use_cases::{self, IdentityError, NewUser, UpdateUser};
use nexus_core::identity::views::AccountFilter;
use nexus_core::{Coded, ErrorCode, Pagination, Role, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which accounts are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// A role, or `ALL`.
    role: Option<String>,
    /// A part of an address or of a name.
    search: Option<String>,
    /// From 1 on.
    #[allow(dead_code)] // read by `PageOf`
    page: Option<String>,
    /// 1 to 100.
    #[allow(dead_code)] // read by `PageOf`
    limit: Option<String>,
}

/// A page of accounts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsersView {
    users: Vec<AccountBody>,
    #[schema(value_type = Object)]
    pagination: Pagination,
}

/// Longest text that is searched for, in characters.
const LONGEST_SEARCH: usize = 100;

/// Accounts, newest first.
#[utoipa::path(get, path = "/api/admin/users", tag = "administration", params(ListQuery), responses(
    (status = 200, body = UsersView, example = json!({
        "users": [{
            "id": "usr1", "email": "helene@example.tn", "firstName": "Hélène", "lastName": "Ben Salah", "phone": null,
            "role": "PARENT", "createdAt": "2026-09-14T08:30:00Z", "activated": true, "twoFactor": false,
            "disabledAt": null, "profile": {"id": "par1", "address": null, "city": null, "country": "Tunisie"}
        }],
        "pagination": {"page": 1, "limit": 10, "total": 1, "totalPages": 1}
    })),
    (status = 422, description = "Ce rôle n'existe pas."),
))]
pub(crate) async fn list(
    State(state): State<SharedState>,
    PageOf(page): PageOf<10>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<UsersView>, Problem> {
    let role = match query.role.as_deref() {
        None | Some("" | "ALL") => None,
        Some(name) => Some(Role::parse(name).ok_or_else(|| {
            Problem::with_detail(ErrorCode::UnknownChoice, "Ce rôle n'existe pas.").and("field", "role")
        })?),
    };
    let search = query.search.map(|text| text.chars().take(LONGEST_SEARCH).collect());
    let filter = AccountFilter { role, search };
    let (users, pagination) =
        use_cases::list_users(&state.identity, &filter, page).await.map_err(identity_problem)?;
    Ok(Json(UsersView { users: users.into_iter().map(AccountBody::from).collect(), pagination }))
}

/// Somebody whom the school registers.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateRequest {
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
    role: Option<String>,
    /// Without one, its owner is sent a link and chooses it himself.
    password: Option<String>,
    profile_data: Option<ProfileRequest>,
}

/// An account, and what was done with it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserView {
    success: bool,
    message: &'static str,
    user: AccountBody,
}

/// Registers somebody, with the profile of his role.
#[utoipa::path(post, path = "/api/admin/users", tag = "administration",
    request_body(content = CreateRequest, example = json!({
        "email": "coach@example.tn", "firstName": "Samia", "lastName": "Trabelsi", "role": "COACH",
        "profileData": {"pseudonym": "Hélios", "subjects": ["MATHEMATIQUES"]}
    })),
    responses((status = 201, body = UserView, example = json!({
        "success": true, "message": "User created successfully",
        "user": {
            "id": "usr1", "email": "coach@example.tn", "firstName": "Samia", "lastName": "Trabelsi", "phone": null,
            "role": "COACH", "createdAt": "2026-09-14T08:30:00Z", "activated": false, "twoFactor": false,
            "disabledAt": null,
            "profile": {
                "id": "coa1", "pseudonym": "Hélios", "title": null, "tag": null, "description": null, "philosophy": null,
                "expertise": null, "subjects": "[\"MATHEMATIQUES\"]", "availableOnline": true, "availableInPerson": true
            }
        }
    })))
)]
pub(crate) async fn create(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<CreateRequest>,
) -> Result<(StatusCode, Json<UserView>), Problem> {
    let command = NewUser {
        email: request.email,
        first_name: request.first_name,
        last_name: request.last_name,
        phone: request.phone,
        role: request.role,
        password: request.password.map(Into::into),
        profile: request.profile_data.unwrap_or_default().into(),
    };
    let user = use_cases::create_user(&state.identity, asked.behalf(), &command).await.map_err(refusal)?;
    let view = UserView { success: true, message: "User created successfully", user: user.into() };
    Ok((StatusCode::CREATED, Json(view)))
}

/// What changes about somebody; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateRequest {
    id: Option<String>,
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
    role: Option<String>,
    profile_data: Option<ProfileRequest>,
}

/// Changes somebody. Another role or address closes his sessions.
#[utoipa::path(put, path = "/api/admin/users", tag = "administration",
    request_body(content = UpdateRequest, example = json!({"id": "usr1", "lastName": "Trabelsi"})),
    responses(
        (status = 200, body = UserView, example = json!({
            "success": true, "message": "User updated successfully",
            "user": {
                "id": "usr1", "email": "assistante@example.tn", "firstName": "Samia", "lastName": "Trabelsi", "phone": null,
                "role": "ASSISTANTE", "createdAt": "2026-09-14T08:30:00Z", "activated": true, "twoFactor": true,
                "disabledAt": null, "profile": null
            }
        })),
        (status = 404, description = "Ce compte n'existe pas."),
    )
)]
pub(crate) async fn update(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<UpdateRequest>,
) -> Result<Json<UserView>, Problem> {
    let id = named(request.id)?;
    let command = UpdateUser {
        email: request.email,
        first_name: request.first_name,
        last_name: request.last_name,
        phone: request.phone,
        role: request.role,
        profile: request.profile_data.map(Into::into),
    };
    let user =
        use_cases::update_user(&state.identity, asked.behalf(), &id, &command).await.map_err(refusal)?;
    Ok(Json(UserView { success: true, message: "User updated successfully", user: user.into() }))
}

/// Whom a deletion is about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteQuery {
    /// His account.
    id: Option<String>,
}

/// Forgets somebody; his identifiers stay, and with them every record of money and teaching.
#[utoipa::path(delete, path = "/api/admin/users", tag = "administration", params(DeleteQuery), responses(
    (status = 200, body = DoneBody, example = json!({"success": true, "message": "User deleted successfully"})),
    (status = 404, description = "Ce compte n'existe pas."),
    (status = 409, description = "Soi-même, ou le dernier administrateur."),
))]
pub(crate) async fn delete(
    State(state): State<SharedState>,
    asked: Asked,
    QueryOf(query): QueryOf<DeleteQuery>,
) -> Result<Json<DoneBody>, Problem> {
    let id = named(query.id)?;
    use_cases::delete_user(&state.identity, asked.behalf(), &id).await.map_err(refusal)?;
    Ok(Json(DoneBody::saying("User deleted successfully")))
}

/// Closes an account: its owner cannot sign in any more, and his sessions end.
#[utoipa::path(post, path = "/api/admin/users/{id}/disable", tag = "administration", responses(
    (status = 200, body = DoneBody, example = json!({"success": true, "message": "Le compte est fermé."})),
))]
pub(crate) async fn disable(
    State(state): State<SharedState>,
    asked: Asked,
    UserPath(id): UserPath,
) -> Result<Json<DoneBody>, Problem> {
    use_cases::disable_user(&state.identity, asked.behalf(), &id).await.map_err(refusal)?;
    Ok(Json(DoneBody::saying("Le compte est fermé.")))
}

/// Opens an account again.
#[utoipa::path(post, path = "/api/admin/users/{id}/enable", tag = "administration", responses(
    (status = 200, body = DoneBody, example = json!({"success": true, "message": "Le compte est ouvert."})),
))]
pub(crate) async fn enable(
    State(state): State<SharedState>,
    asked: Asked,
    UserPath(id): UserPath,
) -> Result<Json<DoneBody>, Problem> {
    use_cases::enable_user(&state.identity, asked.behalf(), &id).await.map_err(refusal)?;
    Ok(Json(DoneBody::saying("Le compte est ouvert.")))
}

/// Sends another link to somebody who has not opened his account yet.
#[utoipa::path(post, path = "/api/admin/users/{id}/invitation", tag = "administration", responses(
    (status = 202, body = DoneBody, example = json!({"success": true, "message": "Un courriel vient de partir."})),
))]
pub(crate) async fn invite(
    State(state): State<SharedState>,
    asked: Asked,
    UserPath(id): UserPath,
) -> Result<(StatusCode, Json<DoneBody>), Problem> {
    use_cases::invite_again(&state.identity, asked.behalf(), &id).await.map_err(refusal)?;
    Ok((StatusCode::ACCEPTED, Json(DoneBody::saying("Un courriel vient de partir."))))
}

/// Takes the second factor of somebody away who has lost it.
#[utoipa::path(delete, path = "/api/admin/users/{id}/totp", tag = "administration", responses(
    (status = 200, body = DoneBody, example = json!({
        "success": true, "message": "La double authentification est retirée."
    })),
    (status = 409, description = "Il n'y en a pas."),
))]
pub(crate) async fn remove_second_factor(
    State(state): State<SharedState>,
    asked: Asked,
    UserPath(id): UserPath,
) -> Result<Json<DoneBody>, Problem> {
    use_cases::remove_second_factor(&state.identity, asked.behalf(), &id).await.map_err(refusal)?;
    Ok(Json(DoneBody::saying("La double authentification est retirée.")))
}

/// The account that a request names. What cannot be an identifier does not exist.
fn named(id: Option<String>) -> Result<UserId, Problem> {
    let Some(id) = id.filter(|id| !id.is_empty()) else {
        return Err(Problem::with_detail(
            ErrorCode::MalformedParameter,
            "Dites quel compte : il manque « id ».",
        )
        .and("error", "User ID is required"));
    };
    UserId::parse(id).map_err(|_| refusal(IdentityError::AccountNotFound))
}

/// The words that the existing pages show.
fn refusal(error: IdentityError) -> Problem {
    let fields = error.fields();
    let problem = match error.code() {
        ErrorCode::AccountNotFound => identity_problem(error).and("error", "User not found"),
        ErrorCode::AddressTaken => {
            identity_problem(error).and("error", "User with this email already exists")
        }
        _ => identity_problem(error),
    };
    if fields.is_empty() {
        return problem;
    }
    problem.and("error", "Invalid payload").and("details", details(&fields))
}
