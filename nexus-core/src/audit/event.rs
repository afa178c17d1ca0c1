use crate::IdempotencyClaim;
use jiff::Timestamp;
use serde_json::Value;

/// Something that was done, to be recorded in the transaction that does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Who: `system`, or a role and the id of an account (`ADMIN:ck…`, see `Permit::audit_name`).
    pub actor: String,
    /// What: a stable name (`USER_DISABLE`, `OUTBOX_RETRY`, `RGPD_EXPORT`).
    pub action: String,
    /// To what: a kind and an id (`user:ck…`).
    pub subject: Option<String>,
    /// Before and after, or any other context; never a secret.
    pub diff: Option<Value>,
    /// The request that asked for it.
    pub request_id: Option<String>,
    /// The key under which it was asked for: the transaction that records this answers it.
    pub claim: Option<IdempotencyClaim>,
    /// When.
    pub at: Timestamp,
}

impl AuditEvent {
    /// Somebody did something.
    pub fn new(actor: impl Into<String>, action: impl Into<String>, at: Timestamp) -> Self {
        Self {
            actor: actor.into(),
            action: action.into(),
            subject: None,
            diff: None,
            request_id: None,
            claim: None,
            at,
        }
    }

    /// Names what it was done to.
    #[must_use]
    pub fn about(mut self, kind: &str, id: &str) -> Self {
        self.subject = Some(format!("{kind}:{id}"));
        self
    }

    /// Says what changed. Values under names that sound like secrets are replaced: an audit row outlives every secret.
    #[must_use]
    pub fn with(mut self, diff: Value) -> Self {
        self.diff = Some(without_secrets(diff));
        self
    }

    /// Names the request that asked for it.
    #[must_use]
    pub fn in_request(mut self, request: Option<RequestMark<'_>>) -> Self {
        self.request_id = request.map(|request| request.id.to_owned());
        self.claim = request.and_then(|request| request.claim).cloned();
        self
    }
}

/// The request that asks for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestMark<'a> {
    /// Its id, for people who look for it.
    pub id: &'a str,
    /// The key that it holds, when it carries one.
    pub claim: Option<&'a IdempotencyClaim>,
}

/// Parts of names under which a value may be a secret.
const SECRET_NAMES: [&str; 8] =
    ["password", "passwd", "secret", "token", "hash", "otp", "recovery", "cookie"];

fn without_secrets(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                let lower = name.to_lowercase();
                // Whether something is set, and how many there are, is no secret.
                let harmless = value.is_null() || value.is_boolean() || value.is_number();
                let value = if !harmless && SECRET_NAMES.iter().any(|secret| lower.contains(secret)) {
                    Value::from("[masqué]")
                } else {
                    without_secrets(value)
                };
                (name, value)
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(without_secrets).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_do_not_enter_the_log() {
        let event = AuditEvent::new("ADMIN:u1", "USER_UPDATE", Timestamp::UNIX_EPOCH).about("user", "u2").with(json!({
            "before": {"role": "COACH", "passwordHash": "$2b$10$x", "sessionVersion": 3},
            "after": {"role": "ADMIN", "resetToken": {"value": "t"}, "hasPassword": true, "recoveryCodes": ["a", "b"]},
            "list": [{"TOTP_SECRET": "x"}],
        }));
        assert_eq!(event.subject.as_deref(), Some("user:u2"));
        assert_eq!(
            event.diff,
            Some(json!({
                "before": {"role": "COACH", "passwordHash": "[masqué]", "sessionVersion": 3},
                "after": {"role": "ADMIN", "resetToken": "[masqué]", "hasPassword": true, "recoveryCodes": "[masqué]"},
                "list": [{"TOTP_SECRET": "[masqué]"}],
            }))
        );
    }
}
