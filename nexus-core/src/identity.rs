//! Who somebody is: addresses, passwords, second factors, sessions, links.

pub mod csrf_token;
pub mod email_address;
pub mod one_time_token;
pub mod origin;
pub mod password;
pub mod recovery_code;
pub mod sealing;
pub mod session_token;
pub mod throttle;
pub mod totp;
