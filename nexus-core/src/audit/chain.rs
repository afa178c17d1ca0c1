use crate::Checksum;
use jiff::Timestamp;
use serde::Serialize;
use std::fmt;

/// A row of `audit_logs` as the database holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditRow {
    /// Number that the database gave.
    pub id: i64,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub subject: Option<String>,
    /// The JSON text of the difference, as the database writes it.
    pub diff: Option<String>,
    /// The request that asked for it.
    pub request_id: Option<String>,
    /// When, in whole milliseconds.
    pub at: Timestamp,
    /// Its place in the chain; absent while it is not sealed.
    #[serde(skip)]
    pub link: Option<ChainLink>,
}

/// What seals a row into the chain. The hashes are text, as stored: what is no hash at all has to be told too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainLink {
    /// Its place, from 1 on; not the order of the ids, which the database gives out before rows commit.
    pub sequence: i64,
    /// Hash of the row before it.
    pub previous_hash: String,
    /// Hash over every other column.
    pub hash: String,
}

/// The end of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// Place of the last row; 0 when there is none.
    pub sequence: i64,
    /// Hash of the last row.
    pub hash: String,
}

impl AuditHead {
    /// The end of a chain without rows. The store begins with it.
    pub fn empty() -> Self {
        Self { sequence: 0, hash: Checksum::of_bytes(b"nexus audit chain 1").to_string() }
    }

    /// The link that seals a row behind this end, and the end that it makes.
    pub fn append(&self, row: &AuditRow) -> (ChainLink, Self) {
        let sequence = self.sequence.saturating_add(1);
        let hash = row.hash_at(sequence, &self.hash);
        let link = ChainLink { sequence, previous_hash: self.hash.clone(), hash: hash.clone() };
        (link, Self { sequence, hash })
    }

    /// Reads `123:hash`, as it is printed.
    pub fn parse(text: &str) -> Option<Self> {
        let (sequence, hash) = text.trim().split_once(':')?;
        let sequence = sequence.parse().ok().filter(|sequence| *sequence >= 0)?;
        Some(Self { sequence, hash: Checksum::parse(hash)?.to_string() })
    }
}

impl fmt::Display for AuditHead {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.sequence, self.hash)
    }
}

impl AuditRow {
    /// SHA-256 over the JSON array of the place, every column and the previous hash. An array of known length in a fixed order
    /// has one form only; the difference goes in as the very text that is stored, so that any change of it shows.
    pub(super) fn hash_at(&self, sequence: i64, previous_hash: &str) -> String {
        let columns = (
            1,
            sequence,
            self.id,
            self.at.as_millisecond(),
            &self.actor,
            &self.action,
            &self.subject,
            &self.diff,
            &self.request_id,
            previous_hash,
        );
        #[allow(clippy::expect_used)] // numbers and texts
        let content = serde_json::to_vec(&columns).expect("numbers and texts have a JSON form");
        Checksum::of_bytes(&content).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> AuditRow {
        AuditRow {
            id: 7,
            actor: "ADMIN:u1".into(),
            action: "USER_DISABLE".into(),
            subject: Some("user:u2".into()),
            diff: Some(r#"{"after": true}"#.into()),
            request_id: None,
            at: Timestamp::from_millisecond(1_800_000_000_123).unwrap(),
            link: None,
        }
    }

    /// The hash of a known row: rows that were sealed must stay verifiable for ever.
    #[test]
    fn the_form_that_is_hashed_does_not_change() {
        let (link, head) = AuditHead::empty().append(&row());
        assert_eq!(head.to_string(), format!("1:{}", link.hash));
        insta::assert_snapshot!(format!("{}\n{}", link.previous_hash, link.hash));
    }

    #[test]
    fn a_head_reads_back() {
        let (_, head) = AuditHead::empty().append(&row());
        assert_eq!(AuditHead::parse(&head.to_string()), Some(head));
        for text in ["", "1", "1:zz", "-1:00", ":"] {
            assert_eq!(AuditHead::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn neighbouring_columns_cannot_be_shifted_into_each_other() {
        let one = AuditRow { actor: "a".into(), action: "bc".into(), ..row() };
        let other = AuditRow { actor: "ab".into(), action: "c".into(), ..row() };
        let absent = AuditRow { subject: None, ..row() };
        let null = AuditRow { subject: Some("null".into()), ..row() };
        assert_ne!(one.hash_at(1, "x"), other.hash_at(1, "x"));
        assert_ne!(absent.hash_at(1, "x"), null.hash_at(1, "x"));
    }
}
