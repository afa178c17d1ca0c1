use super::{BackendStore, Db, store_error};
use crate::columns::Instant;
use crate::rows::calendar::{
    ClosureRow, CoachRow, FeedOwnerRow, HistoryRow, RuleRow, SessionRow, SessionViewRow, StoredClosureRow,
    WorkshopRow, day_instant,
};
use crate::statements::calendar as sql;
use async_trait::async_trait;
use jiff::civil::Date;
use nexus_core::calendar::{
    CalendarStore, Closure, Coach, FeedOwner, HistoryStep, Interval, Session, SessionFilter, SessionStatus,
    SessionView, StoredClosure, StoredRule, Workshop, WorkshopFilter,
};
use nexus_core::rights::Scope;
use nexus_core::{Checksum, CoachId, Page, SchoolSubject, SessionId, StoreError, StudentId, UserId};
use sqlx::query::QueryAs;
use sqlx::{Database, FromRow};

type Connection = <Db as Database>::Connection;

/// A query whose first four values are the scope, as `session_in_scope!` names them.
pub(super) fn within_sessions<'query, Row>(
    scope: &Scope,
    statement: &'static str,
) -> QueryAs<'query, Db, Row, <Db as Database>::Arguments>
where
    Row: for<'row> FromRow<'row, <Db as Database>::Row>,
{
    let (mut student, mut parent, mut coach) = (None, None, None);
    match scope {
        Scope::Any | Scope::Nothing => {}
        Scope::Own { student: own, coach: teaches, .. } => {
            student = own.as_ref().map(ToString::to_string);
            coach = teaches.as_ref().map(ToString::to_string);
        }
        Scope::Children { parent: own } => parent = Some(own.to_string()),
        Scope::Pupils { coach: own, .. } => coach = Some(own.to_string()),
    }
    sqlx::query_as(statement).bind(*scope == Scope::Any).bind(student).bind(parent).bind(coach)
}

async fn rules(
    connection: &mut Connection,
    coach: &UserId,
    (first, last): (Date, Date),
) -> Result<Vec<StoredRule>, StoreError> {
    let rows: Vec<RuleRow> = sqlx::query_as(sql::SELECT_RULES)
        .bind(coach.as_str())
        .bind(day_instant(first))
        .bind(day_instant(last))
        .fetch_all(connection)
        .await
        .map_err(store_error)?;
    Ok(rows.into_iter().filter_map(RuleRow::into_rule).collect())
}

pub(super) async fn find_coach(
    connection: &mut Connection,
    id: &str,
    days: (Date, Date),
) -> Result<Option<Coach>, StoreError> {
    let row: Option<CoachRow> = sqlx::query_as(sql::SELECT_COACH)
        .bind(id)
        .fetch_optional(&mut *connection)
        .await
        .map_err(store_error)?;
    let Some(mut coach) = row.map(Coach::try_from).transpose()? else { return Ok(None) };
    let stored = rules(connection, &coach.user, days).await?;
    coach.facts.rules = stored.into_iter().map(|stored| stored.rule).collect();
    Ok(Some(coach))
}

pub(super) async fn closures_between(
    connection: &mut Connection,
    coach: &UserId,
    (first, last): (Date, Date),
) -> Result<Vec<Closure>, StoreError> {
    let rows: Vec<ClosureRow> = sqlx::query_as(sql::SELECT_CLOSURES)
        .bind(coach.as_str())
        .bind(day_instant(first))
        .bind(day_instant(last))
        .fetch_all(connection)
        .await
        .map_err(store_error)?;
    Ok(rows.into_iter().map(Closure::from).collect())
}

#[async_trait]
impl CalendarStore for BackendStore {
    async fn find_coach(&self, id: &str, days: (Date, Date)) -> Result<Option<Coach>, StoreError> {
        find_coach(&mut *self.reader().await?, id, days).await
    }

    async fn open_coaches(&self, subject: Option<SchoolSubject>) -> Result<Vec<Coach>, StoreError> {
        let rows: Vec<CoachRow> = sqlx::query_as(sql::SELECT_COACHES)
            .bind(subject.map_or("", SchoolSubject::as_str))
            .fetch_all(&mut *self.reader().await?)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(Coach::try_from).collect()
    }

    async fn stored_rules(&self, coach: &UserId, days: (Date, Date)) -> Result<Vec<StoredRule>, StoreError> {
        rules(&mut *self.reader().await?, coach, days).await
    }

    async fn days_closed(&self, coach: &UserId, days: (Date, Date)) -> Result<Vec<Closure>, StoreError> {
        closures_between(&mut *self.reader().await?, coach, days).await
    }

