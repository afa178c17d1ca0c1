//! The till as tests wire it, and what stands in for its provider.

use async_trait::async_trait;
use hmac::{Hmac, KeyInit, Mac};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use nexus_bilan::receipts::ReceiptPress;
use nexus_bilan::use_cases::BilanContext;
use nexus_core::money::{NoRates, RateDesk, TaxRate};
use nexus_core::till::order::OpenedPayment;
use nexus_core::till::ports::{NoticesOnly, OrderedPayment, PaymentProvider, ProviderError, TillReading};
use nexus_core::till::receipt::SchoolDetails;
use nexus_core::till::use_cases::{TillContext, TillSettings};
use nexus_core::till::webhook::{
    ClicToPayScheme, KonnectScheme, NoticeScheme, TimestampedScheme, WebhookSecrets,
};
use nexus_http::PricingBroadcast;
use sha2::Sha256;
use std::fmt::Write;
use std::sync::Arc;

/// What notices are signed with in every test.
pub const WEBHOOK_SECRET: &str = "testsecret";

/// What they were signed with before.
pub const FORMER_SECRET: &str = "formersecret";

/// The signature of a body.
pub fn signature(body: &str) -> String {
    signature_with(WEBHOOK_SECRET, body)
}

/// The signature of a text under a secret.
pub fn signature_with(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// A provider that signs notices and opens every payment at once.
#[derive(Debug)]
pub struct AwayProvider {
    scheme: KonnectScheme,
}

impl Default for AwayProvider {
    fn default() -> Self {
        Self { scheme: KonnectScheme::new(WebhookSecrets::new([WEBHOOK_SECRET.into()])) }
    }
}

impl AwayProvider {
    /// One whose notices cannot be verified.
    pub fn without_secret() -> Self {
        Self { scheme: KonnectScheme::default() }
    }
}

#[async_trait]
impl PaymentProvider for AwayProvider {
    fn scheme(&self) -> &dyn NoticeScheme {
        &self.scheme
    }

    fn can_open(&self) -> bool {
        true
    }

    async fn open(&self, payment: &OrderedPayment) -> Result<OpenedPayment, ProviderError> {
        let reference = format!("ref-{}", payment.id);
        Ok(OpenedPayment { url: format!("https://pay.example.test/{reference}"), reference })
    }

    async fn status(&self, _reference: &str) -> Result<String, ProviderError> {
        Ok("pending".to_owned())
    }
}

/// The secret of today, and the one before.
fn secrets() -> WebhookSecrets {
    WebhookSecrets::new([WEBHOOK_SECRET.into(), FORMER_SECRET.into()])
}

/// The use-cases of the till on the system under test.
pub fn till(
    context: &BilanContext,
    store: Arc<dyn TillReading>,
    prices: PricingBroadcast,
    konnect: Arc<dyn PaymentProvider>,
) -> TillContext {
    TillContext {
        store,
        clock: Arc::clone(&context.clock),
        ids: Arc::clone(&context.ids),
        files: Arc::clone(&context.files),
        printer: Arc::new(ReceiptPress::new(Arc::clone(&context.renderer))),
        konnect,
        others: vec![
            Arc::new(NoticesOnly(ClicToPayScheme::new(secrets()))),
            Arc::new(NoticesOnly(TimestampedScheme::new(
                "standard",
                secrets(),
                TimestampedScheme::TOLERANCE,
            ))),
            Arc::new(NoticesOnly(TimestampedScheme::new(
                "bare",
                WebhookSecrets::default(),
                TimestampedScheme::TOLERANCE,
            ))),
        ],
        rates: RateDesk::new(Arc::new(NoRates), SignedDuration::from_hours(3)),
        bell: Arc::new(prices),
        settings: TillSettings {
            zone: TimeZone::get("Africa/Tunis").unwrap(),
            tax: TaxRate::NONE,
            site: "https://nexus.example.test".to_owned(),
            school: SchoolDetails::named("Nexus Réussite"),
        },
    }
}
