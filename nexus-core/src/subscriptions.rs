//! Subscriptions: plans from the catalogue, one queue of requests, one active subscription per pupil, a month's credits once.

mod error;
mod plan;
mod ports;
mod request;
mod subscription;
pub mod use_cases;

pub use error::SubscriptionError;
pub use plan::{Addon, AddonKey, Plan, PlanKey};
pub use ports::{SubscriptionStore, SubscriptionTx};
pub use request::{Demand, DemandForm, DemandKind, DemandLine, DemandState};
pub use subscription::{
    ChildLine, Subscription, SubscriptionFilter, SubscriptionLine, SubscriptionState, month_of,
};
