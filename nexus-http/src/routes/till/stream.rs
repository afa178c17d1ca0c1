use crate::problem::Problem;
use crate::state::SharedState;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream, StreamExt};
use nexus_core::ErrorCode;
use nexus_core::till::ports::{PricingChange, TillReading};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, watch};

/// How often a sign of life is sent.
const HEART_BEAT: Duration = Duration::from_secs(15);

/// How often a listener looks for changes that another server committed.
const LOOK: Duration = Duration::from_secs(5);

/// Most changes that are read at once.
const BATCH: u32 = 100;

/// Tells proxies to pass events on at once.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// A listener: what it has seen, and what it has still to be told.
struct Listener {
    store: Arc<dyn TillReading>,
    rings: watch::Receiver<u64>,
    seen: i64,
    pending: VecDeque<PricingChange>,
    _place: OwnedSemaphorePermit,
}

impl Listener {
    async fn next(mut self) -> Option<(Event, Self)> {
        loop {
            if let Some(change) = self.pending.pop_front() {
                self.seen = change.id;
                let value = serde_json::json!({"kind": change.kind, "change": change.payload});
                let event =
                    Event::default().event("pricing").id(change.id.to_string()).data(value.to_string());
                return Some((event, self));
            }
            // Marked as seen before the look: a ring that comes meanwhile is not lost.
            self.rings.borrow_and_update();
            match self.store.pricing_changes(self.seen, BATCH).await {
                Ok(changes) if !changes.is_empty() => self.pending = changes.into(),
                // A store that is away for a moment does not end the stream; the next look tries again.
                _ => tokio::select! {
                    rung = self.rings.changed() => rung.ok()?,
                    () = tokio::time::sleep(LOOK) => {}
                },
            }
        }
    }
}

/// Changes of prices, after each commit: `ready` at once, then one `pricing` per change, numbered. Whoever connects again with
/// `Last-Event-ID` is told what he missed.
#[utoipa::path(get, path = "/api/pricing/stream", tag = "caisse", responses(
    (status = 200, content_type = "text/event-stream", body = String, example = "event: ready\ndata: {\"ok\":true}\n\n"),
))]
pub(crate) async fn stream(
    State(state): State<SharedState>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (place, rings) = state.till.prices.enter().ok_or_else(|| Problem::new(ErrorCode::StreamFull))?;
    let store = Arc::clone(&state.till.context.store);
    let last = store.last_pricing_change().await?;
    let told = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    // A number that was never given (of another database) would wait for ever.
    let seen = told.filter(|seen| (0..=last).contains(seen)).unwrap_or(last);
    let listener = Listener { store, rings, seen, pending: VecDeque::new(), _place: place };
    let mut response =
        ([UNBUFFERED], Sse::new(events(listener)).keep_alive(KeepAlive::new().interval(HEART_BEAT)))
            .into_response();
    let kind = HeaderValue::from_static("text/event-stream; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

fn events(listener: Listener) -> impl Stream<Item = Result<Event, Infallible>> {
    let ready = Event::default().event("ready").data(r#"{"ok":true}"#);
    stream::once(async { ready }).chain(stream::unfold(listener, Listener::next)).map(Ok)
}