    async fn closures_from(
        &self,
        coach: Option<&UserId>,
        day: Date,
        page: Page,
    ) -> Result<(Vec<StoredClosure>, u64), StoreError> {
        let whose = coach.map_or("", UserId::as_str);
        let mut connection = self.reader().await?;
        let total: i64 = sqlx::query_scalar(sql::COUNT_CLOSURES)
            .bind(whose)
            .bind(day_instant(day))
            .fetch_one(&mut *connection)
            .await
            .map_err(store_error)?;
        let rows: Vec<StoredClosureRow> = sqlx::query_as(sql::LIST_CLOSURES)
            .bind(whose)
            .bind(day_instant(day))
            .bind(i64::from(page.limit()))
            .bind(i64::try_from(page.offset()).unwrap_or(i64::MAX))
            .fetch_all(&mut *connection)
            .await
            .map_err(store_error)?;
        let closures = rows.into_iter().map(StoredClosure::try_from).collect::<Result<_, _>>()?;
        Ok((closures, u64::try_from(total).unwrap_or(0)))
    }

    async fn workshops(
        &self,
        filter: &WorkshopFilter,
        page: Page,
    ) -> Result<(Vec<Workshop>, u64), StoreError> {
        let subject = filter.subject.map_or("", SchoolSubject::as_str);
        let mut connection = self.reader().await?;
        let total: i64 = sqlx::query_scalar(sql::COUNT_WORKSHOPS)
            .bind(subject)
            .bind(Instant(filter.after))
            .bind(filter.before.map(Instant))
            .bind(filter.full)
            .fetch_one(&mut *connection)
            .await
            .map_err(store_error)?;
        let rows: Vec<WorkshopRow> = sqlx::query_as(sql::LIST_WORKSHOPS)
            .bind(subject)
            .bind(Instant(filter.after))
            .bind(filter.before.map(Instant))
            .bind(filter.full)
            .bind(i64::from(page.limit()))
            .bind(i64::try_from(page.offset()).unwrap_or(i64::MAX))
            .fetch_all(&mut *connection)
            .await
            .map_err(store_error)?;
        let workshops = rows.into_iter().map(Workshop::try_from).collect::<Result<_, _>>()?;
        Ok((workshops, u64::try_from(total).unwrap_or(0)))
    }

    async fn lessons_of(&self, coach: &CoachId, within: &Interval) -> Result<Vec<Session>, StoreError> {
        let rows: Vec<SessionRow> = sqlx::query_as(sql::LESSONS_OF)
            .bind(coach.as_str())
            .bind(Instant(within.start()))
            .bind(Instant(within.end()))
            .fetch_all(&self.primary)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(Session::try_from).collect()
    }

    async fn sessions(
        &self,
        filter: &SessionFilter,
        scope: &Scope,
        page: Page,
    ) -> Result<(Vec<SessionView>, u64), StoreError> {
        let status = filter.status.map_or("", SessionStatus::as_str);
        let student = filter.student.as_ref().map_or("", StudentId::as_str);
        let coach = filter.coach.as_ref().map_or("", CoachId::as_str);
        let (total,): (i64,) = within_sessions(scope, sql::COUNT_VIEWS)
            .bind(status)
            .bind(filter.from.map(Instant))
            .bind(filter.until.map(Instant))
            .bind(student)
            .bind(coach)
            .fetch_one(&self.primary)
            .await
            .map_err(store_error)?;
        let rows: Vec<SessionViewRow> = within_sessions(scope, sql::SELECT_VIEWS)
            .bind(status)
            .bind(filter.from.map(Instant))
            .bind(filter.until.map(Instant))
            .bind(student)
            .bind(coach)
            .bind(i64::from(page.limit()))
            .bind(i64::try_from(page.offset()).unwrap_or(i64::MAX))
            .fetch_all(&self.primary)
            .await
            .map_err(store_error)?;
        let views = rows.into_iter().map(SessionView::try_from).collect::<Result<_, _>>()?;
        Ok((views, u64::try_from(total).unwrap_or(0)))
    }

    async fn session(&self, id: &SessionId, scope: &Scope) -> Result<Option<SessionView>, StoreError> {
        let row: Option<SessionViewRow> = within_sessions(scope, sql::SELECT_VIEW)
            .bind(id.as_str())
            .fetch_optional(&self.primary)
            .await
            .map_err(store_error)?;
        row.map(SessionView::try_from).transpose()
    }

    async fn session_history(&self, id: &SessionId) -> Result<Vec<HistoryStep>, StoreError> {
        let rows: Vec<HistoryRow> = sqlx::query_as(sql::SELECT_HISTORY)
            .bind(id.as_str())
            .fetch_all(&self.primary)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(HistoryStep::try_from).collect()
    }

    async fn feed_owner(&self, hash: &Checksum) -> Result<Option<FeedOwner>, StoreError> {
        let row: Option<FeedOwnerRow> = sqlx::query_as(sql::SELECT_FEED_OWNER)
            .bind(hash.to_string())
            .fetch_optional(&self.primary)
            .await
            .map_err(store_error)?;
        row.map(FeedOwner::try_from).transpose()
    }
}
