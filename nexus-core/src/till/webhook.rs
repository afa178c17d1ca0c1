//! Notices of payments: who signed them, what they say, and what they change. Each provider is one file.

mod clictopay;
mod decision;
mod event;
mod konnect;
mod secrets;
mod timestamped;

pub use clictopay::ClicToPayScheme;
pub use decision::{AwaitedPayment, Verdict, decide};
pub use event::{Amount, EventStatus, PaymentNotice};
pub use konnect::KonnectScheme;
pub use secrets::WebhookSecrets;
pub use timestamped::TimestampedScheme;

use crate::{Coded, ErrorCode};
use jiff::Timestamp;

/// Largest notice that is read, in bytes.
pub const LARGEST_NOTICE: usize = 64 * 1024;

/// A notice as it came: the exact bytes, nothing of them read yet.
#[derive(Clone, Copy)]
pub struct RawNotice<'a> {
    /// A header by its lower-case name.
    pub header: &'a (dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync),
    /// The body.
    pub body: &'a [u8],
}

impl std::fmt::Debug for RawNotice<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "RawNotice({} bytes)", self.body.len())
    }
}

/// Why a notice is refused, in the order in which it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoticeError {
    /// It has no signature.
    #[error("the signature is missing")]
    SignatureMissing,
    /// Its signature was not made with our secret, or is too old.
    #[error("the signature is wrong")]
    SignatureInvalid,
    /// It is no JSON object.
    #[error("the notice is no JSON")]
    NotJson,
    /// It does not name a payment and a status.
    #[error("the notice lacks its payment or its status")]
    Incomplete,
    /// Its transaction is blank.
    #[error("the notice has a blank key")]
    BlankKey,
}

impl Coded for NoticeError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::SignatureMissing => ErrorCode::SignatureMissing,
            Self::SignatureInvalid => ErrorCode::SignatureInvalid,
            Self::NotJson => ErrorCode::MalformedJson,
            Self::Incomplete => ErrorCode::NoticeInvalid,
            Self::BlankKey => ErrorCode::NoticeKeyMissing,
        }
    }
}

/// How a provider signs its notices and what they say. Nothing of it waits or is stored.
///
/// # Contract
/// * `verify` looks at the raw bytes and takes as long for a wrong signature as for a right one of its length.
/// * `read` is called with what `verify` has accepted.
pub trait NoticeScheme: Send + Sync {
    /// The name under which its notices are stored: `konnect`…
    fn provider(&self) -> &'static str;

    /// Whether there is a secret to verify with.
    fn is_configured(&self) -> bool;

    /// Checks the signature.
    ///
    /// # Errors
    /// [`NoticeError::SignatureMissing`], [`NoticeError::SignatureInvalid`].
    fn verify(&self, notice: RawNotice<'_>, now: Timestamp) -> Result<(), NoticeError>;

    /// Reads what it says.
    ///
    /// # Errors
    /// [`NoticeError::NotJson`], [`NoticeError::Incomplete`], [`NoticeError::BlankKey`].
    fn read(&self, body: &[u8]) -> Result<PaymentNotice, NoticeError>;
}
