use super::{Decision, LimitKey, MemoryRateLimiter, Quota, RateLimiter, RateQuotas};
use crate::chassis::client::{ClientAddress, SubscriberKey};
use crate::chassis::policy::RateClass;
use crate::problem::Problem;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use nexus_core::{Clock, ErrorCode, Pseudonyms, UserId};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// The limits of a server: whom it counts, how often each may ask, and where that is written down.
pub(in crate::chassis) struct Limits {
    quotas: RateQuotas,
    /// What `RateLimit-Limit` says of each quota, written once.
    texts: [(Quota, HeaderValue); 3],
    pseudonyms: Pseudonyms,
    /// Keyed by chance that is drawn with each start: nobody can find two callers that are counted as one.
    own_keys: [RandomState; 2],
    clock: Arc<dyn Clock>,
    own: MemoryRateLimiter,
    shared: Option<Shared>,
}

/// A limiter that several servers share, and that may be away.
struct Shared {
    limiter: Arc<dyn RateLimiter>,
    /// Until when, in milliseconds, it is not asked; 0 while it answers.
    away_until: AtomicI64,
}

/// How long a limiter that could not be reached is left alone: requests do not wait for it one after the other.
const LEFT_ALONE: Duration = Duration::from_secs(1);

/// What a request that may pass is told about the next ones.
#[derive(Debug, Clone)]
pub(in crate::chassis) struct Allowance {
    /// The most of its quota, as a header says it.
    most: HeaderValue,
    decision: Decision,
    now: Timestamp,
}

impl Limits {
    pub(in crate::chassis) fn new(
        quotas: RateQuotas,
        pseudonyms: Pseudonyms,
        clock: Arc<dyn Clock>,
        shared: Option<Arc<dyn RateLimiter>>,
    ) -> Self {
        let own = MemoryRateLimiter::new(Arc::clone(&clock));
        let shared = shared.map(|limiter| Shared { limiter, away_until: AtomicI64::new(0) });
        let texts = [quotas.usual, quotas.heavy, quotas.sensitive]
            .map(|quota| (quota, number(quota.most.get().into())));
        Self { quotas, texts, pseudonyms, own_keys: Default::default(), clock, own, shared }
    }

    /// Lets a request pass, or says when it may come back. Nothing is counted for a class without a quota.
    pub(in crate::chassis) async fn pass(
        &self,
        class: RateClass,
        user: Option<&UserId>,
        client: ClientAddress,
    ) -> Result<Option<Allowance>, Problem> {
        let Some(quota) = self.quotas.of(class) else { return Ok(None) };
        let caller = Caller::of(class, user, client);
        let (decision, now) = match &self.shared {
            None => self.own.count_now(self.own_key(&caller), quota),
            Some(shared) => {
                let now = self.clock.now();
                match shared.check(self.shared_key(&caller), quota, now).await {
                    Some(decision) => (decision, now),
                    // Whoever takes the shared limiter down would get as many tries as there are servers.
                    None if class == RateClass::Sensitive => {
                        return Err(Problem::new(ErrorCode::RateLimitUnavailable));
                    }
                    None => self.own.count_now(self.own_key(&caller), quota),
                }
            }
        };
        let allowance = Allowance { most: self.most(quota), decision, now };
        if decision.allowed { Ok(Some(allowance)) } else { Err(allowance.refusal()) }
    }

    fn most(&self, quota: Quota) -> HeaderValue {
        let text = self.texts.iter().find(|(known, _)| *known == quota).map(|(_, text)| text.clone());
        text.unwrap_or_else(|| number(quota.most.get().into()))
    }

    /// The key of a caller in the memory of this process.
    fn own_key(&self, caller: &Caller<'_>) -> LimitKey {
        let [first, second] = &self.own_keys;
        LimitKey::new(u128::from(first.hash_one(caller)) << 64 | u128::from(second.hash_one(caller)))
    }

    /// The key of a caller where other servers, and whoever looks after the place, can see it.
    fn shared_key(&self, caller: &Caller<'_>) -> LimitKey {
        let class = caller.class.as_str().as_bytes();
        let pseudonym = match &caller.who {
            Who::User(user) => self.pseudonyms.of(&[b"limit", class, b"user", user.as_bytes()]),
            Who::Network(network) => self.pseudonyms.of(&[b"limit", class, b"network", network.as_bytes()]),
        };
        // Half of it is enough to tell billions of callers apart.
        let half = pseudonym.into_bytes().into_iter().take(16);
        LimitKey::new(half.fold(0, |key, byte| key << 8 | u128::from(byte)))
    }
}

/// Whom a limit counts, and for what.
#[derive(Debug, Hash)]
struct Caller<'a> {
    class: RateClass,
    who: Who<'a>,
}

#[derive(Debug, Hash)]
enum Who<'a> {
    User(&'a str),
    Network(SubscriberKey),
}

impl<'a> Caller<'a> {
    fn of(class: RateClass, user: Option<&'a UserId>, client: ClientAddress) -> Self {
        let who = match user {
            // What a stranger would try is counted by network even for somebody who is signed in: an account of his own
            // gives nobody more tries.
            Some(user) if class != RateClass::Sensitive => Who::User(user.as_str()),
            _ => Who::Network(client.subscriber()),
        };
        Self { class, who }
    }
}

impl Shared {
    /// Asks the shared limiter; `None` when it cannot be reached.
    async fn check(&self, key: LimitKey, quota: Quota, now: Timestamp) -> Option<Decision> {
        let now = now.as_millisecond();
        let away_until = self.away_until.load(Ordering::Relaxed);
        if now < away_until {
            return None;
        }
        match self.limiter.check(key, quota).await {
            Ok(decision) => {
                if away_until != 0 && self.away_until.swap(0, Ordering::Relaxed) != 0 {
                    tracing::info!("the shared rate limiter is back");
                }
                Some(decision)
            }
            Err(error) => {
                let alone = i64::try_from(LEFT_ALONE.as_millis()).unwrap_or(0);
                if self.away_until.swap(now.saturating_add(alone), Ordering::Relaxed) == 0 {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(
                        error,
                        "the shared rate limiter is away: servers count alone, sensitive routes refuse"
                    );
                }
                None
            }
        }
    }
}

/// A number as a header: one allocation, where the conversion of the library takes three.
fn number(value: u64) -> HeaderValue {
    HeaderValue::from_str(itoa::Buffer::new().format(value)).unwrap_or_else(|_| HeaderValue::from(value))
}

impl Allowance {
    fn seconds(&self) -> u64 {
        let wait = self.decision.reset_at.duration_since(self.now);
        u64::try_from(wait.as_millis()).unwrap_or(0).div_ceil(1000)
    }

    /// Writes what pages and programs read in order to slow down by themselves.
    pub(in crate::chassis) fn tell(&self, headers: &mut HeaderMap) {
        headers.insert(LIMIT, self.most.clone());
        headers.insert(REMAINING, number(self.decision.remaining.into()));
        headers.insert(RESET, number(self.seconds()));
    }

    fn refusal(&self) -> Problem {
        let seconds = self.seconds().max(1);
        let mut headers = HeaderMap::new();
        self.tell(&mut headers);
        let problem = Problem::new(ErrorCode::RateLimited)
            .and("resetAt", self.decision.reset_at.as_millisecond())
            .retry_after(Duration::from_secs(seconds));
        headers.into_iter().fold(problem, |problem, (name, value)| match name {
            Some(name) => problem.with_header(name, value),
            None => problem,
        })
    }
}
