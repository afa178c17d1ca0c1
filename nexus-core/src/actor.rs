use crate::{CoachId, ParentId, Role, StudentId, UserId};

/// Somebody who is known and who acts now: his account, his role, and the profile that goes with the role.
///
/// It is made from what the store says at this moment, never from what a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// His account.
    pub user: UserId,
    /// What he is.
    pub role: Role,
    /// His record as a pupil; only an `ELEVE` has one.
    pub student: Option<StudentId>,
    /// His profile as a parent; only a `PARENT` has one.
    pub parent: Option<ParentId>,
    /// His profile as a coach; only a `COACH` has one.
    pub coach: Option<CoachId>,
}

impl Actor {
    /// Somebody without a profile: the office, or an account whose profile is missing.
    pub const fn without_profile(user: UserId, role: Role) -> Self {
        Self { user, role, student: None, parent: None, coach: None }
    }

    /// The name under which the audit log knows him: `ROLE:user`.
    pub fn audit_name(&self) -> String {
        format!("{}:{}", self.role, self.user)
    }
}
