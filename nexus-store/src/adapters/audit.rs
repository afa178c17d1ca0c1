use super::late_rows::Written;
use super::{BackendStore, BackendTx, Unit, dialect, store_error};
use crate::columns::{Instant, JsonRows, JsonText, json_object};
use crate::statements::audit as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::StoreError;
use nexus_core::audit::{AuditEvent, AuditHead, AuditLog, AuditReader, AuditRow, AuditTx, ChainLink};
use sqlx::types::Json;

/// Rows of the existing application that one commit seals beside its own.
const SEALED_ALONG: u32 = 64;

macro_rules! columns {
    () => {
        concat!(
            r#"CAST("id" AS BIGINT) AS id, "actor", "action", "subject", "#,
            dialect::json_text!(r#""diff""#),
            r#" AS diff, "requestId" AS request_id, "at", "sequence", "previousHash" AS previous_hash, "hash""#
        )
    };
}

/// Rows that are not sealed yet, in their order.
const INSERT: &str = concat!(
    r#"INSERT INTO audit_logs ("actor", "action", "subject", "diff", "requestId", "at") SELECT "#,
    dialect::field!("actor"),
    ", ",
    dialect::field!("action"),
    ", ",
    dialect::field!("subject"),
    ", ",
    dialect::field!("diff", json),
    ", ",
    dialect::field!("requestId"),
    ", ",
    dialect::field!("at", instant),
    " FROM ",
    dialect::rows!("$1"),
    " ORDER BY ",
    dialect::row_number!(),
    " RETURNING ",
    dialect::json_row!(
        r#"CAST("id" AS BIGINT), "actor", "action", "subject", "#,
        dialect::json_text!(r#""diff""#),
        r#", "requestId", "#,
        dialect::milliseconds!(r#""at""#)
    )
);

/// A row that was recorded, as the database holds it: id, actor, action, subject, difference, request, milliseconds of 1970.
pub(super) type Entry = (i64, String, String, Option<String>, Option<String>, Option<String>, i64);
/// The end of the chain: place, hash, and 1 when rows wait that nobody has sealed.
pub(super) type Head = (i64, String, i64);

/// What a transaction records: written last.
pub(super) struct Recording {
    /// Writes the rows, which are its parameter, and returns each as an [`Entry`].
    pub(super) insert: &'static str,
    pub(super) rows: JsonRows,
    /// Reads the end of the chain, a [`Head`], before the rows are there: for where everybody waits for the writer anyway.
    #[allow(dead_code)] // PostgreSQL asks later
    pub(super) head: &'static str,
}

const SEAL: &str = concat!(
    r#"UPDATE audit_logs SET "sequence" = "#,
    dialect::field!("sequence", number),
    r#", "previousHash" = "#,
    dialect::field!("previousHash"),
    r#", "hash" = "#,
    dialect::field!("hash"),
    " FROM ",
    dialect::rows!("$1"),
    r#" WHERE audit_logs."id" = "#,
    dialect::field!("id", number),
    r#" AND audit_logs."sequence" IS NULL"#
);

const MOVE_HEAD: &str = concat!(
    r#"UPDATE audit_head SET "sequence" = "#,
    dialect::field!("sequence", number),
    r#", "hash" = "#,
    dialect::field!("hash"),
    " FROM ",
    dialect::rows!("$1"),
    r#" WHERE audit_head."id" = 1"#
);

/// The end of the chain, held until the end of the transaction: whoever appends waits here.
macro_rules! head {
    () => {
        r#"SELECT "sequence", "hash" FROM audit_head WHERE "id" = 1"#
    };
}
const READ_HEAD: &str = head!();
/// The end of the chain as a [`Head`], held; rows that wait are those that fulfil a condition.
macro_rules! lock_head {
    ($($waiting:literal)?) => {
        concat!(
            "SELECT ",
            dialect::json_row!(
                r#""sequence", "hash", CASE WHEN EXISTS (SELECT 1 FROM audit_logs WHERE "sequence" IS NULL"#,
                $($waiting,)?
                ") THEN 1 ELSE 0 END"
            ),
            r#" FROM audit_head WHERE "id" = 1"#,
            dialect::for_update!()
        )
    };
}
/// Whether anything waits is as it was when the statement began: what was sealed meanwhile is looked for again.
const LOCK_HEAD: &str = lock_head!(r#" AND "id" < $1"#);
const HEAD_OF_OTHERS: &str = lock_head!();

/// Rows before an id that nobody has sealed.
const UNSEALED_BEFORE: &str = concat!(
    "SELECT ",
    columns!(),
    r#" FROM audit_logs WHERE "sequence" IS NULL AND "id" < $1 ORDER BY "id" LIMIT $2"#
);

const SEALED_AFTER: &str = concat!(
    "SELECT ",
    columns!(),
    r#" FROM audit_logs WHERE "sequence" IS NOT NULL AND ("sequence" > $1 OR ("sequence" = $1 AND "id" > $2))
ORDER BY "sequence", "id" LIMIT $3"#
);

const RECENT: &str = concat!("SELECT ", columns!(), r#" FROM audit_logs ORDER BY "id" DESC LIMIT $1"#);

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    actor: String,
    action: String,
    subject: Option<String>,
    diff: Option<String>,
    request_id: Option<String>,
    at: Instant,
    sequence: Option<i64>,
    previous_hash: Option<String>,
    hash: Option<String>,
}

impl From<Row> for AuditRow {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            diff: row.diff,
            request_id: row.request_id,
            at: row.at.0,
            // A place without hashes is a row that was changed, not one that is not sealed.
            link: row.sequence.map(|sequence| ChainLink {
                sequence,
                previous_hash: row.previous_hash.unwrap_or_default(),
                hash: row.hash.unwrap_or_default(),
            }),
        }
    }
}

/// The first id of a transaction's own rows.
fn first(own: &[AuditRow]) -> i64 {
    own.iter().map(|row| row.id).min().unwrap_or(i64::MAX)
}

/// Reads the end of the chain and holds it until the end of the transaction, whose own rows begin with an id.
async fn hold_head(tx: &mut Unit, first: i64) -> Result<Option<Head>, StoreError> {
    let head: Option<Json<Head>> =
        sqlx::query_scalar(LOCK_HEAD).bind(first).fetch_optional(&mut **tx).await.map_err(store_error)?;
    Ok(head.map(|head| head.0))
}

/// An entry as the chain takes it.
fn unsealed((id, actor, action, subject, diff, request_id, at): Entry) -> Result<AuditRow, StoreError> {
    let at = Timestamp::from_millisecond(at);
    let at = at.map_err(|_| StoreError::Corrupt("an instant is out of the calendar"))?;
    Ok(AuditRow { id, actor, action, subject, diff, request_id, at, link: None })
}

/// Appends rows to the chain, whose end is held, in their order, after up to `along` older rows that nobody has sealed. Returns
/// how many rows were sealed.
async fn seal(tx: &mut Unit, head: Option<Head>, own: Vec<AuditRow>, along: u32) -> Result<u64, StoreError> {
    let (sequence, hash, waiting) =
        head.ok_or(StoreError::Corrupt("the end of the audit chain is missing"))?;
    let mut head = AuditHead { sequence, hash };
    let mut rows = Vec::new();
    if waiting != 0 {
        let first = first(&own);
        let older: Vec<Row> = sqlx::query_as(UNSEALED_BEFORE)
            .bind(first)
            .bind(i64::from(along))
            .fetch_all(&mut **tx)
            .await
            .map_err(store_error)?;
        rows.extend(older.into_iter().map(AuditRow::from));
    }
    rows.extend(own);
    if rows.is_empty() {
        return Ok(0);
    }
    let mut links = Vec::with_capacity(rows.len());
    for row in &rows {
        let (link, next) = head.append(row);
        links.push(json_object!({
            "id": row.id, "sequence": link.sequence, "previousHash": link.previous_hash, "hash": link.hash,
        })?);
        head = next;
    }
    let end = json_object!({ "sequence": head.sequence, "hash": head.hash })?;
    let sealing = vec![(SEAL, JsonRows::of(&links)), (MOVE_HEAD, JsonRows::of(&[end]))];
    let written = dialect::write_together(tx, sealing, None).await.map_err(store_error)?;
    if written.counts.first() != Some(&(rows.len() as u64)) {
        return Err(StoreError::Corrupt("an audit row was sealed twice"));
    }
    Ok(rows.len() as u64)
}

impl BackendTx {
    /// What the transaction has recorded, to be written last; nothing when it has recorded nothing.
    pub(super) fn recording(&mut self) -> Result<Option<Recording>, StoreError> {
        let recorded = std::mem::take(&mut self.recorded);
        if recorded.is_empty() {
            return Ok(None);
        }
        let row = |event: &AuditEvent| {
            json_object!({
                "actor": event.actor, "action": event.action, "subject": event.subject,
                "diff": event.diff.as_ref().map(JsonText), "requestId": event.request_id,
                "at": event.at.as_millisecond(),
            })
        };
        let events = recorded.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(Recording { insert: INSERT, rows: JsonRows::of(&events), head: HEAD_OF_OTHERS }))
    }

    /// Seals what was recorded; the last step before the commit, so that the end of the chain is held as shortly as can be.
    pub(super) async fn seal_recorded(&mut self, written: Written) -> Result<(), StoreError> {
        let mut rows = written.entries.into_iter().map(unsealed).collect::<Result<Vec<_>, _>>()?;
        rows.sort_unstable_by_key(|row| row.id);
        let head = match written.head {
            Some(head) => Some(head),
            None => hold_head(&mut self.tx, first(&rows)).await?,
        };
        seal(&mut self.tx, head, rows, SEALED_ALONG).await.map(drop)
    }
}

#[async_trait]
impl AuditTx for BackendTx {
    async fn record(&mut self, event: &AuditEvent) -> Result<(), StoreError> {
        self.recorded.push(event.clone());
        if let Some(claim) = &event.claim {
            self.answer_with_commit(claim)?;
        }
        Ok(())
    }
}

#[async_trait]
impl AuditLog for BackendStore {
    async fn seal_audit(&self, limit: u32) -> Result<u64, StoreError> {
        let waiting: i64 =
            sqlx::query_scalar(sql::COUNT_UNSEALED).fetch_one(&self.primary).await.map_err(store_error)?;
        if waiting == 0 {
            return Ok(0);
        }
        let mut tx = self.transaction().await?;
        let head = hold_head(&mut tx.tx, first(&[])).await?;
        let sealed = seal(&mut tx.tx, head, Vec::new(), limit).await?;
        tx.end().await?;
        Ok(sealed)
    }

    async fn recent_audit(&self, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(RECENT)
            .bind(i64::from(limit))
            .fetch_all(&self.primary)
            .await
            .map_err(store_error)?;
        Ok(rows.into_iter().map(AuditRow::from).collect())
    }

    async fn read_audit(&self) -> Result<Box<dyn AuditReader>, StoreError> {
        let tx = self.primary.begin_with(dialect::READ_ONE_STATE).await.map_err(store_error)?;
        Ok(Box::new(BackendAuditReader { tx }))
    }
}

struct BackendAuditReader {
    tx: Unit,
}

#[async_trait]
impl AuditReader for BackendAuditReader {
    async fn head(&mut self) -> Result<Option<AuditHead>, StoreError> {
        let head: Option<(i64, String)> =
            sqlx::query_as(READ_HEAD).fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        Ok(head.map(|(sequence, hash)| AuditHead { sequence, hash }))
    }

    async fn sealed_after(
        &mut self,
        sequence: i64,
        id: i64,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(SEALED_AFTER)
            .bind(sequence)
            .bind(id)
            .bind(i64::from(limit))
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(rows.into_iter().map(AuditRow::from).collect())
    }

    async fn unsealed(&mut self) -> Result<u64, StoreError> {
        let count: i64 =
            sqlx::query_scalar(sql::COUNT_UNSEALED).fetch_one(&mut *self.tx).await.map_err(store_error)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}
