use super::activation::void_links;
use super::context::{Behalf, IdentityContext};
use super::error::IdentityError;
use crate::identity::views::AccountView;

/// What whoever asks may see of his own account.
///
/// # Errors
/// [`IdentityError::AccountNotFound`] for a caller that is no account: a key of the configuration.
pub async fn read_account(
    context: &IdentityContext,
    behalf: Behalf<'_>,
) -> Result<AccountView, IdentityError> {
    let user = behalf.user().ok_or(IdentityError::AccountNotFound)?;
    context.store.account_view(user).await?.ok_or(IdentityError::AccountNotFound)
}

/// Closes every session of whoever asks, everywhere, this one included; links that are on their way open nothing any more.
pub async fn sign_out_everywhere(context: &IdentityContext, behalf: Behalf<'_>) -> Result<(), IdentityError> {
    let user = behalf.user().ok_or(IdentityError::AccountNotFound)?;
    let now = context.now();
    let mut tx = context.store.begin().await?;
    let mut account = tx.lock_account(user).await?.ok_or(IdentityError::AccountNotFound)?;
    account.close_sessions();
    tx.save_account(&account).await?;
    void_links(tx.as_mut(), &account, now).await?;
    tx.record(&behalf.event_of(&account, "SESSIONS_CLOSE", now)).await?;
    tx.commit().await?;
    Ok(())
}
