use super::site::Site;
use super::submission::Submission;
use super::{NextView, go_to, with_cookies};
use crate::asked::Asked;
use crate::authentication::{Sessions, marked};
use crate::problem::Problem;
use crate::state::SharedState;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use nexus_core::ErrorCode;
use nexus_core::identity::session_token::{Profile, SessionClaims, SessionCookie};
use nexus_core::identity::use_cases::{SignIn, SignInError, SignedIn, sign_in};
use std::time::Duration;

/// Signs in with a password. Every refusal that depends on the account looks the same.
#[utoipa::path(post, path = "/api/auth/callback/credentials", tag = "session",
    request_body(content = Object, example = json!({
        "email": "helene@example.tn", "password": "un secret que personne ne devine", "totp": "123456", "json": true
    })),
    responses(
        (status = 200, body = NextView, example = json!({"url": "https://nexus.example/dashboard"})),
        (status = 302, description = "L'adresse suivante, pour un formulaire sans « json »."),
        (status = 401, description = "L'adresse, le mot de passe ou le code est incorrect."),
    )
)]
pub(crate) async fn callback(
    State(state): State<SharedState>,
    site: Site,
    asked: Asked,
    headers: HeaderMap,
    submission: Submission,
) -> Response {
    let callback = site.callback(submission.field("callbackUrl"));
    if !submission.is_ours {
        let address = site.api("signin?csrf=true");
        let problem = Problem::new(ErrorCode::CrossSiteRequest);
        return if submission.wants_json { refused(problem, address, None) } else { go_to(address, false) };
    }
    let (from, device) = marked(asked.from.clone(), site.secure, state.sessions.secrets());
    let command = SignIn {
        email: submission.field("email").unwrap_or_default().to_owned(),
        password: submission.field("password").unwrap_or_default().into(),
        code: submission.field("totp").or_else(|| submission.field("code")).map(str::to_owned),
        from,
    };
    match sign_in(&state.identity, asked.behalf(), &command).await {
        Ok(signed_in) => {
            let cookies = open(&state.sessions, &headers, signed_in, site.secure);
            with_cookies(go_to(callback, submission.wants_json), cookies.into_iter().chain(device))
        }
        Err(error) => {
            let word = word(&error);
            if submission.wants_json {
                let address = site.api(format_args!("error?error={word}&provider=credentials"));
                refused(problem(error), address, Some(word))
            } else {
                // Unavailability is told to the log as for any other answer.
                drop(problem(error));
                go_to(site.sign_in_page(&callback, Some(word)), false)
            }
        }
    }
}

/// The cookies of a session that begins; whatever session the browser had before ends.
fn open(sessions: &Sessions, headers: &HeaderMap, signed_in: SignedIn, secure: bool) -> Vec<HeaderValue> {
    sessions.forget(&signed_in.user);
    let cookie = SessionCookie::given(secure);
    let mut cookies = Sessions::take_back(headers, Some(cookie));
    cookies.extend(sessions.give(claims(sessions, signed_in), cookie));
    cookies
}

fn claims(sessions: &Sessions, signed_in: SignedIn) -> SessionClaims {
    let name = format!("{} {}", signed_in.first_name, signed_in.last_name).trim().to_owned();
    SessionClaims {
        user: signed_in.user,
        profile: Profile {
            name: Some(name),
            email: Some(signed_in.email),
            role: Some(signed_in.role),
            first_name: Some(signed_in.first_name),
            last_name: Some(signed_in.last_name),
            student_id: signed_in.student,
            parent_id: signed_in.parent,
        },
        session_version: Some(signed_in.session_version),
        issued_at: None,
        expires_at: sessions.end(),
    }
}

/// What went wrong, in a word that `next-auth/react` hands to the page.
const fn word(error: &SignInError) -> &'static str {
    match error {
        SignInError::Failed | SignInError::Ambiguous => "CredentialsSignin",
        SignInError::SecondFactorRequired => "SecondFactorRequired",
        SignInError::Throttled { .. } => "TooManyAttempts",
        _ => "Unavailable",
    }
}

fn problem(error: SignInError) -> Problem {
    match error {
        SignInError::Throttled { wait } => {
            let wait = Duration::try_from(wait).unwrap_or_default();
            Problem::from(error).retry_after(wait)
        }
        error => Problem::from(error),
    }
}

/// A refusal, with the address that `next-auth/react` reads.
fn refused(problem: Problem, address: String, word: Option<&str>) -> Response {
    let problem = problem.and("url", address);
    match word {
        Some(word) => problem.and("error", word).into_response(),
        None => problem.into_response(),
    }
}
