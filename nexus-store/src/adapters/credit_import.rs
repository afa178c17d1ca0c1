use super::{BackendTx, store_error};
use crate::columns::Instant;
use crate::statements::credit_import as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::ledger::{CreditImportTx, Credits, FormerTransaction, ImportOutcome, MovementId};
use nexus_core::{SessionId, StoreError, UserId};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    kind: String,
    amount: f64,
    description: String,
    lesson: Option<String>,
    expires_at: Option<Instant>,
    at: Instant,
}

/// Whole thousandths of what the existing application keeps as a float; absent for what is none, or too many.
fn credits(amount: f64) -> Option<Credits> {
    let thousandths = (amount * 1_000.0).round();
    // Far below what a float counts exactly, far above what anybody has.
    let is_sane = thousandths.is_finite() && thousandths.abs() < 1e12;
    #[allow(clippy::cast_possible_truncation)] // it was looked at
    is_sane.then_some(thousandths as i64).and_then(Credits::from_milli)
}

impl From<Row> for FormerTransaction {
    fn from(row: Row) -> Self {
        Self {
            amount: credits(row.amount),
            lesson: row.lesson.and_then(|lesson| SessionId::parse(lesson).ok()),
            expires_at: row.expires_at.map(|instant| instant.0),
            at: row.at.0,
            id: row.id,
            kind: row.kind,
            description: row.description,
        }
    }
}

#[async_trait]
impl CreditImportTx for BackendTx {
    async fn former_owners(&mut self, most: u32) -> Result<Vec<UserId>, StoreError> {
        let owners: Vec<String> = sqlx::query_scalar(sql::SELECT_OWNERS)
            .bind(i64::from(most))
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let read =
            |owner| UserId::parse(owner).map_err(|_| StoreError::Corrupt("an identifier is malformed"));
        owners.into_iter().map(read).collect()
    }

    async fn former_transactions(&mut self, owner: &UserId) -> Result<Vec<FormerTransaction>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(sql::SELECT_ROWS)
            .bind(owner.as_str())
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    async fn note_import(
        &mut self,
        transaction: &str,
        outcome: ImportOutcome,
        movement: Option<MovementId>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_ledger().await?;
        sqlx::query(sql::NOTE)
            .bind(transaction)
            .bind(movement.map(|movement| movement.0))
            .bind(outcome.as_str())
            .bind(Instant(at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_become_whole_thousandths_or_nothing() {
        let milli = |amount| credits(amount).map(Credits::milli);
        assert_eq!(milli(1.25), Some(1_250));
        assert_eq!(milli(-0.1), Some(-100));
        assert_eq!(milli(0.1 + 0.2), Some(300));
        for none in [f64::NAN, f64::INFINITY, -f64::INFINITY, 1e300] {
            assert_eq!(milli(none), None);
        }
    }
}
