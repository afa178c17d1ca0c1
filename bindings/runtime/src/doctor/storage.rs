//! The data folder, the database, the documents, the secret of the sessions.

use super::Check;
use crate::configuration::Configuration;
use crate::services::Services;
use crate::session_secret::SecretOrigin;
use nexus_core::{Coded, FileError, FileKey, FileStore};
use secrecy::ExposeSecret;

pub(super) async fn examine(configuration: &Configuration) -> Vec<Check> {
    let data = configuration.data.display();
    let services = match Services::open(configuration).await {
        Ok(services) => services,
        Err(error) => return vec![Check::broken("Données", format!("{data} : {}", error.sentence()))],
    };
    let checks = vec![
        Check::good("Dossier de données", data.to_string()),
        database(&services).await,
        documents(&*services.bilans.files).await,
        secret(&services),
        Check::good("Questionnaires", format!("{} disponible(s)", services.bilans.catalogue.banks().len())),
    ];
    services.store.close().await;
    checks
}

async fn database(services: &Services) -> Check {
    const SUBJECT: &str = "Base de données";
    let place = services.store.location();
    match services.store.pending_migrations().await {
        Ok(report) if report.missing.is_empty() => Check::good(SUBJECT, format!("{place} : à jour")),
        Ok(report) => Check::optional(
            SUBJECT,
            format!(
                "{place} : {} étape(s) à faire : « nexus migrate » (ou au démarrage du serveur)",
                report.missing.len()
            ),
        ),
        Err(error) => Check::broken(SUBJECT, format!("{place} : {}", error.sentence())),
    }
}

/// Keeps a file, reads it back and removes it.
async fn documents(files: &dyn FileStore) -> Check {
    const SUBJECT: &str = "Documents";
    match keep_one(files).await {
        Ok(true) => Check::good(SUBJECT, "un fichier a été écrit, relu et effacé"),
        Ok(false) => Check::broken(SUBJECT, "un fichier écrit n'a pas été relu tel quel"),
        Err(error) => Check::broken(SUBJECT, error.sentence()),
    }
}

async fn keep_one(files: &dyn FileStore) -> Result<bool, FileError> {
    let Some(key) = FileKey::parse("doctor/probe") else { return Ok(false) };
    let content = b"Nexus".to_vec();
    files.put(&key, content.clone()).await?;
    let read = files.get(&key).await?;
    files.delete(&key).await?;
    Ok(read == Some(content))
}

fn secret(services: &Services) -> Check {
    const SUBJECT: &str = "Secret des sessions";
    let length = services.secrets.current.expose_secret().chars().count();
    match &services.secrets.origin {
        SecretOrigin::Configured => Check::good(SUBJECT, format!("configuré ({length} caractères)")),
        SecretOrigin::Kept(path) | SecretOrigin::Drawn(path) => Check::optional(
            SUBJECT,
            format!(
                "tiré au sort et gardé dans {} ; renseignez NEXTAUTH_SECRET pour partager les sessions avec le site",
                path.display()
            ),
        ),
    }
}
