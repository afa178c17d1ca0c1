use super::{Action, Caller, Scope};
use crate::{Actor, Coded, ErrorCode};
use jiff::Timestamp;

/// Why somebody may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Nobody is known behind the request, and the action is not for everybody.
    #[error("nobody is signed in")]
    Unauthenticated,
    /// The person is known and his role does not have the right.
    #[error("the role does not have this right")]
    Forbidden,
}

impl Coded for Denied {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unauthenticated => ErrorCode::Unauthenticated,
            Self::Forbidden => ErrorCode::Forbidden,
        }
    }
}

/// The proof that an action was allowed, and how far it reaches. Only [`authorize`] and [`Permit::system`] make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    action: Action,
    actor: Option<Actor>,
    scope: Scope,
}

impl Permit {
    /// The permit of the system itself: workers, scheduled jobs, the shell of whoever runs the machine.
    pub const fn system(action: Action) -> Self {
        Self { action, actor: None, scope: Scope::Any }
    }

    /// What is allowed.
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Who acts; absent when the action is for everybody and nobody is signed in, and for the system.
    pub const fn actor(&self) -> Option<&Actor> {
        self.actor.as_ref()
    }

    /// How far it reaches.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The name under which the audit log knows who acts.
    pub fn audit_name(&self) -> String {
        self.actor.as_ref().map_or_else(|| "system".to_owned(), Actor::audit_name)
    }
}

/// Decides whether somebody may do something.
///
/// # Errors
/// [`Denied::Unauthenticated`] without an identity, [`Denied::Forbidden`] with one that lacks the right.
pub fn authorize(actor: Option<&Actor>, action: Action, now: Timestamp) -> Result<Permit, Denied> {
    let caller = actor.map_or(Caller::Anonymous, |actor| Caller::Person(actor.role));
    match (action.relation(caller), actor) {
        (Some(relation), Some(actor)) => {
            Ok(Permit { action, actor: Some(actor.clone()), scope: Scope::of(relation, actor, now) })
        }
        // What everybody may do concerns nobody in particular.
        (Some(_), None) => Ok(Permit { action, actor: None, scope: Scope::Nothing }),
        (None, Some(_)) => Err(Denied::Forbidden),
        (None, None) => Err(Denied::Unauthenticated),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ParentId, Role, UserId};

    fn actor(role: Role) -> Actor {
        Actor::without_profile(UserId::parse("u1").unwrap(), role)
    }

    #[test]
    fn nobody_and_the_wrong_role_are_told_apart() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(authorize(None, Action::ManageUsers, now), Err(Denied::Unauthenticated));
        assert_eq!(authorize(Some(&actor(Role::Eleve)), Action::ManageUsers, now), Err(Denied::Forbidden));
        let permit = authorize(Some(&actor(Role::Admin)), Action::ManageUsers, now).unwrap();
        assert_eq!((permit.scope(), permit.audit_name().as_str()), (&Scope::Any, "ADMIN:u1"));
    }

    #[test]
    fn a_missing_profile_reaches_nothing() {
        let now = Timestamp::UNIX_EPOCH;
        let mut parent = actor(Role::Parent);
        let permit = authorize(Some(&parent), Action::ReadBilan, now).unwrap();
        assert_eq!(permit.scope(), &Scope::Nothing);
        let profile = ParentId::parse("p1").unwrap();
        parent.parent = Some(profile.clone());
        let permit = authorize(Some(&parent), Action::ReadBilan, now).unwrap();
        assert_eq!(permit.scope(), &Scope::Children { parent: profile });
    }

    #[test]
    fn what_everybody_may_do_reaches_no_record() {
        let permit = authorize(None, Action::Register, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((permit.scope(), permit.actor()), (&Scope::Nothing, None));
    }
}
