//! Who somebody is: addresses, passwords, second factors, sessions, links.

pub mod email_address;
pub mod one_time_token;
pub mod password;
