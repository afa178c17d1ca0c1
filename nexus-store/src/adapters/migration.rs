//! The steps of the schema, one after the other, on a connection that nobody else migrates with.

use super::schema_steps::applied;
use super::{Db, adoption, dialect, store_error};
use crate::adoption::{AdoptionObserver, CONSTRAINTS_STEP, Repair, rules};
use crate::migrations::{MigrationReport, MigrationStep, compare, migrate_error};
use nexus_core::{Clock, StoreError};
use sqlx::Database;
use sqlx::migrate::{Migrate, Migration, Migrator};
use std::collections::BTreeSet;

type Connection = <Db as Database>::Connection;

/// Times that the step of the constraints starts again when it meets a concurrent transaction.
const ATTEMPTS: u32 = 10;

/// Makes every step that the database lacks. Each is one transaction together with the line that says that it was made: a
/// process that is killed leaves whole steps.
pub(super) async fn run(
    connection: &mut Connection,
    migrator: &Migrator,
    clock: &dyn Clock,
    observer: &mut dyn AdoptionObserver,
) -> Result<MigrationReport, StoreError> {
    let failed = |error| migrate_error(error, store_error);
    let report = compare(migrator, applied(connection).await?).map_err(failed)?;
    connection.ensure_migrations_table(&migrator.table_name).await.map_err(failed)?;
    for step in &report.missing {
        let Some(migration) = migrator.iter().find(|migration| migration.version == step.version) else {
            continue;
        };
        observer.step_begins(step);
        if step.version == CONSTRAINTS_STEP {
            constrain(connection, migrator, migration, step, clock, observer).await?;
        } else {
            connection.apply(&migrator.table_name, migration).await.map_err(failed)?;
        }
    }
    Ok(report)
}

/// Puts the rows in order and makes the constraints that they must keep, in one transaction that keeps every writer out:
/// nothing can break a rule in between.
async fn constrain(
    connection: &mut Connection,
    migrator: &Migrator,
    migration: &Migration,
    step: &MigrationStep,
    clock: &dyn Clock,
    observer: &mut dyn AdoptionObserver,
) -> Result<(), StoreError> {
    let repaired = rules().filter(|rule| rule.repair != Repair::None).map(|rule| rule.table);
    // The ledger is written to, and referred tables must not lose a row while orphans are looked for.
    let others = ["credit_tx", "audit_logs", "students", "parent_profiles", "credit_packs", "user_documents"];
    let tables: BTreeSet<&str> = repaired.chain(others).collect();
    let tables: Vec<&str> = tables.into_iter().collect();
    let mut attempt = 1;
    loop {
        let outcome = async {
            let mut tx = dialect::begin_alone(connection, &tables).await?;
            adoption::repair(&mut tx, clock.now(), observer).await?;
            let made = tx.apply(&migrator.table_name, migration).await;
            made.map_err(|error| migrate_error(error, store_error))?;
            tx.commit().await.map_err(store_error)
        }
        .await;
        match outcome {
            Err(StoreError::Conflict(_)) if attempt < ATTEMPTS => {
                attempt += 1;
                observer.starts_again(step);
            }
            outcome => return outcome,
        }
    }
}
