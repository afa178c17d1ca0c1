//! Who somebody is: addresses, passwords, second factors, sessions, links; accounts, profiles and their life.

pub mod account;
pub mod account_token;
pub mod consent;
pub mod csrf_token;
pub mod email_address;
pub mod field;
pub mod guards;
pub mod member;
pub mod one_time_token;
pub mod origin;
pub mod password;
pub mod ports;
pub mod profile;
pub mod profile_form;
pub mod pseudonym;
pub mod recovery_code;
pub mod registration;
pub mod role_change;
pub mod sealing;
pub mod session_directory;
pub mod session_token;
pub mod text;
pub mod throttle;
pub mod totp;
pub mod use_cases;
pub mod views;
