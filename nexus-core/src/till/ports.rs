//! The ports of the till.

mod bookkeeping;
mod catalogue;
mod payments;
mod provider;
mod reading;

pub use bookkeeping::BookkeepingTx;
pub use catalogue::CatalogueTx;
pub use payments::{Decision, PaymentTx};
pub use provider::{NoticesOnly, OrderedPayment, PaymentProvider, ProviderError};
pub use reading::{PricingChange, RecordFilter, TillReading, WaitingPayment};

/// What a transaction does at the till.
pub trait TillTx: CatalogueTx + PaymentTx + BookkeepingTx {}

impl<T: CatalogueTx + PaymentTx + BookkeepingTx> TillTx for T {}
