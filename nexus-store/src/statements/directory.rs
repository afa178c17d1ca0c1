use crate::scope::student_in_scope;

pub(crate) const INSERT_USER: &str = r#"
INSERT INTO users ("id", "email", "role", "firstName", "lastName", "createdAt", "updatedAt")
VALUES ($1, $2, $3, $4, $5, $6, $6)
ON CONFLICT ("id") DO NOTHING"#;

pub(crate) const INSERT_PARENT: &str = r#"
INSERT INTO parent_profiles ("id", "userId") VALUES ($1, $2) ON CONFLICT ("id") DO NOTHING"#;

pub(crate) const INSERT_STUDENT: &str = r#"
INSERT INTO students ("id", "parentId", "userId", "grade", "school", "createdAt", "updatedAt")
VALUES ($1, $2, $3, $4, $5, $6, $6)
ON CONFLICT ("id") DO NOTHING"#;

/// `$1` to `$6` are the scope.
pub(crate) const SELECT_STUDENT: &str = concat!(
    r#"
SELECT s."id", COALESCE(u."firstName", '') AS first_name, COALESCE(u."lastName", '') AS last_name, s."grade", s."school"
FROM students s JOIN users u ON u."id" = s."userId"
WHERE s."id" = $7 AND "#,
    student_in_scope!()
);

/// `$1` to `$6` are the scope.
pub(crate) const STUDENT_EXISTS: &str =
    concat!(r#"SELECT 1 FROM students s WHERE s."id" = $7 AND "#, student_in_scope!());
