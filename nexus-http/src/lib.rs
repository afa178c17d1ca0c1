#![doc = include_str!("../README.md")]

mod access;
mod body;
mod contract;
mod problem;
mod routes;
mod server;
mod state;

pub use problem::Problem;
pub use server::{contract, router, serve};
pub use state::{AccessKeys, HttpState, TooWeakKey};
pub use utoipa::openapi::OpenApi;
