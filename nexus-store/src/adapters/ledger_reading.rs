//! Credits, read without being held.

use super::scope::within;
use super::{BackendStore, dialect, store_error};
use crate::columns::Instant;
use crate::rows::ledger::{LineRow, PupilCreditsRow, PupilRow, RequestLineRow, WalletRow};
use crate::statements::ledger as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::ledger::{Credits, LedgerStore, MovementLine, Pupil, RequestLine, WalletReading};
use nexus_core::rights::Scope;
use nexus_core::{StoreError, StudentId, UserId};

const SELECT_WALLET: &str = sql::select_wallet!();

#[async_trait]
impl LedgerStore for BackendStore {
    async fn pupil_of_ledger(&self, scope: &Scope, student: &StudentId) -> Result<Option<Pupil>, StoreError> {
        let query = within::<PupilRow>(scope, sql::SELECT_PUPIL).bind(student.to_string());
        let row = query.fetch_optional(&self.primary).await.map_err(store_error)?;
        row.map(Pupil::try_from).transpose()
    }

    async fn pupils_with_credits(&self, now: Timestamp) -> Result<Vec<(Pupil, Credits)>, StoreError> {
        let rows: Vec<PupilCreditsRow> = sqlx::query_as(sql::SELECT_PUPILS)
            .bind(Instant(now))
            .fetch_all(&self.primary)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn read_wallet(&self, owner: &UserId, most: u32) -> Result<Option<WalletReading>, StoreError> {
        let mut connection = self.primary.acquire().await.map_err(store_error)?;
        // One state of the database: a balance, its lots and its movements belong together.
        let mut tx = sqlx::Connection::begin_with(&mut *connection, dialect::READ_ONE_STATE)
            .await
            .map_err(store_error)?;
        let row: Option<WalletRow> = sqlx::query_as(SELECT_WALLET)
            .bind(owner.as_str())
            .fetch_optional(&mut *tx)
            .await
            .map_err(store_error)?;
        let Some(row) = row else { return Ok(None) };
        let id = row.id();
        let movements: Vec<LineRow> = sqlx::query_as(sql::SELECT_MOVEMENTS)
            .bind(id)
            .bind(i64::from(most))
            .fetch_all(&mut *tx)
            .await
            .map_err(store_error)?;
        tx.rollback().await.map_err(store_error)?;
        let movements = movements.into_iter().map(MovementLine::try_from).collect::<Result<_, _>>()?;
        Ok(Some(WalletReading { wallet: row.try_into()?, movements }))
    }

    async fn waiting_credit_requests(&self) -> Result<Vec<RequestLine>, StoreError> {
        let rows: Vec<RequestLineRow> = sqlx::query_as(sql::SELECT_WAITING_REQUESTS)
            .fetch_all(&self.primary)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(RequestLine::try_from).collect()
    }
}
