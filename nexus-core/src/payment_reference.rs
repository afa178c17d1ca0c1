//! The reference of a payment that no provider names: cash, and transfers to the school's account.

use crate::IdSource;

/// Constants that the existing application writes for want of a reference (`docs/adr/0023`). They name no payment, so they
/// are outside the rule that a provider's reference is written once; nothing of Nexus writes them.
pub const PLACEHOLDERS: [&str; 3] = ["cash-reservation", "konnect-link-pending", "pending"];

/// How money arrives that the school counts itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CountedBySchool {
    /// Over the counter.
    Cash,
    /// By a transfer.
    Wire,
}

impl CountedBySchool {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Cash, Self::Wire];

    /// The name in `payment_records.provider`.
    pub const fn provider(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Wire => "wire",
        }
    }

    /// Draws the reference of one payment (`externalId`): two payments never share one, whoever makes them and when.
    pub fn draw_reference(self, ids: &dyn IdSource) -> String {
        format!("{}-{}", self.provider(), ids.next_id())
    }
}

/// Whether a stored reference names a payment at all.
pub fn names_a_payment(reference: &str) -> bool {
    !PLACEHOLDERS.contains(&reference)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingIds;
    use std::collections::HashSet;

    #[test]
    fn no_two_payments_share_a_reference_and_none_is_a_placeholder() {
        let ids = CountingIds::new("reservation");
        let drawn: Vec<_> =
            (0..50).flat_map(|_| CountedBySchool::ALL.map(|counted| counted.draw_reference(&ids))).collect();
        assert_eq!(drawn[0], "cash-reservation1");
        assert_eq!(drawn.iter().collect::<HashSet<_>>().len(), drawn.len());
        assert!(drawn.iter().all(|reference| names_a_payment(reference)));
        assert!(!PLACEHOLDERS.into_iter().any(names_a_payment));
    }
}
