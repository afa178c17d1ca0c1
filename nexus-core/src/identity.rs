//! Who somebody is: addresses, passwords, second factors, sessions, links.

pub mod email_address;
pub mod one_time_token;
pub mod password;

pub mod account;
pub mod account_token;
pub mod consent;
pub mod field;
pub mod guards;
pub mod member;
pub mod ports;
pub mod profile;
pub mod profile_form;
pub mod pseudonym;
pub mod registration;
pub mod role_change;
pub mod text;
pub mod use_cases;
pub mod views;
