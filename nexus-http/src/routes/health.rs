use crate::problem::Problem;
use crate::state::HttpState;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

/// Whether the database answers, in the shape of the existing application.
#[utoipa::path(get, path = "/api/health", tag = "exploitation", responses(
    (status = 200, body = Object, example = json!({"ok": true, "db": "up", "userCount": 214, "version": "0.1.0"})),
))]
pub(crate) async fn health(State(state): State<HttpState>) -> Result<Json<Value>, Problem> {
    match state.bilans.store.count_people().await {
        Ok(people) => {
            Ok(Json(json!({"ok": true, "db": "up", "userCount": people, "version": state.version})))
        }
        Err(error) => Err(Problem::from(error).and("ok", false).and("error", "db_down")),
    }
}
