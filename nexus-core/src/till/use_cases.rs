//! What people, programs and providers do at the till: one transaction each.

mod alerts;
mod cash;
mod catalogue;
mod context;
mod delivery;
mod error;
mod iban;
mod notices;
mod orders;
mod printing;
mod proofs;
mod reconciling;
mod refunds;
mod validation;

pub use alerts::{DecideAlert, decide_alert};
pub use cash::{ReserveCash, Reserved, cancel_cash, confirm_cash, reserve_cash};
pub use catalogue::{
    change_billing_policy, change_pack, change_pricing, change_usage, create_pack, create_pricing,
    create_usage, remove_pricing, remove_usage, replace_offers, retire_pack, save_product,
};
pub use context::{PricingBell, TillContext, TillSettings};
pub use error::TillError;
pub use iban::{SettingsChanged, change_payment_settings, decide_iban};
pub use notices::{NoticeAnswer, receive_notice};
pub use orders::{OrderPlaced, PlaceOrder, place_order};
pub use printing::{PrintingError, invoice_content, print_invoice, print_next, run_print_job};
pub use proofs::{SubmitProof, UploadedFile, submit_proof};
pub use reconciling::{Reconciliation, reconcile_statement};
pub use refunds::{RefundPayment, refund_payment, refund_record};
pub use validation::{DecidePayment, decide_payment};
