/// What a list reads of an account `u` and of the profiles that it may have: nothing that opens anything.
macro_rules! view_columns {
    () => {
        r#"u."id", u."email", u."role", COALESCE(u."firstName", '') AS first_name, COALESCE(u."lastName", '') AS last_name,
        u."phone", u."createdAt" AS created_at, u."password" IS NOT NULL AS has_password,
        u."totpEnabledAt" IS NOT NULL AS has_second_factor, u."disabledAt" AS disabled_at,
        p."id" AS parent_id, p."address", p."city", p."country",
        s."id" AS student_id, s."parentId" AS guardian, s."grade", s."school", s."birthDate" AS birth_date,
        s."createdAt" AS registered_at,
        c."id" AS coach_id, c."pseudonym", c."title", c."tag", c."description", c."philosophy", c."expertise", c."subjects",
        c."availableOnline" AS available_online, c."availableInPerson" AS available_in_person"#
    };
}

macro_rules! with_profiles {
    () => {
        r#" FROM users u
        LEFT JOIN parent_profiles p ON p."userId" = u."id"
        LEFT JOIN students s ON s."userId" = u."id"
        LEFT JOIN coach_profiles c ON c."userId" = u."id"
        WHERE u."deletedAt" IS NULL"#
    };
}

/// What counts today about a session.
pub(crate) const SELECT_SESSION: &str = r#"
SELECT u."role", s."id" AS student, p."id" AS parent, c."id" AS coach, u."sessionVersion" AS session_version,
    u."password" IS NULL OR u."disabledAt" IS NOT NULL OR u."deletedAt" IS NOT NULL AS disabled
    FROM users u
    LEFT JOIN parent_profiles p ON p."userId" = u."id" AND u."role" = 'PARENT'
    LEFT JOIN students s ON s."userId" = u."id" AND u."role" = 'ELEVE'
    LEFT JOIN coach_profiles c ON c."userId" = u."id" AND u."role" = 'COACH'
    WHERE u."id" = $1"#;

pub(crate) const SELECT_VIEW: &str =
    concat!("SELECT ", view_columns!(), with_profiles!(), r#" AND u."id" = $1"#);

/// `$1` is a role or nothing; `$2` to `$4` are the same pattern in small letters, with a capital, in capitals: SQLite folds the
/// case of ASCII only.
macro_rules! filtered {
    () => {
        r#" AND ($1 = '' OR CAST(u."role" AS TEXT) = $1)
        AND ($2 = '' OR lower(u."email") LIKE $2 ESCAPE '\'
            OR lower(COALESCE(u."firstName", '') || ' ' || COALESCE(u."lastName", '')) LIKE $2 ESCAPE '\'
            OR COALESCE(u."firstName", '') || ' ' || COALESCE(u."lastName", '') LIKE $3 ESCAPE '\'
            OR COALESCE(u."firstName", '') || ' ' || COALESCE(u."lastName", '') LIKE $4 ESCAPE '\')"#
    };
}

pub(crate) const SELECT_PAGE: &str = concat!(
    "SELECT ",
    view_columns!(),
    with_profiles!(),
    filtered!(),
    r#" ORDER BY u."createdAt" DESC, u."id" LIMIT $5 OFFSET $6"#
);

pub(crate) const COUNT: &str =
    concat!(r#"SELECT count(*) FROM users u WHERE u."deletedAt" IS NULL"#, filtered!());

/// `$1` and `$2` are the bounds of a day, `$3` a bound on the list.
pub(crate) const SELECT_COACHES: &str = concat!(
    "SELECT ",
    view_columns!(),
    r#", (SELECT count(*) FROM sessions given
          WHERE given."coachId" = c."id" AND given."scheduledAt" >= $1 AND given."scheduledAt" < $2
            AND given."status" NOT IN ('CANCELLED', 'RESCHEDULED')) AS todays_sessions"#,
    with_profiles!(),
    r#" AND u."role" = 'COACH' AND c."id" IS NOT NULL
    ORDER BY lower(COALESCE(u."lastName", '')), lower(COALESCE(u."firstName", '')), u."id" LIMIT $3"#
);
