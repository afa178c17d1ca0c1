//! The session cookie that the existing pages have: encrypted tokens of NextAuth v4 and of Auth.js v5, read and written.
//!
//! Both are compact JWE with `alg: dir`: the key is derived from the secret that Nexus and the pages share. A token says who
//! somebody is, and under which version of his sessions it was sealed; what he may do **now** is asked of the store.

mod cipher;
mod claims;
mod compact;
mod cookie;
mod ring;
#[cfg(test)]
mod tests;

pub use claims::{Profile, SessionClaims};
pub use cookie::SessionCookie;
pub use ring::SessionKeys;

use crate::{Coded, ErrorCode};

/// Longest token that is looked at, in bytes. Those of NextAuth have about 600.
pub const LONGEST_TOKEN: usize = 16 * 1024;

/// Seconds by which the clocks of the servers that seal and open may differ, as NextAuth allows.
pub const LEEWAY: i64 = 15;

/// Why a token opens no session. Outside, it is always the same: nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Longer than [`LONGEST_TOKEN`].
    #[error("the token is too large")]
    TooLarge,
    /// Not a token at all, or one whose claims cannot be read.
    #[error("the token is malformed")]
    Malformed,
    /// Another kind of token: unencrypted, compressed, of another algorithm.
    #[error("the token is of an unsupported kind")]
    Unsupported,
    /// Sealed with none of the secrets, or changed since.
    #[error("the token was not sealed here")]
    Forged,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come.
    #[error("the token is not yet valid")]
    NotYetValid,
}

impl Coded for TokenError {
    fn code(&self) -> ErrorCode {
        ErrorCode::Unauthenticated
    }
}
