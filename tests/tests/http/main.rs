//! The HTTP side, through every layer of the server, on a real database; the files mirror the routes.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod account;
mod admin_users;
mod answers;
mod audit_rows;
mod bodies;
mod children;
mod coaches;
mod credit_requests;
mod credits;
mod health;
mod journey;
mod mail_bell;
mod metrics;
mod old_pdf;
mod password;
mod questions;
mod registration;
mod report;
mod review;
mod rights;
mod second_factor;
mod secrets;
mod session;
mod session_stream;
mod sign_in;
mod start;
mod status;
mod students;
mod submit;
mod subscriptions;
