//! Configuration → accounts and sessions.

use crate::configuration::Configuration;
use crate::password_threads::PasswordThreads;
use crate::services::StartError;
use crate::session_secret::SessionSecrets;
use crate::system::SystemSecrets;
use nexus_core::identity::csrf_token::CsrfTokens;
use nexus_core::identity::password::{HashingCost, PasswordHashing};
use nexus_core::identity::sealing::Sealer;
use nexus_core::identity::session_token::SessionKeys;
use nexus_core::identity::use_cases::{IdentityContext, IdentitySettings};
use nexus_core::{Clock, IdSource, PseudonymKey, Pseudonyms, SecretSource};
use nexus_http::{SessionSetup, Sessions};
use nexus_store::Backend;
use std::sync::Arc;

/// What the use-cases of accounts lean on.
pub(crate) fn identity(
    configuration: &Configuration,
    secrets: &SessionSecrets,
    store: &Arc<dyn Backend>,
    clock: &Arc<dyn Clock>,
    ids: &Arc<dyn IdSource>,
) -> Result<IdentityContext, StartError> {
    let chance: Arc<dyn SecretSource> = Arc::new(SystemSecrets);
    let hashing = PasswordHashing::new(HashingCost::RECOMMENDED).map_err(StartError::Hashing)?;
    let hasher = PasswordThreads::start(&hashing, &chance).map_err(StartError::Threads)?;
    Ok(IdentityContext {
        store: Arc::clone(store) as _,
        clock: Arc::clone(clock),
        ids: Arc::clone(ids),
        secrets: chance,
        hasher: Arc::new(hasher),
        sealer: Sealer::new(secrets.all()).map_err(|_| StartError::NoSecret)?,
        pseudonyms: Pseudonyms::new(&PseudonymKey::derive(&secrets.current)),
        settings: settings(configuration),
    })
}

fn settings(configuration: &Configuration) -> IdentitySettings {
    IdentitySettings {
        zone: configuration.zone.clone(),
        consent_version: configuration.consent_version.clone(),
        ..IdentitySettings::default()
    }
}

/// The sessions of people.
pub(crate) fn sessions(
    secrets: &SessionSecrets,
    store: &Arc<dyn Backend>,
    clock: &Arc<dyn Clock>,
) -> Result<Sessions, StartError> {
    let keys = SessionKeys::new(&secrets.current, &secrets.previous).map_err(|_| StartError::NoSecret)?;
    Ok(Sessions::new(SessionSetup {
        keys,
        csrf: CsrfTokens::new(secrets.current.clone(), secrets.previous.clone()),
        directory: Arc::clone(store) as _,
        clock: Arc::clone(clock),
        secrets: Arc::new(SystemSecrets),
        lifetime: SessionSetup::LIFETIME,
    }))
}
