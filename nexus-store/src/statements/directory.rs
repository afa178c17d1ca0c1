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

pub(crate) const SELECT_STUDENT: &str = r#"
SELECT s."id", COALESCE(u."firstName", '') AS first_name, COALESCE(u."lastName", '') AS last_name, s."grade", s."school"
FROM students s JOIN users u ON u."id" = s."userId"
WHERE s."id" = $1"#;
