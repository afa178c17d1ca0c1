//! The audit log: one chain, whatever races, and every later change told.

use super::{Fixture, beside, samples};
use jiff::SignedDuration;
use nexus_core::Clock;
use nexus_core::audit::{AuditEvent, AuditFinding, AuditHead, AuditReport, RequestMark, verify_audit};
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

fn event(fixture: &Fixture, number: usize) -> AuditEvent {
    let event = AuditEvent::new("ADMIN:u1", format!("ACTION_{number}"), fixture.clock.now());
    let event =
        event.about("user", &format!("u{number}")).in_request(Some(RequestMark { id: "r1", claim: None }));
    event.with(json!({"before": {"role": "COACH"}, "after": {"role": "ADMIN", "étage": number, "x": 1.5e30}}))
}

async fn record(fixture: &Fixture, count: usize) {
    for number in 0..count {
        let mut tx = fixture.store.begin().await.unwrap();
        tx.record(&event(fixture, number)).await.unwrap();
        tx.commit().await.unwrap();
        fixture.clock.advance(SignedDuration::from_millis(7));
    }
}

async fn verify(fixture: &Fixture, noted: Option<AuditHead>) -> AuditReport {
    verify_audit(fixture.store.as_ref(), noted, |_| {}).await.unwrap()
}

async fn findings(fixture: &Fixture) -> Vec<AuditFinding> {
    verify(fixture, None).await.findings
}

/// Takes away what keeps the log from being changed, as somebody with the rights of an owner can.
async fn unguard(fixture: &Fixture) {
    let statements = if beside::is_postgres(fixture) {
        "ALTER TABLE audit_logs DISABLE TRIGGER USER; ALTER TABLE audit_head DISABLE TRIGGER USER;"
    } else {
        "DROP TRIGGER audit_logs_added; DROP TRIGGER audit_logs_changed; DROP TRIGGER audit_logs_removed;
         DROP TRIGGER audit_head_moved_back; DROP TRIGGER audit_head_removed;"
    };
    beside::execute(fixture, statements).await;
}

/// As the existing application writes: without the columns that it does not know.
async fn record_as_before(fixture: &Fixture, action: &str) {
    let statement = if beside::is_postgres(fixture) {
        format!(
            r#"INSERT INTO audit_logs ("actor", "action", "diff") VALUES ('system', '{action}', '{{"count":3}}')"#
        )
    } else {
        format!(
            r#"INSERT INTO audit_logs ("actor", "action", "diff", "at")
               VALUES ('system', '{action}', '{{"count":3}}', 1800000000000)"#
        )
    };
    beside::execute(fixture, &statement).await;
}

/// A row exists when what it tells does, and not otherwise.
pub async fn a_row_commits_with_what_it_tells(fixture: &Fixture) {
    let (family, _) = samples::people("a");
    let mut tx = fixture.store.begin().await.unwrap();
    tx.save_family(&family).await.unwrap();
    tx.record(&event(fixture, 1)).await.unwrap();
    drop(tx);
    assert_eq!(fixture.store.recent_audit(10).await.unwrap(), []);

    let mut tx = fixture.store.begin().await.unwrap();
    tx.save_family(&family).await.unwrap();
    tx.record(&event(fixture, 1)).await.unwrap();
    tx.record(&AuditEvent::new("system", "SECOND", fixture.clock.now())).await.unwrap();
    tx.commit().await.unwrap();
    let rows = fixture.store.recent_audit(10).await.unwrap();
    let [second, first] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((second.action.as_str(), second.subject.as_deref()), ("SECOND", None));
    assert_eq!((first.actor.as_str(), first.subject.as_deref()), ("ADMIN:u1", Some("user:u1")));
    assert_eq!((first.request_id.as_deref(), first.at), (Some("r1"), event(fixture, 1).at));
    let stored: serde_json::Value = serde_json::from_str(first.diff.as_deref().unwrap()).unwrap();
    assert_eq!(stored["after"]["étage"], 1);
    let links: Vec<_> = [first, second].iter().map(|row| row.link.clone().unwrap()).collect();
    assert_eq!((links[0].sequence, links[1].sequence), (1, 2));
    assert_eq!(links[1].previous_hash, links[0].hash);
}

