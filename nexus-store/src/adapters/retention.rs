use super::{BackendTx, dialect, store_error};
use crate::columns::Instant;
use crate::statements::retention as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::StoreError;
use nexus_core::retention::{Kept, RetentionTx};

const EFFECTS: &str = sql::forget!("outbox", sql::effects!(), dialect::skip_locked!());
const MAIL_LOG: &str = sql::forget!("mail_logs", sql::mail_log!(), dialect::skip_locked!());
const NOTIFICATIONS: &str = sql::forget!("notifications", sql::notifications!(), dialect::skip_locked!());

#[async_trait]
impl RetentionTx for BackendTx {
    async fn forget_old(&mut self, kept: Kept, cutoff: Timestamp, most: u32) -> Result<u64, StoreError> {
        let statement = match kept {
            Kept::SettledEffects => EFFECTS,
            Kept::MailLog => MAIL_LOG,
            Kept::ReadNotifications => NOTIFICATIONS,
        };
        let query = sqlx::query(statement).bind(Instant(cutoff)).bind(i64::from(most));
        Ok(query.execute(&mut *self.tx).await.map_err(store_error)?.rows_affected())
    }
}
