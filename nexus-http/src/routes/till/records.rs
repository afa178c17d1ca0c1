use crate::access::Permitted;
use crate::asked::Asked;
use crate::body::QueryOf;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use nexus_core::till::invoice::{Invoice, InvoiceNumber};
use nexus_core::till::order::PaymentRecord;
use nexus_core::till::payment::{RecordProvider, RecordState};
use nexus_core::till::ports::RecordFilter;
use nexus_core::till::use_cases::{self, TillError};
use nexus_core::{ErrorCode, FieldError, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

/// Rows of a list, unless something else is asked for, and at most.
const USUAL: u32 = 100;
const MOST: u32 = 500;

/// When somebody whose invoice is being printed may come back.
const PRINTING: Duration = Duration::from_secs(2);

/// The payment of a pack.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordBody {
    id: i64,
    provider: &'static str,
    external_id: String,
    #[schema(value_type = String)]
    user_id: UserId,
    pack_id: i64,
    /// In units of the currency.
    #[schema(value_type = f64)]
    amount_tnd: Number,
    amount_minor: i64,
    currency: &'static str,
    status: &'static str,
    note: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<PaymentRecord> for RecordBody {
    fn from(record: PaymentRecord) -> Self {
        Self {
            id: record.id.get(),
            provider: record.provider.as_str(),
            external_id: record.reference,
            user_id: record.user,
            pack_id: record.pack.get(),
            amount_tnd: record.amount.to_json(),
            amount_minor: record.amount.minor(),
            currency: record.amount.currency().as_str(),
            status: record.state.as_str(),
            note: record.note,
            created_at: record.created_at,
            updated_at: record.updated_at,
        }
    }
}

async fn listed(state: &SharedState, filter: RecordFilter) -> Result<Json<Vec<RecordBody>>, Problem> {
    let records = state.till.context.store.payment_records(&filter).await?;
    Ok(Json(records.into_iter().map(RecordBody::from).collect()))
}

/// The reservations that await their money, newest first.
#[utoipa::path(get, path = "/api/payments/cash/pending", tag = "caisse", responses((status = 200, body = Vec<RecordBody>,
    example = json!([{
        "id": 12, "provider": "cash", "externalId": "cash-abc", "userId": "usr1", "packId": 1, "amountTnd": 500,
        "amountMinor": 500_000, "currency": "TND", "status": "pending", "note": null,
        "createdAt": "2026-09-14T08:30:00Z", "updatedAt": "2026-09-14T08:30:00Z"
    }])
)))]
pub(crate) async fn pending(State(state): State<SharedState>) -> Result<Json<Vec<RecordBody>>, Problem> {
    let filter =
        RecordFilter { provider: Some(RecordProvider::Cash), state: Some(RecordState::Pending), limit: MOST };
    listed(&state, filter).await
}

/// Which payments are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecordsQuery {
    /// `konnect`, `wire` or `cash`.
    provider: Option<String>,
    /// `created`, `pending`, `paid`, `failed` or `cancelled`.
    status: Option<String>,
    /// Between 1 and 500.
    limit: Option<String>,
}

/// The payments of packs, newest first.
#[utoipa::path(get, path = "/api/admin/payments/records", tag = "caisse", params(RecordsQuery), responses(
    (status = 200, body = Vec<RecordBody>, example = json!([{
        "id": 12, "provider": "cash", "externalId": "cash-abc", "userId": "usr1", "packId": 1, "amountTnd": 500,
        "amountMinor": 500_000, "currency": "TND", "status": "paid", "note": null,
        "createdAt": "2026-09-14T08:30:00Z", "updatedAt": "2026-09-14T08:30:00Z"
    }])),
))]
pub(crate) async fn records(
    State(state): State<SharedState>,
    QueryOf(query): QueryOf<RecordsQuery>,
) -> Result<Json<Vec<RecordBody>>, Problem> {
    let unknown = |field: &str| {
        let error = FieldError::new(field, ErrorCode::UnknownChoice);
        Problem::of_fields(ErrorCode::UnknownChoice, vec![error])
    };
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let provider = given(query.provider)
        .map(|word| RecordProvider::parse(&word).ok_or_else(|| unknown("provider")))
        .transpose()?;
    let status = given(query.status)
        .map(|word| RecordState::parse(&word).ok_or_else(|| unknown("status")))
        .transpose()?;
    let limit = query.limit.and_then(|limit| limit.parse().ok()).unwrap_or(USUAL).clamp(1, MOST);
    listed(&state, RecordFilter { provider, state: status, limit }).await
}

