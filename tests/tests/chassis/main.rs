//! The chassis around handlers of the tests' own: what every request goes through, whatever the route.
// The routes here are not Nexus's: no table of rights knows them.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

mod compression;
mod connections;
mod constants;
mod cors;
mod csrf;
mod drain;
mod etag;
mod headers;
mod idempotency;
mod limits;
mod logs;
mod measures;
mod pagination;
mod panics;
mod proxies;
mod rate_limits;
mod request_ids;
mod slow;
mod support;
mod unknown_callers;
mod unread;
