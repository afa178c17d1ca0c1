use super::{BackendStore, store_error};
use crate::columns::Instant;
use crate::rows::people::{AccountRow, CoachViewRow, SessionRow, TokenRow, ViewRow};
use crate::statements::people_reading as sql;
use crate::statements::{account_links, accounts};
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::identity::account::Account;
use nexus_core::identity::account_token::AccountToken;
use nexus_core::identity::email_address::EmailAddress;
use nexus_core::identity::ports::IdentityStore;
use nexus_core::identity::profile::Profile;
use nexus_core::identity::session_directory::{SessionDirectory, SessionFacts};
use nexus_core::identity::views::{AccountFilter, AccountView, CoachView};
use nexus_core::{Checksum, Page, StoreError, UserId};
use std::ops::Range;

/// Longest list of coaches.
const MOST_COACHES: i64 = 1_000;

/// Patterns that find a text anywhere, whatever its case: in small letters, with a capital first, in capitals.
pub(super) fn patterns(search: Option<&str>) -> [String; 3] {
    let text = search.map(str::trim).filter(|text| !text.is_empty());
    let Some(text) = text else { return Default::default() };
    let escaped: String = text
        .chars()
        .flat_map(|letter| {
            let escape = matches!(letter, '%' | '_' | '\\').then_some('\\');
            escape.into_iter().chain([letter])
        })
        .collect();
    let small = escaped.to_lowercase();
    let mut letters = small.chars();
    let capital: String =
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters.clone()).collect();
    [small, capital, escaped.to_uppercase()].map(|text| format!("%{text}%"))
}

#[async_trait]
impl IdentityStore for BackendStore {
    async fn accounts_at(&self, address: &EmailAddress) -> Result<Vec<Account>, StoreError> {
        let rows: Vec<AccountRow> = sqlx::query_as(accounts::SELECT_AT)
            .bind(address.as_str())
            .fetch_all(&self.primary)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(Account::try_from).collect()
    }

    async fn account(&self, id: &UserId) -> Result<Option<Account>, StoreError> {
        let row: Option<AccountRow> = sqlx::query_as(accounts::SELECT)
            .bind(id.as_str())
            .fetch_optional(&self.primary)
            .await
            .map_err(store_error)?;
        row.map(Account::try_from).transpose()
    }

    async fn account_view(&self, id: &UserId) -> Result<Option<AccountView>, StoreError> {
        let row: Option<ViewRow> = sqlx::query_as(sql::SELECT_VIEW)
            .bind(id.as_str())
            .fetch_optional(&self.primary)
            .await
            .map_err(store_error)?;
        row.map(AccountView::try_from).transpose()
    }

    async fn account_views(
        &self,
        filter: &AccountFilter,
        page: Page,
    ) -> Result<(Vec<AccountView>, u64), StoreError> {
        let role = filter.role.map_or("", |role| role.as_str());
        let [small, capital, capitals] = patterns(filter.search.as_deref());
        let mut connection = self.reader().await?;
        let total: i64 = sqlx::query_scalar(sql::COUNT)
            .bind(role)
            .bind(&small)
            .bind(&capital)
            .bind(&capitals)
            .fetch_one(&mut *connection)
            .await
            .map_err(store_error)?;
        let rows: Vec<ViewRow> = sqlx::query_as(sql::SELECT_PAGE)
            .bind(role)
            .bind(&small)
            .bind(&capital)
            .bind(&capitals)
            .bind(i64::from(page.limit()))
            .bind(i64::try_from(page.offset()).unwrap_or(i64::MAX))
            .fetch_all(&mut *connection)
            .await
            .map_err(store_error)?;
        let views = rows.into_iter().map(AccountView::try_from).collect::<Result<_, _>>()?;
        Ok((views, u64::try_from(total).unwrap_or(0)))
    }

    async fn coach_views(&self, day: Range<Timestamp>) -> Result<Vec<CoachView>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<CoachViewRow> = sqlx::query_as(sql::SELECT_COACHES)
            .bind(Instant(day.start))
            .bind(Instant(day.end))
            .bind(MOST_COACHES)
            .fetch_all(&mut *connection)
            .await
            .map_err(store_error)?;
        let mut coaches = Vec::with_capacity(rows.len());
        for row in rows {
            let mut account = AccountView::try_from(row.account)?;
            if let Some(Profile::Coach(profile)) = account.profile.take() {
                let todays_sessions = u64::try_from(row.todays_sessions).unwrap_or(0);
                coaches.push(CoachView { account, profile, todays_sessions });
            }
        }
        Ok(coaches)
    }

    async fn token(&self, hash: &Checksum) -> Result<Option<AccountToken>, StoreError> {
        let row: Option<TokenRow> = sqlx::query_as(account_links::SELECT_TOKEN)
            .bind(hash.to_string())
            .fetch_optional(&self.primary)
            .await
            .map_err(store_error)?;
        row.map(AccountToken::try_from).transpose()
    }

    async fn has_recovery_code(&self, user: &UserId, hash: &Checksum) -> Result<bool, StoreError> {
        let found: Option<i32> = sqlx::query_scalar(account_links::HAS_RECOVERY_CODE)
            .bind(user.as_str())
            .bind(hash.to_string())
            .fetch_optional(&self.primary)
            .await
            .map_err(store_error)?;
        Ok(found.is_some())
    }

    async fn recovery_codes_left(&self, user: &UserId) -> Result<u32, StoreError> {
        let count: i64 = sqlx::query_scalar(account_links::COUNT_RECOVERY_CODES)
            .bind(user.as_str())
            .fetch_one(&self.primary)
            .await
            .map_err(store_error)?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

#[async_trait]
impl SessionDirectory for BackendStore {
    async fn session_facts(&self, user: &UserId) -> Result<Option<SessionFacts>, StoreError> {
        let row: Option<SessionRow> = sqlx::query_as(sql::SELECT_SESSION)
            .bind(user.as_str())
            .fetch_optional(&self.primary)
            .await
            .map_err(store_error)?;
        row.map(SessionFacts::try_from).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_searched_for_is_no_pattern_of_its_own() {
        assert_eq!(patterns(Some(" élo ")), ["%élo%", "%Élo%", "%ÉLO%"]);
        assert_eq!(patterns(Some(r"50%_\")), [r"%50\%\_\\%"; 3]);
        assert_eq!(patterns(Some("  ")), ["", "", ""]);
        assert_eq!(patterns(None), ["", "", ""]);
    }
}
