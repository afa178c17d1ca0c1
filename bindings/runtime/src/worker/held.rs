use super::lane::LOOK_AGAIN;
use jiff::SignedDuration;
use nexus_core::LeaseError;
use std::time::Duration;

/// Does claimed work with signs of life beside it: it may take longer than its lease. `None` when somebody else took it over,
/// in which case it was dropped where it stood.
pub(super) async fn while_held<T, Prolonged>(
    lease: SignedDuration,
    prolong: impl Fn() -> Prolonged,
    work: impl Future<Output = T>,
) -> Option<T>
where
    Prolonged: Future<Output = Result<(), LeaseError>>,
{
    tokio::select! {
        result = work => Some(result),
        () = keep(lease, prolong) => None,
    }
}

/// Prolongs the lease three times per lease; returns when the work is no longer this worker's.
async fn keep<Prolonged>(lease: SignedDuration, prolong: impl Fn() -> Prolonged)
where
    Prolonged: Future<Output = Result<(), LeaseError>>,
{
    let pause = Duration::try_from(lease).unwrap_or(LOOK_AGAIN) / 3;
    loop {
        tokio::time::sleep(pause).await;
        // Any other failure is the store's, which may be back before the lease ends.
        if let Err(LeaseError::LeaseLost) = prolong().await {
            return;
        }
    }
}
