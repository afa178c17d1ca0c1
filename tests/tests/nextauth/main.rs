//! Nexus beside the real packages of the existing pages: next-auth, @auth/core, bcryptjs.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;
mod passwords;
mod tokens;
