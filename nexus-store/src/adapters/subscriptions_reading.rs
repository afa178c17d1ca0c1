//! Subscriptions, read without being held.

use super::people_reading::patterns;
use super::scope::within;
use super::{BackendStore, store_error};
use crate::rows::subscriptions::{DemandRow, SubscriptionLineRow, SubscriptionRow};
use crate::statements::subscriptions as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::ledger::{LedgerStore, WalletReading};
use nexus_core::rights::Scope;
use nexus_core::subscriptions::{
    AddonKey, ChildLine, Demand, DemandLine, DemandState, Subscription, SubscriptionFilter, SubscriptionLine,
    SubscriptionState, SubscriptionStore,
};
use nexus_core::{Page, ParentId, StoreError, StudentId};

#[async_trait]
impl SubscriptionStore for BackendStore {
    async fn children_with_subscriptions(
        &self,
        parent: &ParentId,
        now: Timestamp,
    ) -> Result<Vec<ChildLine>, StoreError> {
        let ids: Vec<String> = sqlx::query_scalar(sql::SELECT_CHILDREN)
            .bind(parent.as_str())
            .fetch_all(&self.primary)
            .await
            .map_err(store_error)?;
        let mut children = Vec::new();
        // A family is small: a read per child is less than a query nobody can follow.
        for id in ids {
            let id = StudentId::parse(id).map_err(|_| StoreError::Corrupt("an identifier is malformed"))?;
            let Some(pupil) = self.pupil_of_ledger(&Scope::Any, &id).await? else { continue };
            let row: Option<SubscriptionRow> = sqlx::query_as(sql::SELECT_ACTIVE)
                .bind(id.as_str())
                .fetch_optional(&self.primary)
                .await
                .map_err(store_error)?;
            let balance = self.read_wallet(&pupil.user, 1).await?;
            let balance = balance.as_ref().map(|reading: &WalletReading| reading.balance(now));
            let subscription = row.map(Subscription::try_from).transpose()?;
            children.push(ChildLine { pupil, subscription, balance: balance.unwrap_or_default() });
        }
        Ok(children)
    }

    async fn addon_for_sale(&self, addon: AddonKey) -> Result<Option<(i64, String)>, StoreError> {
        sqlx::query_as(sql::SELECT_ADDON)
            .bind(addon.as_str())
            .fetch_optional(&self.primary)
            .await
            .map_err(store_error)
    }

    async fn active_subscription(
        &self,
        scope: &Scope,
        student: &StudentId,
    ) -> Result<Option<Subscription>, StoreError> {
        let query = within::<SubscriptionRow>(scope, sql::SELECT_ACTIVE_WITHIN).bind(student.to_string());
        let row = query.fetch_optional(&self.primary).await.map_err(store_error)?;
        row.map(Subscription::try_from).transpose()
    }

    async fn subscriptions(
        &self,
        filter: &SubscriptionFilter,
        page: Page,
    ) -> Result<(Vec<SubscriptionLine>, u64), StoreError> {
        let state = filter.state.map_or("", SubscriptionState::as_str);
        let [small, capital, capitals] = patterns(filter.search.as_deref());
        let total: i64 = sqlx::query_scalar(sql::COUNT_SUBSCRIPTIONS)
            .bind(state)
            .bind(&small)
            .bind(&capital)
            .bind(&capitals)
            .fetch_one(&self.primary)
            .await
            .map_err(store_error)?;
        let rows: Vec<SubscriptionLineRow> = sqlx::query_as(sql::SELECT_SUBSCRIPTIONS)
            .bind(state)
            .bind(&small)
            .bind(&capital)
            .bind(&capitals)
            .bind(i64::from(page.limit()))
            .bind(i64::try_from(page.offset()).unwrap_or(i64::MAX))
            .fetch_all(&self.primary)
            .await
            .map_err(store_error)?;
        let lines = rows.into_iter().map(SubscriptionLine::try_from).collect::<Result<_, _>>()?;
        Ok((lines, u64::try_from(total).unwrap_or(0)))
    }

    async fn demands_of(&self, scope: &Scope, student: &StudentId) -> Result<Vec<Demand>, StoreError> {
        if self.pupil_of_ledger(scope, student).await?.is_none() {
            return Ok(Vec::new());
        }
        let rows: Vec<DemandRow> = sqlx::query_as(sql::SELECT_DEMANDS_OF)
            .bind(student.as_str())
            .fetch_all(&self.primary)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(Demand::try_from).collect()
    }

    async fn demands(&self, state: DemandState, page: Page) -> Result<(Vec<DemandLine>, u64), StoreError> {
        let total: i64 = sqlx::query_scalar(sql::COUNT_DEMANDS)
            .bind(state.as_str())
            .fetch_one(&self.primary)
            .await
            .map_err(store_error)?;
        let rows: Vec<DemandRow> = sqlx::query_as(sql::SELECT_DEMANDS)
            .bind(state.as_str())
            .bind(i64::from(page.limit()))
            .bind(i64::try_from(page.offset()).unwrap_or(i64::MAX))
            .fetch_all(&self.primary)
            .await
            .map_err(store_error)?;
        let mut lines = Vec::new();
        for row in rows {
            let demand = Demand::try_from(row)?;
            if let Some(pupil) = self.pupil_of_ledger(&Scope::Any, &demand.student).await? {
                lines.push(DemandLine { demand, pupil });
            }
        }
        Ok((lines, u64::try_from(total).unwrap_or(0)))
    }
}
