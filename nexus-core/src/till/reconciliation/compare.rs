use crate::money::Money;
use std::collections::BTreeMap;

/// A line of a provider's statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// Which payment it names.
    pub reference: String,
    /// What was paid.
    pub amount: Money,
}

/// A payment that counts as paid here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPayment {
    /// The reference under which the provider knows it.
    pub reference: String,
    /// What was ordered.
    pub amount: Money,
}

/// What a comparison finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Comparison {
    /// Both say the same.
    Matched,
    /// Both know it, with another amount.
    AmountDiffers,
    /// The provider knows it, the till does not.
    MissingHere,
    /// The till knows it, the provider does not.
    MissingThere,
    /// The provider names it more than once.
    Repeated,
}

impl Comparison {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::AmountDiffers => "amount_differs",
            Self::MissingHere => "missing_here",
            Self::MissingThere => "missing_there",
            Self::Repeated => "repeated",
        }
    }
}

/// One reference, compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReconciledLine {
    /// Which payment.
    pub reference: String,
    /// What was found.
    pub comparison: Comparison,
    /// What is written here.
    pub here: Option<Money>,
    /// What the provider says; its first line when there are several.
    pub there: Option<Money>,
}

/// Compares a statement with the payments of the same time; one line per reference, in the order of references.
pub fn reconcile(statement: &[StatementLine], known: &[KnownPayment]) -> Vec<ReconciledLine> {
    let mut lines: BTreeMap<&str, (Option<Money>, Vec<Money>)> = BTreeMap::new();
    for payment in known {
        lines.entry(&payment.reference).or_default().0 = Some(payment.amount);
    }
    for line in statement {
        lines.entry(&line.reference).or_default().1.push(line.amount);
    }
    let compare = |here: Option<Money>, there: &[Money]| match (here, there) {
        (None, _) => Comparison::MissingHere,
        (Some(_), []) => Comparison::MissingThere,
        (Some(here), [there]) if here == *there => Comparison::Matched,
        (Some(_), [_]) => Comparison::AmountDiffers,
        (Some(_), _) => Comparison::Repeated,
    };
    lines
        .into_iter()
        .map(|(reference, (here, there))| ReconciledLine {
            reference: reference.to_owned(),
            comparison: compare(here, &there),
            here,
            there: there.first().copied(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_is_told_once() {
        let line = |reference: &str, dinars| StatementLine {
            reference: reference.to_owned(),
            amount: Money::dinars(dinars),
        };
        let known = |reference: &str, dinars| KnownPayment {
            reference: reference.to_owned(),
            amount: Money::dinars(dinars),
        };
        let statement = [line("a", 1), line("b", 2), line("c", 3), line("e", 5), line("e", 5)];
        let found = reconcile(&statement, &[known("a", 1), known("b", 20), known("d", 4), known("e", 5)]);
        let found: Vec<_> = found.iter().map(|line| (line.reference.as_str(), line.comparison)).collect();
        assert_eq!(
            found,
            [
                ("a", Comparison::Matched),
                ("b", Comparison::AmountDiffers),
                ("c", Comparison::MissingHere),
                ("d", Comparison::MissingThere),
                ("e", Comparison::Repeated),
            ]
        );
    }
}