/// Nothing is found on a log that nobody touched.
pub async fn an_untouched_log_is_whole(fixture: &Fixture) {
    let empty = verify(fixture, None).await;
    assert_eq!((empty.rows, empty.findings, empty.head), (0, vec![], AuditHead::empty()));
    record(fixture, 5).await;
    let report = verify(fixture, None).await;
    assert_eq!((report.rows, report.unsealed, report.findings.as_slice()), (5, 0, [].as_slice()));
    assert_eq!(report.head.sequence, 5);
    record(fixture, 3).await;
    let later = verify(fixture, Some(report.head)).await;
    assert_eq!((later.rows, later.findings), (8, vec![]));
}

/// The database itself refuses to change, remove or replace a row, and to move the end back.
pub async fn rows_are_only_added(fixture: &Fixture) {
    record(fixture, 3).await;
    record_as_before(fixture, "RGPD_PURGE").await;
    let mut refused = vec![
        r#"UPDATE audit_logs SET "actor" = 'nobody' WHERE "id" = 1"#,
        r#"UPDATE audit_logs SET "hash" = NULL, "previousHash" = NULL, "sequence" = NULL WHERE "id" = 1"#,
        r#"UPDATE audit_logs SET "actor" = 'nobody' WHERE "action" = 'RGPD_PURGE'"#,
        r#"UPDATE audit_logs SET "diff" = '{}', "sequence" = 9, "previousHash" = 'x', "hash" = 'y' WHERE "action" = 'RGPD_PURGE'"#,
        r#"DELETE FROM audit_logs WHERE "id" = 2"#,
        r#"DELETE FROM audit_logs WHERE "action" = 'RGPD_PURGE'"#,
        r#"UPDATE audit_head SET "sequence" = 2"#,
        r"DELETE FROM audit_head",
    ];
    let forged = if beside::is_postgres(fixture) {
        refused.extend(["TRUNCATE audit_logs", "TRUNCATE audit_head"]);
        r#"INSERT INTO audit_logs ("actor", "action", "sequence", "previousHash", "hash") VALUES ('a', 'b', 9, 'x', 'y')"#
    } else {
        refused.push(
            r#"INSERT OR REPLACE INTO audit_logs ("id", "actor", "action", "at") VALUES (1, 'nobody', 'nothing', 0)"#,
        );
        r#"INSERT INTO audit_logs ("actor", "action", "at", "sequence", "previousHash", "hash") VALUES ('a', 'b', 0, 9, 'x', 'y')"#
    };
    refused.push(forged);
    for statement in refused {
        let error = beside::try_execute(fixture, statement).await.expect_err(statement).to_string();
        assert!(error.contains("audit"), "{statement}: {error}");
    }
    let report = verify(fixture, None).await;
    assert_eq!((report.rows, report.unsealed, report.findings), (3, 1, vec![]));
}

