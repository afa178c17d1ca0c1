//! One file per command.

pub(crate) mod audit;
pub(crate) mod bank;
pub(crate) mod bilan;
pub(crate) mod check;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod migrate;
pub(crate) mod outbox;
pub(crate) mod ready;
pub(crate) mod rights;
pub(crate) mod seed;
pub(crate) mod serve;
pub(crate) mod till;
pub(crate) mod user;
pub(crate) mod worker;
