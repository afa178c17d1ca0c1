//! HTTP clients of this program.

use reqwest::{Client, ClientBuilder, redirect};
use std::time::Duration;

/// A client that waits so long for a whole answer and follows no redirection: what it carries is meant for one address.
pub(crate) fn builder(patience: Duration) -> ClientBuilder {
    // One provider of cryptography for the whole process; a second installation answers `Err` and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().timeout(patience).redirect(redirect::Policy::none())
}
