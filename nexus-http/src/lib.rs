#![doc = include_str!("../README.md")]

mod access;
mod body;
pub mod chassis;
mod json;
mod problem;
mod routes;
mod server;
mod serving;
mod state;

pub use access::Access;
pub use body::{JsonBody, StrictJsonBody};
pub use chassis::{Chassis, ChassisSettings, Drain};
pub use problem::Problem;
pub use server::{router, serve};
pub use state::{AccessKeys, HttpState, TooWeakKey};
