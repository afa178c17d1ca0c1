use super::{BackendTx, dialect, store_error};
use crate::columns::{Instant, RoleColumn};
use crate::rows::people::AccountRow;
use crate::statements::accounts as sql;
use async_trait::async_trait;
use nexus_core::identity::account::{Account, SealedSecret, SecondFactor};
use nexus_core::identity::email_address::EmailAddress;
use nexus_core::identity::member::Member;
use nexus_core::identity::password::PasswordHash;
use nexus_core::identity::ports::{AccountTx, ProfileTx};
use nexus_core::{StoreError, UserId};

const LOCK: &str = concat!(
    "SELECT ",
    crate::statements::accounts::account_columns!(),
    r#" FROM users u WHERE u."id" = $1"#,
    dialect::for_update!("u")
);

/// The second factor as columns: the sealed secret, the last step, whether it counts.
fn second_factor(factor: &SecondFactor) -> (Option<&str>, Option<i64>, bool) {
    match factor {
        SecondFactor::Off => (None, None, false),
        SecondFactor::Pending(secret) => (Some(secret.as_stored()), None, false),
        SecondFactor::On { secret, last_step } => {
            let step = last_step.map(|step| i64::try_from(step).unwrap_or(i64::MAX));
            (Some(SealedSecret::as_stored(secret)), step, true)
        }
    }
}

#[async_trait]
impl AccountTx for BackendTx {
    async fn lock_addresses(&mut self, addresses: &[&EmailAddress]) -> Result<(), StoreError> {
        let mut names: Vec<&str> = addresses.iter().map(|address| address.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            dialect::lock_names(self, &[("address", name)]).await?;
        }
        Ok(())
    }

    async fn lock_administrators(&mut self) -> Result<u64, StoreError> {
        dialect::lock_names(self, &[("administrators", "")]).await?;
        let count: i64 = sqlx::query_scalar(sql::COUNT_ACTIVE_ADMINISTRATORS)
            .fetch_one(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn lock_account(&mut self, id: &UserId) -> Result<Option<Account>, StoreError> {
        let row: Option<AccountRow> = sqlx::query_as(LOCK)
            .bind(id.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(Account::try_from).transpose()
    }

    async fn accounts_at(&mut self, address: &EmailAddress) -> Result<Vec<Account>, StoreError> {
        let rows: Vec<AccountRow> = sqlx::query_as(sql::SELECT_AT)
            .bind(address.as_str())
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(Account::try_from).collect()
    }

    async fn insert_member(&mut self, member: &Member) -> Result<bool, StoreError> {
        let account = member.account();
        let written = sqlx::query(sql::INSERT)
            .bind(account.id.as_str())
            .bind(&account.email)
            .bind(account.password.as_ref().map(PasswordHash::as_str))
            .bind(RoleColumn(account.role))
            .bind(&account.first_name)
            .bind(&account.last_name)
            .bind(&account.phone)
            .bind(Instant(account.created_at))
            .bind(i64::from(account.session_version))
            .bind(account.activated_at.map(Instant))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        if written.rows_affected() == 0 {
            return Ok(false);
        }
        if let Some(profile) = member.profile() {
            self.insert_profile(&account.id, profile).await?;
        }
        Ok(true)
    }

    async fn save_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let (secret, last_step, is_on) = second_factor(&account.second_factor);
        sqlx::query(sql::UPDATE)
            .bind(account.id.as_str())
            .bind(&account.email)
            .bind(account.password.as_ref().map(PasswordHash::as_str))
            .bind(RoleColumn(account.role))
            .bind(&account.first_name)
            .bind(&account.last_name)
            .bind(&account.phone)
            .bind(secret)
            .bind(last_step)
            .bind(i64::from(account.session_version))
            .bind(account.activated_at.map(Instant))
            .bind(account.disabled_at.map(Instant))
            .bind(account.deleted_at.map(Instant))
            .bind(Instant(self.clock.now()))
            .bind(is_on)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn forget_traces(&mut self, account: &Account) -> Result<(), StoreError> {
        for statement in sql::FORGET {
            sqlx::query(statement)
                .bind(account.id.as_str())
                .bind(&account.email)
                .execute(&mut *self.tx)
                .await
                .map_err(store_error)?;
        }
        Ok(())
    }
}
