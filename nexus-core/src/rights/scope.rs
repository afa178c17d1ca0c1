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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;

    fn actor() -> Actor {
        let user = UserId::parse("u1").unwrap();
        Actor {
            student: StudentId::parse("s1").ok(),
            parent: ParentId::parse("p1").ok(),
            coach: CoachId::parse("c1").ok(),
            ..Actor::without_profile(user, Role::Coach)
        }
    }

    /// Decision 16: a session within 180 days, before or after.
    #[test]
    fn the_pupils_of_a_coach_are_those_of_a_year_around_today() {
        let now: Timestamp = "2026-09-14T08:30:00Z".parse().unwrap();
        let expected = Scope::Pupils {
            coach: CoachId::parse("c1").unwrap(),
            since: "2026-03-18T08:30:00Z".parse().unwrap(),
            until: "2027-03-13T08:30:00Z".parse().unwrap(),
        };
        assert_eq!(Scope::of(Relation::OwnPupil, &actor(), now), expected);
    }

    #[test]
    fn each_relation_goes_through_the_profile_that_it_names() {
        let now = Timestamp::UNIX_EPOCH;
        let of = |relation| Scope::of(relation, &actor(), now);
        assert_eq!(of(Relation::Any), Scope::Any);
        assert_eq!(of(Relation::OwnChild), Scope::Children { parent: ParentId::parse("p1").unwrap() });
        let Scope::Own { user, student, coach } = of(Relation::Own) else { panic!("own is its own reach") };
        assert_eq!((user.as_str(), student, coach), ("u1", actor().student, actor().coach));
        let bare = Actor { student: None, parent: None, coach: None, ..actor() };
        for relation in [Relation::OwnChild, Relation::OwnPupil] {
            assert_eq!(Scope::of(relation, &bare, now), Scope::Nothing);
        }
    }

    #[test]
    fn only_everything_and_oneself_reach_an_account() {
        let [own, other] = ["u1", "u2"].map(|id| UserId::parse(id).unwrap());
        let of = |relation| Scope::of(relation, &actor(), Timestamp::UNIX_EPOCH);
        assert!(of(Relation::Any).reaches_account(&other));
        assert!(of(Relation::Own).reaches_account(&own) && !of(Relation::Own).reaches_account(&other));
        for scope in [of(Relation::OwnChild), of(Relation::OwnPupil), Scope::Nothing] {
            assert!(!scope.reaches_account(&own), "{scope:?}");
        }
    }
}
