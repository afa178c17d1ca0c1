use super::hash::{PasswordHash, Scheme};
use super::hasher::HashingError;
use super::policy::NewPassword;
use crate::SecretSource;
use crate::secret_source::draw;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use std::hint::black_box;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// How much work one hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashingCost {
    /// Memory of argon2id, in KiB.
    pub memory: u32,
    /// Passes of argon2id over that memory.
    pub passes: u32,
    /// The cost of the bcrypt hashes that the accounts of the existing application still have; `None` once there is none left.
    pub legacy: Option<u32>,
}

impl HashingCost {
    /// What OWASP recommends for argon2id (19 MiB, two passes, one lane), and the cost 12 of the existing application.
    pub const RECOMMENDED: Self = Self { memory: 19 * 1024, passes: 2, legacy: Some(12) };

    /// As little work as the functions take: for tests that sign in many times.
    #[cfg(any(test, feature = "testing"))]
    pub const LEAST: Self = Self { memory: 8, passes: 1, legacy: Some(4) };
}

/// How a comparison ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is not the password, or nothing can be.
    Wrong,
    /// It is the password.
    Right,
    /// It is the password, and its hash is not one that would be made today: it must be hashed again.
    RightButOutdated,
}

impl Verdict {
    /// Whether it is the password.
    pub const fn is_right(self) -> bool {
        !matches!(self, Self::Wrong)
    }
}

/// The hashing itself. It takes a tenth of a second and more of one core: on a server, it belongs on a thread of its own (see
/// [`PasswordHasher`](super::PasswordHasher)).
#[derive(Clone)]
pub struct PasswordHashing {
    argon2: Argon2<'static>,
    legacy: Option<u32>,
}

/// Salt of the comparisons with nothing.
const NOBODY: [u8; 16] = *b"nobody has this.";
/// Longest text that is compared, in bytes: nothing longer was ever accepted as a password.
const LONGEST_PRESENTED: usize = 1024;
/// Most work of a stored argon2id hash that is compared, so that a row cannot take the machine.
const MOST_MEMORY: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;

impl PasswordHashing {
    /// Fails when argon2id does not know such a cost.
    pub fn new(cost: HashingCost) -> Result<Self, HashingError> {
        let params = Params::new(cost.memory, cost.passes, 1, None).map_err(|_| HashingError::Failed)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Ok(Self { argon2, legacy: cost.legacy })
    }

    /// Hashes a password that was chosen.
    pub fn hash(
        &self,
        password: &NewPassword,
        secrets: &dyn SecretSource,
    ) -> Result<PasswordHash, HashingError> {
        self.hash_text(password.expose(), secrets)
    }

    /// Hashes again the password that has just been found right.
    pub fn hash_again(
        &self,
        presented: &SecretString,
        secrets: &dyn SecretSource,
    ) -> Result<PasswordHash, HashingError> {
        self.hash_text(presented.expose_secret(), secrets)
    }

    fn hash_text(&self, text: &str, secrets: &dyn SecretSource) -> Result<PasswordHash, HashingError> {
        let salt: [u8; 16] = draw(secrets);
        let hash =
            self.argon2.hash_password_with_salt(&normal(text), &salt).map_err(|_| HashingError::Failed)?;
        Ok(PasswordHash::from_stored(hash.to_string()))
    }

    /// Compares what somebody presented with what is stored, or with nothing.
    ///
    /// Whatever makes the answer [`Verdict::Wrong`] (another password, no hash, nobody), the same work is done: one argon2id
    /// and the rounds of one bcrypt of the legacy cost. The time that a refusal takes tells nothing.
    pub fn verify(
        &self,
        presented: &SecretString,
        stored: Option<&PasswordHash>,
    ) -> Result<Verdict, HashingError> {
        let presented = presented.expose_secret();
        let fits = presented.len() <= LONGEST_PRESENTED;
        let scheme = stored.filter(|_| fits).map_or(Scheme::Unusable, PasswordHash::scheme);
        // What is too long to be compared is no longer work than what is not.
        let work = if fits { presented } else { "" };
        match (scheme, stored) {
            (Scheme::Argon2, Some(stored)) => {
                let verdict = self.compare_argon2(presented, stored)?;
                if !verdict.is_right() {
                    self.spend_bcrypt(work, None);
                }
                Ok(verdict)
            }
            (Scheme::Bcrypt(cost), Some(stored)) => {
                if bcrypt::verify(presented, stored.as_str()).unwrap_or(false) {
                    return Ok(Verdict::RightButOutdated);
                }
                self.spend_bcrypt(work, Some(cost));
                self.spend_argon2(work)?;
                Ok(Verdict::Wrong)
            }
            _ => {
                self.spend_bcrypt(work, None);
                self.spend_argon2(work)?;
                Ok(Verdict::Wrong)
            }
        }
    }

