use super::student;
use crate::asked::Asked;
use crate::body::JsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use nexus_core::subscriptions::{Addon, AddonKey, SubscriptionError, use_cases};
use nexus_core::{ErrorCode, FieldError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An addition to the subscription of a child.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AddonRequest {
    student_id: String,
    /// `MATIERE_SUPPLEMENTAIRE` or `ANALYSE_APPROFONDIE`.
    addon: String,
}

/// An addition at its price of today.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddonBody {
    key: &'static str,
    name: &'static str,
    /// Dinars a month.
    price: i64,
    description: String,
}

impl From<Addon> for AddonBody {
    fn from(addon: Addon) -> Self {
        Self {
            key: addon.key.as_str(),
            name: addon.key.label(),
            price: addon.price,
            description: addon.description,
        }
    }
}

/// What can be paid for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddonAsked {
    success: bool,
    addon: AddonBody,
    message: &'static str,
}

/// Says what an addition to the running subscription of a child costs. Nothing is written: it is there once it is paid for.
#[utoipa::path(post, path = "/api/subscriptions/aria-addon", tag = "abonnements",
    request_body(content = AddonRequest, example = json!({"studentId": "stu1", "addon": "MATIERE_SUPPLEMENTAIRE"})),
    responses(
        (status = 200, body = AddonAsked, example = json!({
            "success": true, "addon": {"key": "MATIERE_SUPPLEMENTAIRE", "name": "Matière supplémentaire", "price": 50,
                                       "description": "ARIA : une matière de plus"},
            "message": "Add-on ARIA sélectionné, procédez au paiement"
        })),
        (status = 409, description = "Aucun abonnement actif trouvé."),
    ))]
pub(crate) async fn addon(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<AddonRequest>,
) -> Result<Json<AddonAsked>, Problem> {
    let Some(key) = AddonKey::parse(&request.addon) else {
        let field = FieldError::new("addon", ErrorCode::UnknownChoice);
        let problem = Problem::of_fields(ErrorCode::UnknownChoice, vec![field]);
        return Err(problem.and("error", "Add-on ARIA invalide"));
    };
    let student = student(request.student_id)?;
    let addon =
        use_cases::addon_for(&state.subscriptions, asked.behalf(), &student, key).await.map_err(|error| {
            match error {
                SubscriptionError::NoActiveSubscription => {
                    Problem::from(error).and("error", "Aucun abonnement actif trouvé")
                }
                error => Problem::from(error),
            }
        })?;
    Ok(Json(AddonAsked {
        success: true,
        addon: addon.into(),
        message: "Add-on ARIA sélectionné, procédez au paiement",
    }))
}
