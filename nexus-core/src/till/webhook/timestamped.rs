//! Providers that sign `id.timestamp.body`: `webhook-id` names the message, `webhook-signature` is `t=…,v1=…`, with one
//! `v1` per secret while a secret is being changed. A signature that is too old, or from the future, is refused.

use super::secrets::lower_hexadecimal;
use super::{NoticeError, NoticeScheme, PaymentNotice, RawNotice, WebhookSecrets};
use jiff::{SignedDuration, Timestamp};

const ID: &str = "webhook-id";
const HEADER: &str = "webhook-signature";

/// Most signatures of one header that are tried.
const MOST_SIGNATURES: usize = 4;

/// The notices of such a provider.
#[derive(Debug, Clone)]
pub struct TimestampedScheme {
    provider: &'static str,
    secrets: WebhookSecrets,
    tolerance: SignedDuration,
}

impl TimestampedScheme {
    /// How far from now a signature may be, unless something else is chosen.
    pub const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

    /// A provider, with the secrets that it signs with and how far from now a signature may be.
    pub const fn new(provider: &'static str, secrets: WebhookSecrets, tolerance: SignedDuration) -> Self {
        Self { provider, secrets, tolerance }
    }
}

/// The parts of a header: the time as it is written, and the signatures.
fn parse(header: &str) -> Option<(&str, Vec<[u8; 32]>)> {
    let (mut time, mut signatures) = (None, Vec::new());
    for part in header.split(',') {
        match part.trim().split_once('=')? {
            // Said twice, it would be unclear which one was signed.
            ("t", _) if time.is_some() => return None,
            ("t", text) => time = Some(text),
            ("v1", text) if signatures.len() < MOST_SIGNATURES => {
                signatures.extend(lower_hexadecimal(text.as_bytes()));
            }
            // Other versions may stand beside.
            _ => {}
        }
    }
    time.map(|time| (time, signatures))
}

impl NoticeScheme for TimestampedScheme {
    fn provider(&self) -> &'static str {
        self.provider
    }

    fn is_configured(&self) -> bool {
        !self.secrets.is_empty()
    }

    fn verify(&self, notice: RawNotice<'_>, now: Timestamp) -> Result<(), NoticeError> {
        let header = |name| (notice.header)(name).filter(|value| !value.is_empty());
        let signature = header(HEADER).ok_or(NoticeError::SignatureMissing)?;
        let id = header(ID).ok_or(NoticeError::SignatureMissing)?;
        let signature = str::from_utf8(&signature).map_err(|_| NoticeError::SignatureInvalid)?;
        let (written, signatures) = parse(signature).ok_or(NoticeError::SignatureInvalid)?;
        let is_number =
            (1..=12).contains(&written.len()) && written.bytes().all(|byte| byte.is_ascii_digit());
        let second = written.parse().ok().filter(|_| is_number).ok_or(NoticeError::SignatureInvalid)?;
        let at = Timestamp::from_second(second).map_err(|_| NoticeError::SignatureInvalid)?;
        let signed = [id.as_slice(), b".", written.as_bytes(), b".", notice.body];
        let is_ours = signatures.iter().any(|presented| self.secrets.signed(&signed, presented));
        if is_ours && now.duration_since(at).abs() <= self.tolerance {
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
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::Sha256;
    use std::fmt::Write;

    fn sign(secret: &str, id: &str, second: i64, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{id}.{second}.{body}").as_bytes());
        mac.finalize().into_bytes().iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    }

    fn verify(id: &str, header: &str, body: &str, now: i64) -> Result<(), NoticeError> {
        let secrets = WebhookSecrets::new(["new".into(), "old".into()]);
        let scheme = TimestampedScheme::new("stripe", secrets, TimestampedScheme::TOLERANCE);
        let (id, header) = (id.as_bytes().to_vec(), header.as_bytes().to_vec());
        let header = move |name: &str| match name {
            ID => Some(id.clone()),
            HEADER => Some(header.clone()),
            _ => None,
        };
        let now = Timestamp::from_second(now).unwrap();
        scheme.verify(RawNotice { header: &header, body: body.as_bytes() }, now)
    }

    #[test]
    fn id_time_and_body_are_signed() {
        let right = sign("new", "evt_1", 1_000_000, "{}");
        let header = format!("t=1000000,v1={right}");
        assert_eq!(verify("evt_1", &header, "{}", 1_000_100), Ok(()));
        for (id, header, body) in [
            ("evt_2", header.clone(), "{}"),
            ("evt_1", header.clone(), "{ }"),
            ("evt_1", format!("t=1000001,v1={right}"), "{}"),
            ("evt_1", format!("t=1000000,v0={right}"), "{}"),
            ("evt_1", format!("t=1000000,v1={}", right.to_uppercase()), "{}"),
            ("evt_1", format!("t=1000000,t=1000000,v1={right}"), "{}"),
            ("evt_1", format!("v1={right}"), "{}"),
            ("evt_1", format!("t=+1000000,v1={right}"), "{}"),
            ("evt_1", "t=,v1=".to_owned(), "{}"),
        ] {
            assert_eq!(verify(id, &header, body, 1_000_100), Err(NoticeError::SignatureInvalid), "{header}");
        }
        assert_eq!(verify("evt_1", "", "{}", 0), Err(NoticeError::SignatureMissing));
        assert_eq!(verify("", &header, "{}", 1_000_100), Err(NoticeError::SignatureMissing));
    }

    #[test]
    fn a_signature_grows_old_and_does_not_come_from_the_future() {
        let header = format!("t=1000000,v1={}", sign("new", "e", 1_000_000, "{}"));
        for (now, outcome) in [
            (1_000_300, Ok(())),
            (1_000_301, Err(NoticeError::SignatureInvalid)),
            (999_700, Ok(())),
            (999_699, Err(NoticeError::SignatureInvalid)),
        ] {
            assert_eq!(verify("e", &header, "{}", now), outcome, "{now}");
        }
    }

    #[test]
    fn two_secrets_may_sign_one_notice() {
        let unknown = sign("other", "e", 1_000_000, "{}");
        let header = format!("t=1000000,v1={unknown},v1={}", sign("old", "e", 1_000_000, "{}"));
        assert_eq!(verify("e", &header, "{}", 1_000_000), Ok(()));
    }
}
