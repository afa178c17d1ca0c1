use crate::adoption::rule::{Probe, Query, Repair, Rule, Severity};

/// Pairs of active sessions of one person that overlap. Sessions are first cut into runs that touch: only those of one run
/// are compared with each other, so a year of lessons costs a sort and not a square. The end is computed from the columns
/// of the existing application, which has no `endsAt`.
macro_rules! overlaps {
    ($who:literal, $end:literal) => {
        concat!(
            r#"WITH active AS (
    SELECT "id", "createdAt", "#,
            $who,
            r#" AS who, "scheduledAt" AS starts, "#,
            $end,
            r#" AS ends FROM sessions
    WHERE "status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND "duration" > 0
), opened AS (
    SELECT *, CASE WHEN starts < max(ends) OVER (PARTITION BY who ORDER BY starts, "id"
                                                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                   THEN 0 ELSE 1 END AS opens FROM active
), runs AS (
    SELECT *, sum(opens) OVER (PARTITION BY who ORDER BY starts, "id" ROWS UNBOUNDED PRECEDING) AS run FROM opened
)
SELECT younger."id", older."id"
FROM runs younger JOIN runs older ON older.who = younger.who AND older.run = younger.run
WHERE older.starts < younger.ends AND younger.starts < older.ends
  AND (older."createdAt" < younger."createdAt"
       OR (older."createdAt" = younger."createdAt" AND older."id" < younger."id"))
ORDER BY younger."createdAt", younger."id", older."createdAt", older."id""#
        )
    };
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "session_ends_before_it_starts",
        table: "sessions",
        sentence: "La durée de cette séance n'est pas positive.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "La séance est mise en quarantaine ; corrigez sa durée ou annulez-la.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT "id", NULL FROM sessions WHERE "duration" <= 0 ORDER BY "id""#,
        )),
    },
    Rule {
        name: "coach_in_two_sessions",
        table: "sessions",
        sentence: "Cette séance chevauche une autre séance active du même coach.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "La séance créée en dernier est mise en quarantaine ; déplacez ou annulez l'une des deux.",
        probe: Probe::Pairs(Query::Each {
            postgres: overlaps!(r#""coachId""#, r#""scheduledAt" + make_interval(mins => "duration")"#),
            sqlite: overlaps!(r#""coachId""#, r#""scheduledAt" + "duration" * 60000"#),
        }),
    },
    Rule {
        name: "student_in_two_sessions",
        table: "sessions",
        sentence: "Cette séance chevauche une autre séance active du même élève.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "La séance créée en dernier est mise en quarantaine ; déplacez ou annulez l'une des deux.",
        probe: Probe::Pairs(Query::Each {
            postgres: overlaps!(r#""studentId""#, r#""scheduledAt" + make_interval(mins => "duration")"#),
            sqlite: overlaps!(r#""studentId""#, r#""scheduledAt" + "duration" * 60000"#),
        }),
    },
    Rule {
        name: "booking_ends_before_it_starts",
        table: "SessionBooking",
        sentence: "Cette réservation ne finit pas après son début.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "La réservation est mise en quarantaine ; corrigez ses heures.",
        probe: Probe::Rows(Query::Each {
            postgres: r#"SELECT "id", NULL FROM "SessionBooking"
                         WHERE lpad("startTime", 5, '0') >= lpad("endTime", 5, '0') ORDER BY "id""#,
            sqlite: r#"SELECT "id", NULL FROM "SessionBooking"
                       WHERE substr('0' || "startTime", -5) >= substr('0' || "endTime", -5) ORDER BY "id""#,
        }),
    },
    Rule {
        name: "availability_ends_before_it_starts",
        table: "CoachAvailability",
        sentence: "Cette disponibilité ne finit pas après son début.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "La disponibilité est mise en quarantaine ; corrigez ses heures.",
        probe: Probe::Rows(Query::Each {
            postgres: r#"SELECT "id", NULL FROM "CoachAvailability"
                         WHERE lpad("startTime", 5, '0') >= lpad("endTime", 5, '0') ORDER BY "id""#,
            sqlite: r#"SELECT "id", NULL FROM "CoachAvailability"
                       WHERE substr('0' || "startTime", -5) >= substr('0' || "endTime", -5) ORDER BY "id""#,
        }),
    },
    Rule {
        name: "availability_repeated",
        table: "CoachAvailability",
        sentence: "Cette disponibilité répète une autre, à la même heure du même jour du même coach.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "La répétition est mise en quarantaine.",
        probe: Probe::Groups(Query::Both(
            r#"SELECT "id", first FROM (
                   SELECT "id", "createdAt", count(*) OVER same AS members,
                          first_value("id") OVER (same ORDER BY "createdAt", "id") AS first
                   FROM "CoachAvailability"
                   WINDOW same AS (PARTITION BY "coachId", "dayOfWeek", "startTime", "endTime", "specificDate")
               ) AS slots WHERE members > 1 ORDER BY first, "createdAt", "id""#,
        )),
    },
    Rule {
        name: "reminder_repeated",
        table: "SessionReminder",
        sentence: "Ce rappel répète un autre rappel du même genre pour la même séance.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "La répétition est mise en quarantaine.",
        probe: Probe::Groups(Query::Both(
            r#"SELECT "id", first FROM (
                   SELECT "id", "createdAt", count(*) OVER same AS members,
                          first_value("id") OVER (same ORDER BY "createdAt", "id") AS first
                   FROM "SessionReminder" WINDOW same AS (PARTITION BY "sessionId", "reminderType")
               ) AS reminders WHERE members > 1 ORDER BY first, "createdAt", "id""#,
        )),
    },
    Rule {
        name: "session_notification_repeated",
        table: "SessionNotification",
        sentence: "Cette notification répète une autre, du même genre, par le même canal, à la même personne.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "La répétition est mise en quarantaine.",
        probe: Probe::Groups(Query::Both(
            r#"SELECT "id", first FROM (
                   SELECT "id", "createdAt", count(*) OVER same AS members,
                          first_value("id") OVER (same ORDER BY "createdAt", "id") AS first
                   FROM "SessionNotification" WINDOW same AS (PARTITION BY "sessionId", "userId", "type", "method")
               ) AS notices WHERE members > 1 ORDER BY first, "createdAt", "id""#,
        )),
    },
];
