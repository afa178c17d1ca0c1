//! What may never happen to an account, whoever asks for it.

use crate::{Coded, ErrorCode, Role, UserId};

/// A change that takes something away from an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountChange {
    /// Its owner can no longer sign in.
    Disable,
    /// Its owner is forgotten.
    Delete,
    /// It gets another role.
    ChangeRole(Role),
}

/// Why the change is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// Somebody would do it to himself.
    #[error("nobody deletes, disables or demotes himself")]
    Oneself,
    /// The school would have no administrator left.
    #[error("the last active administrator stays")]
    LastAdministrator,
}

impl Coded for GuardError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Oneself => ErrorCode::OwnAccount,
            Self::LastAdministrator => ErrorCode::LastAdministrator,
        }
    }
}

/// The account that a change is about, as far as the guards care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guarded<'a> {
    /// The account.
    pub user: &'a UserId,
    /// What it is today.
    pub role: Role,
    /// Whether its owner can sign in today.
    pub is_active: bool,
}

/// Decides whether a change may be made.
///
/// `active_administrators` counts the administrators who can sign in, this account included when it is one; it must be held
/// until the end of the transaction, or two changes at once could each leave the other's administrator as the last.
///
/// # Errors
/// The rule that the change breaks.
pub fn check_guards(
    actor: Option<&UserId>,
    account: Guarded<'_>,
    change: AccountChange,
    active_administrators: u64,
) -> Result<(), GuardError> {
    if change == AccountChange::ChangeRole(account.role) {
        return Ok(());
    }
    if actor == Some(account.user) {
        return Err(GuardError::Oneself);
    }
    // Every change that reaches this point takes the role or the access away.
    let is_administrator = account.role == Role::Admin && account.is_active;
    if is_administrator && active_administrators <= 1 {
        return Err(GuardError::LastAdministrator);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn id(number: usize) -> UserId {
        UserId::parse(format!("u{number}")).unwrap()
    }

    /// Golden N9.
    #[test]
    fn the_only_administrator_stays() {
        let account = Guarded { user: &id(1), role: Role::Admin, is_active: true };
        for change in
            [AccountChange::Delete, AccountChange::Disable, AccountChange::ChangeRole(Role::Assistante)]
        {
            assert_eq!(check_guards(None, account, change, 1), Err(GuardError::LastAdministrator));
            assert_eq!(check_guards(Some(&id(1)), account, change, 2), Err(GuardError::Oneself));
            assert_eq!(check_guards(Some(&id(2)), account, change, 2), Ok(()));
        }
        assert_eq!(check_guards(Some(&id(1)), account, AccountChange::ChangeRole(Role::Admin), 1), Ok(()));
    }

    /// Who cannot sign in is not the last one who can.
    #[test]
    fn a_closed_administrator_may_go_while_another_one_stays() {
        let account = Guarded { user: &id(1), role: Role::Admin, is_active: false };
        for change in [AccountChange::Delete, AccountChange::ChangeRole(Role::Coach)] {
            assert_eq!(check_guards(Some(&id(2)), account, change, 1), Ok(()));
            assert_eq!(check_guards(None, account, change, 0), Ok(()));
        }
    }

    fn change() -> impl Strategy<Value = AccountChange> {
        prop_oneof![
            Just(AccountChange::Disable),
            Just(AccountChange::Delete),
            proptest::sample::select(Role::ALL.to_vec()).prop_map(AccountChange::ChangeRole),
        ]
    }

    proptest! {
        /// Whatever is asked by whomever, a school that has an active administrator keeps one, and nobody acts on himself.
        #[test]
        fn an_administrator_always_remains(
            roles in proptest::collection::vec(proptest::sample::select(Role::ALL.to_vec()), 1..6),
            requests in proptest::collection::vec((0_usize..6, 0_usize..6, change()), 0..40),
        ) {
            let mut people: BTreeMap<usize, (Role, bool)> =
                roles.into_iter().enumerate().map(|(number, role)| (number, (role, true))).collect();
            people.insert(99, (Role::Admin, true));
            for (actor, target, change) in requests {
                let target = if people.contains_key(&target) { target } else { *people.keys().next().unwrap() };
                let administrators =
                    people.values().filter(|(role, active)| *role == Role::Admin && *active).count() as u64;
                let (role, is_active) = people[&target];
                let user = id(target);
                let account = Guarded { user: &user, role, is_active };
                let before = people[&target];
                if check_guards(Some(&id(actor)), account, change, administrators).is_ok() {
                    match change {
                        AccountChange::Disable => people.insert(target, (role, false)),
                        AccountChange::Delete => people.remove(&target),
                        AccountChange::ChangeRole(role) => people.insert(target, (role, is_active)),
                    };
                    prop_assert!(actor != target || people.get(&target) == Some(&before));
                }
                prop_assert!(people.values().any(|(role, active)| *role == Role::Admin && *active));
            }
        }
    }
}
