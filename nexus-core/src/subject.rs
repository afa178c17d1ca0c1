use serde::{Deserialize, Serialize};

/// What the school teaches (`Subject` of the existing application).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SchoolSubject {
    /// Mathematics.
    Mathematiques,
    /// Computer science.
    Nsi,
    /// French.
    Francais,
    /// Philosophy.
    Philosophie,
    /// History and geography.
    HistoireGeo,
    /// English.
    Anglais,
    /// Spanish.
    Espagnol,
    /// Physics and chemistry.
    PhysiqueChimie,
    /// Life and earth sciences.
    Svt,
    /// Economics and social sciences.
    Ses,
}

impl SchoolSubject {
    /// Every subject.
    pub const ALL: [Self; 10] = [
        Self::Mathematiques,
        Self::Nsi,
        Self::Francais,
        Self::Philosophie,
        Self::HistoireGeo,
        Self::Anglais,
        Self::Espagnol,
        Self::PhysiqueChimie,
        Self::Svt,
        Self::Ses,
    ];

    /// The stored and transmitted name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mathematiques => "MATHEMATIQUES",
            Self::Nsi => "NSI",
            Self::Francais => "FRANCAIS",
            Self::Philosophie => "PHILOSOPHIE",
            Self::HistoireGeo => "HISTOIRE_GEO",
            Self::Anglais => "ANGLAIS",
            Self::Espagnol => "ESPAGNOL",
            Self::PhysiqueChimie => "PHYSIQUE_CHIMIE",
            Self::Svt => "SVT",
            Self::Ses => "SES",
        }
    }

    /// What it is called inside a French sentence.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mathematiques => "mathématiques",
            Self::Nsi => "NSI",
            Self::Francais => "français",
            Self::Philosophie => "philosophie",
            Self::HistoireGeo => "histoire-géographie",
            Self::Anglais => "anglais",
            Self::Espagnol => "espagnol",
            Self::PhysiqueChimie => "physique-chimie",
            Self::Svt => "SVT",
            Self::Ses => "SES",
        }
    }

    /// Reads a stored or transmitted name, as it is written: case matters.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_match_their_json() {
        for subject in SchoolSubject::ALL {
            assert_eq!(SchoolSubject::parse(subject.as_str()), Some(subject));
            assert_eq!(serde_json::to_value(subject).unwrap(), subject.as_str());
        }
        assert_eq!(SchoolSubject::parse("maths"), None);
    }
}
