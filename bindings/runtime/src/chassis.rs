//! Configuration → the chassis of the server.

use crate::configuration::Configuration;
use crate::services::Services;
use crate::session_secret::SessionSecrets;
use nexus_core::PseudonymKey;
use nexus_http::chassis::{
    BodyLimits, ConnectionLimits, HeadLimits, Origin, Quota, RateQuotas, RedisLimiterError, RedisRateLimiter,
    TimeLimits,
};
use nexus_http::{Chassis, ChassisSettings};
use std::num::NonZeroU32;
use std::sync::Arc;

/// The chassis over these services.
pub(crate) fn chassis(
    configuration: &Configuration,
    services: &Services,
) -> Result<Chassis, RedisLimiterError> {
    let (clock, ids) = (&services.bilans.clock, &services.bilans.ids);
    let settings = settings(configuration, &services.secrets);
    let chassis = Chassis::new(settings, Arc::clone(clock), Arc::clone(ids))
        .with_idempotency(Arc::clone(&services.store) as _);
    #[cfg(feature = "otel")]
    let chassis = chassis.with_trace_parent(Arc::new(crate::traces::Announced));
    match &configuration.redis_url {
        Some(address) => {
            let limiter = RedisRateLimiter::new(address, Arc::clone(clock))?;
            Ok(chassis.with_shared_limiter(Arc::new(limiter)))
        }
        None => Ok(chassis),
    }
}

fn settings(configuration: &Configuration, secrets: &SessionSecrets) -> ChassisSettings {
    let defaults = ChassisSettings::default();
    let origin = |address: &Option<String>| address.as_deref().and_then(|text| Origin::parse(text).ok());
    let (auth, public) = (origin(&configuration.auth_url), origin(&configuration.public_url));
    // Sessions are opened under the one; the pages of families may be served under another.
    let others = configuration.allowed_origins.iter().filter_map(|text| Origin::parse(text).ok());
    let allowed =
        auth.iter().zip(&public).filter(|(auth, public)| auth != public).map(|(_, public)| public.clone());
    ChassisSettings {
        allowed_origins: allowed.chain(others).collect(),
        public_url: auth.or(public),
        video_origin: Origin::parse(&configuration.video_url).ok(),
        trusted_proxies: configuration.trusted_proxies.clone(),
        heads: HeadLimits { headers: configuration.header_limit as usize, ..defaults.heads },
        bodies: BodyLimits { usual: configuration.body_limit.into(), ..defaults.bodies },
        times: TimeLimits { usual: configuration.request_timeout, ..defaults.times },
        quotas: RateQuotas {
            usual: Quota {
                most: NonZeroU32::new(configuration.rate_limit_max).unwrap_or(NonZeroU32::MIN),
                within: configuration.rate_limit_window,
            },
            ..defaults.quotas
        },
        connections: ConnectionLimits {
            head: configuration.header_timeout,
            drain: configuration.drain,
            ..defaults.connections
        },
        pseudonym_key: Some(PseudonymKey::derive(&secrets.current)),
        csrf_secrets: secrets.all().cloned().collect(),
        ..defaults
    }
}
