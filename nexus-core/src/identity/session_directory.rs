//! What counts today about somebody who presents a session, whatever the session itself says.

use crate::{Actor, CoachId, ParentId, Role, StoreError, StudentId, UserId};
use async_trait::async_trait;

/// What counts today about somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionFacts {
    /// What he is.
    pub role: Role,
    /// His record, when he is a pupil.
    pub student: Option<StudentId>,
    /// His profile, when he is a parent.
    pub parent: Option<ParentId>,
    /// His profile, when he is a coach.
    pub coach: Option<CoachId>,
    /// Sessions that were opened under another version are closed.
    pub session_version: u32,
    /// Whether the school closed his account, or he was forgotten, or he has no password: no session counts.
    pub disabled: bool,
}

impl SessionFacts {
    /// Who he is in a request that presents a session of this version; `None` when the session no longer counts.
    pub fn actor(&self, user: &UserId, session_version: u32) -> Option<Actor> {
        let counts = !self.disabled && self.session_version == session_version;
        counts.then(|| Actor {
            user: user.clone(),
            role: self.role,
            student: self.student.clone(),
            parent: self.parent.clone(),
            coach: self.coach.clone(),
        })
    }
}

/// Where the facts about sessions are looked up, at each request.
///
/// # Contract
/// * The facts are those of the last commit: never read from a replica that may lag behind.
#[async_trait]
pub trait SessionDirectory: Send + Sync {
    /// The facts about somebody; `None` when there is no such account.
    async fn session_facts(&self, user: &UserId) -> Result<Option<SessionFacts>, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_of_another_version_or_of_a_closed_account_is_nobodys() {
        let user = UserId::parse("u1").unwrap();
        let facts = SessionFacts {
            role: Role::Admin,
            student: None,
            parent: None,
            coach: None,
            session_version: 3,
            disabled: false,
        };
        assert_eq!(facts.actor(&user, 3), Some(Actor::without_profile(user.clone(), Role::Admin)));
        assert_eq!(facts.actor(&user, 2), None);
        assert_eq!(facts.actor(&user, 4), None);
        assert_eq!(SessionFacts { disabled: true, ..facts }.actor(&user, 3), None);
    }
}
