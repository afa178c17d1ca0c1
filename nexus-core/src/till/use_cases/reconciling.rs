use super::{TillContext, TillError};
use crate::till::payment::PaymentMethod;
use crate::till::reconciliation::{ReconciledLine, read_statement, reconcile};
use jiff::Timestamp;

/// Which payments a statement is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Reconciliation {
    /// Paid this way.
    pub method: PaymentMethod,
    /// First instant, included.
    pub since: Timestamp,
    /// Last instant, excluded.
    pub until: Timestamp,
}

/// Compares a provider's statement with what is paid here. Nothing is written: the same statement gives the same answer as
/// often as it is compared.
///
/// # Errors
/// [`TillError::Statement`].
pub async fn reconcile_statement(
    context: &TillContext,
    with: Reconciliation,
    statement: &[u8],
) -> Result<Vec<ReconciledLine>, TillError> {
    let lines = read_statement(statement)?;
    let known = context.store.paid_through(with.method.as_str(), with.since, with.until).await?;
    Ok(reconcile(&lines, &known))
}
