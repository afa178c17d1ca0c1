#![doc = include_str!("../README.md")]

mod access;
mod body;
mod problem;
mod routes;
mod server;
mod state;

pub use access::Access;
pub use problem::Problem;
pub use server::{router, serve};
pub use state::{AccessKeys, HttpState, TooWeakKey};
