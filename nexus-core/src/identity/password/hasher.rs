use super::hash::PasswordHash;
use super::hashing::Verdict;
use super::policy::NewPassword;
use crate::{Coded, ErrorCode};
use async_trait::async_trait;
use secrecy::SecretString;

/// Why a password was neither hashed nor compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HashingError {
    /// Too many are waiting already; a moment later there may be room.
    #[error("too many passwords are being hashed")]
    Busy,
    /// The machine has no memory for it, or the hasher has stopped.
    #[error("the password could not be hashed")]
    Failed,
}

impl Coded for HashingError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Busy => ErrorCode::SignInBusy,
            Self::Failed => ErrorCode::Internal,
        }
    }
}

/// Hashes and compares passwords without holding up anything else.
///
/// # Contract
/// * Never called inside a transaction: a hash takes a tenth of a second and more.
/// * The number of hashes at one time, and of those that wait, is bounded; beyond, the answer is [`HashingError::Busy`] at once.
/// * Every [`Verdict::Wrong`] is the same work. A caller that must refuse whatever the password is (nobody has this address,
///   the account is disabled, the second factor is wrong) compares with `None` instead of not comparing, so that all
///   refusals take the same time.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes a password that was chosen.
    async fn hash(&self, password: NewPassword) -> Result<PasswordHash, HashingError>;

    /// Compares what somebody presented with what is stored, or with nothing.
    async fn verify(
        &self,
        presented: SecretString,
        stored: Option<PasswordHash>,
    ) -> Result<Verdict, HashingError>;

    /// Hashes again a password that was found right under an outdated hash, even when it could not be chosen today.
    async fn hash_again(&self, presented: SecretString) -> Result<PasswordHash, HashingError>;
}
