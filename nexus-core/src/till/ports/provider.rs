use crate::money::Money;
use crate::till::order::OpenedPayment;
use crate::till::webhook::NoticeScheme;
use crate::{Coded, ErrorCode, PaymentId};
use async_trait::async_trait;

/// A payment to be opened with a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderedPayment {
    /// Our payment: its idempotency key with the provider.
    pub id: PaymentId,
    /// How much.
    pub amount: Money,
    /// What for.
    pub description: String,
    /// The page of the site for whoever paid.
    pub success_url: String,
    /// The page of the site for whoever did not.
    pub failure_url: String,
}

/// Why a provider did not open a payment.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// It has no key, no wallet or no address.
    #[error("the provider is not configured")]
    NotConfigured,
    /// It refuses, and will again.
    #[error("the provider refuses the payment (status {0})")]
    Refused(u16),
    /// It is away, too slow, or answers what cannot be understood. Whether it opened the payment is not known: the same key
    /// is sent again.
    #[error("the provider cannot be reached")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Coded for ProviderError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotConfigured => ErrorCode::ProviderMissing,
            Self::Refused(_) | Self::Unavailable(_) => ErrorCode::ProviderFailed,
        }
    }
}

/// A provider of payments by card.
///
/// # Contract
/// * `open` is called outside every transaction, and again with the same payment when its outcome was lost: the provider is
///   given the same key and opens one payment.
/// * Nothing that it answers says that money came: only a signed notice does.
#[async_trait]
pub trait PaymentProvider: Send + Sync {
    /// How it signs its notices.
    fn scheme(&self) -> &dyn NoticeScheme;

    /// Whether it is configured to open payments.
    fn can_open(&self) -> bool;

    /// Opens a payment.
    async fn open(&self, payment: &OrderedPayment) -> Result<OpenedPayment, ProviderError>;

    /// Asks what became of a payment; for people who look for the cause of something.
    async fn status(&self, reference: &str) -> Result<String, ProviderError>;
}

/// A provider whose notices are understood, and that opens no payment from here: its page of payment is elsewhere.
#[derive(Debug, Clone)]
pub struct NoticesOnly<S>(pub S);

#[async_trait]
impl<S: NoticeScheme> PaymentProvider for NoticesOnly<S> {
    fn scheme(&self) -> &dyn NoticeScheme {
        &self.0
    }

    fn can_open(&self) -> bool {
        false
    }

    async fn open(&self, _payment: &OrderedPayment) -> Result<OpenedPayment, ProviderError> {
        Err(ProviderError::NotConfigured)
    }

    async fn status(&self, _reference: &str) -> Result<String, ProviderError> {
        Err(ProviderError::NotConfigured)
    }
}
