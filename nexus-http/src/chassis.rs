//! What every request goes through, whatever the route.
//!
//! From the outside in: the *frame* (`frame.rs`: id, log, measures, security headers), cross-origin rules, compression, and
//! the *gate* (`gate.rs`): limits of the head, cross-site requests, authentication, rate limits, limits of the body,
//! idempotency keys, time — then the handler — then the form of problems, entity tags, the end of streams.

mod authentication;
mod body_guard;
mod book;
mod client;
mod compressed;
mod constant;
mod context;
mod cross_origin;
pub(crate) mod csrf;
mod drain;
mod enclosed;
mod entity_tag;
mod frame;
mod gate;
mod head;
mod idempotent;
mod log;
mod meters;
mod origin;
mod pages;
mod policy;
mod rate_limit;
mod request_id;
mod security_headers;
mod settings;
mod trace_parent;
mod watch;

pub use authentication::{Authentication, Identity};
pub use client::{ClientAddress, SecureTransport, SubscriberKey};
pub use constant::Constant;
pub use drain::Drain;
pub use enclosed::{Enclosed, EnclosedFuture};
pub use entity_tag::{EntityTag, IfMatch};
pub use meters::{DURATION, IN_FLIGHT, REQUESTS};
pub use origin::{InvalidOrigin, Origin};
pub use pages::PageOf;
pub use policy::{BodyClass, RateClass, RoutePolicies, RoutePolicy};
pub use rate_limit::{
    Decision, LimitKey, LimiterUnavailable, MemoryRateLimiter, Quota, RateLimiter, RateQuotas,
};
#[cfg(feature = "redis")]
pub use rate_limit::{RedisLimiterError, RedisRateLimiter};
pub use settings::{
    BodyLimits, ChassisSettings, ConnectionLimits, HeadLimits, IdempotencySettings, TimeLimits,
};
pub use trace_parent::TraceParent;

pub(crate) use body_guard::body_fault;
pub(crate) use csrf::token_cookies;

use axum::Router;
use axum::http::Extensions;
use nexus_core::{Checksum, Clock, IdSource, IdempotencyStore, PseudonymKey, Pseudonyms};
use std::sync::Arc;
use std::time::Duration;

/// The id of a request, for what has to remember it.
pub(crate) fn request_id(extensions: &Extensions) -> Option<String> {
    context::of(extensions).map(|context| context.id().to_owned())
}

/// How often expired answers are erased.
const HOUSEKEEPING: Duration = Duration::from_mins(10);

/// The chassis of a server: settings, and what it leans on.
#[derive(Clone)]
pub struct Chassis {
    settings: ChassisSettings,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    authentication: Option<Arc<dyn Authentication>>,
    idempotency: Option<Arc<dyn IdempotencyStore>>,
    shared_limiter: Option<Arc<dyn RateLimiter>>,
    trace_parent: Option<Arc<dyn TraceParent>>,
    drain: Drain,
}

impl std::fmt::Debug for Chassis {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Chassis").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Chassis {
    /// A chassis that knows nobody, keeps no keys, and counts alone.
    pub fn new(settings: ChassisSettings, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        Self {
            settings,
            clock,
            ids,
            authentication: None,
            idempotency: None,
            shared_limiter: None,
            trace_parent: None,
            drain: Drain::default(),
        }
    }

    /// Finds out who is behind requests.
    #[must_use]
    pub fn with_authentication(self, authentication: Arc<dyn Authentication>) -> Self {
        Self { authentication: Some(authentication), ..self }
    }

    /// Finds out who is behind requests, unless something else does already.
    #[must_use]
    pub fn or_authentication(self, authentication: Arc<dyn Authentication>) -> Self {
        let authentication = self.authentication.or(Some(authentication));
        Self { authentication, ..self }
    }

    /// Keeps idempotency keys.
    #[must_use]
    pub fn with_idempotency(self, store: Arc<dyn IdempotencyStore>) -> Self {
        Self { idempotency: Some(store), ..self }
    }

    /// Counts together with other servers.
    #[must_use]
    pub fn with_shared_limiter(self, limiter: Arc<dyn RateLimiter>) -> Self {
        Self { shared_limiter: Some(limiter), ..self }
    }

    /// Continues the traces of callers.
    #[must_use]
    pub fn with_trace_parent(self, trace_parent: Arc<dyn TraceParent>) -> Self {
        Self { trace_parent: Some(trace_parent), ..self }
    }

    /// Its settings.
    pub const fn settings(&self) -> &ChassisSettings {
        &self.settings
    }

    /// How far the end of the server is.
    pub const fn drain(&self) -> &Drain {
        &self.drain
    }

    /// Erases what has expired, again and again, for as long as the server lives.
    pub(crate) async fn keep_house(self) {
        let Some(store) = self.idempotency else { return };
        loop {
            match store.erase_expired_answers(self.clock.now()).await {
                // There may be more.
                Ok(erased) if erased > 0 => continue,
                Ok(_) => {}
                Err(error) => {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, "expired answers could not be erased");
                }
            }
            tokio::time::sleep(HOUSEKEEPING).await;
        }
    }

    /// Puts the chassis around routes. A route that the policies do not name is treated as [`RoutePolicy::USUAL`], and has no
    /// name in logs and measures. A recorder of measures must have been installed before.
    pub fn around(&self, router: Router, policies: RoutePolicies) -> Enclosed {
        Enclosed::new(&Arc::new(Parts::new(self.clone(), policies)), router)
    }
}

/// What the layers share.
struct Parts {
    settings: ChassisSettings,
    clock: Arc<dyn Clock>,
    ids_source: Arc<dyn IdSource>,
    authentication: Option<Arc<dyn Authentication>>,
    idempotency: Option<Arc<dyn IdempotencyStore>>,
    trace_parent: Option<Arc<dyn TraceParent>>,
    drain: Drain,
    book: book::RouteBook,
    headers: security_headers::SecurityHeaders,
    shares_with_other_sites: bool,
    ids: request_id::RequestIds,
    in_flight: metrics::Gauge,
    limits: rate_limit::Limits,
    proxies: client::TrustedProxies,
    pseudonyms: Pseudonyms,
    same_site: csrf::SameSite,
    compressor: compressed::Compressor,
}

impl Parts {
    fn new(chassis: Chassis, policies: RoutePolicies) -> Self {
        let Chassis {
            settings,
            clock,
            ids,
            authentication,
            idempotency,
            shared_limiter,
            trace_parent,
            drain,
        } = chassis;
        meters::describe();
        let headers = security_headers::SecurityHeaders::new(&settings);
        let key = settings
            .pseudonym_key
            .clone()
            .unwrap_or_else(|| PseudonymKey::new(Checksum::of_bytes(ids.next_id().as_bytes()).into_bytes()));
        let pseudonyms = Pseudonyms::new(&key);
        Self {
            clock: Arc::clone(&clock),
            authentication,
            idempotency,
            trace_parent,
            drain,
            book: book::RouteBook::new(policies, &headers),
            headers,
            shares_with_other_sites: !settings.allowed_origins.is_empty(),
            ids: request_id::RequestIds::new(&*ids),
            ids_source: ids,
            in_flight: meters::in_flight(),
            limits: rate_limit::Limits::new(settings.quotas, pseudonyms.clone(), clock, shared_limiter),
            proxies: client::TrustedProxies::new(&settings.trusted_proxies),
            pseudonyms,
            same_site: csrf::SameSite::new(&settings),
            compressor: compressed::Compressor::new(&settings),
            settings,
        }
    }
}
