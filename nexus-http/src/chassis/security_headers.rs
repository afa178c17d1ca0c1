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

/// The headers of this configuration, ready to be copied.
#[derive(Debug)]
pub(super) struct SecurityHeaders {
    permissions: HeaderValue,
    transport: Option<HeaderValue>,
    documents: HeaderValue,
    shared_with_others: bool,
}

impl SecurityHeaders {
    pub(super) fn new(settings: &ChassisSettings) -> Self {
        let is_secure = settings.public_url.as_ref().is_some_and(Origin::is_secure);
        Self {
            permissions: permissions(settings.video_origin.as_ref()),
            transport: is_secure.then(|| HeaderValue::from_static("max-age=31536000; includeSubDomains")),
            documents: documents(settings),
            shared_with_others: !settings.allowed_origins.is_empty(),
        }
    }

    /// Whether the service is reached through TLS.
    pub(super) const fn is_secure(&self) -> bool {
        self.transport.is_some()
    }

    /// Writes the headers. What a route decided for itself (its caching, its policy) is left as it is.
    pub(super) fn apply(&self, headers: &mut HeaderMap) {
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(PERMISSIONS_POLICY, self.permissions.clone());
        if let Some(transport) = &self.transport {
            headers.insert(STRICT_TRANSPORT_SECURITY, transport.clone());
        }
        let sharing = if self.shared_with_others { "cross-origin" } else { "same-site" };
        headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static(sharing));
        if !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if !headers.contains_key(CONTENT_SECURITY_POLICY) {
            let policy = match headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes) {
                Some(kind) if kind.starts_with(b"text/html") => PAGE_POLICY,
                Some(kind) if kind.starts_with(b"application/pdf") => self.documents.clone(),
                _ => API_POLICY,
            };
            headers.insert(CONTENT_SECURITY_POLICY, policy);
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
    fn lessons_may_use_the_camera_and_nothing_else_may_much() {
        let settings = ChassisSettings {
            video_origin: Some(Origin::parse("https://meet.example/room").unwrap()),
            ..ChassisSettings::default()
        };
        let headers = applied(&settings, &[]);
        let policy = headers[PERMISSIONS_POLICY].to_str().unwrap();
        assert!(policy.contains("camera=(self \"https://meet.example\")"), "{policy}");
        assert!(policy.contains("microphone=(self \"https://meet.example\")"), "{policy}");
        assert!(policy.contains("geolocation=()"), "{policy}");
    }
}
