//! The handlers; the files mirror the paths.

pub(crate) mod answering;
pub(crate) mod auth;
pub(crate) mod bilan;
pub(crate) mod contract;
pub(crate) mod health;
pub(crate) mod old_pdf;
pub(crate) mod report;
pub(crate) mod review;
pub(crate) mod start;
pub(crate) mod students;
