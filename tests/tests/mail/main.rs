//! Mails against a real mail server, from one message to killed workers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // the helpers of a test are tests too

mod content;
mod conversation;
mod files;
mod kills;
mod measures;
mod support;
mod workers;
