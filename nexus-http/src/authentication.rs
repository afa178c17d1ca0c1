//! Who is behind a request: the token that it shows, what the store says of its owner now, and the cookies of both.

mod believed;
mod cookies;
mod device;
mod gate;
mod opened_tokens;
mod presented;
mod sessions;

pub use sessions::{SessionSetup, Sessions};

pub(crate) use cookies::{OwnCookie, cookies};
pub(crate) use device::{marked, origin_of};
pub(crate) use gate::Identification;
pub(crate) use presented::bearer;
pub(crate) use sessions::Session;
