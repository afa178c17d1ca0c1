//! Rules asked of the rows, and what is done about those that break one.

use super::schema_steps::has_table;
use super::{Db, dialect, store_error};
use crate::adoption::{
    AdoptionObserver, Anomaly, Marks, Offence, Probe, Repair, Rule, SchemaObject, group, pairs, rules,
};
use crate::columns::Instant;
use crate::statements::adoption as sql;
use futures_util::TryStreamExt;
use jiff::Timestamp;
use nexus_core::StoreError;
use serde_json::{Value, json};
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, Connection as _, Database};
use std::collections::BTreeSet;

type Connection = <Db as Database>::Connection;

/// Rows that one audit row names; a repair of more rows writes several.
const ROWS_PER_AUDIT_ROW: usize = 500;

/// What the database has, by name.
pub(super) async fn catalogue(connection: &mut Connection) -> Result<BTreeSet<SchemaObject>, StoreError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as(dialect::CATALOGUE).fetch_all(connection).await.map_err(store_error)?;
    Ok(rows.into_iter().map(|(kind, name)| SchemaObject { kind, name }).collect())
}

/// Asks every rule and changes nothing. A rule about something that the database does not have yet is skipped.
pub(super) async fn inspect(
    connection: &mut Connection,
    observer: &mut dyn AdoptionObserver,
) -> Result<(), StoreError> {
    let mut marks = marks(connection).await?;
    for rule in rules() {
        observer.rule_begins(rule);
        let mut wrong = Vec::new();
        let mut tx = connection.begin().await.map_err(store_error)?;
        sqlx::raw_sql(dialect::READ_AT_LEISURE).execute(&mut *tx).await.map_err(store_error)?;
        let outcome = find(&mut tx, rule, &marks, &mut |anomaly| {
            observer.found(&anomaly);
            if rule.repair == Repair::Quarantine {
                wrong.push(anomaly.id);
            }
        })
        .await;
        match outcome {
            Err(error) if !dialect::is_about_something_missing(&error) => return Err(store_error(error)),
            _ => tx.rollback().await.map_err(store_error)?,
        }
        // What a migration would have marked by now collides with nobody when later rules are asked.
        for row in wrong {
            marks.add(rule.table, row, rule.name.to_owned());
        }
    }
    Ok(())
}

/// Every table whose rows a repair reads or writes, and those that they refer to, in the order in which they are locked.
pub(super) fn tables() -> Vec<&'static str> {
    let repaired = rules().filter(|rule| rule.repair != Repair::None).map(|rule| rule.table);
    let others = ["credit_tx", "audit_logs", "students", "parent_profiles", "credit_packs", "user_documents"];
    let tables: BTreeSet<&str> = repaired.chain(others).collect();
    tables.into_iter().collect()
}

/// Deals with every row that breaks a rule of the schema, inside the caller's transaction.
pub(super) async fn repair(
    connection: &mut Connection,
    now: Timestamp,
    observer: &mut dyn AdoptionObserver,
) -> Result<(), StoreError> {
    let mut marks = marks(connection).await?;
    for rule in rules().filter(|rule| rule.repair != Repair::None) {
        observer.rule_begins(rule);
        let mut fresh = Vec::new();
        find(connection, rule, &marks, &mut |anomaly| {
            if !anomaly.in_quarantine {
                observer.found(&anomaly);
                fresh.push(anomaly);
            }
        })
        .await
        .map_err(store_error)?;
        let rows = match rule.repair {
            _ if fresh.is_empty() => continue,
            Repair::None => continue,
            Repair::Quarantine => quarantine(connection, rule, &fresh, now).await?,
            Repair::Compensate => compensate(connection, now).await?,
        };
        observer.repaired(rule, rows.len());
        record(connection, rule, &rows, now).await?;
        for anomaly in fresh {
            marks.add(rule.table, anomaly.id, rule.name.to_owned());
        }
    }
    Ok(())
}

/// The rows that are in quarantine already; none before the step that makes their table.
async fn marks(connection: &mut Connection) -> Result<Marks, StoreError> {
    let mut marks = Marks::default();
    if has_table(connection, "quarantined_rows").await? {
        let mut rows =
            sqlx::query_as::<Db, (String, String, String)>(sql::SELECT_QUARANTINED).fetch(connection);
        while let Some((table, row, rule)) = rows.try_next().await.map_err(store_error)? {
            marks.add(&table, row, rule);
        }
    }
    Ok(marks)
}

