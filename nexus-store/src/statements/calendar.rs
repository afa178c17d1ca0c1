//! Lessons, places, availability, feeds. An active lesson is one that takes time: see `SessionStatus::is_active`.

/// The statuses of an active lesson.
macro_rules! active {
    () => {
        r#"IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS')"#
    };
}

/// What is read of a lesson `x`. A lesson without length, which only the existing application could write, is no lesson.
macro_rules! session_columns {
    () => {
        r#"x."id", x."rootId" AS root, x."rescheduledFromId" AS rescheduled_from, x."seriesId" AS series,
        CAST(x."sequence" AS BIGINT) AS sequence, x."studentId" AS student, x."coachId" AS coach, x."type" AS service,
        x."kind", x."modality", x."subject", x."title", x."description", x."startsAt" AS starts_at, x."endsAt" AS ends_at,
        x."room", CAST(x."seats" AS BIGINT) AS seats, CAST(round(x."creditCost" * 1000) AS BIGINT) AS price, x."status",
        x."roomName" AS video_room, x."report", x."bookedBy" AS booked_by, x."createdAt" AS created_at,
        x."completedAt" AS completed_at, x."cancelledAt" AS cancelled_at"#
    };
}

/// The condition that a lesson `x` is within a scope, whose four values are always `$1` to `$4`: everything, a pupil, a parent,
/// a coach.
macro_rules! session_in_scope {
    () => {
        r#"x."duration" > 0 AND ($1 OR x."coachId" = $4 OR EXISTS (
            SELECT 1 FROM session_participants place JOIN students s ON s."id" = place."studentId"
            WHERE place."sessionId" = x."id" AND place."state" IN ('ENROLLED', 'OFFERED', 'WAITING')
              AND (s."id" = $2 OR s."parentId" = $3)))"#
    };
}

/// What a list shows beside a lesson.
macro_rules! view {
    () => {
        concat!(
            "SELECT ",
            session_columns!(),
            r#", trim(COALESCE(cu."firstName", '') || ' ' || COALESCE(cu."lastName", '')) AS coach_name, cu."id" AS coach_user,
            trim(COALESCE(su."firstName", '') || ' ' || COALESCE(su."lastName", '')) AS student_name,
            (SELECT count(*) FROM session_participants place
             WHERE place."sessionId" = x."id" AND place."state" IN ('ENROLLED', 'OFFERED')) AS taken
            FROM sessions x
            JOIN coach_profiles c ON c."id" = x."coachId" JOIN users cu ON cu."id" = c."userId"
            JOIN students st ON st."id" = x."studentId" JOIN users su ON su."id" = st."userId"
            WHERE "#,
            session_in_scope!()
        )
    };
}

/// Which lessons a list has; `$5` to `$9`.
macro_rules! listed {
    () => {
        r#" AND ($5 = '' OR CAST(x."status" AS TEXT) = $5) AND ($6 IS NULL OR x."endsAt" > $6)
        AND ($7 IS NULL OR x."startsAt" < $7) AND ($9 = '' OR x."coachId" = $9)
        AND ($8 = '' OR EXISTS (SELECT 1 FROM session_participants place WHERE place."sessionId" = x."id"
                                AND place."studentId" = $8 AND place."state" IN ('ENROLLED', 'OFFERED', 'WAITING')))"#
    };
}

/// What is read of a coach `c` and his account `u`.
macro_rules! coach_columns {
    () => {
        r#"SELECT c."id" AS coach, u."id" AS account, COALESCE(u."firstName", '') AS first_name,
        COALESCE(u."lastName", '') AS last_name, c."description", c."philosophy", c."expertise", c."subjects",
        c."availableOnline" AS online, c."availableInPerson" AS in_person,
        (u."disabledAt" IS NULL AND u."deletedAt" IS NULL) AS active"#
    };
}

macro_rules! coaches {
    () => {
        r#" FROM coach_profiles c JOIN users u ON u."id" = c."userId" "#
    };
}

/// A lesson that the scope reaches: `$1` to `$4` are the scope, `$5` the lesson.
macro_rules! select_session {
    () => {
        concat!(
            "SELECT ",
            sql::session_columns!(),
            r#" FROM sessions x WHERE x."id" = $5 AND "#,
            sql::session_in_scope!()
        )
    };
}

pub(crate) use {select_session, session_columns, session_in_scope};

