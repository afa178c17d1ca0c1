//! The relation between a person and a pupil as a condition of a query: what it does not reach is absent.

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
