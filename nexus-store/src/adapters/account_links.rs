use super::{BackendTx, dialect, store_error};
use crate::columns::{Instant, TextList};
use crate::rows::people::{ConsentRow, TokenRow};
use crate::statements::account_links as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::identity::account_token::{AccountToken, TokenPurpose};
use nexus_core::identity::consent::{Consent, ConsentKind};
use nexus_core::identity::email_address::EmailAddress;
use nexus_core::identity::ports::LinkTx;
use nexus_core::{Checksum, StoreError, UserId};

const LOCK_TOKEN: &str = concat!(crate::statements::account_links::token_columns!(), dialect::for_update!());

const VOID_TOKENS: &str = concat!(
    r#"UPDATE account_tokens SET "voidedAt" = $2
    WHERE "userId" = $1 AND "usedAt" IS NULL AND "voidedAt" IS NULL AND "purpose" "#,
    dialect::is_among!("$3")
);

#[async_trait]
impl LinkTx for BackendTx {
    async fn lock_token(&mut self, hash: &Checksum) -> Result<Option<AccountToken>, StoreError> {
        let row: Option<TokenRow> = sqlx::query_as(LOCK_TOKEN)
            .bind(hash.to_string())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(AccountToken::try_from).transpose()
    }

    async fn insert_token(&mut self, token: &AccountToken) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT_TOKEN)
            .bind(&token.id)
            .bind(token.user.as_str())
            .bind(token.purpose.as_str())
            .bind(token.hash.to_string())
            .bind(token.bound_to.to_string())
            .bind(token.new_email.as_ref().map(EmailAddress::as_str))
            .bind(Instant(token.created_at))
            .bind(Instant(token.expires_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn count_tokens(
        &mut self,
        user: &UserId,
        purpose: TokenPurpose,
        since: Timestamp,
    ) -> Result<u32, StoreError> {
        let count: i64 = sqlx::query_scalar(sql::COUNT_TOKENS)
            .bind(user.as_str())
            .bind(purpose.as_str())
            .bind(Instant(since))
            .fetch_one(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    async fn use_token(&mut self, id: &str, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(sql::USE_TOKEN)
            .bind(id)
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn void_tokens(
        &mut self,
        user: &UserId,
        purposes: &[TokenPurpose],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let purposes = TextList(purposes.iter().map(|purpose| purpose.as_str().to_owned()).collect());
        sqlx::query(VOID_TOKENS)
            .bind(user.as_str())
            .bind(Instant(now))
            .bind(purposes)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn replace_recovery_codes(
        &mut self,
        user: &UserId,
        hashes: &[Checksum],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(sql::DELETE_RECOVERY_CODES)
            .bind(user.as_str())
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        for hash in hashes {
            sqlx::query(sql::INSERT_RECOVERY_CODE)
                .bind(user.as_str())
                .bind(hash.to_string())
                .bind(Instant(now))
                .execute(&mut *self.tx)
                .await
                .map_err(store_error)?;
        }
        Ok(())
    }

    async fn use_recovery_code(
        &mut self,
        user: &UserId,
        hash: &Checksum,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let outcome = sqlx::query(sql::USE_RECOVERY_CODE)
            .bind(user.as_str())
            .bind(hash.to_string())
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(outcome.rows_affected() == 1)
    }

    async fn insert_consent(&mut self, consent: &Consent) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT_CONSENT)
            .bind(&consent.id)
            .bind(consent.subject.as_str())
            .bind(consent.given_by.as_str())
            .bind(consent.kind.as_str())
            .bind(&consent.text_version)
            .bind(Instant(consent.given_at))
            .bind(consent.withdrawn_at.map(Instant))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn withdraw_consents(
        &mut self,
        subject: &UserId,
        kind: ConsentKind,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(sql::WITHDRAW_CONSENTS)
            .bind(subject.as_str())
            .bind(kind.as_str())
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn consents(&mut self, subject: &UserId) -> Result<Vec<Consent>, StoreError> {
        let rows: Vec<ConsentRow> = sqlx::query_as(sql::SELECT_CONSENTS)
            .bind(subject.as_str())
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(Consent::try_from).collect()
    }
}
