use crate::money::Money;

/// A plan as the school starts with it; an administrator changes its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Its key.
    pub key: &'static str,
    /// Its price by the month.
    pub price: Money,
    /// Whole credits given each month.
    pub credits_per_month: u32,
}

/// The plans of an empty catalogue (decision 8).
pub const PLANS: [Plan; 3] = [
    Plan { key: "ACCES_PLATEFORME", price: Money::dinars(150), credits_per_month: 0 },
    Plan { key: "HYBRIDE", price: Money::dinars(450), credits_per_month: 4 },
    Plan { key: "IMMERSION", price: Money::dinars(750), credits_per_month: 8 },
];

impl Plan {
    /// The plan of a key.
    pub fn of(key: &str) -> Option<&'static Self> {
        PLANS.iter().find(|plan| plan.key == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Golden vector K1; K4 for the plan that does not exist.
    #[test]
    fn three_plans() {
        let lines = PLANS.map(|plan| (plan.key, plan.price.minor(), plan.credits_per_month));
        assert_eq!(
            lines,
            [("ACCES_PLATEFORME", 150_000, 0), ("HYBRIDE", 450_000, 4), ("IMMERSION", 750_000, 8)]
        );
        assert_eq!(Plan::of("PREMIUM"), None);
    }
}
