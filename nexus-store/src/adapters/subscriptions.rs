use super::{BackendTx, dialect, store_error};
use crate::columns::{Instant, Word};
use crate::rows::subscriptions::{DemandRow, SubscriptionRow};
use crate::statements::subscriptions as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::ledger::Credits;
use nexus_core::subscriptions::{Demand, PlanKey, Subscription, SubscriptionTx};
use nexus_core::{PaymentId, SchoolSubject, StoreError, StudentId, UserId};

const LOCK_ACTIVE: &str = concat!(sql::active_subscription!(), dialect::for_update!("b"));

const LOCK_ONE: &str = concat!(sql::one_subscription!(), dialect::for_update!("b"));

const LOCK_WAITING: &str = concat!(sql::waiting_subscription!(), dialect::for_update!("b"));

const LOCK_PAYMENT: &str = concat!(sql::unused_payment!(), dialect::for_update!("p"));

const LOCK_DEMAND: &str = concat!(sql::one_demand!(), dialect::for_update!("d"));

fn subjects(subscription: &Subscription) -> String {
    let names: Vec<_> =
        subscription.aria_subjects.iter().map(|subject| SchoolSubject::as_str(*subject)).collect();
    serde_json::json!(names).to_string()
}

fn students(ids: Vec<String>) -> Result<Vec<StudentId>, StoreError> {
    let read = |id| StudentId::parse(id).map_err(|_| StoreError::Corrupt("an identifier is malformed"));
    ids.into_iter().map(read).collect()
}

fn user(id: String) -> Result<UserId, StoreError> {
    UserId::parse(id).map_err(|_| StoreError::Corrupt("an identifier is malformed"))
}

