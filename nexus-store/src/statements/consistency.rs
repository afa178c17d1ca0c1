/// Everything that the consistency report counts: what, which state of it, how many. One statement, so that all of it is of
/// one moment.
pub(crate) const COUNT: &str = r#"
SELECT 'users', CAST("role" AS TEXT), count(*) FROM users GROUP BY "role"
UNION ALL SELECT 'subscriptions', CAST("status" AS TEXT), count(*) FROM subscriptions GROUP BY "status"
UNION ALL SELECT 'sessions', CAST("status" AS TEXT), count(*) FROM sessions GROUP BY "status"
UNION ALL SELECT 'payments', CAST("status" AS TEXT), count(*) FROM payments GROUP BY "status"
UNION ALL SELECT 'students', '', count(*) FROM students
UNION ALL SELECT 'bilans', '', count(*) FROM bilans
UNION ALL SELECT 'badges', '', count(*) FROM badges"#;
