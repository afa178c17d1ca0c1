//! SQL that is the same on every database, written once.

pub(crate) mod account_links;
pub(crate) mod accounts;
pub(crate) mod adoption;
pub(crate) mod audit;
pub(crate) mod bilans;
pub(crate) mod calendar;
pub(crate) mod consistency;
pub(crate) mod credit_import;
pub(crate) mod directory;
pub(crate) mod idempotency;
pub(crate) mod invariants;
pub(crate) mod jobs;
pub(crate) mod leases;
pub(crate) mod ledger;
pub(crate) mod mail;
pub(crate) mod notifications;
pub(crate) mod outbox;
pub(crate) mod people_reading;
pub(crate) mod profiles;
pub(crate) mod retention;
pub(crate) mod seed;
pub(crate) mod sign_in_attempts;
pub(crate) mod subscriptions;
pub(crate) mod till_bookkeeping;
pub(crate) mod till_catalogue;
pub(crate) mod till_payments;
