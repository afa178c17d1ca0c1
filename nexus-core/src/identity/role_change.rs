//! What a change of role does to somebody's profile.

use crate::{Coded, ErrorCode, Role};

/// What hangs on the profile of somebody's present role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ties {
    /// Children of a parent.
    pub children: u64,
    /// Sessions and reports of a coach.
    pub teachings: u64,
}

/// Why a role cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoleChangeRefused {
    /// Children would have no parent.
    #[error("the parent has children")]
    HasChildren,
    /// Sessions and reports would have no coach.
    #[error("the coach has sessions or reports")]
    HasTeachings,
    /// A pupil's record (bilans, sessions, credits) would belong to nobody.
    #[error("a pupil keeps his record")]
    KeepsRecord,
    /// A pupil opens his account himself, with the consents that it needs.
    #[error("nobody becomes a pupil")]
    BecomesPupil,
}

impl Coded for RoleChangeRefused {
    fn code(&self) -> ErrorCode {
        ErrorCode::RoleChangeRefused
    }

    fn sentence(&self) -> String {
        match self {
            Self::HasChildren => {
                "Ce parent a des enfants inscrits : désactivez son compte et créez-en un autre."
            }
            Self::HasTeachings => {
                "Ce coach a des cours ou des rapports : désactivez son compte et créez-en un autre."
            }
            Self::KeepsRecord => "Un élève garde son dossier : créez un autre compte pour cette personne.",
            Self::BecomesPupil => {
                "Un élève ouvre lui-même son compte : créez-en un pour lui, rattaché à son parent."
            }
        }
        .to_owned()
    }
}

/// What the change does besides the role itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProfileChange {
    /// The profile of the former role goes away.
    pub removes_former: bool,
    /// The new role comes with a profile of its own.
    pub adds_new: bool,
}

/// Whether a role comes with a profile.
pub const fn has_profile(role: Role) -> bool {
    matches!(role, Role::Parent | Role::Coach | Role::Eleve)
}

/// Decides a change of role. Nothing that others refer to is ever left without its owner.
///
/// # Errors
/// What would be orphaned.
pub fn decide_role_change(from: Role, to: Role, ties: Ties) -> Result<ProfileChange, RoleChangeRefused> {
    if from == to {
        return Ok(ProfileChange { removes_former: false, adds_new: false });
    }
    match from {
        Role::Eleve => Err(RoleChangeRefused::KeepsRecord),
        _ if to == Role::Eleve => Err(RoleChangeRefused::BecomesPupil),
        Role::Parent if ties.children > 0 => Err(RoleChangeRefused::HasChildren),
        Role::Coach if ties.teachings > 0 => Err(RoleChangeRefused::HasTeachings),
        Role::Parent | Role::Coach | Role::Admin | Role::Assistante => {
            Ok(ProfileChange { removes_former: has_profile(from), adds_new: has_profile(to) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn role() -> impl Strategy<Value = Role> {
        proptest::sample::select(Role::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn nothing_is_orphaned(from in role(), to in role(), children in 0_u64..3, teachings in 0_u64..3) {
            let ties = Ties { children, teachings };
            match decide_role_change(from, to, ties) {
                Ok(change) => {
                    prop_assert!(to != Role::Eleve || from == Role::Eleve, "consents would be missing");
                    let orphans = match from {
                        Role::Parent => children,
                        Role::Coach => teachings,
                        Role::Eleve => 1,
                        Role::Admin | Role::Assistante => 0,
                    };
                    prop_assert!(!change.removes_former || orphans == 0);
                    prop_assert!(from == to || change.adds_new == has_profile(to));
                }
                Err(refused) => {
                    prop_assert!(from != to);
                    prop_assert!(refused.sentence().ends_with('.'));
                }
            }
        }
    }

    #[test]
    fn each_tie_has_its_reason() {
        let tied = Ties { children: 1, teachings: 1 };
        let change = |from| decide_role_change(from, Role::Admin, tied).err();
        assert_eq!(change(Role::Parent), Some(RoleChangeRefused::HasChildren));
        assert_eq!(change(Role::Coach), Some(RoleChangeRefused::HasTeachings));
        assert_eq!(change(Role::Eleve), Some(RoleChangeRefused::KeepsRecord));
        assert_eq!(change(Role::Assistante), None);
        let becoming = decide_role_change(Role::Assistante, Role::Eleve, Ties::default());
        assert_eq!(becoming, Err(RoleChangeRefused::BecomesPupil));
    }
}
