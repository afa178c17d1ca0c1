//! Configuration → what accounts lean on.

use crate::configuration::Configuration;
use crate::password_threads::PasswordThreads;
use crate::services::StartError;
use crate::session_secret::SessionSecrets;
use crate::system::{RandomIds, SystemClock, SystemSecrets};
use nexus_core::identity::password::{HashingCost, PasswordHashing};
use nexus_core::identity::sealing::Sealer;
use nexus_core::identity::use_cases::{IdentityContext, IdentitySettings};
use nexus_store::Backend;
use std::sync::Arc;

/// Wires accounts on a store; the secrets of the configuration seal those of second factors.
pub(crate) fn identity(
    configuration: &Configuration,
    store: Arc<dyn Backend>,
    secrets: &SessionSecrets,
) -> Result<IdentityContext, StartError> {
    let chance = Arc::new(SystemSecrets);
    let hashing = PasswordHashing::new(HashingCost::RECOMMENDED).map_err(|_| StartError::Passwords)?;
    let hasher = PasswordThreads::start(hashing, chance.clone()).map_err(|_| StartError::Passwords)?;
    let sealer = Sealer::new([&secrets.current].into_iter().chain(&secrets.previous));
    Ok(IdentityContext {
        store,
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        secrets: chance,
        hasher: Arc::new(hasher),
        sealer: sealer.map_err(|_| StartError::Passwords)?,
        settings: IdentitySettings { zone: configuration.zone.clone(), ..IdentitySettings::default() },
    })
}
