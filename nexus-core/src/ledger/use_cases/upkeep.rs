use super::context::LedgerContext;
use crate::ledger::{LedgerError, open_wallet, release};

/// Wallets, or holds, in one go; what is left is for the next time.
const BATCH: u32 = 100;

/// What was put in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SettledWallets {
    /// Wallets whose lots that are over were ended, or whose movements found their lots.
    pub wallets: u64,
    /// Holds whose time was over.
    pub holds: u64,
}

/// Releases the holds whose time is over, ends the lots that are over, and gives movements of the existing application their
/// lots; each wallet in a transaction of its own.
pub async fn settle_wallets(context: &LedgerContext) -> Result<SettledWallets, LedgerError> {
    let now = context.clock.now();
    let mut settled = SettledWallets::default();
    let mut tx = context.store.begin().await?;
    let holds = tx.holds_over(now, BATCH).await?;
    let owners = tx.wallets_to_settle(now, BATCH).await?;
    drop(tx);
    for hold in holds {
        let mut tx = context.store.begin().await?;
        match release(&mut *tx, &hold, "system", now).await {
            Ok(_) => tx.commit().await?,
            // Somebody else was faster.
            Err(LedgerError::HoldSettled) => continue,
            Err(error) => return Err(error),
        }
        settled.holds += 1;
    }
    for owner in owners {
        let mut tx = context.store.begin().await?;
        match open_wallet(&mut *tx, &owner, now).await {
            Ok(_) => tx.commit().await?,
            // For people to decide; the others go on.
            Err(LedgerError::InQuarantine) => continue,
            Err(error) => return Err(error),
        }
        settled.wallets += 1;
    }
    Ok(settled)
}