/// Whatever column of a row is changed, that row is named, and no other.
pub async fn a_changed_column_names_its_row(fixture: &Fixture) {
    record(fixture, 5).await;
    unguard(fixture).await;
    let at = if beside::is_postgres(fixture) { "'2001-01-01'" } else { "978307200000" };
    let changes = [
        (r#""actor""#, "'nobody'"),
        (r#""action""#, "'NOTHING'"),
        (r#""subject""#, "NULL"),
        (r#""diff""#, r#"'{"before": {"role": "COACH"}}'"#),
        (r#""diff""#, "NULL"),
        (r#""requestId""#, "'r2'"),
        (r#""at""#, at),
        (r#""previousHash""#, "'0000'"),
        (r#""previousHash""#, "NULL"),
        (r#""hash""#, "'0000'"),
        (r#""hash""#, "NULL"),
    ];
    for id in [1, 3, 5] {
        for (column, value) in changes {
            beside::execute(fixture, "CREATE TABLE kept AS SELECT * FROM audit_logs").await;
            beside::execute(
                fixture,
                &format!(r#"UPDATE audit_logs SET {column} = {value} WHERE "id" = {id}"#),
            )
            .await;
            let expected = [AuditFinding::Changed { id, sequence: id }];
            assert_eq!(findings(fixture).await, expected, "{column} of row {id}");
            let restore =
                "DELETE FROM audit_logs; INSERT INTO audit_logs SELECT * FROM kept; DROP TABLE kept";
            beside::execute(fixture, restore).await;
            assert_eq!(findings(fixture).await, []);
        }
    }
    beside::execute(fixture, r#"UPDATE audit_logs SET "id" = 99 WHERE "id" = 3"#).await;
    assert_eq!(findings(fixture).await, [AuditFinding::Changed { id: 99, sequence: 3 }]);
    beside::execute(fixture, r#"UPDATE audit_logs SET "id" = 3 WHERE "id" = 99"#).await;
    // A row that loses its place is missing where it stood.
    let unseal =
        r#"UPDATE audit_logs SET "sequence" = NULL, "previousHash" = NULL, "hash" = NULL WHERE "id" = 2"#;
    beside::execute(fixture, unseal).await;
    let gap = AuditFinding::Missing { from: 2, to: 2, after: Some(1), before: Some(3) };
    assert_eq!(findings(fixture).await, [gap]);
}

/// A removed row is told: the first one, one in the middle, the last one, and all of them.
pub async fn a_removed_row_is_told(fixture: &Fixture) {
    record(fixture, 5).await;
    let noted = verify(fixture, None).await.head;
    unguard(fixture).await;
    let missing = |from, to, after, before| [AuditFinding::Missing { from, to, after, before }];
    let cases = [
        ("= 1", missing(1, 1, None, Some(2))),
        ("IN (2, 3)", missing(2, 3, Some(1), Some(4))),
        ("= 5", missing(5, 5, Some(4), None)),
        ("> 0", missing(1, 5, None, None)),
    ];
    for (which, expected) in cases {
        beside::execute(fixture, "CREATE TABLE kept AS SELECT * FROM audit_logs").await;
        beside::execute(fixture, &format!(r#"DELETE FROM audit_logs WHERE "id" {which}"#)).await;
        assert_eq!(findings(fixture).await, expected, "{which}");
        let restore = "DELETE FROM audit_logs; INSERT INTO audit_logs SELECT * FROM kept; DROP TABLE kept";
        beside::execute(fixture, restore).await;
    }
    // Cut off with the stored end moved back to fit: only an end that was noted elsewhere tells.
    let hash = beside::text(fixture, r#"SELECT "hash" FROM audit_logs WHERE "sequence" = 3"#).await.unwrap();
    beside::execute(fixture, r#"DELETE FROM audit_logs WHERE "sequence" > 3"#).await;
    beside::execute(fixture, &format!(r#"UPDATE audit_head SET "sequence" = 3, "hash" = '{hash}'"#)).await;
    assert_eq!(findings(fixture).await, []);
    let told = verify(fixture, Some(noted)).await.findings;
    assert_eq!(told, [AuditFinding::NotedHead { sequence: 5 }]);
    // Without its end the log takes no more rows: whoever removed it does not silence the alarm by it.
    beside::execute(fixture, "DELETE FROM audit_head").await;
    assert_eq!(findings(fixture).await, [AuditFinding::Head]);
    let mut tx = fixture.store.begin().await.unwrap();
    tx.record(&event(fixture, 9)).await.unwrap();
    assert!(tx.commit().await.is_err());
    assert_eq!(verify(fixture, None).await.rows, 3);
}

/// A row that was slipped in is told, wherever it claims to stand.
pub async fn an_inserted_row_is_told(fixture: &Fixture) {
    record(fixture, 4).await;
    unguard(fixture).await;
    let copy = |id: i64, sequence: i64| {
        format!(
            r#"INSERT INTO audit_logs ("id", "actor", "action", "at", "sequence", "previousHash", "hash")
               SELECT {id}, 'nobody', 'NOTHING', "at", {sequence}, "previousHash", "hash" FROM audit_logs WHERE "id" = 2"#
        )
    };
    beside::execute(fixture, &copy(90, 5)).await;
    let found = findings(fixture).await;
    assert!(found.contains(&AuditFinding::Inserted { id: 90, sequence: 5 }), "{found:?}");
    beside::execute(fixture, r#"DELETE FROM audit_logs WHERE "id" = 90; DROP INDEX audit_logs_sequence"#)
        .await;
    beside::execute(fixture, &copy(91, 2)).await;
    assert_eq!(findings(fixture).await, [AuditFinding::Inserted { id: 91, sequence: 2 }]);
}

/// Rows of the existing application are sealed as they are found, by the next row or by whoever asks; later changes show.
pub async fn rows_of_the_existing_application_are_sealed(fixture: &Fixture) {
    record_as_before(fixture, "RAG_INGEST").await;
    record_as_before(fixture, "legal:update").await;
    assert_eq!(verify(fixture, None).await.unsealed, 2);
    record(fixture, 1).await;
    let report = verify(fixture, None).await;
    assert_eq!((report.rows, report.unsealed, report.findings), (3, 0, vec![]));
    for _ in 0..5 {
        record_as_before(fixture, "RGPD_EXPORT").await;
    }
    assert_eq!(fixture.store.seal_audit(3).await.unwrap(), 3);
    assert_eq!(fixture.store.seal_audit(100).await.unwrap(), 2);
    assert_eq!(fixture.store.seal_audit(100).await.unwrap(), 0);
    assert_eq!(verify(fixture, None).await.rows, 8);
    unguard(fixture).await;
    beside::execute(fixture, r#"UPDATE audit_logs SET "actor" = 'nobody' WHERE "action" = 'legal:update'"#)
        .await;
    assert_eq!(findings(fixture).await, [AuditFinding::Changed { id: 2, sequence: 2 }]);
}

/// Sixty-four transactions that record at once, beside rows of the existing application and a sealer, make one chain.
pub async fn appenders_race_for_one_chain(fixture: &Fixture) {
    let start = Arc::new(Barrier::new(64));
    let mut tasks = JoinSet::new();
    for number in 0..64 {
        let (store, start, event) = (Arc::clone(&fixture.store), Arc::clone(&start), event(fixture, number));
        tasks.spawn(async move {
            start.wait().await;
            let mut tx = store.begin().await.unwrap();
            tx.record(&event).await.unwrap();
            if number % 4 == 0 {
                tx.record(&event).await.unwrap();
            }
            if number % 8 == 7 {
                drop(tx);
            } else {
                tx.commit().await.unwrap();
            }
            if number % 16 == 3 {
                store.seal_audit(10).await.unwrap();
            }
        });
    }
    for _ in 0..8 {
        record_as_before(fixture, "RGPD_PURGE").await;
    }
    tasks.join_all().await;
    fixture.store.seal_audit(100).await.unwrap();
    let report = verify(fixture, None).await;
    assert_eq!(report.findings, []);
    assert_eq!((report.rows, report.unsealed), (64 - 8 + 16 + 8, 0));
}

/// A verification sees one state of the log while others go on writing.
pub async fn a_verification_stands_still(fixture: &Fixture) {
    record(fixture, 3).await;
    let mut reader = fixture.store.read_audit().await.unwrap();
    assert_eq!(reader.head().await.unwrap().unwrap().sequence, 3);
    record(fixture, 2).await;
    record_as_before(fixture, "RGPD_PURGE").await;
    assert_eq!(reader.sealed_after(0, 0, 100).await.unwrap().len(), 3);
    assert_eq!(reader.sealed_after(1, 1, 1).await.unwrap().len(), 1);
    assert_eq!(reader.unsealed().await.unwrap(), 0);
    drop(reader);
    let report = verify(fixture, None).await;
    assert_eq!((report.rows, report.unsealed, report.findings), (5, 1, vec![]));
}
