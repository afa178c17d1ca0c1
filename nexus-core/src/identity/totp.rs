//! The second factor: codes of six digits that change every thirty seconds (RFC 6238).

use super::email_address::EmailAddress;
use crate::SecretSource;
use crate::secret_source::draw;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// Seconds of a step, digits of a code and steps of tolerance: the only values that every authenticator knows.
const STEP: u64 = 30;
const DIGITS: u8 = 6;
const TOLERANCE: u16 = 1;

/// Random bytes of a secret: as many as SHA-1 has (RFC 4226 §4).
const BYTES: usize = 20;

/// What an authenticator and the school share: 160 random bits.
#[derive(Debug)]
pub struct TotpSecret(SecretBox<[u8; BYTES]>);

impl TotpSecret {
    /// Draws a new one.
    pub fn generate(secrets: &dyn SecretSource) -> Self {
        Self(SecretBox::new(Box::new(draw(secrets))))
    }

    /// Takes what was stored; `None` when it does not have the length of a secret.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(SecretBox::new(Box::new(bytes.try_into().ok()?))))
    }

    /// The bytes, to be sealed and stored.
    pub fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }

    /// What somebody types who cannot scan: 32 letters and digits of base32.
    pub fn to_base32(&self) -> SecretString {
        Secret::new_stack(*self.0.expose_secret()).to_base32().into()
    }

    /// What somebody scans: `otpauth://totp/…`. `issuer` is the name that his authenticator shows.
    pub fn enrolment_uri(&self, issuer: &str, account: &EmailAddress) -> SecretString {
        // A colon separates the two names; it is the only character that neither may hold.
        let named =
            self.builder().with_account_name(account.as_str()).with_issuer(Some(issuer.replace(':', " ")));
        // Every address has a name without a colon in it, so the text is never empty.
        named.build_noncompliant().to_url().unwrap_or_default().into()
    }

    /// Reads a code: the step for which it was made, when that is the present one, the one before or the one after, and
    /// later than the last one whose code was accepted. Whoever accepts it remembers the step: a code opens once.
    pub fn accept(&self, code: &str, now: Timestamp, last_step: Option<u64>) -> Option<u64> {
        let now = u64::try_from(now.as_second()).ok()?;
        let digits: String =
            code.chars().filter(|character| !character.is_ascii_whitespace()).take(16).collect();
        self.totp().check(&digits, now).filter(|step| last_step.is_none_or(|last| *step > last))
    }

    /// The code of an instant, as an authenticator shows it; empty before 1970.
    #[cfg(any(test, feature = "testing"))]
    pub fn code(&self, now: Timestamp) -> String {
        u64::try_from(now.as_second())
            .map_or_else(|_| String::new(), |now| self.totp().generate(now).to_string())
    }

    fn totp(&self) -> Totp {
        self.builder().build_noncompliant()
    }

    fn builder(&self) -> Builder {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_skew(TOLERANCE)
            .with_step_duration(STEP)
            .with_secret(Secret::new_stack(*self.0.expose_secret()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededSecrets;
    use jiff::SignedDuration;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// RFC 6238, appendix B, the rows of SHA-1: its eight digits end in our six.
    #[test]
    fn the_vectors_of_the_standard() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code(at(second)), code);
            assert_eq!(secret.accept(code, at(second), None), Some(second.cast_unsigned() / 30));
        }
    }

    #[test]
    fn a_code_lives_for_its_step_and_its_neighbours() {
        let secret = TotpSecret::generate(&SeededSecrets::new(1));
        let now = at(1_800_000_000);
        let code = secret.code(now);
        let step = 60_000_000;
        for (seconds, answer) in
            [(-31, None), (-30, Some(step)), (0, Some(step)), (59, Some(step)), (60, None)]
        {
            let then = now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
            assert_eq!(secret.accept(&code, then, None), answer, "{seconds}");
        }
    }

    #[test]
    fn a_code_opens_once_and_no_older_one_opens_after_it() {
        let secret = TotpSecret::generate(&SeededSecrets::new(1));
        let now = at(1_800_000_000);
        let step = secret.accept(&secret.code(now), now, None);
        assert_eq!(secret.accept(&secret.code(now), now, step), None);
        assert_eq!(secret.accept(&secret.code(at(1_799_999_970)), now, step), None);
        assert_eq!(secret.accept(&secret.code(at(1_800_000_030)), now, step), step.map(|step| step + 1));
    }

    #[test]
    fn what_is_not_a_code_opens_nothing() {
        let secret = TotpSecret::generate(&SeededSecrets::new(1));
        let now = at(1_800_000_000);
        let code = secret.code(now);
        assert!(secret.accept(&format!("{} {}\n", &code[..3], &code[3..]), now, None).is_some());
        for text in [
            "",
            "+12345",
            "-12345",
            "12345",
            "1234567",
            "１２３４５６",
            &format!("{code}0"),
            &format!("0{code}"),
            &"1".repeat(100_000),
        ] {
            assert_eq!(secret.accept(text, now, None), None, "{text}");
        }
        assert_eq!(secret.accept(&code, at(-1), None), None);
        assert!(TotpSecret::from_bytes(b"court").is_none());
    }

    #[test]
    fn the_address_for_authenticators() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        let account = EmailAddress::parse("zoé+bac@nexus.com").unwrap();
        let uri = secret.enrolment_uri("Nexus: Réussite", &account);
        assert_eq!(
            uri.expose_secret(),
            "otpauth://totp/Nexus%20%20R%C3%A9ussite:zo%C3%A9%2Bbac%40nexus.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Nexus%20%20R%C3%A9ussite"
        );
        assert_eq!(secret.to_base32().expose_secret(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(!format!("{secret:?}{uri:?}").contains("GEZ"));
    }

    proptest! {
        #[test]
        fn no_text_and_no_instant_is_a_panic(code in any::<String>(), second in -377_705_023_201_i64..253_402_207_200) {
            let secret = TotpSecret::generate(&SeededSecrets::new(1));
            let _ = secret.accept(&code, at(second), None);
        }

        #[test]
        fn the_code_of_now_is_accepted(seed in any::<u64>(), second in 0..253_402_207_200_i64) {
            let secret = TotpSecret::generate(&SeededSecrets::new(seed));
            let step = secret.accept(&secret.code(at(second)), at(second), None).unwrap();
            prop_assert!(step.abs_diff(second.cast_unsigned() / 30) <= 1);
        }
    }
}
