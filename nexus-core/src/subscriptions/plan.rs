/// What a pupil subscribes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlanKey {
    /// The platform alone.
    AccesPlateforme,
    /// The platform and some lessons.
    Hybride,
    /// The platform and many lessons.
    Immersion,
}

impl PlanKey {
    /// Every plan.
    pub const ALL: [Self; 3] = [Self::AccesPlateforme, Self::Hybride, Self::Immersion];

    /// The stored name, and the key of the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccesPlateforme => "ACCES_PLATEFORME",
            Self::Hybride => "HYBRIDE",
            Self::Immersion => "IMMERSION",
        }
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.as_str() == text)
    }

    /// Whole credits that it gives each month (decision 8).
    pub const fn monthly_credits(self) -> i64 {
        match self {
            Self::AccesPlateforme => 0,
            Self::Hybride => 4,
            Self::Immersion => 8,
        }
    }

    /// Dinars a month, unless the catalogue says otherwise (decision 8).
    pub const fn default_price(self) -> i64 {
        match self {
            Self::AccesPlateforme => 150,
            Self::Hybride => 450,
            Self::Immersion => 750,
        }
    }

    /// Whether the guarantee goes with it.
    pub const fn is_guaranteed(self) -> bool {
        !matches!(self, Self::AccesPlateforme)
    }
}

/// A plan at its price of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Which.
    pub key: PlanKey,
    /// Dinars a month.
    pub monthly_price: i64,
}

/// What a family can have beside a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddonKey {
    /// ARIA without a limit in one more subject.
    MatiereSupplementaire,
    /// A deeper analysis by ARIA.
    AnalyseApprofondie,
}

impl AddonKey {
    /// Every addition.
    pub const ALL: [Self; 2] = [Self::MatiereSupplementaire, Self::AnalyseApprofondie];

    /// The key of the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MatiereSupplementaire => "MATIERE_SUPPLEMENTAIRE",
            Self::AnalyseApprofondie => "ANALYSE_APPROFONDIE",
        }
    }

    /// Reads a key.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|addon| addon.as_str() == text)
    }

    /// What it is called.
    pub const fn label(self) -> &'static str {
        match self {
            Self::MatiereSupplementaire => "Matière supplémentaire",
            Self::AnalyseApprofondie => "Analyse approfondie",
        }
    }

    /// What it brings, unless the catalogue says it in its own words.
    pub const fn default_description(self) -> &'static str {
        match self {
            Self::MatiereSupplementaire => "ARIA sans limite dans une matière de plus",
            Self::AnalyseApprofondie => "ARIA : analyse approfondie des résultats",
        }
    }

    /// Dinars a month, unless the catalogue says otherwise.
    pub const fn default_price(self) -> i64 {
        match self {
            Self::MatiereSupplementaire => 50,
            Self::AnalyseApprofondie => 75,
        }
    }
}

/// An addition at its price of today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addon {
    /// Which.
    pub key: AddonKey,
    /// Dinars a month.
    pub price: i64,
    /// What it brings.
    pub description: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decision 8, and D4 and D5 of the specification.
    #[test]
    fn plans_cost_and_give_what_was_decided() {
        let told = PlanKey::ALL.map(|plan| (plan.as_str(), plan.default_price(), plan.monthly_credits()));
        assert_eq!(told, [("ACCES_PLATEFORME", 150, 0), ("HYBRIDE", 450, 4), ("IMMERSION", 750, 8)]);
        for plan in PlanKey::ALL {
            assert_eq!(PlanKey::parse(plan.as_str()), Some(plan));
        }
        assert_eq!(PlanKey::parse("hybride"), None);
    }

    #[test]
    fn additions_cost_what_the_existing_application_asks() {
        let told = AddonKey::ALL.map(|addon| (addon.as_str(), addon.default_price()));
        assert_eq!(told, [("MATIERE_SUPPLEMENTAIRE", 50), ("ANALYSE_APPROFONDIE", 75)]);
        for addon in AddonKey::ALL {
            assert_eq!(AddonKey::parse(addon.as_str()), Some(addon));
        }
        assert_eq!(AddonKey::parse("NSI"), None);
    }
}
