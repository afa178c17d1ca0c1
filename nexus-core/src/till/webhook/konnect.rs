//! Konnect: `x-konnect-signature` is the HMAC-SHA256 of the raw body, in lower-case hexadecimal. It carries no time, so an
//! event is told apart from its copies by its key alone.

use super::secrets::lower_hexadecimal;
use super::{NoticeError, NoticeScheme, PaymentNotice, RawNotice, WebhookSecrets};
use jiff::Timestamp;

/// The name of the header.
const HEADER: &str = "x-konnect-signature";

/// The notices of Konnect.
#[derive(Debug, Clone, Default)]
pub struct KonnectScheme {
    secrets: WebhookSecrets,
}

impl KonnectScheme {
    /// With the secrets that it signs with.
    pub const fn new(secrets: WebhookSecrets) -> Self {
        Self { secrets }
    }
}

impl NoticeScheme for KonnectScheme {
    fn provider(&self) -> &'static str {
        "konnect"
    }

    fn is_configured(&self) -> bool {
        !self.secrets.is_empty()
    }

    fn verify(&self, notice: RawNotice<'_>, _now: Timestamp) -> Result<(), NoticeError> {
        let header = (notice.header)(HEADER).filter(|header| !header.is_empty());
        let header = header.ok_or(NoticeError::SignatureMissing)?;
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
    use super::super::event::Amount;
    use super::super::{EventStatus, WebhookSecrets};
    use super::*;
    use proptest::prelude::*;

    const BODY: &str = r#"{"payment_id":"p1","status":"completed","transaction_id":"tx-1"}"#;
    const SIGNATURE: &str = "09324062863e4c6d78d1778200884767d2df80437a1e814b35e08164068a2264";

    fn verify(secrets: &[&str], body: &[u8], signature: Option<&str>) -> Result<(), NoticeError> {
        let scheme = KonnectScheme::new(WebhookSecrets::new(secrets.iter().map(|secret| (*secret).into())));
        let signature = signature.map(|text| text.as_bytes().to_vec());
        let header = move |name: &str| signature.clone().filter(|_| name == HEADER);
        scheme.verify(RawNotice { header: &header, body }, Timestamp::UNIX_EPOCH)
    }

    /// Golden vectors W1 and W3: the raw bytes are signed, white space included.
    #[test]
    fn the_raw_body_is_signed() {
        assert_eq!(verify(&["testsecret"], BODY.as_bytes(), Some(SIGNATURE)), Ok(()));
        let spaced = BODY.replace(',', ", ");
        let signature = "68a7444ec16537fb2eb09f0e21b0c11fb696e7e922c7695f6695d48886da1acc";
        assert_eq!(verify(&["testsecret"], spaced.as_bytes(), Some(signature)), Ok(()));
        assert_eq!(
            verify(&["testsecret"], spaced.as_bytes(), Some(SIGNATURE)),
            Err(NoticeError::SignatureInvalid)
        );
    }

    /// Golden vector W5.
    #[test]
    fn anything_but_the_exact_signature_is_refused() {
        let (upper, long) = (SIGNATURE.to_uppercase(), format!("{SIGNATURE}xx"));
        let prefixed = format!("sha256={SIGNATURE}");
        for wrong in [upper.as_str(), &SIGNATURE[..63], &long, &prefixed, " "] {
            assert_eq!(
                verify(&["testsecret"], BODY.as_bytes(), Some(wrong)),
                Err(NoticeError::SignatureInvalid),
                "{wrong}"
            );
        }
        for absent in [None, Some("")] {
            assert_eq!(verify(&["testsecret"], BODY.as_bytes(), absent), Err(NoticeError::SignatureMissing));
        }
    }

    #[test]
    fn the_former_secret_counts_while_it_is_configured() {
        assert_eq!(verify(&["new", "testsecret"], BODY.as_bytes(), Some(SIGNATURE)), Ok(()));
        assert_eq!(verify(&["testsecret", "new"], BODY.as_bytes(), Some(SIGNATURE)), Ok(()));
        assert_eq!(verify(&["new"], BODY.as_bytes(), Some(SIGNATURE)), Err(NoticeError::SignatureInvalid));
        assert!(!KonnectScheme::new(WebhookSecrets::new([" ".into()])).is_configured());
    }

    /// Golden vectors W7 and W9.
    #[test]
    fn a_signed_notice_may_still_say_nothing() {
        let read = |body: &str| KonnectScheme::default().read(body.as_bytes());
        assert_eq!(read("hello"), Err(NoticeError::NotJson));
        for body in [
            r#"{"status":"completed"}"#,
            r#"{"payment_id":"p1"}"#,
            r#"{"payment_id":"","status":"completed"}"#,
            "[]",
        ] {
            assert_eq!(read(body), Err(NoticeError::Incomplete), "{body}");
        }
        let blank = r#"{"payment_id":"p1","status":"completed","transaction_id":" "}"#;
        assert_eq!(read(blank), Err(NoticeError::BlankKey));
    }

    #[test]
    fn a_notice_is_read() {
        let notice = KonnectScheme::default().read(BODY.as_bytes()).unwrap();
        assert_eq!(
            (notice.key.as_str(), notice.status, notice.amount),
            ("tx-1", EventStatus::Completed, None)
        );
        let read = |body: &str| KonnectScheme::default().read(body.as_bytes()).unwrap();
        let notice = read(r#"{"payment_id":"p1","status":"failed","amount":450000,"currency":"TND"}"#);
        assert_eq!((notice.key.as_str(), notice.amount), ("p1", Some(Amount::Minor(450_000))));
        let notice = read(r#"{"payment_id":"p1","status":"refunded","amount":450.5}"#);
        assert_eq!((notice.status, notice.amount), (EventStatus::Other, Some(Amount::Unreadable)));
    }

    proptest! {
        /// One changed byte, wherever it is, is told.
        #[test]
        fn a_changed_byte_is_told(place in 0..BODY.len(), change in 1_u8..=255) {
            let mut body = BODY.as_bytes().to_vec();
            body[place] ^= change;
            prop_assert_eq!(verify(&["testsecret"], &body, Some(SIGNATURE)), Err(NoticeError::SignatureInvalid));
        }

        #[test]
        fn nothing_makes_it_fall(body in prop::collection::vec(any::<u8>(), 0..300), header in ".{0,80}") {
            let _ = verify(&["testsecret"], &body, Some(&header));
            let _ = KonnectScheme::default().read(&body);
        }
    }
}
