use super::Relation;
use crate::{Actor, CoachId, ParentId, StudentId, UserId};
use jiff::{SignedDuration, Timestamp};

/// A coach knows the pupils with whom he has a session at most this long ago or ahead (decision 16).
pub const PUPIL_WINDOW: SignedDuration = SignedDuration::from_hours(180 * 24);

/// What a permit reaches. Stores turn it into a condition of their queries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    Any,
    /// What belongs to this person: his account, his record as a pupil, his sessions as a coach.
    Own {
        /// His account.
        user: UserId,
        /// His record as a pupil.
        student: Option<StudentId>,
        /// His profile as a coach.
        coach: Option<CoachId>,
    },
    /// What belongs to the children of this parent.
    Children {
        /// The parent's profile.
        parent: ParentId,
    },
    /// What belongs to the pupils of this coach.
    Pupils {
        /// The coach's profile.
        coach: CoachId,
        /// Start of the earliest session that counts.
        since: Timestamp,
        /// Start of the latest session that counts.
        until: Timestamp,
    },
    /// Nothing: the account lacks the profile that the relation goes through.
    Nothing,
}

impl Scope {
    /// The reach of a relation for this person.
    pub(super) fn of(relation: Relation, actor: &Actor, now: Timestamp) -> Self {
        match relation {
            Relation::Any => Self::Any,
            Relation::Own => Self::Own {
                user: actor.user.clone(),
                student: actor.student.clone(),
                coach: actor.coach.clone(),
            },
            Relation::OwnChild => {
                actor.parent.clone().map_or(Self::Nothing, |parent| Self::Children { parent })
            }
            Relation::OwnPupil => actor.coach.clone().map_or(Self::Nothing, |coach| Self::Pupils {
                coach,
                since: now.checked_sub(PUPIL_WINDOW).unwrap_or(Timestamp::MIN),
                until: now.checked_add(PUPIL_WINDOW).unwrap_or(Timestamp::MAX),
            }),
        }
    }

    /// Whether an account is this very person, or any account is reached.
    pub fn reaches_account(&self, account: &UserId) -> bool {
        match self {
            Self::Any => true,
            Self::Own { user, .. } => user == account,
            Self::Children { .. } | Self::Pupils { .. } | Self::Nothing => false,
        }
    }
}
