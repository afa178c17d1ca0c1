//! Credits: lots with an origin and an end, movements that are only added, and the rules that turn one into the other.
//!
//! A wallet's balance is the sum of its movements, and every movement says which lots it filled or emptied: what a lot has
//! left is the sum of its parts. Credits leave the lot that ends first; what is given back goes to the lots it came from.

mod credits;
mod error;
mod holds;
mod import;
mod movement;
mod operations;
mod ports;
mod statement;
mod transfer;
pub mod use_cases;
mod views;
mod wallet;

pub use credits::{Credits, InvalidCredits};
pub use error::LedgerError;
pub use holds::{Hold, HoldState, Reserve, capture, release, reserve};
pub use import::{FormerTransaction, ImportOutcome, import_transaction};
pub use movement::{Entry, LooseMovement, Movement, MovementId, MovementKind, Part, Place};
pub use operations::{
    Grant, Granted, LessonCharge, LessonRefund, Spend, Spent, charge_lesson, grant, open_wallet,
    refund_lesson, reverse, spend,
};
pub use ports::{CreditImportTx, LedgerStore, LedgerTx};
pub use statement::{Statement, explain, statement_csv};
pub use transfer::{Transfer, Transferred, transfer};
pub use views::{
    CreditRequest, MovementLine, Pupil, RequestDecision, RequestLine, RequestState, WalletReading,
};
pub use wallet::{GRACE, Lot, LotId, LotOrigin, NewLot, Wallet, WalletId, give_back};
