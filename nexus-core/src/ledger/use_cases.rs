//! What people and workers do with credits.

mod context;
mod deciding;
mod importing;
mod reading;
mod spending;
mod transferring;
mod upkeep;

pub use context::LedgerContext;
pub use deciding::{
    Adjustment, adjust_credits, approve_credit_request, read_amount, reject_credit_request, request_credits,
    reverse_movement,
};
pub use importing::{ImportedCredits, import_former_credits};
pub use reading::{
    explain_credits, list_credit_requests, list_pupils, own_wallet, pupil_credits, statement_of,
};
pub use spending::{SpendCredits, SpentCredits, spend_credits};
pub use transferring::{TransferCredits, transfer_credits};
pub use upkeep::{SettledWallets, settle_wallets};
