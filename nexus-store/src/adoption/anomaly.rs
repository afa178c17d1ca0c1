use super::rule::Rule;

/// A row that breaks a rule. Identifiers only: nothing here tells who somebody is.
#[derive(Debug, Clone)]
pub struct Anomaly {
    /// The rule.
    pub rule: &'static Rule,
    /// The row's id in the rule's table; `*` when the table as a whole is meant.
    pub id: String,
    /// The row of the same table that it collides with.
    pub because: Option<String>,
    /// Figures of the case, in French.
    pub detail: Option<String>,
    /// Whether the row is in quarantine for this rule already.
    pub in_quarantine: bool,
}
