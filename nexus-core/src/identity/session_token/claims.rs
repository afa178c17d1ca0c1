use super::{LEEWAY, TokenError};
use crate::{ParentId, Role, StudentId, UserId};
use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// What the existing pages show of somebody without asking the server. It decides nothing: see [`SessionClaims`].
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// First name and family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Role at the time of sealing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// His record, for a pupil.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student_id: Option<StudentId>,
    /// His parent's profile for a pupil; his own for a parent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<ParentId>,
}

/// Without the person: what is written by `{:?}` ends in logs.
impl std::fmt::Debug for Profile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Profile").field("role", &self.role).finish_non_exhaustive()
    }
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionClaims {
    /// Whose session it is.
    pub user: UserId,
    /// What the pages show of him.
    pub profile: Profile,
    /// The version of his sessions under which it was sealed; the existing application writes none.
    pub session_version: Option<u32>,
    /// When it was sealed, in whole seconds; absent when the token does not say.
    pub issued_at: Option<Timestamp>,
    /// When it expires, in whole seconds.
    pub expires_at: Timestamp,
}

/// The claims as they are written: the names of NextAuth, and our `sessionVersion`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(flatten)]
    profile: Profile,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sub: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_version: Option<u32>,
    #[serde(default, deserialize_with = "seconds", skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(default, deserialize_with = "seconds", skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    #[serde(default, deserialize_with = "seconds", skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
}

/// Whether a session that ends at this second has ended.
fn is_over(end: i64, now: Timestamp) -> bool {
    end <= now.as_second() - LEEWAY
}

impl SessionClaims {
    /// Whether the session has ended since its token was opened.
    pub fn is_over(&self, now: Timestamp) -> bool {
        is_over(self.expires_at.as_second(), now)
    }

    /// Writes the claims. `mark` tells two tokens of the same second apart.
    pub(super) fn to_json(&self, mark: String) -> Vec<u8> {
        let wire = Wire {
            profile: self.profile.clone(),
            sub: Some(self.user.clone()),
            id: Some(self.user.clone()),
            session_version: self.session_version,
            iat: self.issued_at.map(Timestamp::as_second),
            exp: Some(self.expires_at.as_second()),
            nbf: None,
            jti: Some(mark),
        };
        // Texts and numbers always have a JSON form.
        serde_json::to_vec(&wire).unwrap_or_default()
    }

    /// Reads the claims of a token that was opened; unknown ones are ignored.
    pub(super) fn from_json(bytes: &[u8], now: Timestamp) -> Result<Self, TokenError> {
        let wire: Wire = serde_json::from_slice(bytes).map_err(|_| TokenError::Malformed)?;
        let user = match (wire.sub, wire.id) {
            (Some(sub), Some(id)) if sub != id => return Err(TokenError::Malformed),
            (Some(user), _) | (None, Some(user)) => user,
            (None, None) => return Err(TokenError::Malformed),
        };
        let expires = wire.exp.ok_or(TokenError::Malformed)?;
        if is_over(expires, now) {
            return Err(TokenError::Expired);
        }
        if wire.nbf.is_some_and(|from| from > now.as_second() + LEEWAY) {
            return Err(TokenError::NotYetValid);
        }
        let instant = |second| Timestamp::from_second(second).map_err(|_| TokenError::Malformed);
        Ok(Self {
            user,
            profile: wire.profile,
            session_version: wire.session_version,
            issued_at: wire.iat.map(instant).transpose()?,
            expires_at: instant(expires)?,
        })
    }
}

/// Seconds since 1970: a JSON number, whole or not (RFC 7519 §2).
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let Some(number) = Option::<serde_json::Number>::deserialize(deserializer)? else { return Ok(None) };
    let whole = number.as_i64().or_else(|| {
        // Far within what a float holds exactly: the calendar ends at 2.5 × 10¹¹ seconds.
        #[allow(clippy::cast_possible_truncation)]
        number.as_f64().map(f64::floor).filter(|seconds| seconds.abs() < 1e12).map(|seconds| seconds as i64)
    });
    whole.map(Some).ok_or_else(|| D::Error::custom("not a number of seconds"))
}
