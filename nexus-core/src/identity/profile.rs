//! What a role brings with it.

use crate::{CoachId, ParentId, Role, SchoolSubject, StudentId};
use jiff::Timestamp;
use jiff::civil::Date;

/// A parent's profile (`parent_profiles`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentProfile {
    /// Its identifier.
    pub id: ParentId,
    /// Postal address.
    pub address: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// Country; `Tunisie` unless the family says otherwise.
    pub country: Option<String>,
}

impl ParentProfile {
    /// A parent of whom nothing else is known.
    pub fn new(id: ParentId) -> Self {
        Self { id, address: None, city: None, country: Some("Tunisie".to_owned()) }
    }
}

/// A pupil's record (`students`), as far as identity needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PupilProfile {
    /// Its identifier.
    pub id: StudentId,
    /// The parent who answers for him.
    pub guardian: ParentId,
    /// Level he enters, as the family wrote it.
    pub grade: Option<String>,
    /// School, as the family wrote it.
    pub school: Option<String>,
    /// Day of birth.
    pub birth_date: Option<Date>,
    /// When he was registered; the day decides whether he consents alone.
    pub registered_at: Timestamp,
}

/// A coach's profile (`coach_profiles`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoachProfile {
    /// Its identifier.
    pub id: CoachId,
    /// The name under which families know him; unique.
    pub pseudonym: String,
    /// Title, such as « Agrégé de mathématiques ».
    pub title: Option<String>,
    /// A few words shown beside the name.
    pub tag: Option<String>,
    /// Who he is.
    pub description: Option<String>,
    /// How he teaches.
    pub philosophy: Option<String>,
    /// What he knows best.
    pub expertise: Option<String>,
    /// What he teaches.
    pub subjects: Vec<SchoolSubject>,
    /// Whether he teaches by video.
    pub available_online: bool,
    /// Whether he teaches on site.
    pub available_in_person: bool,
}

impl CoachProfile {
    /// A coach of whom only the pseudonym is known.
    pub const fn new(id: CoachId, pseudonym: String) -> Self {
        Self {
            id,
            pseudonym,
            title: None,
            tag: None,
            description: None,
            philosophy: None,
            expertise: None,
            subjects: Vec::new(),
            available_online: true,
            available_in_person: true,
        }
    }

    /// Forgets whatever tells who he was.
    pub(super) fn anonymise(&mut self) {
        self.pseudonym = format!("Ancien coach {}", self.id);
        self.title = None;
        self.tag = None;
        self.description = None;
        self.philosophy = None;
        self.expertise = None;
    }
}

/// The profile of a role that has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Profile {
    /// Of a `PARENT`.
    Parent(ParentProfile),
    /// Of an `ELEVE`.
    Pupil(PupilProfile),
    /// Of a `COACH`.
    Coach(CoachProfile),
}

impl Profile {
    /// The role that this profile belongs to.
    pub const fn role(&self) -> Role {
        match self {
            Self::Parent(_) => Role::Parent,
            Self::Pupil(_) => Role::Eleve,
            Self::Coach(_) => Role::Coach,
        }
    }

    /// Forgets whatever tells who somebody was; identifiers and relations stay.
    pub fn anonymise(&mut self) {
        match self {
            Self::Parent(parent) => {
                parent.address = None;
                parent.city = None;
            }
            Self::Pupil(pupil) => {
                pupil.school = None;
                pupil.birth_date = None;
            }
            Self::Coach(coach) => coach.anonymise(),
        }
    }
}
