use super::context::LedgerContext;
use crate::UserId;
use crate::audit::AuditEvent;
use crate::ledger::{Credits, ImportOutcome, LedgerError, import_transaction, open_wallet};
use jiff::Timestamp;
use serde_json::json;

/// Accounts in one go; what is left is for the next time.
const BATCH: u32 = 50;

/// What was taken over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportedCredits {
    /// Accounts whose rows were looked at.
    pub accounts: u64,
    /// Rows that are movements now.
    pub rows: u64,
    /// Rows that used more than there was.
    pub short: u64,
}

/// Takes over what the existing application wrote into its own ledger, each row once, each account in a transaction of its own.
/// It may be run at any time, by anybody, while the existing application goes on writing.
pub async fn import_former_credits(context: &LedgerContext) -> Result<ImportedCredits, LedgerError> {
    let now = context.clock.now();
    let mut done = ImportedCredits::default();
    let mut tx = context.store.begin().await?;
    let owners = tx.former_owners(BATCH).await?;
    drop(tx);
    for owner in owners {
        match import_account(context, &owner, now).await {
            Ok((rows, short)) => {
                done.accounts += 1;
                done.rows += rows;
                done.short += short;
            }
            // For people to decide; the others go on.
            Err(LedgerError::InQuarantine) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

async fn import_account(
    context: &LedgerContext,
    owner: &UserId,
    now: Timestamp,
) -> Result<(u64, u64), LedgerError> {
    let mut tx = context.store.begin().await?;
    // Held before its rows are read: another worker then finds none.
    tx.lock_wallet(owner, now).await?;
    let rows = tx.former_transactions(owner).await?;
    if rows.is_empty() {
        return Ok((0, 0));
    }
    let (mut imported, mut short) = (0, 0);
    for row in &rows {
        let (outcome, movement) = import_transaction(tx.as_mut(), owner, row).await?;
        tx.note_import(&row.id, outcome, movement, now).await?;
        imported += u64::from(outcome == ImportOutcome::Imported);
        short += u64::from(outcome == ImportOutcome::Short);
    }
    // What is over by now is ended.
    let balance = open_wallet(tx.as_mut(), owner, now).await?.balance;
    let event = AuditEvent::new("system", "CREDITS_IMPORT", now).about("user", owner.as_str()).with(json!({
        "rows": rows.len(), "imported": imported, "short": short, "milliCredits": Credits::milli(balance),
    }));
    tx.record(&event).await?;
    tx.commit().await?;
    Ok((imported, short))
}
