use super::refusal;
use crate::asked::Asked;
use crate::body::StrictJsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::{Path, State};
use nexus_core::ErrorCode;
use nexus_core::till::catalogue::{ItemType, Product, ProductForm};
use nexus_core::till::use_cases;
use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::ToSchema;

/// A product of the catalogue, as it is sold.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductBody {
    item_type: &'static str,
    item_key: String,
    /// In units of the currency; absent when it is stored in a currency that the school does not take.
    #[schema(value_type = Option<f64>)]
    amount: Option<Number>,
    amount_minor: Option<i64>,
    currency: Option<&'static str>,
    description: String,
    active: bool,
}

impl From<Product> for ProductBody {
    fn from(product: Product) -> Self {
        Self {
            item_type: product.kind.as_str(),
            item_key: product.key,
            amount: product.price.map(nexus_core::money::Money::to_json),
            amount_minor: product.price.map(nexus_core::money::Money::minor),
            currency: product.price.map(|price| price.currency().as_str()),
            description: product.description,
            active: product.active,
        }
    }
}

/// A product, whole or in part.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ProductRequest {
    /// Whole units of the currency, at least one.
    #[schema(value_type = Option<f64>)]
    amount: Option<Number>,
    currency: Option<String>,
    description: Option<String>,
    active: Option<bool>,
}

/// The products of the catalogue, by kind and key, those that are not sold any more included.
#[utoipa::path(get, path = "/api/admin/products", tag = "caisse", responses((status = 200, body = Vec<ProductBody>,
    example = json!([{
        "itemType": "SUBSCRIPTION", "itemKey": "HYBRIDE", "amount": 450, "amountMinor": 450_000, "currency": "TND",
        "description": "Formule hybride", "active": true
    }])
)))]
pub(crate) async fn list(State(state): State<SharedState>) -> Result<Json<Vec<ProductBody>>, Problem> {
    let products = state.till.context.store.products().await?;
    Ok(Json(products.into_iter().map(ProductBody::from).collect()))
}

/// Writes the price of a product, which is new or known; what is left out stays. One that is not sold any more is made
/// inactive: orders refer to it.
#[utoipa::path(put, path = "/api/admin/products/{itemType}/{itemKey}", tag = "caisse",
    request_body(content = ProductRequest, example = json!({"amount": 450, "description": "Formule hybride"})),
    responses((status = 200, body = ProductBody, example = json!({
        "itemType": "SUBSCRIPTION", "itemKey": "HYBRIDE", "amount": 450, "amountMinor": 450_000, "currency": "TND",
        "description": "Formule hybride", "active": true
    })))
)]
pub(crate) async fn save(
    State(state): State<SharedState>,
    asked: Asked,
    Path((kind, key)): Path<(String, String)>,
    StrictJsonBody(request): StrictJsonBody<ProductRequest>,
) -> Result<Json<ProductBody>, Problem> {
    let kind = ItemType::parse_order(&kind).ok_or_else(|| Problem::new(ErrorCode::NotFound))?;
    let form = ProductForm {
        amount: request.amount,
        currency: request.currency,
        description: request.description,
        active: request.active,
    };
    let saved = use_cases::save_product(&state.till.context, asked.behalf(), kind, &key, &form).await;
    Ok(Json(saved.map_err(refusal)?.into()))
}
