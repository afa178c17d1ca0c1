use super::{BackendStore, store_error};
use crate::statements::consistency as sql;
use async_trait::async_trait;
use nexus_core::consistency::{SchoolCounting, SchoolCounts};
use nexus_core::{Role, StoreError};

#[async_trait]
impl SchoolCounting for BackendStore {
    async fn school_counts(&self) -> Result<SchoolCounts, StoreError> {
        let rows: Vec<(String, String, i64)> =
            sqlx::query_as(sql::COUNT).fetch_all(&self.primary).await.map_err(store_error)?;
        let mut counts = SchoolCounts::default();
        for (what, state, count) in rows {
            let count = u64::try_from(count).unwrap_or(0);
            match what.as_str() {
                "users" => drop(counts.users_by_role.insert(state, count)),
                "subscriptions" => drop(counts.subscriptions_by_status.insert(state, count)),
                "sessions" => drop(counts.sessions_by_status.insert(state, count)),
                "payments" => drop(counts.payments_by_status.insert(state, count)),
                "students" => counts.students = count,
                "bilans" => counts.bilans = count,
                _ => counts.badges = count,
            }
        }
        let of = |role: Role| counts.users_by_role.get(role.as_str()).copied().unwrap_or(0);
        (counts.parents, counts.coaches) = (of(Role::Parent), of(Role::Coach));
        (counts.admins, counts.assistantes) = (of(Role::Admin), of(Role::Assistante));
        Ok(counts)
    }
}