/// `$1` to `$6` are the scope of a pupil.
macro_rules! select_pupil {
    () => {
        concat!(
            r#"SELECT s."id" AS student, s."userId" AS account, s."parentId" AS parent, p."userId" AS parent_account,
    COALESCE(u."firstName", '') AS first_name, COALESCE(u."lastName", '') AS last_name
FROM students s JOIN users u ON u."id" = s."userId" JOIN parent_profiles p ON p."id" = s."parentId"
WHERE (s."id" = $7 OR s."userId" = $7) AND u."deletedAt" IS NULL AND "#,
            crate::scope::student_in_scope!()
        )
    };
}

pub(crate) const SELECT_PUPIL: &str = select_pupil!();

/// The pupil `$7` and the coach `$8`, each or neither, in one row; their calendars, that of the room `$9` and the pupil's wallet
/// are held. The kinds of calendars keep equal names of different things apart.
macro_rules! hold_parties {
    ($coach:expr, $student:expr, $room:expr) => {
        concat!(
            "WITH pupil AS (",
            sql::select_pupil!(),
            r#"), coach AS (SELECT "id" FROM coach_profiles WHERE "id" = $8 OR "userId" = $8)"#,
            dialect::hold!(
                names concat!(
                    "SELECT 1, '", $coach, ":' || \"id\" FROM coach UNION ALL SELECT 2, '", $student,
                    ":' || student FROM pupil UNION ALL SELECT 3, '", $room, ":' || $9 WHERE $9 IS NOT NULL"
                ),
                wallet of "SELECT account FROM pupil"
            ),
            r#" SELECT pupil.*, (SELECT "id" FROM coach) AS coach, "#,
            dialect::holds_wallet!(),
            " AS wallet FROM (SELECT 1) AS one LEFT JOIN pupil ON TRUE"
        )
    };
}

