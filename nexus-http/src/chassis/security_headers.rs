//! The headers that tell browsers what an answer may do.

use super::origin::Origin;
use super::settings::ChassisSettings;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// What is JSON or a file is no page: nothing may run in it, nothing may show it inside.
const API_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The pages that explain the interface bring everything with them; their styles are written by their own scripts.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The headers of this configuration, by the kind of answer. They are put together once: an answer starts from a copy.
#[derive(Debug)]
pub(super) struct SecurityHeaders {
    is_secure: bool,
    of_data: HeaderMap,
    of_pages: HeaderMap,
    of_documents: HeaderMap,
}

/// Headers that a route may decide for itself; the others are always those of the service.
const LEFT_TO_ROUTES: [HeaderName; 2] = [CACHE_CONTROL, CONTENT_SECURITY_POLICY];

/// Room for what an answer usually says beside these headers.
const ROOM: usize = 8;

impl SecurityHeaders {
    pub(super) fn new(settings: &ChassisSettings) -> Self {
        let is_secure = settings.public_url.as_ref().is_some_and(Origin::is_secure);
        let shared_with_others = !settings.allowed_origins.is_empty();
        let sharing = if shared_with_others { "cross-origin" } else { "same-site" };
        let mut common = HeaderMap::with_capacity(ROOM + ROOM);
        common.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        common.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        common.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static(sharing));
        common.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if is_secure {
            let always = HeaderValue::from_static("max-age=31536000; includeSubDomains");
            common.insert(STRICT_TRANSPORT_SECURITY, always);
        }
        let with = |policy: HeaderValue| {
            let mut headers = common.clone();
            headers.insert(CONTENT_SECURITY_POLICY, policy);
            headers
        };
        // What a browser shows. Data is no document: nothing asks for a camera in it, and nobody need be told so each time.
        let shown = |policy: HeaderValue| {
            let mut headers = with(policy);
            headers.insert(PERMISSIONS_POLICY, permissions(settings.video_origin.as_ref()));
            headers
        };
        Self {
            is_secure,
            of_data: with(API_POLICY),
            of_pages: shown(PAGE_POLICY),
            of_documents: shown(documents(settings)),
        }
    }

    /// Whether the service is reached through TLS.
    pub(super) const fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Writes the headers. What a route decided for itself (its caching, its policy) is left as it is.
    pub(super) fn apply(&self, headers: &mut HeaderMap) {
        let whole = match headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes) {
            Some(kind) if kind.starts_with(b"text/html") => &self.of_pages,
            Some(kind) if kind.starts_with(b"application/pdf") => &self.of_documents,
            _ => &self.of_data,
        };
        let of_route = std::mem::replace(headers, whole.clone());
        let mut decided: Option<HeaderName> = None;
        for (name, value) in of_route {
            // The further values of a header come without its name.
            if let Some(name) = name {
                let is_left = LEFT_TO_ROUTES.contains(&name) || !whole.contains_key(&name);
                decided = is_left.then_some(name);
                if let Some(name) = &decided {
                    headers.insert(name.clone(), value);
                }
            } else if let Some(name) = &decided {
                headers.append(name.clone(), value);
            }
        }
    }
}

/// Camera and microphone belong to the lessons: to this site's pages and to the rooms that they show inside.
fn permissions(video: Option<&Origin>) -> HeaderValue {
    let devices = video.map_or_else(|| "(self)".to_owned(), |video| format!("(self \"{video}\")"));
    let text = format!(
        "camera={devices}, microphone={devices}, display-capture={devices}, fullscreen={devices}, \
         geolocation=(), payment=(), usb=(), serial=(), bluetooth=(), midi=(), accelerometer=(), gyroscope=()"
    );
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("camera=(self), microphone=(self)"))
}

/// A document is shown inside the pages of the site. Readers of PDF bring scripts of their own, so it says nothing else.
fn documents(settings: &ChassisSettings) -> HeaderValue {
    let mut text = String::from("frame-ancestors 'self'");
    for origin in settings.public_url.iter().chain(&settings.allowed_origins) {
        text.push(' ');
        text.push_str(origin.as_str());
    }
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("frame-ancestors 'self'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::SET_COOKIE;

    fn applied(settings: &ChassisSettings, set: &[(HeaderName, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in set {
            headers.insert(name, HeaderValue::from_static(value));
        }
        SecurityHeaders::new(settings).apply(&mut headers);
        headers
    }

    #[test]
    fn transport_security_needs_a_secure_public_address() {
        let with = |url: &str| ChassisSettings {
            public_url: Some(Origin::parse(url).unwrap()),
            ..ChassisSettings::default()
        };
        assert!(!applied(&ChassisSettings::default(), &[]).contains_key(STRICT_TRANSPORT_SECURITY));
        assert!(!applied(&with("http://localhost:3000"), &[]).contains_key(STRICT_TRANSPORT_SECURITY));
        assert_eq!(
            applied(&with("https://nexus.example"), &[])[STRICT_TRANSPORT_SECURITY],
            "max-age=31536000; includeSubDomains"
        );
    }

    #[test]
    fn what_a_route_decided_stays() {
        let set = [(CACHE_CONTROL, "private, no-cache"), (CONTENT_SECURITY_POLICY, "sandbox")];
        let headers = applied(&ChassisSettings::default(), &set);
        assert_eq!((&headers[CACHE_CONTROL], &headers[CONTENT_SECURITY_POLICY]).0, "private, no-cache");
        assert_eq!(headers[CONTENT_SECURITY_POLICY], "sandbox");
    }

    #[test]
    fn what_is_not_left_to_routes_is_the_services_and_every_value_of_the_rest_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("something else"));
        headers.append(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("and more"));
        for cookie in ["a=1", "b=2", "c=3"] {
            headers.append(SET_COOKIE, HeaderValue::from_static(cookie));
        }
        SecurityHeaders::new(&ChassisSettings::default()).apply(&mut headers);
        let all = |name: &HeaderName| -> Vec<_> { headers.get_all(name).iter().cloned().collect() };
        assert_eq!(all(&X_CONTENT_TYPE_OPTIONS), ["nosniff"]);
        assert_eq!(all(&SET_COOKIE), ["a=1", "b=2", "c=3"]);
    }

    #[test]
    fn pages_documents_and_data_have_policies_of_their_own() {
        for (kind, policy) in [
            ("text/html; charset=utf-8", "script-src 'self'"),
            ("application/pdf", "frame-ancestors 'self'"),
            ("application/json", "default-src 'none'"),
        ] {
            let headers = applied(&ChassisSettings::default(), &[(CONTENT_TYPE, kind)]);
            let applied = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(applied.contains(policy), "{kind}: {applied}");
        }
    }

    #[test]
    fn lessons_may_use_the_camera_and_nothing_else_may_much() {
        let settings = ChassisSettings {
            video_origin: Some(Origin::parse("https://meet.example/room").unwrap()),
            ..ChassisSettings::default()
        };
        let headers = applied(&settings, &[(CONTENT_TYPE, "text/html")]);
        let policy = headers[PERMISSIONS_POLICY].to_str().unwrap();
        assert!(policy.contains("camera=(self \"https://meet.example\")"), "{policy}");
        assert!(policy.contains("microphone=(self \"https://meet.example\")"), "{policy}");
        assert!(policy.contains("geolocation=()"), "{policy}");
        assert!(!applied(&settings, &[(CONTENT_TYPE, "application/json")]).contains_key(PERMISSIONS_POLICY));
    }
}
