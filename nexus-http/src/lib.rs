#![doc = include_str!("../README.md")]

mod access;
mod asked;
mod authentication;
mod body;
pub mod chassis;
mod contract;
mod json;
mod operations;
mod problem;
mod route_list;
mod routes;
mod server;
mod serving;
mod state;
mod till;

pub use authentication::{SessionSetup, Sessions};
pub use body::{JsonBody, StrictJsonBody};
pub use chassis::{Chassis, ChassisSettings, Drain, Enclosed};
pub use operations::{Measures, MetricsToken, Operations, ServiceAnswer, ServiceProbe, ServiceState};
pub use problem::Problem;
pub use server::{contract, enclosed, router, serve};
pub use serving::serve_enclosed;
pub use state::{AccessKeys, HttpState, TooWeakKey};
pub use till::{PricingBroadcast, Till};
pub use utoipa::openapi::OpenApi;