/// A coach `$1` with what he says about every week and about the days from `$2` to `$3`, and the days without lessons among
/// them: two lists in JSON, so that it is one question. Further columns follow, and a further table.
macro_rules! select_coach {
    ($($further:expr),* $(; $table:expr)?) => {
        concat!(
            sql::coach_columns!(),
            ", ",
            dialect::list!(
                r#"rule."id", rule."dayOfWeek", rule."startTime", rule."endTime", "#,
                dialect::milliseconds!(r#"rule."specificDate""#),
                r#", CASE WHEN rule."isAvailable" THEN 1 ELSE 0 END, "#,
                dialect::milliseconds!(r#"rule."validFrom""#),
                ", ",
                dialect::milliseconds!(r#"rule."validUntil""#)
            ),
            r#" FROM "CoachAvailability" rule WHERE rule."coachId" = u."id" AND rule."quarantinedAt" IS NULL
        AND (rule."specificDate" IS NULL OR rule."specificDate" BETWEEN $2 AND $3)) AS rules, "#,
            dialect::list!(
                dialect::milliseconds!(r#"closed."firstDay""#),
                ", ",
                dialect::milliseconds!(r#"closed."lastDay""#),
                r#", closed."label""#
            ),
            r#" FROM school_closures closed WHERE (closed."coachId" IS NULL OR closed."coachId" = u."id")
        AND closed."lastDay" >= $2 AND closed."firstDay" <= $3) AS closures"#,
            $($further,)*
            sql::coaches!(),
            $($table,)?
            r#"WHERE c."id" = $1 OR c."userId" = $1"#
        )
    };
}

/// The same with the active lessons that overlap the time from `$5` to `$6`, his and those of the pupil `$7` and the room `$8`,
/// the lesson `$4` left aside; and with the wallet of the person `$9`, if he has one, and the number of a new movement.
macro_rules! select_time_taken {
    () => {
        sql::select_coach!(
            ", ",
            dialect::list!(
                "busy.whose, ",
                dialect::milliseconds!(r#"busy."startsAt""#),
                ", ",
                dialect::milliseconds!(r#"busy."endsAt""#)
            ),
            " FROM (",
            sql::busy!(r#"c."id""#, "$5", "$6", "$4", "$7", "$8"),
            ") AS busy) AS busy, ",
            crate::statements::ledger::wallet_columns!(
                r#", CASE WHEN w."id" IS NOT NULL THEN "#,
                dialect::new_number!("credit_tx"),
                " END AS new_movement"
            );
            r#"LEFT JOIN credit_wallets w ON w."userId" = $9 "#
        )
    };
}

/// What the coaches of a list say: the condition is the dialect's.
macro_rules! rules_of {
    ($among:expr) => {
        concat!(sql::select_rule!(), r#"WHERE "coachId" "#, $among, sql::rules_counting!())
    };
}

/// Days without lessons of the school and of the coaches of a list.
macro_rules! closures_of {
    ($among:expr) => {
        concat!(
            r#"SELECT "coachId" AS coach, "firstDay" AS first_day, "lastDay" AS last_day, "label" FROM school_closures
WHERE ("coachId" IS NULL OR "coachId" "#,
            $among,
            r#") AND "lastDay" >= $2 AND "firstDay" <= $3 ORDER BY "firstDay", "id""#
        )
    };
}

/// The active lessons of the coaches of a list.
macro_rules! busy_of {
    ($among:expr) => {
        concat!(
            r#"SELECT "coachId", "startsAt", "endsAt" FROM sessions
WHERE "coachId" "#,
            $among,
            r#" AND "startsAt" < $3 AND "endsAt" > $2 AND "quarantinedAt" IS NULL AND "status" "#,
            sql::active!(),
            r#" ORDER BY "startsAt""#
        )
    };
}

/// What is taken in calendars: whose it is, from when and until when. The parameters are a coach, the time, a lesson that is left
/// aside, a pupil and a room.
macro_rules! busy {
    ($coach:literal, $start:literal, $end:literal, $except:literal, $student:literal, $room:literal) => {
        concat!(
            sql::busy!(@lessons "coach", "coachId", $coach, $start, $end, $except),
            r#" UNION ALL SELECT 'student', "startsAt", "endsAt" FROM session_participants WHERE "studentId" = "#,
            $student,
            r#" AND "startsAt" < "#,
            $end,
            r#" AND "endsAt" > "#,
            $start,
            r#" AND "sessionId" <> "#,
            $except,
            r#" AND "blocking" UNION ALL "#,
            sql::busy!(@lessons "room", "room", $room, $start, $end, $except)
        )
    };
    (@lessons $whose:literal, $column:literal, $value:literal, $start:literal, $end:literal, $except:literal) => {
        concat!(
            "SELECT '",
            $whose,
            r#"' AS whose, "startsAt", "endsAt" FROM sessions WHERE ""#,
            $column,
            r#"" = "#,
            $value,
            r#" AND "startsAt" < "#,
            $end,
            r#" AND "endsAt" > "#,
            $start,
            r#" AND "id" <> "#,
            $except,
            r#" AND "quarantinedAt" IS NULL AND "status" "#,
            sql::active!()
        )
    };
}

/// Lessons, in their order.
macro_rules! insert_session {
    () => {
        concat!(
            r#"INSERT INTO sessions ("id", "rootId", "rescheduledFromId", "seriesId", "sequence", "studentId", "coachId", "type",
                      "kind", "modality", "subject", "title", "description", "scheduledAt", "duration", "room", "seats",
                      "creditCost", "status", "bookedBy", "createdAt", "updatedAt")
SELECT "#,
            dialect::field!("id"),
            ", ",
            dialect::field!("root"),
            ", ",
            dialect::field!("rescheduledFrom"),
            ", ",
            dialect::field!("series"),
            ", ",
            dialect::field!("sequence", number),
            ", ",
            dialect::field!("student"),
            ", ",
            dialect::field!("coach"),
            ", ",
            dialect::field!("service", of "ServiceType"),
            ", ",
            dialect::field!("kind"),
            ", ",
            dialect::field!("modality"),
            ", ",
            dialect::field!("subject", of "Subject"),
            ", ",
            dialect::field!("title"),
            ", ",
            dialect::field!("description"),
            ", ",
            dialect::field!("start", instant),
            ", ",
            dialect::field!("minutes", number),
            ", ",
            dialect::field!("room"),
            ", ",
            dialect::field!("seats", number),
            ", ",
            dialect::field!("price", number),
            " / 1000.0, ",
            dialect::field!("status", of "SessionStatus"),
            ", ",
            dialect::field!("bookedBy"),
            ", ",
            dialect::field!("createdAt", instant),
            ", ",
            dialect::field!("createdAt", instant),
            " FROM ",
            dialect::rows!("$1"),
            " ORDER BY ",
            dialect::row_number!()
        )
    };
}

/// `$1` is empty for every subject. Subjects are JSON in a text: a name in quotes is a whole name.
pub(crate) const SELECT_COACHES: &str = concat!(
    coach_columns!(),
    coaches!(),
    r#"WHERE u."disabledAt" IS NULL AND u."deletedAt" IS NULL AND ($1 = '' OR c."subjects" LIKE '%"' || $1 || '"%')
ORDER BY u."lastName", u."firstName", c."id" LIMIT 500"#
);

/// What is read of something that a coach says.
macro_rules! select_rule {
    () => {
        r#"SELECT "id", "coachId" AS coach, CAST("dayOfWeek" AS BIGINT) AS day, "startTime" AS start_time, "endTime" AS end_time,
        "specificDate" AS date, "isAvailable" AS open, "validFrom" AS valid_from, "validUntil" AS valid_until
        FROM "CoachAvailability" "#
    };
}

/// Which of it counts on a span of days, `$2` to `$3`.
macro_rules! rules_counting {
    () => {
        r#" AND "quarantinedAt" IS NULL AND ("specificDate" IS NULL OR "specificDate" BETWEEN $2 AND $3)
        ORDER BY "specificDate", "dayOfWeek", "startTime", "id""#
    };
}

pub(crate) use {
    active, busy, busy_of, closures_of, coach_columns, coaches, hold_parties, insert_session, rules_counting,
    rules_of, select_coach, select_pupil, select_rule, select_time_taken,
};

pub(crate) const SELECT_RULES: &str = concat!(select_rule!(), r#"WHERE "coachId" = $1"#, rules_counting!());

pub(crate) const SELECT_RULE: &str = concat!(select_rule!(), r#"WHERE "id" = $1"#);

pub(crate) const DELETE_WEEKLY_RULES: &str =
    r#"DELETE FROM "CoachAvailability" WHERE "coachId" = $1 AND "specificDate" IS NULL"#;
pub(crate) const DELETE_DATED_RULES: &str =
    r#"DELETE FROM "CoachAvailability" WHERE "coachId" = $1 AND "specificDate" = $2"#;
pub(crate) const DELETE_RULE: &str = r#"DELETE FROM "CoachAvailability" WHERE "id" = $1"#;

pub(crate) const INSERT_RULE: &str = r#"
INSERT INTO "CoachAvailability" ("id", "coachId", "dayOfWeek", "startTime", "endTime", "specificDate", "isAvailable",
                                 "isRecurring", "validFrom", "validUntil", "createdAt", "updatedAt")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)"#;

pub(crate) const SELECT_CLOSURES: &str = r#"
SELECT "firstDay" AS first_day, "lastDay" AS last_day, "label" FROM school_closures
WHERE ("coachId" IS NULL OR "coachId" = $1) AND "lastDay" >= $2 AND "firstDay" <= $3 ORDER BY "firstDay", "id""#;

pub(crate) const INSERT_CLOSURE: &str = r#"
INSERT INTO school_closures ("id", "coachId", "firstDay", "lastDay", "label", "createdAt") VALUES ($1, $2, $3, $4, $5, $6)"#;

/// To be followed by what locks the row.
macro_rules! one_closure {
    () => {
        r#"SELECT c."id", c."coachId" AS coach, c."firstDay" AS first_day, c."lastDay" AS last_day, c."label"
        FROM school_closures c WHERE c."id" = $1"#
    };
}
pub(crate) use one_closure;

pub(crate) const DELETE_CLOSURE: &str = r#"DELETE FROM school_closures WHERE "id" = $1"#;

/// `$1` is empty for everybody's.
macro_rules! listed_closures {
    () => {
        r#" FROM school_closures c
        WHERE ($1 = '' OR c."coachId" IS NULL OR c."coachId" = $1) AND c."lastDay" >= $2"#
    };
}

pub(crate) const COUNT_CLOSURES: &str = concat!("SELECT count(*)", listed_closures!());

pub(crate) const LIST_CLOSURES: &str = concat!(
    r#"SELECT c."id", c."coachId" AS coach, c."firstDay" AS first_day, c."lastDay" AS last_day, c."label""#,
    listed_closures!(),
    r#" ORDER BY c."firstDay", c."id" LIMIT $3 OFFSET $4"#
);

/// Groups that are to take place: `$1` a subject or nothing, `$2` after when, `$3` before when or nothing, `$4` those without a free
/// seat too. A seat that is kept for somebody is none that is free.
macro_rules! listed_workshops {
    () => {
        concat!(
            r#" FROM (SELECT x.*, (SELECT count(*) FROM session_participants place
                WHERE place."sessionId" = x."id" AND place."state" IN ('ENROLLED', 'OFFERED')) AS taken FROM sessions x) x
            JOIN coach_profiles c ON c."id" = x."coachId" JOIN users cu ON cu."id" = c."userId"
            JOIN students st ON st."id" = x."studentId"
            WHERE x."duration" > 0 AND x."kind" <> 'INDIVIDUAL' AND x."quarantinedAt" IS NULL
              AND x."status" IN ('SCHEDULED', 'CONFIRMED') AND x."startsAt" > $2
              AND ($1 = '' OR CAST(x."subject" AS TEXT) = $1) AND ($3 IS NULL OR x."startsAt" < $3)
              AND ($4 OR x.taken < x."seats")"#
        )
    };
}

pub(crate) const COUNT_WORKSHOPS: &str = concat!("SELECT count(*)", listed_workshops!());

pub(crate) const LIST_WORKSHOPS: &str = concat!(
    r#"SELECT x."id", CAST(x."subject" AS TEXT) AS subject, st."grade" AS level, x."title", x."description",
    x."startsAt" AS starts_at, x."endsAt" AS ends_at, CAST(x."modality" AS TEXT) AS modality,
    trim(COALESCE(cu."firstName", '') || ' ' || COALESCE(cu."lastName", '')) AS coach_name,
    CAST(x."seats" AS BIGINT) AS seats, x.taken AS taken, CAST(round(x."creditCost" * 1000) AS BIGINT) AS price"#,
    listed_workshops!(),
    r#" ORDER BY x."startsAt", x."id" LIMIT $5 OFFSET $6"#
);

/// What is taken from `$2` to `$3` in the calendars of a coach, of a pupil and of a room that are given, one lesson left aside.
/// Steps of the story of lessons, in their order.
macro_rules! insert_history {
    () => {
        concat!(
            r#"INSERT INTO session_status_history ("sessionId", "fromStatus", "toStatus", "actor", "reason", "at")
SELECT "#,
            dialect::field!("session"),
            ", ",
            dialect::field!("from"),
            ", ",
            dialect::field!("to"),
            ", ",
            dialect::field!("actor"),
            ", ",
            dialect::field!("reason"),
            ", ",
            dialect::field!("at", instant),
            " FROM ",
            dialect::rows!("$1"),
            " ORDER BY ",
            dialect::row_number!()
        )
    };
}

/// Reminders; of one lesson, one of each kind.
macro_rules! plan_reminders {
    () => {
        concat!(
            r#"INSERT INTO session_reminders ("sessionId", "reminderType", "dueAt")
SELECT "#,
            dialect::field!("session"),
            ", ",
            dialect::field!("kind"),
            ", ",
            dialect::field!("at", instant),
            " FROM ",
            dialect::rows!("$1"),
            // SQLite would take the ON of a conflict for that of a join.
            r#" WHERE true ON CONFLICT ("sessionId", "reminderType") DO NOTHING"#
        )
    };
}

pub(crate) use {insert_history, plan_reminders};

/// Timestamps of a state are written when it is entered, and never again.
pub(crate) const CHANGE_STATUS: &str = r#"
UPDATE sessions SET "status" = $3, "updatedAt" = $4, "sequence" = "sequence" + 1,
    "completedAt" = CASE WHEN $5 THEN $4 ELSE "completedAt" END,
    "cancelledAt" = CASE WHEN $6 THEN $4 ELSE "cancelledAt" END,
    "cancellationReason" = CASE WHEN $6 THEN $7 ELSE "cancellationReason" END,
    "report" = COALESCE($8, "report"),
    "reportedAt" = CASE WHEN $8 IS NULL THEN "reportedAt" ELSE $4 END,
    "refunded" = COALESCE($9, "refunded")
WHERE "id" = $1 AND "status" = $2"#;

pub(crate) const SAVE_VIDEO_ROOM: &str =
    r#"UPDATE sessions SET "roomName" = COALESCE("roomName", $2) WHERE "id" = $1"#;

pub(crate) const SAVE_FIRST_STUDENT: &str =
    r#"UPDATE sessions SET "studentId" = $2, "updatedAt" = $3 WHERE "id" = $1"#;

pub(crate) const SELECT_PARTICIPANTS: &str = r#"
SELECT "id", "sessionId" AS session, "studentId" AS student, "lessonId" AS ledger, "state",
    "offeredUntil" AS offered_until, "createdAt" AS created_at
FROM session_participants WHERE "sessionId" = $1 ORDER BY "createdAt", CASE WHEN "id" = "sessionId" THEN 0 ELSE 1 END, "id""#;

pub(crate) const INSERT_PARTICIPANT: &str = concat!(
    r#"
INSERT INTO session_participants ("id", "sessionId", "studentId", "lessonId", "state", "blocking", "startsAt", "endsAt",
                                  "offeredUntil", "createdAt", "updatedAt")
SELECT $1, x."id", $3, $4, $5, $6 AND x."quarantinedAt" IS NULL AND x."status" "#,
    active!(),
    r#", x."startsAt", x."endsAt", $7, $8, $8
FROM sessions x WHERE x."id" = $2"#
);

pub(crate) const SAVE_PARTICIPANT: &str = concat!(
    r#"
UPDATE session_participants SET "state" = $2, "offeredUntil" = $4, "updatedAt" = $5, "lessonId" = $6,
    "blocking" = $3 AND EXISTS (SELECT 1 FROM sessions x WHERE x."id" = "sessionId" AND x."quarantinedAt" IS NULL
                                AND x."status" "#,
    active!(),
    r#")
WHERE "id" = $1"#
);

pub(crate) const CANCEL_REMINDERS: &str = r#"
UPDATE session_reminders SET "cancelledAt" = $2 WHERE "sessionId" = $1 AND "doneAt" IS NULL AND "cancelledAt" IS NULL"#;

/// What is due, oldest first: `$1` is now, `$2` the most rows.
macro_rules! take_reminders {
    ($locked:expr) => {
        concat!(
            r#"WITH due AS MATERIALIZED (
    SELECT "sessionId", "reminderType" FROM session_reminders
    WHERE "dueAt" <= $1 AND "doneAt" IS NULL AND "cancelledAt" IS NULL ORDER BY "dueAt" LIMIT $2"#,
            $locked,
            r#")
UPDATE session_reminders SET "doneAt" = $1
WHERE ("sessionId", "reminderType") IN (SELECT "sessionId", "reminderType" FROM due)
RETURNING "sessionId", "reminderType""#
        )
    };
}
pub(crate) use take_reminders;

pub(crate) const EXPIRED_OFFERS: &str = r#"
SELECT DISTINCT "sessionId" FROM session_participants
WHERE "state" = 'OFFERED' AND "offeredUntil" <= $1 ORDER BY "sessionId" LIMIT $2"#;

pub(crate) const INSERT_SERIES: &str =
    r#"INSERT INTO session_series ("id", "pattern", "createdBy", "createdAt") VALUES ($1, $2, $3, $4)"#;

pub(crate) const REVOKE_FEEDS: &str =
    r#"UPDATE calendar_feeds SET "revokedAt" = $2 WHERE "userId" = $1 AND "revokedAt" IS NULL"#;

pub(crate) const INSERT_FEED: &str =
    r#"INSERT INTO calendar_feeds ("id", "userId", "tokenHash", "createdAt") VALUES ($1, $2, $3, $4)"#;

pub(crate) const SELECT_FEED_OWNER: &str = r#"
SELECT u."id" AS account, u."role", s."id" AS student, p."id" AS parent, c."id" AS coach
FROM calendar_feeds feed JOIN users u ON u."id" = feed."userId"
LEFT JOIN students s ON s."userId" = u."id" LEFT JOIN parent_profiles p ON p."userId" = u."id"
LEFT JOIN coach_profiles c ON c."userId" = u."id"
WHERE feed."tokenHash" = $1 AND feed."revokedAt" IS NULL AND u."disabledAt" IS NULL AND u."deletedAt" IS NULL"#;

pub(crate) const LESSONS_OF: &str = concat!(
    "SELECT ",
    session_columns!(),
    r#" FROM sessions x
WHERE x."duration" > 0 AND x."coachId" = $1 AND x."startsAt" < $3 AND x."endsAt" > $2 AND x."quarantinedAt" IS NULL
  AND x."status" "#,
    active!(),
    r#" ORDER BY x."startsAt", x."id""#
);

/// `$1` to `$4` are the scope, `$5` the lesson.
pub(crate) const SELECT_VIEW: &str = concat!(view!(), r#" AND x."id" = $5"#);

pub(crate) const SELECT_VIEWS: &str =
    concat!(view!(), listed!(), r#" ORDER BY x."startsAt", x."id" LIMIT $10 OFFSET $11"#);

pub(crate) const COUNT_VIEWS: &str =
    concat!("SELECT count(*) FROM sessions x WHERE ", session_in_scope!(), listed!());

pub(crate) const SELECT_HISTORY: &str = r#"
SELECT "fromStatus" AS from_status, "toStatus" AS to_status, "actor", "reason", "at"
FROM session_status_history WHERE "sessionId" = $1 ORDER BY "id""#;
