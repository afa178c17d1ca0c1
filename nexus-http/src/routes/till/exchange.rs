use crate::body::QueryOf;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use nexus_core::money::{Currency, Money};
use nexus_core::{Coded, ErrorCode, FieldError};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::{IntoParams, ToSchema};

/// What is converted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExchangeQuery {
    /// Dinars, with at most three decimals.
    amount_tnd: Option<String>,
    /// `EUR`; the dinar itself is taken as it is.
    to: Option<String>,
}

/// An amount in another currency, for people who want to know: orders are in dinars.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExchangeBody {
    /// In units of the currency.
    #[schema(value_type = f64)]
    amount: Number,
    amount_minor: i64,
    currency: &'static str,
    /// When the rate was told; absent where none was needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    told_at: Option<Timestamp>,
}

/// An amount of dinars in euros, at the rate of now; rounded once, halves up. Without a fresh rate it answers 503 and invents none.
#[utoipa::path(get, path = "/api/pricing/exchange", tag = "caisse", params(ExchangeQuery), responses(
    (status = 200, body = ExchangeBody, example = json!({
        "amount": 134.33, "amountMinor": 13_433, "currency": "EUR", "toldAt": "2026-09-14T08:30:00Z"
    })),
    (status = 422, description = "Montant ou devise refusés."),
    (status = 503, description = "Aucun taux du jour n'est connu."),
))]
pub(crate) async fn exchange(
    State(state): State<SharedState>,
    QueryOf(query): QueryOf<ExchangeQuery>,
) -> Result<Json<ExchangeBody>, Problem> {
    let wrong = |field: &str, code: ErrorCode, sentence: String| {
        Problem::of_fields(code, vec![FieldError::with_detail(field, code, sentence)])
    };
    let amount = query.amount_tnd.filter(|text| !text.is_empty());
    let amount = amount.ok_or_else(|| super::cash::missing(&["amountTnd"]))?;
    let dinars = Money::from_decimal(&amount, Currency::Tnd)
        .map_err(|error| wrong("amountTnd", error.code(), error.sentence()))?;
    let to = query.to.as_deref().filter(|code| !code.is_empty()).unwrap_or("EUR");
    let to = Currency::parse(to).map_err(|error| {
        // The existing application's own words.
        let word = error.sentence();
        wrong("to", error.code(), error.code().sentence().to_owned()).and("error", word)
    })?;
    let (amount, told_at) = match to {
        Currency::Tnd => (dinars, None),
        Currency::Eur => {
            let context = &state.till.context;
            let rate = context.rates.rate(context.clock.now()).await?;
            (rate.convert(dinars)?, Some(rate.at()))
        }
    };
    Ok(Json(ExchangeBody {
        amount: amount.to_json(),
        amount_minor: amount.minor(),
        currency: amount.currency().as_str(),
        told_at,
    }))
}
