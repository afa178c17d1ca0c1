use serde::{Deserialize, Serialize};
use std::fmt;

/// What somebody is in the school (`users.role`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Role {
    /// Runs the school and its system.
    Admin,
    /// Runs the office: families, payments, planning.
    Assistante,
    /// Teaches.
    Coach,
    /// Answers for one pupil or more.
    Parent,
    /// Learns.
    Eleve,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Admin, Self::Assistante, Self::Coach, Self::Parent, Self::Eleve];

    /// The stored and transmitted name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "ADMIN",
            Self::Assistante => "ASSISTANTE",
            Self::Coach => "COACH",
            Self::Parent => "PARENT",
            Self::Eleve => "ELEVE",
        }
    }

    /// Reads a stored or transmitted name, as it is written: case matters.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Whether the school employs this person in its office.
    pub const fn is_office(self) -> bool {
        matches!(self, Self::Admin | Self::Assistante)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_match_their_json() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        for text in ["admin", "", "STUDENT", "ADMIN "] {
            assert_eq!(Role::parse(text), None);
        }
    }
}