/// Tells every row that breaks the rule.
async fn find(
    connection: &mut Connection,
    rule: &'static Rule,
    marks: &Marks,
    found: &mut (dyn FnMut(Anomaly) + Send),
) -> Result<(), sqlx::Error> {
    let mut tell = |id: String, because: Option<String>, detail: Option<String>| {
        let in_quarantine = marks.holds(rule.table, &id, rule.name);
        found(Anomaly { rule, id, because, detail, in_quarantine });
    };
    let text = match &rule.probe {
        Probe::Rows(query) | Probe::Groups(query) | Probe::Pairs(query) | Probe::Json(query, _) => {
            dialect::text(*query)
        }
    };
    let mut rows = sqlx::query_as::<Db, (String, Option<String>)>(text).fetch(connection);
    // A row that is marked for something else is out of the game; only the rules that mark play it.
    let (marked, absent) = match rule.repair {
        Repair::Quarantine => {
            (marks.of_rule(rule.table, rule.name), marks.of_other_rules(rule.table, rule.name))
        }
        Repair::Compensate | Repair::None => Default::default(),
    };
    match &rule.probe {
        Probe::Rows(_) => {
            while let Some((id, detail)) = rows.try_next().await? {
                tell(id, None, detail);
            }
        }
        Probe::Json(_, shape) => {
            while let Some((id, text)) = rows.try_next().await? {
                if text.is_some_and(|text| !shape.accepts(&text)) {
                    tell(id, None, None);
                }
            }
        }
        Probe::Groups(_) => {
            let mut members: Vec<String> = Vec::new();
            let mut shared = None;
            loop {
                let row = rows.try_next().await?;
                if row.as_ref().is_none_or(|(_, key)| *key != shared) {
                    for Offence { id, because } in group(std::mem::take(&mut members), &marked) {
                        tell(id, Some(because), None);
                    }
                }
                let Some((id, key)) = row else { break };
                shared = key;
                if !absent.contains(&id) {
                    members.push(id);
                }
            }
        }
        Probe::Pairs(_) => {
            let mut list = Vec::new();
            while let Some((younger, older)) = rows.try_next().await? {
                if let Some(older) = older
                    && !absent.contains(&younger)
                    && !absent.contains(&older)
                {
                    list.push((younger, older));
                }
            }
            for Offence { id, because } in pairs(&list, &marked) {
                tell(id, Some(because), None);
            }
        }
    }
    Ok(())
}

/// Marks rows; they keep everything they have.
async fn quarantine(
    connection: &mut Connection,
    rule: &'static Rule,
    anomalies: &[Anomaly],
    now: Timestamp,
) -> Result<Vec<Value>, StoreError> {
    for anomaly in anomalies {
        sqlx::query(sql::INSERT_QUARANTINED)
            .bind(rule.table)
            .bind(&anomaly.id)
            .bind(rule.name)
            .bind(&anomaly.because)
            .bind(Instant(now))
            .execute(&mut *connection)
            .await
            .map_err(store_error)?;
    }
    let mark = sql::mark(rule.table);
    sqlx::query(AssertSqlSafe(mark))
        .bind(Instant(now))
        .bind(rule.table)
        .bind(rule.name)
        .execute(connection)
        .await
        .map_err(store_error)?;
    let row = |anomaly: &Anomaly| json!({ "id": anomaly.id, "because": anomaly.because });
    Ok(anomalies.iter().map(row).collect())
}

/// Writes one entry per wallet whose balance is not the sum of its movements.
async fn compensate(connection: &mut Connection, now: Timestamp) -> Result<Vec<Value>, StoreError> {
    let entries: Vec<(String, String, String)> = sqlx::query_as(sql::INSERT_COMPENSATIONS)
        .bind(Instant(now))
        .fetch_all(connection)
        .await
        .map_err(store_error)?;
    let row = |(entry, wallet, delta)| json!({ "id": wallet, "entry": entry, "delta": delta });
    Ok(entries.into_iter().map(row).collect())
}

/// One audit row says what was done to which rows and why.
async fn record(
    connection: &mut Connection,
    rule: &'static Rule,
    rows: &[Value],
    now: Timestamp,
) -> Result<(), StoreError> {
    let repair = if rule.repair == Repair::Compensate { "compensation" } else { "quarantine" };
    for rows in rows.chunks(ROWS_PER_AUDIT_ROW) {
        let diff = json!({
            "rule": rule.name, "table": rule.table, "repair": repair, "why": rule.sentence, "rows": rows,
        });
        sqlx::query(sql::INSERT_AUDIT)
            .bind(Json(diff))
            .bind(Instant(now))
            .execute(&mut *connection)
            .await
            .map_err(store_error)?;
    }
    Ok(())
}
