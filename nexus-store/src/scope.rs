//! The scope of a permit as values of a query: the relation is part of the statement, so what it does not reach is absent.

use crate::instant::to_millis;
use nexus_core::rights::Scope;

/// The condition that a pupil `s` is within a scope, whose six values are always `$1` to `$6`.
macro_rules! student_in_scope {
    () => {
        r#"($1 OR s."id" = $2 OR s."parentId" = $3 OR EXISTS (
            SELECT 1 FROM sessions lesson
            WHERE lesson."studentId" = s."id" AND lesson."coachId" = $4 AND lesson."scheduledAt" BETWEEN $5 AND $6
              AND lesson."status" NOT IN ('CANCELLED', 'RESCHEDULED')))"#
    };
}
pub(crate) use student_in_scope;

/// The six values.
pub(crate) struct ScopeColumns<'scope> {
    pub(crate) any: bool,
    pub(crate) student: Option<&'scope str>,
    pub(crate) parent: Option<&'scope str>,
    pub(crate) coach: Option<&'scope str>,
    pub(crate) since: Option<i64>,
    pub(crate) until: Option<i64>,
}

impl<'scope> From<&'scope Scope> for ScopeColumns<'scope> {
    fn from(scope: &'scope Scope) -> Self {
        let nothing = Self { any: false, student: None, parent: None, coach: None, since: None, until: None };
        match scope {
            Scope::Any => Self { any: true, ..nothing },
            Scope::Own { student, .. } => {
                Self { student: student.as_ref().map(nexus_core::StudentId::as_str), ..nothing }
            }
            Scope::Children { parent } => Self { parent: Some(parent.as_str()), ..nothing },
            Scope::Pupils { coach, since, until } => Self {
                coach: Some(coach.as_str()),
                since: Some(to_millis(*since)),
                until: Some(to_millis(*until)),
                ..nothing
            },
            Scope::Nothing => nothing,
        }
    }
}
