//! What the school sells: packs of credits, prices of usages, products, pricing variables, offers, billing and payment
//! settings. Every price is the server's; a form is read field by field, and what it leaves out stays as it was.

mod billing;
mod iban;
mod number;
mod offer;
mod pack;
mod plan;
mod price_map;
mod pricing;
mod product;
mod usage;

pub use billing::{BillingPolicy, BillingPolicyForm, PaymentSettings, PaymentSettingsForm};
pub use iban::{Iban, InvalidIban};
pub use number::{PackId, PricingId, RecordId};
pub use offer::{Offer, OfferForm, PricingRef, PricingRefForm, read_offers};
pub use pack::{Pack, PackEntry, PackForm};
pub use plan::{PLANS, Plan};
pub use price_map::{SHOWN_PACKS, shown_prices};
pub use pricing::{PricingEntry, PricingForm, PricingVariable};
pub use product::{ItemType, Product, ProductForm, UnsoldItem, priced};
pub use usage::{UsageEntry, UsageForm, UsagePrice};
