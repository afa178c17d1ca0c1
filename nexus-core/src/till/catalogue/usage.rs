use super::pack::count;
use crate::ErrorCode;
use crate::identity::field::FieldProblems;
use crate::identity::text;
use jiff::Timestamp;

/// What something costs in credits (`SOS_15`, `COURS_INDIV_HEURE`…).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageEntry {
    /// Its key.
    pub key: String,
    /// Whole credits.
    pub credits: u32,
}

/// A stored price of a usage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsagePrice {
    /// Key and credits.
    pub entry: UsageEntry,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A price of a usage as it is sent, not read yet.
#[derive(Debug, Clone, Default)]
pub struct UsageForm {
    /// `key`.
    pub key: Option<String>,
    /// `credits`.
    pub credits: Option<i64>,
}

impl UsageForm {
    /// Reads a price. The key of a known one does not change: another price may refer to it.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn read(&self, known: Option<&UsageEntry>) -> Result<UsageEntry, FieldProblems> {
        let mut problems = FieldProblems::default();
        let key = match known {
            Some(known) => {
                if self.key.as_ref().is_some_and(|key| *key != known.key) {
                    problems.add_with("key", ErrorCode::InvalidField, "La clef d'un usage ne change pas.");
                }
                Some(known.key.clone())
            }
            None => text::line(&mut problems, "key", self.key.as_deref(), 2..=64),
        };
        let credits = count(&mut problems, "credits", self.credits, 1, known.map(|known| known.credits));
        let entry = key.zip(credits).map(|(key, credits)| UsageEntry { key, credits });
        problems.finish(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stays_and_a_price_is_positive() {
        let form = |key: &str, credits| UsageForm { key: Some(key.to_owned()), credits };
        let entry = form("SOS_15", Some(1)).read(None).unwrap();
        assert_eq!(entry, UsageEntry { key: "SOS_15".to_owned(), credits: 1 });
        assert!(form("S", Some(1)).read(None).is_err());
        assert!(form("SOS_30", Some(0)).read(None).is_err());
        assert!(form("SOS_30", Some(2)).read(Some(&entry)).is_err());
        assert_eq!(UsageForm { key: None, credits: Some(2) }.read(Some(&entry)).unwrap().credits, 2);
    }
}
