use super::scope::within;
use super::{BackendTx, dialect, store_error};
use crate::columns::Instant;
use crate::rows::people::{
    CoachRow, ParentRow, PupilInScopeRow, PupilRow, birth_instant, malformed, subjects_text,
};
use crate::statements::profiles as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::identity::account::Account;
use nexus_core::identity::ports::{AccountTx, ProfileTx, PupilAccounts, RegistrationRecord};
use nexus_core::identity::profile::{CoachProfile, ParentProfile, Profile, PupilProfile};
use nexus_core::identity::role_change::Ties;
use nexus_core::rights::Scope;
use nexus_core::{CoachId, ParentId, Role, StoreError, StudentId, UserId};

impl BackendTx {
    async fn count_of(&mut self, statement: &'static str, id: &str) -> Result<u64, StoreError> {
        let count: Option<i64> = sqlx::query_scalar(statement)
            .bind(id)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }

    async fn insert_coach(&mut self, user: &UserId, coach: &CoachProfile) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT_COACH)
            .bind(coach.id.as_str())
            .bind(user.as_str())
            .bind(&coach.pseudonym)
            .bind(&coach.title)
            .bind(&coach.tag)
            .bind(&coach.description)
            .bind(&coach.philosophy)
            .bind(&coach.expertise)
            .bind(subjects_text(&coach.subjects))
            .bind(coach.available_online)
            .bind(coach.available_in_person)
            .bind(Instant(self.clock.now()))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn update_coach(&mut self, coach: &CoachProfile) -> Result<(), StoreError> {
        sqlx::query(sql::UPDATE_COACH)
            .bind(coach.id.as_str())
            .bind(&coach.pseudonym)
            .bind(&coach.title)
            .bind(&coach.tag)
            .bind(&coach.description)
            .bind(&coach.philosophy)
            .bind(&coach.expertise)
            .bind(subjects_text(&coach.subjects))
            .bind(coach.available_online)
            .bind(coach.available_in_person)
            .bind(Instant(self.clock.now()))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn insert_parent(&mut self, user: &UserId, parent: &ParentProfile) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT_PARENT)
            .bind(parent.id.as_str())
            .bind(user.as_str())
            .bind(&parent.address)
            .bind(&parent.city)
            .bind(&parent.country)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn insert_pupil(&mut self, user: &UserId, pupil: &PupilProfile) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT_PUPIL)
            .bind(pupil.id.as_str())
            .bind(user.as_str())
            .bind(pupil.guardian.as_str())
            .bind(&pupil.grade)
            .bind(&pupil.school)
            .bind(pupil.birth_date.and_then(birth_instant))
            .bind(Instant(pupil.registered_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }
}

#[async_trait]
impl ProfileTx for BackendTx {
    async fn lock_pseudonyms(&mut self) -> Result<(), StoreError> {
        dialect::lock_names(self, &[("pseudonyms", "")]).await
    }

