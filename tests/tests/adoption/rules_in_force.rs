//! What the databases refuse once the constraints are there: the same statements on both.

use crate::support::{Rows, existing_database, id, store};
use jiff::Timestamp;
use jiff::civil::DateTime;
use nexus_store::Backend;
use nexus_store::conformance::postgres_server::PostgresServer;
use nexus_tests::people;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions};
use std::fmt::Write;

enum Connection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Connection {
    /// Runs a statement in which `~2026-02-01 10:00~` stands for an instant; tells the constraint that refused it.
    async fn run(&mut self, statement: &str) -> Result<(), String> {
        let mut text = String::new();
        for (number, part) in statement.split('~').enumerate() {
            if number % 2 == 0 {
                text.push_str(part);
                continue;
            }
            match self {
                Self::Postgres(_) => write!(text, "timestamp '{part}'").unwrap(),
                Self::Sqlite(_) => {
                    let instant: DateTime = part.parse().unwrap();
                    let millis =
                        instant.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_millisecond();
                    write!(text, "{millis}").unwrap();
                }
            }
        }
        if matches!(self, Self::Sqlite(_)) {
            // The number of credits is computed there from the number of their thousandths.
            text = text.replace(r#""balance""#, r#""balanceMilli""#);
        }
        let outcome = match self {
            Self::Postgres(connection) => {
                sqlx::raw_sql(AssertSqlSafe(text)).execute(connection).await.map(drop)
            }
            Self::Sqlite(connection) => {
                sqlx::raw_sql(AssertSqlSafe(text)).execute(connection).await.map(drop)
            }
        };
        outcome.map_err(|error| {
            let error = error.as_database_error().unwrap_or_else(|| panic!("{statement}: {error}"));
            match self {
                Self::Postgres(_) => {
                    error.constraint().unwrap_or_else(|| panic!("{statement}: {error}")).to_owned()
                }
                // 19 is SQLITE_CONSTRAINT; its extended codes end in that byte.
                Self::Sqlite(_) => {
                    let code: i32 = error.code().unwrap().parse().unwrap();
                    assert_eq!(code & 0xff, 19, "{statement}: {error}");
                    error.message().to_owned()
                }
            }
        })
    }
}

async fn both() -> Vec<(Connection, Box<dyn std::any::Any>)> {
    let database = PostgresServer::shared().database().await;
    store(&database).migrate().await.unwrap();
    let postgres = Connection::Postgres(database.connect().await);
    let folder = tempfile::tempdir().unwrap();
    people::store(folder.path()).await.close().await;
    let options = SqliteConnectOptions::new().filename(folder.path().join("nexus.db")).foreign_keys(true);
    let sqlite = Connection::Sqlite(options.connect().await.unwrap());
    vec![(postgres, Box::new(database)), (sqlite, Box::new(folder))]
}

const SCHOOL: &[&str] = &[
    r#"INSERT INTO users ("id", "email", "role", "createdAt", "updatedAt") VALUES
       ('u1', 'parent@exemple.tn', 'PARENT', ~2026-01-01~, ~2026-01-01~), ('u2', 'eleve@exemple.tn', 'ELEVE', ~2026-01-01~, ~2026-01-01~),
       ('u3', 'eleve2@exemple.tn', 'ELEVE', ~2026-01-01~, ~2026-01-01~), ('u4', 'coach@exemple.tn', 'COACH', ~2026-01-01~, ~2026-01-01~),
       ('u5', 'coach2@exemple.tn', 'COACH', ~2026-01-01~, ~2026-01-01~)"#,
    r#"INSERT INTO parent_profiles ("id", "userId") VALUES ('p1', 'u1')"#,
    r#"INSERT INTO students ("id", "parentId", "userId", "createdAt", "updatedAt") VALUES
       ('s1', 'p1', 'u2', ~2026-01-01~, ~2026-01-01~), ('s2', 'p1', 'u3', ~2026-01-01~, ~2026-01-01~)"#,
    r#"INSERT INTO coach_profiles ("id", "userId", "pseudonym", "subjects", "createdAt", "updatedAt") VALUES
       ('c1', 'u4', 'Hélios', '[]', ~2026-01-01~, ~2026-01-01~), ('c2', 'u5', 'Zénon', '[]', ~2026-01-01~, ~2026-01-01~)"#,
    r#"INSERT INTO credit_packs ("id", "credits", "priceTnd", "updatedAt") VALUES (1, 50, 500, ~2026-01-01~)"#,
    r#"INSERT INTO credit_wallets ("id", "userId", "balance", "updatedAt") VALUES (1, 'u1', 5, ~2026-01-01~)"#,
    r#"INSERT INTO "SessionBooking" ("id", "studentId", "coachId", "subject", "title", "scheduledDate", "startTime", "endTime", "duration", "createdAt", "updatedAt")
       VALUES ('b1', 'u2', 'u4', 'NSI', 'R', ~2026-02-01~, '9:00', '10:00', 60, ~2026-01-01~, ~2026-01-01~)"#,
    r#"INSERT INTO "LegalPage" ("id", "slug", "title", "contentMd", "contentHash", "createdAt", "updatedAt") VALUES (1, 'cgu', 'CGU', '', '', ~2026-01-01~, ~2026-01-01~)"#,
];

fn session(id: &str, student: &str, coach: &str, at: &str, minutes: i32, status: &str) -> String {
    format!(
        r#"INSERT INTO sessions ("id", "studentId", "coachId", "type", "subject", "title", "scheduledAt", "duration", "creditCost", "status", "createdAt", "updatedAt")
           VALUES ('{id}', '{student}', '{coach}', 'COURS_ONLINE', 'NSI', 'Séance', ~{at}~, {minutes}, 1, '{status}', ~2026-01-01~, ~2026-01-01~)"#
    )
}

fn payment(id: u32, provider: &str, external: &str, user: &str, pack: u32, status: &str) -> String {
    format!(
        r#"INSERT INTO payment_records ("id", "provider", "externalId", "userId", "packId", "amountTnd", "status", "createdAt", "updatedAt")
           VALUES ({id}, '{provider}', '{external}', '{user}', {pack}, 500, '{status}', ~2026-01-01~, ~2026-01-01~)"#
    )
}

fn user(id: &str, email: &str) -> String {
    format!(
        r#"INSERT INTO users ("id", "email", "role", "createdAt", "updatedAt") VALUES ('{id}', '{email}', 'PARENT', ~2026-01-01~, ~2026-01-01~)"#
    )
}

fn subscription(id: &str, status: &str) -> String {
    format!(
        r#"INSERT INTO subscriptions ("id", "studentId", "planName", "monthlyPrice", "creditsPerMonth", "status", "startDate", "createdAt", "updatedAt")
           VALUES ('{id}', 's1', 'HYBRIDE', 450, 4, '{status}', ~2026-01-01~, ~2026-01-01~, ~2026-01-01~)"#
    )
}

fn availability(id: &str, start: &str, end: &str) -> String {
    format!(
        r#"INSERT INTO "CoachAvailability" ("id", "coachId", "dayOfWeek", "startTime", "endTime", "validFrom", "createdAt", "updatedAt")
           VALUES ('{id}', 'u4', 1, '{start}', '{end}', ~2026-01-01~, ~2026-01-01~, ~2026-01-01~)"#
    )
}

/// Statements in order; the constraint that refuses each, or none.
#[allow(clippy::too_many_lines)] // a table
fn statements() -> Vec<(String, Option<&'static str>)> {
    let text = str::to_owned;
    vec![
        (user("v1", " Parent@Exemple.TN "), Some("users_email_normalised")),
        (user("v1", "parent2@exemple.tn"), None),
        (
            text(r#"UPDATE users SET "email" = 'PARENT@exemple.tn' WHERE "id" = 'v1'"#),
            Some("users_email_normalised"),
        ),
        (payment(1, "konnect", "k1", "u1", 1, "created"), None),
        (payment(2, "konnect", "k1", "u1", 1, "created"), Some("payment_records_once")),
        (payment(2, "wire", "k1", "u1", 1, "paid"), None),
        (payment(3, "cash", "cash-reservation", "u1", 1, "pending"), None),
        (payment(4, "cash", "cash-reservation", "u1", 1, "pending"), None),
        (payment(5, "paypal", "k5", "u1", 1, "created"), Some("payment_records_provider_known")),
        (payment(5, "cash", "k5", "u1", 1, "PAID"), Some("payment_records_status_known")),
        (payment(5, "cash", "k5", "nobody", 1, "paid"), Some("payment_records_userId_fkey")),
        (payment(5, "cash", "k5", "u1", 9, "paid"), Some("payment_records_packId_fkey")),
        (text(r"DELETE FROM credit_packs"), Some("payment_records_packId_fkey")),
        (
            text(r#"UPDATE credit_wallets SET "balance" = "balance" - 6"#),
            Some("credit_wallets_balance_not_negative"),
        ),
        (text(r#"UPDATE credit_wallets SET "balance" = "balance" - 5"#), None),
        (
            text(
                r#"INSERT INTO credit_wallets ("id", "userId", "updatedAt") VALUES (9, 'nobody', ~2026-01-01~)"#,
            ),
            Some("credit_wallets_userId_fkey"),
        ),
        (
            text(
                r#"INSERT INTO payments ("id", "userId", "type", "amount", "description", "method", "createdAt", "updatedAt")
                 VALUES ('y1', 'u1', 'CREDIT_PACK', 1, '', 'chèque', ~2026-01-01~, ~2026-01-01~)"#,
            ),
            Some("payments_method_known"),
        ),
        (
            text(
                r#"INSERT INTO payments ("id", "userId", "type", "amount", "description", "method", "createdAt", "updatedAt")
                 VALUES ('y1', 'u1', 'CREDIT_PACK', 1, '', NULL, ~2026-01-01~, ~2026-01-01~)"#,
            ),
            None,
        ),
        (
            text(
                r#"INSERT INTO credit_transactions ("id", "studentId", "type", "amount", "description", "createdAt") VALUES ('t1', 's1', 'BONUS', 1, '', ~2026-01-01~)"#,
            ),
            Some("credit_transactions_type_known"),
        ),
        (session("e1", "s1", "c1", "2026-02-01 10:00", 60, "SCHEDULED"), None),
        (
            session("e2", "s2", "c1", "2026-02-01 10:59:59.999", 60, "CONFIRMED"),
            Some("sessions_coach_no_overlap"),
        ),
        (
            session("e2", "s1", "c2", "2026-02-01 09:30", 31, "IN_PROGRESS"),
            Some("sessions_student_no_overlap"),
        ),
        (session("e2", "s1", "c1", "2026-02-01 11:00", 60, "SCHEDULED"), None),
        (session("e3", "s2", "c2", "2026-02-01 10:00", 60, "SCHEDULED"), None),
        (session("e4", "s1", "c1", "2026-02-01 10:00", 60, "CANCELLED"), None),
        (session("e5", "s1", "c1", "2026-02-02 10:00", 0, "SCHEDULED"), Some("sessions_end_after_start")),
        (
            text(r#"UPDATE sessions SET "status" = 'SCHEDULED' WHERE "id" = 'e4'"#),
            Some("sessions_coach_no_overlap"),
        ),
        (text(r#"UPDATE sessions SET "duration" = 61 WHERE "id" = 'e1'"#), Some("sessions_coach_no_overlap")),
        (
            text(r#"UPDATE sessions SET "coachId" = 'c1' WHERE "id" = 'e3'"#),
            Some("sessions_coach_no_overlap"),
        ),
        (text(r#"UPDATE sessions SET "status" = 'CANCELLED' WHERE "id" = 'e1'"#), None),
        (text(r#"UPDATE sessions SET "coachId" = 'c1' WHERE "id" = 'e3'"#), None),
        (text(r#"UPDATE "SessionBooking" SET "endTime" = '8:30'"#), Some("SessionBooking_end_after_start")),
        (availability("a1", "9:00", "10:00"), None),
        (availability("a2", "9:00", "10:00"), Some("CoachAvailability_once")),
        (availability("a2", "10:00", "9:00"), Some("CoachAvailability_end_after_start")),
        (
            text(
                r#"INSERT INTO "SessionReminder" ("id", "sessionId", "reminderType", "scheduledFor", "createdAt") VALUES ('r1', 'b1', 'ONE_DAY_BEFORE', ~2026-01-31~, ~2026-01-01~)"#,
            ),
            None,
        ),
        (
            text(
                r#"INSERT INTO "SessionReminder" ("id", "sessionId", "reminderType", "scheduledFor", "createdAt") VALUES ('r2', 'b1', 'ONE_DAY_BEFORE', ~2026-01-30~, ~2026-01-01~)"#,
            ),
            Some("SessionReminder_once"),
        ),
        (
            text(
                r#"INSERT INTO "SessionNotification" ("id", "sessionId", "userId", "type", "title", "message", "createdAt", "updatedAt")
                 VALUES ('n1', 'b1', 'u4', 'SESSION_BOOKED', '', '', ~2026-01-01~, ~2026-01-01~)"#,
            ),
            None,
        ),
        (
            text(
                r#"INSERT INTO "SessionNotification" ("id", "sessionId", "userId", "type", "title", "message", "createdAt", "updatedAt")
                 VALUES ('n2', 'b1', 'u4', 'SESSION_BOOKED', '', '', ~2026-01-01~, ~2026-01-01~)"#,
            ),
            Some("SessionNotification_once"),
        ),
        (subscription("f1", "ACTIVE"), None),
        (subscription("f2", "ACTIVE"), Some("subscriptions_one_active")),
        (subscription("f2", "INACTIVE"), None),
        (
            text(r#"UPDATE subscriptions SET "status" = 'ACTIVE' WHERE "id" = 'f2'"#),
            Some("subscriptions_one_active"),
        ),
        (
            text(
                r#"INSERT INTO subscription_requests ("id", "studentId", "requestType", "monthlyPrice", "status", "requestedBy", "requestedByEmail", "createdAt", "updatedAt")
                 VALUES ('q1', 's1', 'CADEAU', 0, 'PENDING', '', '', ~2026-01-01~, ~2026-01-01~)"#,
            ),
            Some("subscription_requests_requestType_known"),
        ),
        (
            text(
                r#"INSERT INTO subscription_requests ("id", "studentId", "requestType", "monthlyPrice", "status", "requestedBy", "requestedByEmail", "createdAt", "updatedAt")
                 VALUES ('q1', 's1', 'PLAN_CHANGE', 0, 'pending', '', '', ~2026-01-01~, ~2026-01-01~)"#,
            ),
            Some("subscription_requests_status_known"),
        ),
        (
            text(
                r#"INSERT INTO product_pricing ("id", "itemType", "itemKey", "amount", "description", "createdAt", "updatedAt") VALUES ('i1', 'LOT', 'x', 1, '', ~2026-01-01~, ~2026-01-01~)"#,
            ),
            Some("product_pricing_itemType_known"),
        ),
        (
            text(
                r#"INSERT INTO badges ("id", "name", "description", "category", "condition", "createdAt") VALUES ('g1', 'x', '', 'FUN', '', ~2026-01-01~)"#,
            ),
            Some("badges_category_known"),
        ),
        (
            text(
                r#"INSERT INTO notifications ("id", "userId", "userRole", "type", "title", "message", "data", "createdAt", "updatedAt")
                 VALUES ('o1', 'nobody', 'PARENT', 'X', '', '', '{}', ~2026-01-01~, ~2026-01-01~)"#,
            ),
            Some("notifications_userId_fkey"),
        ),
        (
            text(
                r#"INSERT INTO ingest_jobs ("id", "docId", "createdAt", "updatedAt") VALUES ('j1', 'nothing', ~2026-01-01~, ~2026-01-01~)"#,
            ),
            Some("ingest_jobs_docId_fkey"),
        ),
        (
            text(
                r#"INSERT INTO "LegalVersion" ("id", "pageId", "slug", "title", "contentMd", "version", "contentHash", "createdAt") VALUES (1, 1, 'cgu', '', '', 1, '', ~2026-01-01~)"#,
            ),
            None,
        ),
        (
            text(
                r#"INSERT INTO "LegalVersion" ("id", "pageId", "slug", "title", "contentMd", "version", "contentHash", "createdAt") VALUES (2, 1, 'cgu', '', '', 1, '', ~2026-01-01~)"#,
            ),
            Some("LegalVersion_once"),
        ),
        (text(r"DELETE FROM parent_profiles WHERE id = 'p1'"), Some("students_parentId_fkey")),
        (text(r"DELETE FROM students WHERE id = 's1'"), Some("")),
    ]
}

#[tokio::test]
async fn both_databases_refuse_the_same_statements() {
    for (mut connection, _guard) in both().await {
        for statement in SCHOOL {
            connection.run(statement).await.unwrap();
        }
        for (statement, refused_by) in statements() {
            let outcome = connection.run(&statement).await;
            match (&connection, refused_by) {
                (_, None) => assert_eq!(outcome, Ok(()), "{statement}"),
                (Connection::Postgres(_), Some(name)) if !name.is_empty() => {
                    assert_eq!(outcome, Err(name.to_owned()), "{statement}");
                }
                (_, Some(_)) => assert!(outcome.is_err(), "{statement} was accepted"),
            }
        }
    }
}

#[tokio::test]
async fn start_and_end_follow_what_the_existing_application_writes() {
    let database = PostgresServer::shared().database().await;
    store(&database).migrate().await.unwrap();
    let mut connection = Connection::Postgres(database.connect().await);
    for statement in SCHOOL {
        connection.run(statement).await.unwrap();
    }
    connection.run(&session("e1", "s1", "c1", "2026-02-01 23:30:00.5", 60, "SCHEDULED")).await.unwrap();
    let span = r#"SELECT "startsAt"::text || ' → ' || "endsAt"::text FROM sessions"#;
    assert_eq!(database.one::<String>(span).await, "2026-02-01 23:30:00.5 → 2026-02-02 00:30:00.5");
    connection
        .run(r#"UPDATE sessions SET "scheduledAt" = ~2026-03-01 10:00~, "duration" = 90"#)
        .await
        .unwrap();
    assert_eq!(database.one::<String>(span).await, "2026-03-01 10:00:00 → 2026-03-01 11:30:00");

    let folder = tempfile::tempdir().unwrap();
    people::store(folder.path()).await.close().await;
    let path = folder.path().join("nexus.db");
    let options = SqliteConnectOptions::new().filename(&path).foreign_keys(true);
    let mut connection = Connection::Sqlite(options.connect().await.unwrap());
    for statement in SCHOOL {
        connection.run(statement).await.unwrap();
    }
    connection.run(&session("e1", "s1", "c1", "2026-02-01 23:30:00.5", 60, "SCHEDULED")).await.unwrap();
    let ends: i64 = nexus_tests::rows::one(&path, r#"SELECT "endsAt" FROM sessions"#).await;
    assert_eq!(ends, "2026-02-02T00:30:00.5Z".parse::<Timestamp>().unwrap().as_millisecond());
}

/// The rules leave old rows alone: whoever is in quarantine goes on being written to, and stands in nobody's way.
#[tokio::test]
async fn rows_in_quarantine_are_left_alone() {
    let database = existing_database(Rows::Broken).await;
    store(&database).migrate().await.unwrap();
    let mut connection = Connection::Postgres(database.connect().await);
    for statement in [
        format!(r#"UPDATE users SET "phone" = '1' WHERE "id" = '{}'"#, id("usr", 301)),
        r#"UPDATE payment_records SET "status" = 'paid' WHERE "id" IN (1001, 1002, 1003, 1004, 1005)"#
            .to_owned(),
        r#"UPDATE credit_wallets SET "balance" = "balance" - 1 WHERE "id" = 1002"#.to_owned(),
        format!(r#"UPDATE notifications SET "read" = true WHERE "id" = '{}'"#, id("not", 301)),
        format!(
            r#"UPDATE sessions SET "status" = 'COMPLETED', "report" = 'Fait' WHERE "id" = '{}'"#,
            id("ses", 302)
        ),
        format!(r#"UPDATE badges SET "icon" = '!' WHERE "id" = '{}'"#, id("bad", 301)),
        // 304 collides with 303; only the latter holds its time.
        format!(r#"UPDATE sessions SET "title" = 'Encore là' WHERE "id" = '{}'"#, id("ses", 304)),
        format!(r#"UPDATE sessions SET "status" = 'CANCELLED' WHERE "id" = '{}'"#, id("ses", 303)),
        session("neuve", &id("stu", 9), &id("coa", 1), "2025-12-01 10:00", 60, "SCHEDULED"),
        format!(r#"UPDATE subscriptions SET "ariaCost" = 1 WHERE "id" = '{}'"#, id("sub", 5)),
    ] {
        assert_eq!(connection.run(&statement).await, Ok(()), "{statement}");
    }
    // Leaving quarantine is asked of the rules.
    for (statement, refused_by) in [
        (
            r#"UPDATE payment_records SET "quarantinedAt" = NULL WHERE "id" = 1005"#.to_owned(),
            "payment_records_once",
        ),
        (
            format!(r#"UPDATE users SET "quarantinedAt" = NULL WHERE "id" = '{}'"#, id("usr", 301)),
            "users_email_normalised",
        ),
    ] {
        assert_eq!(connection.run(&statement).await, Err(refused_by.to_owned()), "{statement}");
    }
    let leave = format!(
        r#"UPDATE users SET "quarantinedAt" = NULL, "email" = 'autre@exemple.tn' WHERE "id" = '{}'"#,
        id("usr", 301)
    );
    assert_eq!(connection.run(&leave).await, Ok(()));
}
