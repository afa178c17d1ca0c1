use crate::problem::Problem;
use crate::state::HttpState;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

/// `GET /api/health`: whether the database answers.
pub(crate) async fn health(State(state): State<HttpState>) -> Result<Json<Value>, Problem> {
    match state.bilans.store.count_people().await {
        Ok(people) => {
            Ok(Json(json!({"ok": true, "db": "up", "userCount": people, "version": state.version})))
        }
        Err(error) => Err(Problem::from(error).and("ok", false).and("error", "db_down")),
    }
}
