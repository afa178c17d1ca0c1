use crate::scope::student_in_scope;

pub(crate) const SELECT_PARENT: &str =
    r#"SELECT "id", "address", "city", "country" FROM parent_profiles WHERE "userId" = $1"#;

/// What identity reads of a pupil `s`.
macro_rules! pupil_columns {
    () => {
        r#"s."id", s."parentId" AS guardian, s."grade", s."school", s."birthDate" AS birth_date,
        s."createdAt" AS registered_at"#
    };
}

pub(crate) const SELECT_PUPIL: &str =
    concat!("SELECT ", pupil_columns!(), r#" FROM students s WHERE s."userId" = $1"#);

pub(crate) const SELECT_COACH: &str = r#"
SELECT "id", "pseudonym", "title", "tag", "description", "philosophy", "expertise", "subjects",
    "availableOnline" AS available_online, "availableInPerson" AS available_in_person
FROM coach_profiles WHERE "userId" = $1"#;

/// `$1` to `$6` are the scope.
pub(crate) const SELECT_PUPIL_IN_SCOPE: &str = concat!(
    "SELECT ",
    pupil_columns!(),
    r#", s."userId" AS account, p."userId" AS guardian_account
FROM students s JOIN parent_profiles p ON p."id" = s."parentId"
WHERE s."id" = $7 AND "#,
    student_in_scope!()
);

pub(crate) const INSERT_PARENT: &str = r#"
INSERT INTO parent_profiles ("id", "userId", "address", "city", "country") VALUES ($1, $2, $3, $4, $5)"#;

pub(crate) const INSERT_PUPIL: &str = r#"
INSERT INTO students ("id", "userId", "parentId", "grade", "school", "birthDate", "createdAt", "updatedAt")
VALUES ($1, $2, $3, $4, $5, $6, $7, $7)"#;

pub(crate) const INSERT_COACH: &str = r#"
INSERT INTO coach_profiles ("id", "userId", "pseudonym", "title", "tag", "description", "philosophy", "expertise",
                            "subjects", "availableOnline", "availableInPerson", "createdAt", "updatedAt")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)"#;

pub(crate) const UPDATE_PARENT: &str =
    r#"UPDATE parent_profiles SET "address" = $2, "city" = $3, "country" = $4 WHERE "id" = $1"#;

pub(crate) const UPDATE_PUPIL: &str = r#"
UPDATE students SET "parentId" = $2, "grade" = $3, "school" = $4, "birthDate" = $5, "updatedAt" = $6 WHERE "id" = $1"#;

pub(crate) const UPDATE_COACH: &str = r#"
UPDATE coach_profiles SET "pseudonym" = $2, "title" = $3, "tag" = $4, "description" = $5, "philosophy" = $6,
    "expertise" = $7, "subjects" = $8, "availableOnline" = $9, "availableInPerson" = $10, "updatedAt" = $11
WHERE "id" = $1"#;

pub(crate) const DELETE_PARENT: &str = r#"DELETE FROM parent_profiles WHERE "id" = $1"#;
pub(crate) const DELETE_COACH: &str = r#"DELETE FROM coach_profiles WHERE "id" = $1"#;

pub(crate) const COUNT_CHILDREN: &str = r#"
SELECT count(*) FROM students s JOIN parent_profiles p ON p."id" = s."parentId" WHERE p."userId" = $1"#;

pub(crate) const COUNT_TEACHINGS: &str = r#"
SELECT (SELECT count(*) FROM sessions given WHERE given."coachId" = c."id")
     + (SELECT count(*) FROM student_reports report WHERE report."coachId" = c."id")
FROM coach_profiles c WHERE c."userId" = $1"#;

pub(crate) const SELECT_PSEUDONYMS: &str = r#"SELECT "pseudonym" FROM coach_profiles"#;

pub(crate) const COUNT_SESSIONS_AHEAD: &str = r#"
SELECT count(*) FROM sessions
WHERE "coachId" = $1 AND "endsAt" > $2 AND "status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS')"#;

pub(crate) const PARENT_EXISTS: &str = r#"
SELECT 1 FROM parent_profiles p JOIN users u ON u."id" = p."userId" WHERE p."id" = $1 AND u."deletedAt" IS NULL"#;

pub(crate) const INSERT_REGISTRATION: &str = r#"
INSERT INTO registrations ("id", "parentId", "studentId", "subjects", "currentLevel", "objectives", "difficulties",
                           "modality", "availability", "createdAt")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"#;
