//! Credits: lots with an origin and an end, movements that are only added, and the rules that turn one into the other.
//!
//! A wallet's balance is the sum of its movements, and every movement says which lots it filled or emptied: what a lot has
//! left is the sum of its parts. Credits leave the lot that ends first; what is given back goes to the lots it came from.

mod credits;
mod error;
mod movement;
mod operations;
mod ports;
mod wallet;

pub use credits::{Credits, InvalidCredits};
pub use error::LedgerError;
pub use movement::{Entry, LooseMovement, Movement, MovementId, MovementKind, Part, Place};
pub use operations::{
    Grant, Granted, LessonCharge, LessonRefund, Spend, Spent, charge_lesson, grant, open_wallet,
    refund_lesson, spend,
};
pub use ports::LedgerTx;
pub use wallet::{GRACE, Lot, LotId, LotOrigin, NewLot, Wallet, WalletId, give_back};