/// An invoice, or a credit note.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvoiceBody {
    number: String,
    kind: &'static str,
    subject: String,
    lines: Vec<InvoiceLineBody>,
    net_minor: i64,
    tax_minor: i64,
    gross_minor: i64,
    currency: &'static str,
    issued_at: Timestamp,
}

/// A line of a document.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvoiceLineBody {
    label: String,
    gross_minor: i64,
}

impl From<Invoice> for InvoiceBody {
    fn from(invoice: Invoice) -> Self {
        let lines = invoice.lines.into_iter();
        Self {
            number: invoice.number.to_string(),
            kind: invoice.number.series.as_str(),
            subject: invoice.subject,
            lines: lines
                .map(|line| InvoiceLineBody { label: line.label, gross_minor: line.gross.minor() })
                .collect(),
            net_minor: invoice.totals.net.minor(),
            tax_minor: invoice.totals.tax.minor(),
            gross_minor: invoice.totals.gross.minor(),
            currency: invoice.totals.gross.currency().as_str(),
            issued_at: invoice.issued_at,
        }
    }
}

/// One's own invoices and credit notes, newest first.
#[utoipa::path(get, path = "/api/account/invoices", tag = "caisse", responses((status = 200, body = Vec<InvoiceBody>,
    example = json!([{
        "number": "F2026-00042", "kind": "INVOICE", "subject": "record:12",
        "lines": [{"label": "Pack de 50 crédits", "grossMinor": 500_000}],
        "netMinor": 500_000, "taxMinor": 0, "grossMinor": 500_000, "currency": "TND", "issuedAt": "2026-09-14T08:30:00Z"
    }])
)))]
pub(crate) async fn invoices(
    State(state): State<SharedState>,
    asked: Asked,
) -> Result<Json<Vec<InvoiceBody>>, Problem> {
    let user = asked.behalf().user().ok_or_else(|| Problem::new(ErrorCode::AccountNotFound))?;
    let invoices = state.till.context.store.invoices_of_user(user, MOST).await?;
    Ok(Json(invoices.into_iter().map(InvoiceBody::from).collect()))
}

/// An invoice or a credit note as PDF: one's own, that of one's child, and for the office any.
#[utoipa::path(get, path = "/api/account/invoices/{number}/pdf", tag = "caisse", responses(
    (status = 200, body = Vec<u8>, content_type = "application/pdf"),
    (status = 404, description = "Aucune facture de ce numéro, ou invisible pour cette personne."),
    (status = 409, description = "La facture n'est pas encore prête."),
))]
pub(crate) async fn invoice_pdf(
    State(state): State<SharedState>,
    Permitted(permit): Permitted,
    Path(number): Path<String>,
) -> Result<Response, Problem> {
    let number = InvoiceNumber::parse(&number).ok_or_else(|| Problem::new(ErrorCode::InvoiceNotFound))?;
    let found = use_cases::invoice_content(&state.till.context, &permit, number).await;
    let (printed, content) = found.map_err(|error| {
        let waits = matches!(error, TillError::InvoiceNotReady);
        let problem = Problem::from(error);
        if waits { problem.retry_after(PRINTING) } else { problem }
    })?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{number}.pdf\"")),
        (header::ETAG, format!("\"{}\"", printed.checksum)),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    Ok((headers, content).into_response())
}