    fn compare_argon2(&self, presented: &str, stored: &PasswordHash) -> Result<Verdict, HashingError> {
        let parsed = phc::PasswordHash::new(stored.as_str()).ok();
        let params = parsed.as_ref().and_then(|hash| Params::try_from(hash).ok());
        let (Some(parsed), Some(params)) = (parsed, params) else {
            self.spend_argon2(presented)?;
            return Ok(Verdict::Wrong);
        };
        if params.m_cost() > MOST_MEMORY || params.t_cost() > MOST_PASSES || params.p_cost() > MOST_PASSES {
            self.spend_argon2(presented)?;
            return Ok(Verdict::Wrong);
        }
        match self.argon2.verify_password(&normal(presented), &parsed) {
            Ok(()) if self.is_current(&params) => Ok(Verdict::Right),
            Ok(()) => Ok(Verdict::RightButOutdated),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(Verdict::Wrong),
            Err(_) => Err(HashingError::Failed),
        }
    }

    fn is_current(&self, params: &Params) -> bool {
        let own = self.argon2.params();
        (params.m_cost(), params.t_cost(), params.p_cost()) == (own.m_cost(), own.t_cost(), own.p_cost())
    }

    /// The work of one argon2id, for nothing.
    fn spend_argon2(&self, presented: &str) -> Result<(), HashingError> {
        let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
        self.argon2
            .hash_password_into(&normal(presented), &NOBODY, &mut output)
            .map_err(|_| HashingError::Failed)?;
        black_box(output);
        Ok(())
    }

    /// What is missing, after a bcrypt of some cost, to the rounds of one bcrypt of the legacy cost: 2¹⁰ + 2¹⁰ + 2¹¹ = 2¹².
    fn spend_bcrypt(&self, presented: &str, done: Option<u32>) {
        for cost in self.legacy.into_iter().flat_map(|legacy| missing_costs(legacy, done)) {
            black_box(bcrypt::hash_with_salt(presented, cost, NOBODY).is_ok());
        }
    }
}

/// The costs that make up, together with the one that was done, for one of the legacy cost.
fn missing_costs(legacy: u32, done: Option<u32>) -> Range<u32> {
    done.map_or(legacy..legacy.saturating_add(1), |done| done..legacy)
}

/// The same password typed on two systems is the same bytes. (bcrypt compares what it is given: the existing application did.)
fn normal(text: &str) -> Vec<u8> {
    text.nfc().collect::<String>().into_bytes()
}

