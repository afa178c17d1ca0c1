use crate::scope::ScopeColumns;
use nexus_core::rights::Scope;
use sqlx::query::QueryAs;
use sqlx::{Database, FromRow, Sqlite};

/// A query whose first six values are the scope.
pub(super) fn within<'query, Row>(
    scope: &Scope,
    statement: &'static str,
) -> QueryAs<'query, Sqlite, Row, <Sqlite as Database>::Arguments>
where
    Row: for<'row> FromRow<'row, <Sqlite as Database>::Row>,
{
    let columns = ScopeColumns::from(scope);
    sqlx::query_as(statement)
        .bind(columns.any)
        .bind(columns.student.map(str::to_owned))
        .bind(columns.parent.map(str::to_owned))
        .bind(columns.coach.map(str::to_owned))
        .bind(columns.since)
        .bind(columns.until)
}
