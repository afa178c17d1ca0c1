use super::origin::Origin;
use super::rate_limit::RateQuotas;
use ipnet::IpNet;
use nexus_core::PseudonymKey;
use secrecy::SecretString;
use std::time::Duration;

/// Everything about the chassis that a school may set. The defaults suit a server behind one reverse proxy.
#[derive(Debug, Clone)]
pub struct ChassisSettings {
    /// Where people reach the service. Its scheme decides about HSTS; it is one of the origins that may send cookies.
    pub public_url: Option<Origin>,
    /// Other sites whose pages may call with the cookies of a person. None by default.
    pub allowed_origins: Vec<Origin>,
    /// Where the video rooms are: the one origin beside this one that may use camera and microphone.
    pub video_origin: Option<Origin>,
    /// Networks of the reverse proxies that are believed when they say who called them. None by default: then the
    /// address of the connection counts.
    pub trusted_proxies: Vec<IpNet>,
    /// Limits of the request's head.
    pub heads: HeadLimits,
    /// Limits of the request's body.
    pub bodies: BodyLimits,
    /// How long a handler may take until its answer begins.
    pub times: TimeLimits,
    /// How often somebody may ask.
    pub quotas: RateQuotas,
    /// How requests are kept from being done twice.
    pub idempotency: IdempotencySettings,
    /// Largest JSON answer that gets an entity tag, in bytes.
    pub largest_tagged: u64,
    /// Smallest answer that is compressed, in bytes.
    pub smallest_compressed: u64,
    /// Limits of connections, and how they end.
    pub connections: ConnectionLimits,
    /// The secrets that anti-forgery tokens of `NextAuth` are signed with: the present one first, then the retired ones.
    pub csrf_secrets: Vec<SecretString>,
    /// Key of the hashes under which people and networks are counted. The same on every server that shares a store; without
    /// one, it is drawn at the start, and what is counted ends with the process.
    pub pseudonym_key: Option<PseudonymKey>,
}

/// Limits of the request's head. What is larger than a connection's own buffer is refused before it is read whole.
#[derive(Debug, Clone, Copy)]
pub struct HeadLimits {
    /// Longest address, path and query, in bytes (414).
    pub address: usize,
    /// All names and values together, in bytes (431).
    pub headers: usize,
    /// Number of headers (431).
    pub count: usize,
}

/// Limits of the request's body, in bytes and in pace.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    /// What is written by hand or by a machine: forms, webhooks.
    pub small: u64,
    /// Usual JSON.
    pub usual: u64,
    /// A file.
    pub file: u64,
    /// Longest silence, and what is granted at the start.
    pub patience: Duration,
    /// Slowest pace behind the start, in bytes per second.
    pub slowest: u64,
}

/// How long a handler may take until its answer begins.
#[derive(Debug, Clone, Copy)]
pub struct TimeLimits {
    /// Usually.
    pub usual: Duration,
    /// Where a file is sent, a document made or a model asked.
    pub long: Duration,
}

/// How requests are kept from being done twice.
#[derive(Debug, Clone, Copy)]
pub struct IdempotencySettings {
    /// How long an answer is kept.
    pub kept: Duration,
    /// Largest body of an answer that is kept, in bytes.
    pub largest: u64,
}

/// Limits of connections, and how they end.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// Connections at once; further ones wait in the system's queue.
    pub most: usize,
    /// How long the head of a request may take, and how long a connection may wait for its next request.
    pub head: Duration,
    /// A connection on which no byte moves for this long, while no handler works for it, is closed.
    pub silence: Duration,
    /// Between the moment when the service says that it is leaving and the moment when it no longer accepts connections: the
    /// time that a load balancer needs in order to look elsewhere.
    pub notice: Duration,
    /// How long requests in flight may still take after that.
    pub drain: Duration,
}

impl Default for ChassisSettings {
    fn default() -> Self {
        Self {
            public_url: None,
            allowed_origins: Vec::new(),
            video_origin: None,
            trusted_proxies: Vec::new(),
            heads: HeadLimits::default(),
            bodies: BodyLimits::default(),
            times: TimeLimits::default(),
            quotas: RateQuotas::default(),
            idempotency: IdempotencySettings::default(),
            largest_tagged: 1 << 20,
            smallest_compressed: 1024,
            connections: ConnectionLimits::default(),
            csrf_secrets: Vec::new(),
            pseudonym_key: None,
        }
    }
}

impl Default for HeadLimits {
    fn default() -> Self {
        Self { address: 8 << 10, headers: 32 << 10, count: 80 }
    }
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self {
            small: 64 << 10,
            usual: 1 << 20,
            file: 10 << 20,
            patience: Duration::from_secs(10),
            slowest: 4 << 10,
        }
    }
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self { usual: Duration::from_secs(30), long: Duration::from_mins(5) }
    }
}

impl Default for IdempotencySettings {
    fn default() -> Self {
        Self { kept: Duration::from_hours(24), largest: 256 << 10 }
    }
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            most: 4_096,
            head: Duration::from_secs(15),
            silence: Duration::from_secs(90),
            notice: Duration::ZERO,
            drain: Duration::from_secs(30),
        }
    }
}
