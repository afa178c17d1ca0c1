//! The scope of a permit as values of a query.

use super::Db;
use crate::columns::Instant;
use nexus_core::rights::Scope;
use sqlx::query::QueryAs;
use sqlx::{Database, FromRow};

/// A query whose first six values are the scope, as `student_in_scope!` names them.
pub(super) fn within<'query, Row>(
    scope: &Scope,
    statement: &'static str,
) -> QueryAs<'query, Db, Row, <Db as Database>::Arguments>
where
    Row: for<'row> FromRow<'row, <Db as Database>::Row>,
{
    let (mut student, mut parent, mut coach, mut window) = (None, None, None, None);
    match scope {
        Scope::Any | Scope::Nothing => {}
        Scope::Own { student: own, .. } => student = own.as_ref().map(ToString::to_string),
        Scope::Children { parent: own } => parent = Some(own.to_string()),
        Scope::Pupils { coach: own, since, until } => {
            coach = Some(own.to_string());
            window = Some((Instant(*since), Instant(*until)));
        }
    }
    sqlx::query_as(statement)
        .bind(*scope == Scope::Any)
        .bind(student)
        .bind(parent)
        .bind(coach)
        .bind(window.map(|(since, _)| since))
        .bind(window.map(|(_, until)| until))
}
