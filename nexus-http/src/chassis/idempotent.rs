//! Requests that carry an idempotency key: done once, answered as often as they are sent.
//!
//! What carries a key is done to its end even when its sender goes away: that is when he will send it again. Answers hold
//! personal data; they are kept for as long as the key is, and erased with it.

use super::Parts;
use super::context::RequestContext;
use super::gate;
use crate::body::read_whole;
use crate::problem::Problem;
use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, LOCATION,
};
use axum::http::{HeaderName, HeaderValue, Method, Request, StatusCode};
use axum::response::Response;
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use nexus_core::{
    AnswerHeader, Checksum, ErrorCode, IdempotencyClaim, IdempotencyStart, IdempotencyStore, IdempotencyTerm,
    StoredAnswer, UserId,
};
use std::sync::Arc;
use std::time::Duration;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Longest key, in bytes.
const LONGEST_KEY: usize = 255;

/// The headers of an answer that are kept. Never a cookie: whoever repeats a request is not signed in by it.
const KEPT: [HeaderName; 6] =
    [CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, LOCATION];

/// What a handler may take beyond its time before its key counts as abandoned.
const LEASE_MARGIN: Duration = Duration::from_secs(15);

/// When a request comes again while the first one is being done, it may come back after this.
const COME_BACK: Duration = Duration::from_secs(1);

/// How often keeping an answer is tried.
const TRIES: usize = 3;

/// A request with a key.
pub(super) struct Attempt {
    store: Arc<dyn IdempotencyStore>,
    scope: Checksum,
    secret: bool,
}

impl Attempt {
    /// Reads the key of a request; `None` when it has none, or when nobody would be allowed to use it.
    pub(super) fn of(
        parts: &Parts,
        context: &RequestContext,
        user: Option<&UserId>,
        request: &Request<Body>,
    ) -> Result<Option<Self>, Problem> {
        let Some(store) = &parts.idempotency else { return Ok(None) };
        if request.method() != Method::POST || context.policy.own_keys {
            return Ok(None);
        }
        let mut keys = request.headers().get_all(KEY).iter();
        let Some(key) = keys.next() else { return Ok(None) };
        let is_key =
            (1..=LONGEST_KEY).contains(&key.len()) && key.as_bytes().iter().all(u8::is_ascii_graphic);
        if !is_key || keys.next().is_some() {
            return Err(Problem::new(ErrorCode::MalformedIdempotencyKey));
        }
        // A stranger who is about to be refused leaves nothing behind.
        if user.is_none() && !context.policy.public {
            return Ok(None);
        }
        let network = context.client.subscriber();
        let asker: [&[u8]; 2] = match user {
            Some(user) => [b"user", user.as_str().as_bytes()],
            None => [b"network", network.as_bytes()],
        };
        let path = request.uri().path_and_query().map_or("", |address| address.as_str());
        let scope = parts.pseudonyms.of(&[
            b"idempotency",
            asker[0],
            asker[1],
            request.method().as_str().as_bytes(),
            context.route.template.as_bytes(),
            path.as_bytes(),
            key.as_bytes(),
        ]);
        Ok(Some(Self { store: Arc::clone(store), scope, secret: context.policy.secret }))
    }

    /// Does the request, or gives the answer of the time when it was done.
    pub(super) async fn run(
        self,
        parts: &Arc<Parts>,
        context: &RequestContext,
        router: Router,
        request: Request<Body>,
        time: Duration,
    ) -> Result<Response, Problem> {
        let (head, body) = request.into_parts();
        let body = read_whole(body).await?;
        let kind = head.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        let claim = IdempotencyClaim {
            scope: self.scope,
            fingerprint: Checksum::of_parts(&[kind, &body]),
            token: parts.ids_source.next_id(),
        };
        let term = term(parts, time);
        match self.store.claim_key(&claim, term).await? {
            IdempotencyStart::Answered(answer) => replay(answer),
            IdempotencyStart::InFlight { .. } => {
                Err(Problem::new(ErrorCode::RequestInFlight).retry_after(COME_BACK))
            }
            IdempotencyStart::OtherContent => Err(Problem::new(ErrorCode::IdempotencyKeyReused)),
            IdempotencyStart::Started => {
                let mut request = Request::from_parts(head, Body::from(body));
                // What is done for it answers its key in the same transaction: a lost answer does nothing twice.
                request.extensions_mut().insert(claim.clone());
                let largest = parts.settings.idempotency.largest;
                let work = async move {
                    let execution = Execution { store: self.store, claim: Some(claim) };
                    let answered = gate::within(time, gate::run(router, request)).await;
                    execution.settle(answered, self.secret, largest).await
                };
                let span = tracing::Span::current();
                let done = parts.drain.finish(tracing::Instrument::instrument(work, span)).await;
                done.unwrap_or_else(|_| {
                    tracing::error!(route = &*context.route.template, "a handler panicked");
                    Err(Problem::new(ErrorCode::Internal))
                })
            }
        }
    }
}