impl std::fmt::Debug for PasswordHashing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("PasswordHashing")
            .field("argon2", &self.argon2)
            .field("legacy", &self.legacy)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededSecrets;
    use proptest::prelude::*;

    fn hashing() -> PasswordHashing {
        PasswordHashing::new(HashingCost::LEAST).unwrap()
    }

    fn chosen(text: &str) -> NewPassword {
        NewPassword::parse(&text.into(), &[]).unwrap()
    }

    fn verify(presented: &str, stored: &str) -> Verdict {
        hashing().verify(&presented.into(), Some(&PasswordHash::from_stored(stored.to_owned()))).unwrap()
    }

    #[test]
    fn a_hash_opens_to_its_password_alone_and_is_never_the_same_twice() {
        let secrets = SeededSecrets::new(1);
        let one = hashing().hash(&chosen("correct horse"), &secrets).unwrap();
        let other = hashing().hash(&chosen("correct horse"), &secrets).unwrap();
        assert_ne!(one, other);
        assert_eq!(verify("correct horse", one.as_str()), Verdict::Right);
        for wrong in ["", "correct horsE", "correct horse ", "correct"] {
            assert_eq!(verify(wrong, one.as_str()), Verdict::Wrong);
        }
    }

    #[test]
    fn the_recommended_cost_is_written_into_the_hash() {
        let hashing = PasswordHashing::new(HashingCost::RECOMMENDED).unwrap();
        let hash = hashing.hash(&chosen("correct horse"), &SeededSecrets::new(1)).unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
    }

    #[test]
    fn a_cheaper_hash_is_right_and_must_be_made_again() {
        let dearer = PasswordHashing::new(HashingCost { passes: 2, ..HashingCost::LEAST }).unwrap();
        let secrets = SeededSecrets::new(1);
        let old = hashing().hash(&chosen("correct horse"), &secrets).unwrap();
        let presented = "correct horse".into();
        assert_eq!(dearer.verify(&presented, Some(&old)).unwrap(), Verdict::RightButOutdated);
        let new = dearer.hash_again(&presented, &secrets).unwrap();
        assert_eq!(dearer.verify(&presented, Some(&new)).unwrap(), Verdict::Right);
    }

    /// Made by bcryptjs 3.0, which the existing application uses, of `Élève n°1`.
    #[test]
    fn hashes_of_the_existing_application_are_compared_and_outdated() {
        let stored = "$2b$04$lUU.VeVWqnwT05M.u1A/bOiCQblJU8U0DQX1KFiB4G4Ui40VmHj2W";
        assert_eq!(verify("Élève n°1", stored), Verdict::RightButOutdated);
        assert_eq!(verify("Élève n°2", stored), Verdict::Wrong);
        let other_prefix = stored.replacen("$2b$", "$2y$", 1);
        assert_eq!(verify("Élève n°1", &other_prefix), Verdict::RightButOutdated);
    }

    #[test]
    fn bcrypt_never_saw_what_follows_72_bytes() {
        let long = "é".repeat(40);
        let stored = bcrypt::hash_with_salt(&long, 4, NOBODY).unwrap().to_string();
        assert_eq!(verify(&format!("{}autre chose", "é".repeat(36)), &stored), Verdict::RightButOutdated);
        assert_eq!(verify(&"é".repeat(35), &stored), Verdict::Wrong);
    }

    #[test]
    fn what_is_no_hash_matches_nothing() {
        let huge = "$argon2id$v=19$m=4194304,t=2,p=1$bm9ib2R5IGhhcyB0aGlzLg$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
        for stored in ["", "secret", "$2b$10$court", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$", huge] {
            assert_eq!(verify("secret", stored), Verdict::Wrong, "{stored}");
        }
        assert_eq!(hashing().verify(&"secret".into(), None).unwrap(), Verdict::Wrong);
        assert_eq!(verify(&"a".repeat(100_000), "$2b$04$"), Verdict::Wrong);
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_password() {
        let hash = hashing().hash(&chosen("e\u{301}le\u{300}ve assidu"), &SeededSecrets::new(1)).unwrap();
        assert_eq!(verify("élève assidu", hash.as_str()), Verdict::Right);
    }

    #[test]
    fn every_refusal_is_the_same_number_of_rounds() {
        for legacy in 4..=14_u32 {
            let rounds = |done| missing_costs(legacy, done).map(|cost| 1_u64 << cost).sum::<u64>();
            assert_eq!(rounds(None), 1 << legacy);
            for done in 4..=legacy {
                assert_eq!((1 << done) + rounds(Some(done)), 1 << legacy, "{done} of {legacy}");
            }
        }
        // A dearer hash than was announced is compared all the same.
        assert!(missing_costs(12, Some(13)).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_password_that_may_be_chosen_opens(text in "\\PC{8,128}", other in "\\PC{0,130}") {
            if let Ok(password) = NewPassword::parse(&text.clone().into(), &[]) {
                let hash = hashing().hash(&password, &SeededSecrets::new(7)).unwrap();
                prop_assert_eq!(verify(&text, hash.as_str()), Verdict::Right);
                prop_assume!(normal(&other) != normal(&text));
                prop_assert_eq!(verify(&other, hash.as_str()), Verdict::Wrong);
            }
        }

        #[test]
        fn no_stored_text_is_a_panic(stored in "(\\$argon2id|\\$2b)?[$a-z0-9=,./]{0,80}") {
            prop_assert_eq!(verify("secret", &stored), Verdict::Wrong);
        }
    }
}
