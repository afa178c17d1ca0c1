//! What identity asks of a store.
//!
//! Locks are taken in this order, and several of one kind in the order of their names, so that two transactions never wait
//! for each other: attempts, addresses, administrators, pseudonyms, accounts, links.

mod accounts;
mod attempts;
mod links;
mod profiles;
mod reading;

pub use accounts::AccountTx;
pub use attempts::AttemptTx;
pub use links::LinkTx;
pub use profiles::{ProfileTx, PupilAccounts, RegistrationRecord};
pub use reading::IdentityStore;

/// Everything that identity does inside a transaction.
pub trait IdentityTx: AccountTx + ProfileTx + LinkTx + AttemptTx {}

impl<T: AccountTx + ProfileTx + LinkTx + AttemptTx> IdentityTx for T {}
