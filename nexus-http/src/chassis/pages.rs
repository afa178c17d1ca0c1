use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use nexus_core::Page;
use std::convert::Infallible;

/// The page of a list that the query asks for: `page` and `limit` (or `pageSize`), brought into their bounds; `DEFAULT` rows
/// when it does not say how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageOf<const DEFAULT: u32 = 20>(pub Page);

impl<const DEFAULT: u32, S: Send + Sync> FromRequestParts<S> for PageOf<DEFAULT> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Pairs of texts are always readable; what they mean is read by the domain.
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map(|Query(pairs)| pairs)
            .unwrap_or_default();
        let value = |names: &[&str]| {
            pairs.iter().find(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value.as_str())
        };
        Ok(Self(Page::read(value(&["page"]), value(&["limit", "pageSize"]), DEFAULT)))
    }
}
