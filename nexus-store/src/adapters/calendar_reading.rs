use super::{BackendStore, Db, dialect, store_error};
use crate::columns::{Instant, TextList};
use crate::rows::calendar::{
    ClosureRow, CoachDaysRow, CoachRow, FeedOwnerRow, HistoryRow, OwnedClosureRow, RuleRow, SessionRow,
    SessionViewRow, StoredClosureRow, WorkshopRow, day_instant,
};
use crate::statements::calendar as sql;
use async_trait::async_trait;
use jiff::civil::Date;
use nexus_core::calendar::{
    CalendarStore, Closure, Coach, CoachTime, FeedOwner, HistoryStep, Interval, Session, SessionFilter,
    SessionStatus, SessionView, StoredClosure, StoredRule, Workshop, WorkshopFilter,
};
use nexus_core::rights::Scope;
use nexus_core::{Checksum, CoachId, Page, SchoolSubject, SessionId, StoreError, StudentId, UserId};
use sqlx::query::QueryAs;
use sqlx::{Database, FromRow};
use std::collections::HashMap;

type Connection = <Db as Database>::Connection;

const SELECT_COACH: &str = sql::select_coach!();
const RULES_OF: &str = sql::rules_of!(dialect::is_among!("$1"));
const CLOSURES_OF: &str = sql::closures_of!(dialect::is_among!("$1"));
const BUSY_OF: &str = sql::busy_of!(dialect::is_among!("$1"));

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
    (first, last): (Date, Date),
) -> Result<Option<(Coach, Vec<Closure>)>, StoreError> {
    let row: Option<CoachDaysRow> = sqlx::query_as(SELECT_COACH)
        .bind(id)
        .bind(day_instant(first))
        .bind(day_instant(last))
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    row.map(TryInto::try_into).transpose()
}

async fn closures_between(
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

/// The time of several coaches, in three questions.
async fn times_of(
    connection: &mut Connection,
    coaches: Vec<Coach>,
    (first, last): (Date, Date),
    busy_within: Option<&Interval>,
) -> Result<Vec<CoachTime>, StoreError> {
    let accounts = TextList(coaches.iter().map(|coach| coach.user.to_string()).collect());
    let days = (day_instant(first), day_instant(last));
    let rules: Vec<RuleRow> = sqlx::query_as(RULES_OF)
        .bind(&accounts)
        .bind(days.0)
        .bind(days.1)
        .fetch_all(&mut *connection)
        .await
        .map_err(store_error)?;
    let closures: Vec<OwnedClosureRow> = sqlx::query_as(CLOSURES_OF)
        .bind(&accounts)
        .bind(days.0)
        .bind(days.1)
        .fetch_all(&mut *connection)
        .await
        .map_err(store_error)?;
    let busy: Vec<(String, Instant, Instant)> = match busy_within {
        Some(within) => sqlx::query_as(BUSY_OF)
            .bind(TextList(coaches.iter().map(|coach| coach.coach.to_string()).collect()))
            .bind(Instant(within.start()))
            .bind(Instant(within.end()))
            .fetch_all(&mut *connection)
            .await
            .map_err(store_error)?,
        None => Vec::new(),
    };
    let mut rules_by_account: HashMap<_, Vec<_>> = HashMap::new();
    for stored in rules.into_iter().filter_map(RuleRow::into_rule) {
        rules_by_account.entry(stored.coach.clone()).or_default().push(stored);
    }
    let mut busy_by_coach: HashMap<_, Vec<_>> = HashMap::new();
    for (coach, start, end) in busy {
        busy_by_coach.entry(coach).or_default().extend(Interval::new(start.0, end.0));
    }
    let closures: Vec<_> = closures.into_iter().map(|row| (row.coach, Closure::from(row.closure))).collect();
    let time = |coach: Coach| CoachTime {
        rules: rules_by_account.remove(&coach.user).unwrap_or_default(),
        busy: busy_by_coach.remove(coach.coach.as_str()).unwrap_or_default(),
        closures: closures
            .iter()
            .filter(|(owner, _)| owner.as_deref().is_none_or(|owner| owner == coach.user.as_str()))
            .map(|(_, closure)| closure.clone())
            .collect(),
        coach,
    };
    Ok(coaches.into_iter().map(time).collect())
}

#[async_trait]
impl CalendarStore for BackendStore {
    async fn find_coach(&self, id: &str, days: (Date, Date)) -> Result<Option<Coach>, StoreError> {
        let found = find_coach(&mut *self.reader().await?, id, days).await?;
        Ok(found.map(|(coach, _)| coach))
    }

    async fn open_coaches(
        &self,
        subject: Option<SchoolSubject>,
        days: (Date, Date),
        busy_within: Option<&Interval>,
    ) -> Result<Vec<CoachTime>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<CoachRow> = sqlx::query_as(sql::SELECT_COACHES)
            .bind(subject.map_or("", SchoolSubject::as_str))
            .fetch_all(&mut *connection)
            .await
            .map_err(store_error)?;
        let coaches = rows.into_iter().map(Coach::try_from).collect::<Result<_, _>>()?;
        times_of(&mut connection, coaches, days, busy_within).await
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
