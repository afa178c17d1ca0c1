//! The HTTP side, through every layer of the server, on a real database; the files mirror the routes.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod answers;
mod bodies;
mod health;
mod journey;
mod metrics;
mod old_pdf;
mod questions;
mod report;
mod review;
mod rights;
mod session;
mod session_stream;
mod sign_in;
mod start;
mod status;
mod students;
mod submit;
