//! Passwords: what may be chosen, how it is kept, how it is compared.
//!
//! A password is chosen as a [`NewPassword`], which the policy has seen; it is kept as a [`PasswordHash`], argon2id in PHC
//! form. Hashes that the existing application made with bcrypt go on being compared, and are replaced at the next sign-in.

mod hash;
mod hasher;
mod hashing;
mod policy;

pub use hash::PasswordHash;
pub use hasher::{HashingError, PasswordHasher};
pub use hashing::{HashingCost, PasswordHashing, Verdict};
pub use policy::{NewPassword, PasswordProblem};
