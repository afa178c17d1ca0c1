//! The till: what is sold and for how much, how it is paid, and what a payment gives.

pub mod alert;
pub mod catalogue;
pub mod invoice;
pub mod order;
pub mod payment;
pub mod ports;
pub mod proof;
pub mod receipt;
pub mod reconciliation;
pub mod use_cases;
pub mod webhook;
