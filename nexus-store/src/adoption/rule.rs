//! The shape of a rule.

/// How bad it is that a row breaks a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The database refuses such rows from now on.
    Error,
    /// Somebody has to look; the database accepts it.
    Warning,
}

/// What `migrate` does about a row that breaks a rule. Never a removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// The row keeps everything it has and is marked; the rule leaves marked rows alone.
    Quarantine,
    /// One entry of the ledger makes the sum of a wallet's movements equal to its balance.
    Compensate,
    /// Nothing: it is only told.
    None,
}

/// A rule that the stored rows have to keep.
#[derive(Debug)]
pub struct Rule {
    /// Its stable name.
    pub name: &'static str,
    /// The table whose rows it finds.
    pub table: &'static str,
    /// What is wrong with such a row: a French sentence.
    pub sentence: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What `migrate` does about it.
    pub repair: Repair,
    /// The same, and what is left for people to decide: a French sentence.
    pub proposal: &'static str,
    pub(crate) probe: Probe,
}

/// How the rows that break a rule are found. Every query has two text columns; the first is the row's id.
#[derive(Debug)]
pub(crate) enum Probe {
    /// One line per row; the second column is a detail without personal data, or null.
    Rows(Query),
    /// Rows that share something of which there may be one; the second column is what they share. Ordered by it, then the
    /// row that is right first.
    Groups(Query),
    /// Rows that exclude each other; the second column is the row that is right. Ordered by the age of the first one.
    Pairs(Query),
    /// Texts that must be JSON; the second column is the text.
    Json(Query, JsonShape),
}

/// What a JSON text has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonShape {
    /// Anything.
    Any,
    /// A list.
    List,
}

impl JsonShape {
    /// Whether the text is JSON of this shape.
    pub(crate) fn accepts(self, text: &str) -> bool {
        match self {
            Self::Any => serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(),
            Self::List => serde_json::from_str::<Vec<serde::de::IgnoredAny>>(text).is_ok(),
        }
    }
}

/// SQL, written once where both databases accept it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Query {
    /// The same text.
    Both(&'static str),
    /// One text each.
    Each {
        /// For PostgreSQL.
        #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "the rules are data for both"))]
        postgres: &'static str,
        /// For SQLite.
        sqlite: &'static str,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_texts() {
        assert!(JsonShape::Any.accepts(r#"{"séance": null}"#) && JsonShape::List.accepts(r#"["NSI", 1]"#));
        for broken in ["", "[", "NSI", "['NSI']", r#"["NSI"] x"#] {
            assert!(!JsonShape::Any.accepts(broken) && !JsonShape::List.accepts(broken), "{broken}");
        }
        assert!(!JsonShape::List.accepts(r#""NSI""#));
    }
}
