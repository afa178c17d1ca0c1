use super::submission::Submission;
use super::{unstored, with_cookies};
use crate::authentication::{Session, Sessions, bearer};
use crate::problem::Problem;
use crate::state::{HttpState, SharedState};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use nexus_core::identity::profile::Profile as RoleProfile;
use nexus_core::identity::session_token::{Profile, SessionClaims};
use nexus_core::identity::views::AccountView;
use nexus_core::{ParentId, Role, StudentId, UserId};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// A session is sealed anew when it is older than this: often enough to last, not with each look of a page.
const RENEWED_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// Who is signed in, and until when.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionView {
    user: SessionUser,
    /// When the session ends unless a page asks again before.
    expires: String,
}

/// Who is signed in, as he stands now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionUser {
    name: Option<String>,
    email: Option<String>,
    #[schema(value_type = String)]
    id: UserId,
    #[schema(value_type = Option<String>)]
    role: Option<Role>,
    first_name: Option<String>,
    last_name: Option<String>,
    /// Of a pupil.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    student_id: Option<StudentId>,
    /// Of a pupil, his parent's; of a parent, his own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    parent_id: Option<ParentId>,
}

/// Who is signed in; an empty object when nobody is.
#[utoipa::path(get, path = "/api/auth/session", tag = "session", responses(
    (status = 200, body = Option<SessionView>, example = json!({
        "user": {"name": "Zoé Ben Salah", "email": "zoe@example.tn", "id": "usr1", "role": "ELEVE", "firstName": "Zoé",
                 "lastName": "Ben Salah", "studentId": "stu1", "parentId": "par1"},
        "expires": "2026-10-14T08:30:00.000Z"
    })),
))]
pub(crate) async fn session(
    State(state): State<SharedState>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    tell(&state, &headers).await
}

/// Reads the account again and renews the session, for a page that has changed something of it.
#[utoipa::path(post, path = "/api/auth/session", tag = "session",
    request_body(content = Object, example = json!({"csrfToken": "7d9f0c0d…"})),
    responses(
        (status = 200, body = Option<SessionView>, example = json!({
            "user": {"name": "Zoé Ben Salah", "email": "zoe@example.tn", "id": "usr1", "role": "ELEVE", "firstName": "Zoé",
                     "lastName": "Ben Salah", "studentId": "stu1", "parentId": "par1"},
            "expires": "2026-10-14T08:30:00.000Z"
        })),
        (status = 400, description = "Le jeton anti-falsification manque ou n'est pas le bon."),
    )
)]
pub(crate) async fn update(
    State(state): State<SharedState>,
    headers: HeaderMap,
    submission: Submission,
) -> Result<Response, Problem> {
    if !submission.is_ours {
        return Ok((StatusCode::BAD_REQUEST, Json(json!({}))).into_response());
    }
    tell(&state, &headers).await
}

async fn tell(state: &HttpState, headers: &HeaderMap) -> Result<Response, Problem> {
    let Some(session) = state.sessions.of_request(headers).await? else { return Ok(nobody(headers)) };
    let account = state.identity.store.account_view(&session.actor.user).await?;
    // Forgotten a moment ago.
    let Some(account) = account else { return Ok(nobody(headers)) };
    let profile = profile(&account);
    let (end, cookies) = renew(&state.sessions, headers, &session, &profile);
    let view = SessionView {
        user: SessionUser {
            name: profile.name,
            email: profile.email,
            id: account.id,
            role: profile.role,
            first_name: profile.first_name,
            last_name: profile.last_name,
            student_id: profile.student_id,
            parent_id: profile.parent_id,
        },
        expires: end.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string(),
    };
    Ok(with_cookies(unstored(Json(view)), cookies))
}

/// Nobody is signed in. Cookies that open nothing are of no use to the browser either; beside a bearer token they were not
/// looked at.
fn nobody(headers: &HeaderMap) -> Response {
    let cookies = if bearer(headers).is_some() { Vec::new() } else { Sessions::take_back(headers, None) };
    with_cookies(unstored(Json(json!({}))), cookies)
}

/// What a session says of somebody: what the store says now.
fn profile(account: &AccountView) -> Profile {
    let (student_id, parent_id) = match &account.profile {
        Some(RoleProfile::Pupil(pupil)) => (Some(pupil.id.clone()), Some(pupil.guardian.clone())),
        Some(RoleProfile::Parent(parent)) => (None, Some(parent.id.clone())),
        Some(RoleProfile::Coach(_)) | None => (None, None),
    };
    Profile {
        name: Some(format!("{} {}", account.first_name, account.last_name).trim().to_owned()),
        email: Some(account.email.clone()),
        role: Some(account.role),
        first_name: Some(account.first_name.clone()),
        last_name: Some(account.last_name.clone()),
        student_id,
        parent_id,
    }
}

/// Seals a session anew when it is due, and tells when it ends.
fn renew(
    sessions: &Sessions,
    headers: &HeaderMap,
    session: &Session,
    profile: &Profile,
) -> (Timestamp, Vec<HeaderValue>) {
    let claims = &session.claims;
    let age = claims.issued_at.map(|issued| sessions.now().duration_since(issued));
    let is_due = age.is_none_or(|age| age >= RENEWED_AFTER)
        || claims.session_version.is_none()
        || claims.profile != *profile;
    // A bearer token is kept by a program, which does not look at cookies.
    let Some(cookie) = session.cookie.filter(|_| is_due) else { return (claims.expires_at, Vec::new()) };
    let renewed = SessionClaims {
        profile: profile.clone(),
        session_version: Some(session.version),
        ..SessionClaims::clone(claims)
    };
    let mut cookies = Sessions::take_back(headers, Some(cookie));
    cookies.extend(sessions.give(renewed, cookie));
    (sessions.end(), cookies)
}