fn term(parts: &Parts, time: Duration) -> IdempotencyTerm {
    let now = parts.clock.now();
    let later = |time: Duration| {
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        now.checked_add(time).unwrap_or(Timestamp::MAX)
    };
    IdempotencyTerm {
        now,
        lease_until: later(time.saturating_add(LEASE_MARGIN)),
        expires_at: later(parts.settings.idempotency.kept),
    }
}

/// An execution in hand. If it ends without an answer (its handler panicked), its key is freed.
struct Execution {
    store: Arc<dyn IdempotencyStore>,
    claim: Option<IdempotencyClaim>,
}

impl Drop for Execution {
    fn drop(&mut self) {
        if let Some(claim) = self.claim.take() {
            let store = Arc::clone(&self.store);
            tokio::spawn(async move { abandon(&*store, &claim).await });
        }
    }
}

impl Execution {
    async fn settle(
        mut self,
        answered: Result<Response, Problem>,
        secret: bool,
        largest: u64,
    ) -> Result<Response, Problem> {
        let Some(claim) = self.claim.take() else { return answered };
        let response = match answered {
            Ok(response) if is_a_decision(response.status()) => response,
            undecided => {
                abandon(&*self.store, &claim).await;
                return undecided;
            }
        };
        let (response, answer) = keep(response, secret, largest).await?;
        for attempt in 1..=TRIES {
            match self.store.keep_answer(&claim, &answer).await {
                Ok(true) => break,
                Ok(false) => {
                    tracing::warn!("an answer came after its idempotency key had been given away");
                    break;
                }
                Err(error) => {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, attempt, "an answer could not be kept");
                }
            }
        }
        Ok(response)
    }
}

/// Whether the request was decided upon: what only says « not now » or « who are you? » may be sent again.
fn is_a_decision(status: StatusCode) -> bool {
    !status.is_server_error()
        && !matches!(
            status,
            StatusCode::UNAUTHORIZED
                | StatusCode::REQUEST_TIMEOUT
                | StatusCode::TOO_EARLY
                | StatusCode::TOO_MANY_REQUESTS
        )
}

async fn abandon(store: &dyn IdempotencyStore, claim: &IdempotencyClaim) {
    if let Err(error) = store.free_key(claim).await {
        // The lease frees the key by itself.
        let error: &dyn std::error::Error = &error;
        tracing::warn!(error, "an idempotency key could not be freed");
    }
}

/// Splits an answer into itself and what is kept of it.
async fn keep(response: Response, secret: bool, largest: u64) -> Result<(Response, StoredAnswer), Problem> {
    let (head, body) = response.into_parts();
    let headers = KEPT
        .iter()
        .filter_map(|name| {
            let value = head.headers.get(name)?.to_str().ok()?;
            Some(AnswerHeader { name: name.as_str().to_owned(), value: value.to_owned() })
        })
        .collect();
    let status = head.status.as_u16();
    let fits = body.size_hint().exact().is_some_and(|size| size <= largest);
    if secret || !fits {
        let answer = StoredAnswer { status, headers, body: None };
        return Ok((Response::from_parts(head, body), answer));
    }
    let bytes = body.collect().await.map_err(|_| Problem::new(ErrorCode::Internal))?.to_bytes();
    let answer = StoredAnswer { status, headers, body: Some(bytes.to_vec()) };
    Ok((Response::from_parts(head, Body::from(bytes)), answer))
}

fn replay(answer: StoredAnswer) -> Result<Response, Problem> {
    let Some(body) = answer.body else { return Err(Problem::new(ErrorCode::AlreadyProcessed)) };
    let mut response = Response::new(Body::from(body));
    // What is stored was an answer once: what cannot be read back is left out.
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    for header in answer.headers {
        if let (Ok(name), Ok(value)) =
            (HeaderName::try_from(header.name), HeaderValue::try_from(header.value))
        {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}