#[async_trait]
impl SubscriptionTx for BackendTx {
    async fn lock_subscription(&mut self, student: &StudentId) -> Result<Option<Subscription>, StoreError> {
        // A pupil without one has no row to hold.
        dialect::lock_names(self, &[("subscription", student.as_str())]).await?;
        let row: Option<SubscriptionRow> = sqlx::query_as(LOCK_ACTIVE)
            .bind(student.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(Subscription::try_from).transpose()
    }

    async fn insert_subscription(
        &mut self,
        subscription: &Subscription,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT_SUBSCRIPTION)
            .bind(&subscription.id)
            .bind(subscription.student.as_str())
            .bind(&subscription.plan)
            .bind(subscription.monthly_price)
            .bind(subscription.monthly_credits)
            .bind(Word(subscription.state.as_str()))
            .bind(Instant(subscription.starts_at))
            .bind(subscription.ends_at.map(Instant))
            .bind(subjects(subscription))
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn save_subscription(
        &mut self,
        subscription: &Subscription,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(sql::SAVE_SUBSCRIPTION)
            .bind(&subscription.id)
            .bind(Word(subscription.state.as_str()))
            .bind(subscription.ends_at.map(Instant))
            .bind(subjects(subscription))
            .bind(Instant(now))
            .bind(subscription.monthly_price)
            .bind(subscription.monthly_credits)
            .bind(Instant(subscription.starts_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn subscriber(&mut self, id: &str) -> Result<Option<StudentId>, StoreError> {
        let owner: Option<String> = sqlx::query_scalar(sql::SELECT_SUBSCRIBER)
            .bind(id)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(students(owner.into_iter().collect())?.pop())
    }

    async fn held_subscription(&mut self, id: &str) -> Result<Option<Subscription>, StoreError> {
        let row: Option<SubscriptionRow> =
            sqlx::query_as(LOCK_ONE).bind(id).fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(Subscription::try_from).transpose()
    }

    async fn waiting_subscription(
        &mut self,
        student: &StudentId,
        plan: PlanKey,
    ) -> Result<Option<Subscription>, StoreError> {
        let row: Option<SubscriptionRow> = sqlx::query_as(LOCK_WAITING)
            .bind(student.as_str())
            .bind(plan.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(Subscription::try_from).transpose()
    }

    async fn unused_payment(
        &mut self,
        student: &StudentId,
        plan: PlanKey,
    ) -> Result<Option<PaymentId>, StoreError> {
        let id: Option<String> = sqlx::query_scalar(LOCK_PAYMENT)
            .bind(student.as_str())
            .bind(plan.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let read = |id| PaymentId::parse(id).map_err(|_| StoreError::Corrupt("an identifier is malformed"));
        id.map(read).transpose()
    }

    async fn plan_price(&mut self, plan: PlanKey) -> Result<Option<i64>, StoreError> {
        sqlx::query_scalar(sql::SELECT_PLAN_PRICE)
            .bind(plan.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)
    }

    async fn insert_demand(&mut self, demand: &Demand) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT_DEMAND)
            .bind(&demand.id)
            .bind(demand.student.as_str())
            .bind(&demand.kind)
            .bind(&demand.name)
            .bind(demand.monthly_price)
            .bind(&demand.reason)
            .bind(demand.state.as_str())
            .bind(&demand.requested_by)
            .bind(&demand.requested_by_email)
            .bind(Instant(demand.created_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn lock_demand(&mut self, id: &str) -> Result<Option<Demand>, StoreError> {
        let row: Option<DemandRow> =
            sqlx::query_as(LOCK_DEMAND).bind(id).fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(Demand::try_from).transpose()
    }

    async fn decide_demand(&mut self, demand: &Demand) -> Result<(), StoreError> {
        sqlx::query(sql::DECIDE_DEMAND)
            .bind(&demand.id)
            .bind(demand.state.as_str())
            .bind(&demand.processed_by)
            .bind(demand.processed_at.map(Instant))
            .bind(&demand.rejection_reason)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn guarantee(&mut self, student: &StudentId, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(sql::GUARANTEE)
            .bind(student.as_str())
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn name_of(&mut self, user: &UserId) -> Result<Option<(String, String)>, StoreError> {
        sqlx::query_as(sql::SELECT_NAME)
            .bind(user.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)
    }

    async fn pupils_with_allocation(&mut self, after: &str, most: u32) -> Result<Vec<StudentId>, StoreError> {
        let ids: Vec<String> = sqlx::query_scalar(sql::SELECT_TO_ALLOCATE)
            .bind(after)
            .bind(i64::from(most))
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        students(ids)
    }

    async fn pupils_whose_time_is_over(
        &mut self,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<StudentId>, StoreError> {
        let ids: Vec<String> = sqlx::query_scalar(sql::SELECT_OVER)
            .bind(Instant(now))
            .bind(i64::from(most))
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        students(ids)
    }

    async fn was_run(&mut self, job: &str, period: &str) -> Result<bool, StoreError> {
        let found: Option<i32> = sqlx::query_scalar(sql::WAS_RUN)
            .bind(job)
            .bind(period)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(found.is_some())
    }

    async fn record_run(&mut self, job: &str, period: &str, now: Timestamp) -> Result<bool, StoreError> {
        let written = sqlx::query(sql::RECORD_RUN)
            .bind(job)
            .bind(period)
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(written.rows_affected() == 1)
    }

    async fn lots_ending(
        &mut self,
        from: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Result<Vec<(UserId, Credits, Timestamp, i64)>, StoreError> {
        self.write_ledger().await?;
        let rows: Vec<(String, i64, Instant, i64)> = sqlx::query_as(sql::SELECT_ENDING)
            .bind(Instant(from))
            .bind(Instant(until))
            .bind(i64::from(most))
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let read = |(owner, milli, end, lot): (String, i64, Instant, i64)| {
            let credits =
                Credits::from_milli(milli).ok_or(StoreError::Corrupt("an amount is out of range"))?;
            Ok((user(owner)?, credits, end.0, lot))
        };
        rows.into_iter().map(read).collect()
    }

    async fn guardian_of(&mut self, pupil: &UserId) -> Result<Option<UserId>, StoreError> {
        let id: Option<String> = sqlx::query_scalar(sql::SELECT_GUARDIAN)
            .bind(pupil.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        id.map(user).transpose()
    }
}