    async fn lock_pupil(
        &mut self,
        scope: &Scope,
        student: &StudentId,
    ) -> Result<Option<PupilAccounts>, StoreError> {
        let row: Option<PupilInScopeRow> = within(scope, sql::SELECT_PUPIL_IN_SCOPE)
            .bind(student.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let Some(row) = row else { return Ok(None) };
        let account = UserId::parse(row.account).map_err(malformed)?;
        let guardian = UserId::parse(row.guardian_account).map_err(malformed)?;
        // In the order of their ids, whoever of the two comes first.
        let (mut first, mut second) = (self.lock_account((&account).min(&guardian)).await?, None);
        if account != guardian {
            second = self.lock_account((&account).max(&guardian)).await?;
        }
        if account > guardian {
            std::mem::swap(&mut first, &mut second);
        }
        let (Some(account), Some(guardian)) = (first, second) else { return Ok(None) };
        Ok(Some(PupilAccounts { profile: row.pupil.try_into()?, account, guardian }))
    }

    async fn profile(&mut self, account: &Account) -> Result<Option<Profile>, StoreError> {
        let user = account.id.as_str();
        match account.role {
            Role::Admin | Role::Assistante => Ok(None),
            Role::Parent => {
                let row: Option<ParentRow> = sqlx::query_as(sql::SELECT_PARENT)
                    .bind(user)
                    .fetch_optional(&mut *self.tx)
                    .await
                    .map_err(store_error)?;
                row.map(|row| row.try_into().map(Profile::Parent)).transpose()
            }
            Role::Eleve => {
                let row: Option<PupilRow> = sqlx::query_as(sql::SELECT_PUPIL)
                    .bind(user)
                    .fetch_optional(&mut *self.tx)
                    .await
                    .map_err(store_error)?;
                row.map(|row| row.try_into().map(Profile::Pupil)).transpose()
            }
            Role::Coach => {
                let row: Option<CoachRow> = sqlx::query_as(sql::SELECT_COACH)
                    .bind(user)
                    .fetch_optional(&mut *self.tx)
                    .await
                    .map_err(store_error)?;
                row.map(|row| row.try_into().map(Profile::Coach)).transpose()
            }
        }
    }

    async fn insert_profile(&mut self, user: &UserId, profile: &Profile) -> Result<(), StoreError> {
        match profile {
            Profile::Parent(parent) => self.insert_parent(user, parent).await,
            Profile::Pupil(pupil) => self.insert_pupil(user, pupil).await,
            Profile::Coach(coach) => self.insert_coach(user, coach).await,
        }
    }

    async fn save_profile(&mut self, profile: &Profile) -> Result<(), StoreError> {
        let written = match profile {
            Profile::Coach(coach) => return self.update_coach(coach).await,
            Profile::Parent(parent) => {
                let update = sqlx::query(sql::UPDATE_PARENT)
                    .bind(parent.id.as_str())
                    .bind(&parent.address)
                    .bind(&parent.city)
                    .bind(&parent.country);
                update.execute(&mut *self.tx).await
            }
            Profile::Pupil(pupil) => {
                let update = sqlx::query(sql::UPDATE_PUPIL)
                    .bind(pupil.id.as_str())
                    .bind(pupil.guardian.as_str())
                    .bind(&pupil.grade)
                    .bind(&pupil.school)
                    .bind(pupil.birth_date.and_then(birth_instant))
                    .bind(Instant(self.clock.now()));
                update.execute(&mut *self.tx).await
            }
        };
        written.map_err(store_error)?;
        Ok(())
    }

    async fn remove_profile(&mut self, profile: &Profile) -> Result<(), StoreError> {
        let (statement, id) = match profile {
            Profile::Parent(parent) => (sql::DELETE_PARENT, parent.id.as_str()),
            Profile::Coach(coach) => (sql::DELETE_COACH, coach.id.as_str()),
            // A pupil keeps his record, whatever becomes of him.
            Profile::Pupil(_) => return Ok(()),
        };
        sqlx::query(statement).bind(id).execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(())
    }

    async fn ties(&mut self, user: &UserId) -> Result<Ties, StoreError> {
        Ok(Ties {
            children: self.count_of(sql::COUNT_CHILDREN, user.as_str()).await?,
            teachings: self.count_of(sql::COUNT_TEACHINGS, user.as_str()).await?,
        })
    }

    async fn pseudonyms(&mut self) -> Result<Vec<String>, StoreError> {
        sqlx::query_scalar(sql::SELECT_PSEUDONYMS).fetch_all(&mut *self.tx).await.map_err(store_error)
    }

    async fn sessions_ahead(&mut self, coach: &CoachId, now: Timestamp) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar(sql::COUNT_SESSIONS_AHEAD)
            .bind(coach.as_str())
            .bind(Instant(now))
            .fetch_one(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn parent_exists(&mut self, parent: &ParentId) -> Result<bool, StoreError> {
        let found: Option<i32> = sqlx::query_scalar(sql::PARENT_EXISTS)
            .bind(parent.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(found.is_some())
    }

    async fn insert_registration(&mut self, record: &RegistrationRecord) -> Result<(), StoreError> {
        let wishes = &record.wishes;
        sqlx::query(sql::INSERT_REGISTRATION)
            .bind(&record.id)
            .bind(record.parent.as_str())
            .bind(record.student.as_str())
            .bind(subjects_text(&wishes.subjects))
            .bind(&wishes.current_level)
            .bind(&wishes.objectives)
            .bind(&wishes.difficulties)
            .bind(wishes.modality.as_str())
            .bind(&wishes.availability)
            .bind(Instant(record.at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }
}
