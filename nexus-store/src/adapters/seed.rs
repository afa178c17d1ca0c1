use super::{BackendTx, Db, dialect, store_error};
use crate::columns::{Instant, Word};
use crate::statements::seed as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::StoreError;
use nexus_core::seed::{ForeignRows, SeedRow, SeedTx, SeedValue};
use sqlx::QueryBuilder;
use sqlx::types::Json;

#[async_trait]
impl SeedTx for BackendTx {
    async fn lock_seed(&mut self) -> Result<Option<Timestamp>, StoreError> {
        dialect::lock_names(self, &[("seed", "school")]).await?;
        if !has_table(self, "seed_marks").await? {
            return Ok(None);
        }
        let mark: Option<Instant> =
            sqlx::query_scalar(sql::SELECT_MARK).fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        Ok(mark.map(|mark| mark.0))
    }

    async fn mark_seed(&mut self, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT_MARK).bind(Instant(now)).execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(())
    }

    async fn foreign_rows(&mut self, own: &[&str]) -> Result<Vec<ForeignRows>, StoreError> {
        let mut foreign = Vec::new();
        for table in sql::TABLES {
            if !has_table(self, table).await? {
                continue;
            }
            let mut query = QueryBuilder::<Db>::new(format!("SELECT count(*) FROM \"{table}\""));
            if table == "users" {
                for (place, prefix) in own.iter().enumerate() {
                    query.push(if place == 0 { " WHERE " } else { " AND " });
                    query.push("substr(\"id\", 1, ").push(prefix.len().to_string()).push(") <> ");
                    query.push_bind((*prefix).to_owned());
                }
            }
            let count: i64 =
                query.build_query_scalar().fetch_one(&mut *self.tx).await.map_err(store_error)?;
            if let Some(count) = u64::try_from(count).ok().filter(|count| *count > 0) {
                foreign.push((table, count));
            }
        }
        Ok(foreign)
    }

    async fn insert_seed_row(&mut self, row: &SeedRow) -> Result<(), StoreError> {
        let mut query = QueryBuilder::<Db>::new(format!("INSERT INTO \"{}\" (", row.table));
        for (place, (column, _)) in row.cells.iter().enumerate() {
            query.push(if place == 0 { "\"" } else { ", \"" }).push(column).push("\"");
        }
        query.push(") VALUES (");
        for (place, (_, value)) in row.cells.iter().enumerate() {
            if place > 0 {
                query.push(", ");
            }
            push_value(&mut query, value);
        }
        query.push(")").build().execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(())
    }

    async fn update_seed_row(&mut self, id: &str, row: &SeedRow) -> Result<(), StoreError> {
        let mut query = QueryBuilder::<Db>::new(format!("UPDATE \"{}\" SET ", row.table));
        for (place, (column, value)) in row.cells.iter().enumerate() {
            query.push(if place == 0 { "\"" } else { ", \"" }).push(column).push("\" = ");
            push_value(&mut query, value);
        }
        query.push(" WHERE \"id\" = ").push_bind(id.to_owned());
        query.build().execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(())
    }
}

/// A database that was never brought up to date may lack some.
async fn has_table(tx: &mut BackendTx, table: &str) -> Result<bool, StoreError> {
    let found: Option<i32> = sqlx::query_scalar(dialect::HAS_TABLE)
        .bind(table)
        .fetch_optional(&mut *tx.tx)
        .await
        .map_err(store_error)?;
    Ok(found.is_some())
}

/// Names of tables and columns are constants of the program; values are always bound.
fn push_value(query: &mut QueryBuilder<Db>, value: &SeedValue) {
    match value {
        SeedValue::Text(text) => query.push_bind(text.clone()),
        SeedValue::Word(word) => query.push_bind(Word(word)),
        SeedValue::Whole(number) => query.push_bind(*number),
        SeedValue::Decimal(number) => query.push_bind(*number),
        SeedValue::Flag(flag) => query.push_bind(*flag),
        SeedValue::Instant(instant) => query.push_bind(Instant(*instant)),
        SeedValue::Json(document) => query.push_bind(Json(document.clone())),
        SeedValue::JsonText(document) => query.push_bind(document.to_string()),
        SeedValue::RowWith { table, column, value } => {
            query.push(format!("(SELECT min(\"id\") FROM \"{table}\" WHERE \"{column}\" = "));
            push_value(query, value);
            query.push(")")
        }
    };
}
