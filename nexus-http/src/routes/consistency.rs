//! Whether the data hold together, in the shape of the existing application.

use crate::access::Permitted;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nexus_core::consistency::consistency_report;
use nexus_core::invariants::{RULES, Severity, look_at};
use serde_json::{Value, json};

/// Rows that are named of each rule.
const MOST: u32 = 50;

/// What the database holds (C1 to C9, as before), and every rule that the data must keep, with the rows that break it. The verdict
/// is that of the rules: 500, as before, when one of them is broken that is more than a warning.
#[utoipa::path(get, path = "/api/consistency", tag = "exploitation", responses(
    (status = 200, body = Object, example = json!({
        "ok": true, "summary": [], "counts": {"students": 8},
        "invariants": [{"name": "At least 1 admin", "ok": true, "details": "admins=1"}],
        "rules": [{
            "name": "balance_is_the_sum", "sentence": "Le solde d'un portefeuille est la somme de ses mouvements.",
            "severity": "error", "repair": "…", "ok": true, "ids": [], "more": false
        }]
    })),
    (status = 500, description = "Une règle n'est pas respectée : le même corps, avec `ok` à `false`."),
))]
pub(crate) async fn consistency(
    State(state): State<SharedState>,
    _: Permitted,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let operations = &state.operations;
    let report = consistency_report(operations.school.school_counts().await?);
    let now = state.bilans.clock.now();
    let mut findings = Vec::with_capacity(RULES.len());
    for rule in RULES {
        findings.push(look_at(&*operations.invariants, *rule, now, MOST).await?);
    }
    let broken: Vec<_> = findings
        .iter()
        .filter(|finding| !finding.ok && finding.rule.severity == Severity::Error)
        .map(|finding| finding.rule.name)
        .collect();
    let summary = if broken.is_empty() {
        Vec::new()
    } else {
        vec![format!("Invariants failed: {}", broken.join(", "))]
    };
    let status = if broken.is_empty() { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR };
    let body = json!({
        "ok": broken.is_empty(),
        "summary": summary,
        "counts": report.counts,
        "invariants": report.invariants,
        "rules": findings,
    });
    Ok((status, Json(body)))
}
