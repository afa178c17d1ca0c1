//! The providers whose notices are understood beside those of Konnect: one line each.

use crate::configuration::Configuration;
use crate::konnect::secrets;
use nexus_core::till::ports::{NoticesOnly, PaymentProvider};
use nexus_core::till::webhook::{ClicToPayScheme, TimestampedScheme};
use std::sync::Arc;

/// The name under which a provider that signs `id.time.body` is reached.
const STANDARD: &str = "standard";

/// All of them, configured or not: one without a secret refuses every notice.
pub(crate) fn others(configuration: &Configuration) -> Vec<Arc<dyn PaymentProvider>> {
    let clictopay = ClicToPayScheme::new(secrets(
        configuration.clictopay_webhook_secret.as_ref(),
        &configuration.clictopay_previous_webhook_secrets,
    ));
    let standard = secrets(
        configuration.standard_webhook_secret.as_ref(),
        &configuration.standard_previous_webhook_secrets,
    );
    let standard = TimestampedScheme::new(STANDARD, standard, TimestampedScheme::TOLERANCE);
    vec![Arc::new(NoticesOnly(clictopay)), Arc::new(NoticesOnly(standard))]
}
