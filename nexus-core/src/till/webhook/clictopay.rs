//! `ClicToPay`: `x-clictopay-signature` is the HMAC-SHA256 of the raw body, in hexadecimal of either case.

use super::secrets::lower_hexadecimal;
use super::{NoticeError, NoticeScheme, PaymentNotice, RawNotice, WebhookSecrets};
use jiff::Timestamp;

/// The name of the header.
const HEADER: &str = "x-clictopay-signature";

/// The notices of `ClicToPay`.
#[derive(Debug, Clone, Default)]
pub struct ClicToPayScheme {
    secrets: WebhookSecrets,
}

impl ClicToPayScheme {
    /// With the secrets that it signs with.
    pub const fn new(secrets: WebhookSecrets) -> Self {
        Self { secrets }
    }
}

impl NoticeScheme for ClicToPayScheme {
    fn provider(&self) -> &'static str {
        "clictopay"
    }

    fn is_configured(&self) -> bool {
        !self.secrets.is_empty()
    }

    fn verify(&self, notice: RawNotice<'_>, _now: Timestamp) -> Result<(), NoticeError> {
        let header = (notice.header)(HEADER).filter(|header| !header.is_empty());
        let header = header.ok_or(NoticeError::SignatureMissing)?.to_ascii_lowercase();
        let presented = lower_hexadecimal(&header).ok_or(NoticeError::SignatureInvalid)?;
        if self.secrets.signed(&[notice.body], &presented) {
            Ok(())
        } else {
            Err(NoticeError::SignatureInvalid)
        }
    }

    fn read(&self, body: &[u8]) -> Result<PaymentNotice, NoticeError> {
        PaymentNotice::read(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_case_is_accepted_and_nothing_else() {
        let body = br#"{"payment_id":"p1","status":"completed","transaction_id":"tx-1"}"#;
        let right = "09324062863e4c6d78d1778200884767d2df80437a1e814b35e08164068a2264";
        let verify = |signature: String| {
            let scheme = ClicToPayScheme::new(WebhookSecrets::new(["testsecret".into()]));
            let header = move |name: &str| (name == HEADER).then(|| signature.clone().into_bytes());
            scheme.verify(RawNotice { header: &header, body }, Timestamp::UNIX_EPOCH)
        };
        assert_eq!(verify(right.to_owned()), Ok(()));
        assert_eq!(verify(right.to_uppercase()), Ok(()));
        assert_eq!(verify(right.replace('0', "1")), Err(NoticeError::SignatureInvalid));
        assert_eq!(verify(String::new()), Err(NoticeError::SignatureMissing));
        assert_eq!(verify(right[..62].to_owned()), Err(NoticeError::SignatureInvalid));
    }
}
