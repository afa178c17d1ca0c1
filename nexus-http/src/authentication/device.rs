//! The mark that a browser keeps of having been here, so that whoever guesses a password elsewhere does not slow its owner down.

use super::cookies::{OwnCookie, cookies};
use crate::chassis::ClientAddress;
use axum::http::{HeaderMap, HeaderValue};
use jiff::SignedDuration;
use nexus_core::SecretSource;
use nexus_core::identity::origin::{DeviceKey, Network, Origin};

/// Its name, without the prefix that goes with TLS.
const NAME: &str = "nexus.device";
const SECURE_NAME: &str = "__Secure-nexus.device";

/// How long a browser keeps it: as long as browsers keep anything.
const LIFETIME: SignedDuration = SignedDuration::from_hours(400 * 24);

/// Where a request comes from, for the throttle.
pub(crate) fn origin_of(headers: &HeaderMap, client: ClientAddress) -> Origin {
    Origin { network: Network::of(client.ip()), device: device(headers) }
}

fn device(headers: &HeaderMap) -> Option<DeviceKey> {
    cookies(headers)
        .filter(|(name, _)| *name == NAME || *name == SECURE_NAME)
        .find_map(|(_, mark)| DeviceKey::of_mark(mark))
}

/// The mark for whoever is about to sign in without one, and the origin that goes with it.
pub(crate) fn marked(
    origin: Origin,
    secure: bool,
    secrets: &dyn SecretSource,
) -> (Origin, Option<HeaderValue>) {
    if origin.device.is_some() {
        return (origin, None);
    }
    let mark = DeviceKey::draw_mark(secrets);
    let name = if secure { SECURE_NAME } else { NAME };
    let cookie = OwnCookie { name, path: "/api", secure }.give(&mark, Some(LIFETIME));
    (Origin { device: DeviceKey::of_mark(&mark), ..origin }, cookie)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::COOKIE;
    use nexus_core::testing::SeededSecrets;

    #[test]
    fn a_browser_is_known_again_by_its_mark() {
        let mut headers = HeaderMap::new();
        let first = origin_of(&headers, ClientAddress::UNKNOWN);
        assert_eq!(first.device, None);
        let (first, cookie) = marked(first, true, &SeededSecrets::new(1));
        let cookie = cookie.unwrap();
        let pair = cookie.to_str().unwrap().split(';').next().unwrap();
        assert!(pair.starts_with("__Secure-nexus.device="), "{pair}");
        headers.insert(COOKIE, HeaderValue::from_str(pair).unwrap());
        let again = origin_of(&headers, ClientAddress::UNKNOWN);
        assert_eq!(again, first);
        // It keeps its mark.
        assert_eq!(marked(again.clone(), true, &SeededSecrets::new(2)), (again, None));
    }
}
