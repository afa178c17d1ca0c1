use super::{OkBody, refusal};
use crate::asked::Asked;
use crate::body::StrictJsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use nexus_core::till::catalogue::{Offer, OfferForm, PricingRefForm};
use nexus_core::till::use_cases;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A price of an offer.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct RefBody {
    variable: Option<String>,
    label: Option<String>,
}

/// An offer of the site.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfferBody {
    code: String,
    label: String,
    include_aria: bool,
    refs: Vec<RefBody>,
}

impl From<Offer> for OfferBody {
    fn from(offer: Offer) -> Self {
        let price = |price: nexus_core::till::catalogue::PricingRef| RefBody {
            variable: Some(price.variable),
            label: Some(price.label),
        };
        Self {
            code: offer.code,
            label: offer.label,
            include_aria: offer.include_aria,
            refs: offer.refs.into_iter().map(price).collect(),
        }
    }
}

/// An offer as it is sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfferRequest {
    code: Option<String>,
    label: Option<String>,
    include_aria: Option<bool>,
    pricing_refs: Option<Vec<RefBody>>,
}

/// Several offers.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct OffersRequest {
    offers: Vec<OfferRequest>,
}

impl From<OfferRequest> for OfferForm {
    fn from(request: OfferRequest) -> Self {
        let price = |price: RefBody| PricingRefForm { variable: price.variable, label: price.label };
        Self {
            code: request.code,
            label: request.label,
            include_aria: request.include_aria,
            pricing_refs: request.pricing_refs.map(|refs| refs.into_iter().map(price).collect()),
        }
    }
}

/// The offers of the site, by code.
#[utoipa::path(get, path = "/api/offers/bindings", tag = "caisse", responses((status = 200, body = Vec<OfferBody>,
    example = json!([{
        "code": "ODYSSEE", "label": "Programme Odyssée", "includeAria": true,
        "refs": [{"variable": "Odysee_Premiere", "label": "Première"}]
    }])
)))]
pub(crate) async fn list(State(state): State<SharedState>) -> Result<Json<Vec<OfferBody>>, Problem> {
    let offers = state.till.context.store.offers().await?;
    Ok(Json(offers.into_iter().map(OfferBody::from).collect()))
}

/// Writes offers, all of them or none; those that are not named stay.
#[utoipa::path(put, path = "/api/offers/bindings", tag = "caisse",
    request_body(content = OffersRequest, example = json!({"offers": [{
        "code": "ODYSSEE", "label": "Programme Odyssée", "includeAria": true,
        "pricingRefs": [{"variable": "Odysee_Premiere", "label": "Première"}]
    }]})),
    responses((status = 200, body = OkBody, example = json!({"ok": true})))
)]
pub(crate) async fn replace(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<OffersRequest>,
) -> Result<Json<OkBody>, Problem> {
    let forms: Vec<OfferForm> = request.offers.into_iter().map(OfferForm::from).collect();
    use_cases::replace_offers(&state.till.context, asked.behalf(), &forms).await.map_err(refusal)?;
    Ok(Json(OkBody::DONE))
}
