//! The compact form of JWE: five parts in base64url, of which a direct key leaves the second empty.

use super::{LONGEST_TOKEN, TokenError};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How the content is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Encryption {
    /// NextAuth v4.
    A256GCM,
    /// Auth.js v5.
    #[serde(rename = "A256CBC-HS512")]
    A256CbcHs512,
}

#[derive(Serialize)]
struct WrittenHeader<'a> {
    alg: &'static str,
    enc: Encryption,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
}

#[derive(Deserialize)]
struct ReadHeader {
    alg: String,
    enc: String,
    kid: Option<String>,
    zip: Option<Value>,
    crit: Option<Value>,
}

/// A token taken apart.
pub(super) struct Compact<'a> {
    pub(super) encryption: Encryption,
    /// Which key sealed it, when it says so.
    pub(super) key: Option<String>,
    /// The first part as it came: it is authenticated together with the content.
    pub(super) header: &'a str,
    pub(super) nonce: Vec<u8>,
    pub(super) content: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

impl<'a> Compact<'a> {
    pub(super) fn parse(token: &'a str) -> Result<Self, TokenError> {
        if token.len() > LONGEST_TOKEN {
            return Err(TokenError::TooLarge);
        }
        let mut parts = token.split('.');
        let mut part = || parts.next().ok_or(TokenError::Malformed);
        let (header, key, nonce, content, tag) = (part()?, part()?, part()?, part()?, part()?);
        if parts.next().is_some() {
            return Err(TokenError::Malformed);
        }
        let read: ReadHeader = serde_json::from_slice(&decode(header)?).map_err(|_| TokenError::Malformed)?;
        // Compressed content could be large out of proportion; what is critical is something that we do not know.
        if read.alg != "dir" || read.zip.is_some() || read.crit.is_some() {
            return Err(TokenError::Unsupported);
        }
        let encryption =
            serde_json::from_value(Value::String(read.enc)).map_err(|_| TokenError::Unsupported)?;
        if !key.is_empty() {
            return Err(TokenError::Malformed);
        }
        Ok(Self {
            encryption,
            key: read.kid,
            header,
            nonce: decode(nonce)?,
            content: decode(content)?,
            tag: decode(tag)?,
        })
    }
}

fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed)
}

/// The first part of a token.
pub(super) fn header(encryption: Encryption, key: Option<&str>) -> String {
    // Three short texts always have a JSON form.
    let json =
        serde_json::to_vec(&WrittenHeader { alg: "dir", enc: encryption, kid: key }).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(json)
}

/// Puts the parts together.
pub(super) fn write(header: &str, nonce: &[u8], content: &[u8], tag: &[u8]) -> String {
    let [nonce, content, tag] = [nonce, content, tag].map(|part| URL_SAFE_NO_PAD.encode(part));
    format!("{header}..{nonce}.{content}.{tag}")
}
