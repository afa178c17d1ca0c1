//! Whether the service lives, whether it may be given work, and how its parts are.

use crate::access::Permitted;
use crate::chassis::Constant;
use crate::operations::{ServiceAnswer, ServiceState};
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use nexus_core::ErrorCode;
use serde_json::{Map, Value, json};
use std::future::Future;
use std::time::{Duration, Instant};

/// How long readiness waits for the database.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether the database answers, in the shape of the existing application.
#[utoipa::path(get, path = "/api/health", tag = "exploitation", responses(
    (status = 200, body = Object, example = json!({"ok": true, "db": "up", "userCount": 214, "version": "0.1.0"})),
))]
pub(crate) async fn health(State(state): State<SharedState>) -> Result<Json<Value>, Problem> {
    match state.bilans.store.count_people().await {
        Ok(people) => {
            Ok(Json(json!({"ok": true, "db": "up", "userCount": people, "version": state.version})))
        }
        Err(error) => Err(Problem::from(error).and("ok", false).and("error", "db_down")),
    }
}

/// Whether the process answers at all; touches nothing.
#[utoipa::path(get, path = "/health/live", tag = "exploitation", responses(
    (status = 200, body = Object, example = json!({"live": true})),
))]
pub(crate) async fn live() -> impl IntoResponse {
    ([(CONTENT_TYPE, LIVE.content_type)], LIVE.body)
}

/// What a process that answers at all says.
pub(crate) const LIVE: Constant = Constant { content_type: "application/json", body: r#"{"live":true}"# };

/// Whether this server may be given work: its database answers with the schema of this version, sessions can be opened,
/// and it is not leaving.
#[utoipa::path(get, path = "/health/ready", tag = "exploitation", responses(
    (status = 200, body = Object, example = json!({
        "ready": true,
        "checks": {"serving": true, "database": true, "schema": true, "queues": true, "sessions": true}
    })),
))]
pub(crate) async fn ready(State(state): State<SharedState>) -> Result<Json<Value>, Problem> {
    let operations = &state.operations;
    let database = in_time(operations.store.ping()).await.is_ok();
    // A database that does not answer would only be asked in vain.
    let schema = database && in_time(operations.store.schema_is_current()).await == Ok(true);
    let checks = [
        ("serving", !state.chassis.drain().is_leaving()),
        ("database", database),
        ("schema", schema),
        ("queues", schema && in_time(state.bilans.store.backlog()).await.is_ok()),
        ("sessions", operations.has_session_secret),
    ];
    let told: Map<String, Value> =
        checks.iter().map(|(name, good)| ((*name).to_owned(), json!(good))).collect();
    if checks.iter().all(|(_, good)| *good) {
        return Ok(Json(json!({"ready": true, "checks": told})));
    }
    Err(Problem::new(ErrorCode::ServiceNotReady).and("ready", false).and("checks", told))
}

/// What a question to the store gave within its time. The error itself is logged where it is met, and is of no use to
/// whoever asks.
async fn in_time<T, E>(question: impl Future<Output = Result<T, E>>) -> Result<T, ()> {
    tokio::time::timeout(PATIENCE, question).await.map_err(drop)?.map_err(drop)
}

/// How the database and the services beside it are, in the shape of the existing application.
#[utoipa::path(get, path = "/api/status", tag = "exploitation", responses(
    (status = 200, body = Object, example = json!({
        "status": "ok",
        "app": {"db": {"connected": true, "userCount": 214, "ms": 1}, "version": "0.1.0"},
        "services": {
            "rag": {"ok": false, "ms": 0, "error": "not_installed"},
            "llm": {"ok": false, "ms": 0, "error": "switched_off"},
            "pdf": {"ok": true, "ms": 12}
        },
        "timestamp": "2026-09-14T08:30:00Z"
    })),
))]
pub(crate) async fn status(State(state): State<SharedState>, _: Permitted) -> Result<Json<Value>, Problem> {
    let start = Instant::now();
    let people = state.bilans.store.count_people().await.map_err(|error| {
        Problem::from(error).and("status", "error").and("timestamp", state.bilans.clock.now().to_string())
    })?;
    let took = milliseconds(start.elapsed());
    let services = state.operations.services.examine().await;
    Ok(Json(json!({
        "status": verdict(&services),
        "app": {"db": {"connected": true, "userCount": people, "ms": took}, "version": state.version},
        "services": services.iter().map(|service| (service.name.to_owned(), told(service))).collect::<Map<_, _>>(),
        "timestamp": state.bilans.clock.now().to_string(),
    })))
}

/// What is absent on purpose is no failure: everything works without it, in its own way.
fn verdict(services: &[ServiceState]) -> &'static str {
    let failed = services.iter().filter(|service| matches!(service.answer, ServiceAnswer::Failed(_))).count();
    let good = services.iter().filter(|service| service.answer == ServiceAnswer::Good).count();
    match (failed, good) {
        (0, _) => "ok",
        (_, 0) => "down",
        _ => "degraded",
    }
}

fn told(service: &ServiceState) -> Value {
    let ms = milliseconds(service.took);
    match service.answer {
        ServiceAnswer::Good => json!({"ok": true, "ms": ms}),
        ServiceAnswer::Failed(word) | ServiceAnswer::Absent(word) => {
            json!({"ok": false, "ms": ms, "error": word})
        }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_on_purpose_is_no_failure() {
        let services = |answers: &[ServiceAnswer]| -> Vec<_> {
            answers
                .iter()
                .map(|answer| ServiceState { name: "x", answer: *answer, took: Duration::ZERO })
                .collect()
        };
        let (good, failed, absent) =
            (ServiceAnswer::Good, ServiceAnswer::Failed("timeout"), ServiceAnswer::Absent("switched_off"));
        for (answers, expected) in [
            (vec![good, absent, absent], "ok"),
            (vec![absent, absent], "ok"),
            (vec![good, failed, absent], "degraded"),
            (vec![failed, failed, absent], "down"),
        ] {
            assert_eq!(verdict(&services(&answers)), expected, "{answers:?}");
        }
    }
}
