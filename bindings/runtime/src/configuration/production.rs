//! What a configuration must hold where families are served.

use super::choices::{Deployment, MailSecurity};
use super::problem::{ConfigurationProblem, Problems};
use super::table::{Configuration, SHORTEST_SESSION_SECRET};
use secrecy::{ExposeSecret, SecretString};
use std::net::IpAddr;

/// The only dimension that the stores keep: see `docs/adr/0010`.
const STORED_DIMENSIONS: u32 = 1_536;

/// What the existing application asks for beside its largest embedding model.
const DIMENSIONS_OF_THE_LARGE_MODEL: u32 = 3_072;

/// Fewest characters of a provider's key.
const SHORTEST_PROVIDER_KEY: usize = 10;

/// Everything that a configuration lacks to serve families, all at once; nothing outside production.
///
/// The English texts are those of the existing application's own check, so that whoever knows it finds his words again.
/// What it demanded and Nexus can do without (a language model, the credentials of a mail relay that asks for none) is a
/// notice.
pub fn production_problems(configuration: &Configuration) -> Vec<ConfigurationProblem> {
    let mut problems = Problems::default();
    if configuration.deployment == Deployment::Production {
        database(configuration, &mut problems);
        addresses(configuration, &mut problems);
        secrets(configuration, &mut problems);
        mail(configuration, &mut problems);
        language_models(configuration, &mut problems);
    }
    problems.0
}

fn database(configuration: &Configuration, problems: &mut Problems) {
    if configuration.database_url.is_none() {
        problems.refuse(
            "database_url",
            None,
            "la production demande une base PostgreSQL : renseignez DATABASE_URL (postgresql://…)",
            "DATABASE_URL must be a valid PostgreSQL URL in production",
        );
    }
}

fn addresses(configuration: &Configuration, problems: &mut Problems) {
    let named = [
        ("auth_url", "NEXTAUTH_URL", &configuration.auth_url),
        ("public_url", "NEXT_PUBLIC_APP_URL", &configuration.public_url),
    ];
    for (setting, variable, url) in named {
        match url {
            None => problems.refuse(
                setting,
                None,
                format!("la production demande l'adresse du site : renseignez {variable}"),
                format!("{variable} is required in production"),
            ),
            Some(url) if !url.starts_with("https://") => problems.notice(
                setting,
                None,
                "sans https://, les sessions et les données des familles circulent en clair",
                format!("{variable} is not an https URL"),
            ),
            Some(_) => {}
        }
    }
}

fn secrets(configuration: &Configuration, problems: &mut Problems) {
    let length = |secret: &SecretString| secret.expose_secret().chars().count();
    if configuration.session_secret.as_ref().is_none_or(|secret| length(secret) < SHORTEST_SESSION_SECRET) {
        problems.refuse(
            "session_secret",
            None,
            format!(
                "la production demande un secret de {SHORTEST_SESSION_SECRET} caractères ou plus : renseignez \
                 NEXTAUTH_SECRET, par exemple avec « openssl rand -base64 48 »"
            ),
            "NEXTAUTH_SECRET (>= 32 chars) is required in production",
        );
    }
    if configuration.previous_session_secrets.iter().any(|secret| length(secret) < SHORTEST_SESSION_SECRET) {
        problems.refuse(
            "previous_session_secrets",
            None,
            format!("un ancien secret a moins de {SHORTEST_SESSION_SECRET} caractères : retirez-le"),
            "NEXTAUTH_SECRET_PREVIOUS (>= 32 chars) is required in production",
        );
    }
}

fn mail(configuration: &Configuration, problems: &mut Problems) {
    let required = |name: &str| format!("{name} is required in production");
    if configuration.smtp_host.is_none() {
        let message = "la production envoie des courriels (activation, mot de passe) : renseignez SMTP_HOST";
        problems.refuse("smtp_host", None, message, required("SMTP_HOST"));
    }
    if configuration.smtp_from.is_none() {
        problems.refuse(
            "smtp_from",
            None,
            "il faut un expéditeur : renseignez SMTP_FROM",
            required("SMTP_FROM"),
        );
    }
    match (&configuration.smtp_user, &configuration.smtp_password) {
        (None, None) => {
            let message = "aucun compte : le serveur d'envoi doit accepter les courriels sans identification";
            problems.notice("smtp_user", None, message, required("SMTP_USER"));
        }
        (None, Some(_)) => {
            let message = "un mot de passe sans compte : renseignez SMTP_USER";
            problems.refuse("smtp_user", None, message, required("SMTP_USER"));
        }
        (Some(_), None) => {
            let message = "un compte sans mot de passe : renseignez SMTP_PASSWORD";
            problems.refuse("smtp_password", None, message, required("SMTP_PASSWORD"));
        }
        (Some(_), Some(_)) => {}
    }
    let elsewhere = configuration.smtp_host.as_ref().is_some_and(|host| !is_this_machine(host));
    if configuration.mail_security() == MailSecurity::None && elsewhere {
        let message = "« none » ferait voyager les courriels des familles en clair";
        problems.refuse("smtp_secure", None, message, "SMTP_SECURE must not be none in production");
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Decision 3: everything works without a key. What is demanded is that what was switched on can work.
fn language_models(configuration: &Configuration, problems: &mut Problems) {
    if configuration.openai_model.is_none() {
        let message = "aucun modèle de langue : les textes sont écrits par règles";
        problems.notice("openai_model", None, message, "OPENAI_MODEL is required in production");
    }
    let short = |key: &SecretString| key.expose_secret().chars().count() < SHORTEST_PROVIDER_KEY;
    if configuration.enrichment && configuration.openai_api_key.as_ref().is_some_and(short) {
        let message = format!("une clef de fournisseur a au moins {SHORTEST_PROVIDER_KEY} caractères");
        problems.refuse(
            "openai_api_key",
            None,
            message,
            "OPENAI_API_KEY (>= 10 chars) is required in production",
        );
    }
    let embeddings = configuration.openai_embeddings_model.as_deref();
    if embeddings.is_none() {
        let message = "aucun modèle de vecteurs : la recherche dans les cours reste lexicale";
        problems.notice(
            "openai_embeddings_model",
            None,
            message,
            "OPENAI_EMBEDDINGS_MODEL is required in production",
        );
    }
    let asked = configuration.vector_dimensions;
    if embeddings == Some("text-embedding-3-large") && asked != Some(DIMENSIONS_OF_THE_LARGE_MODEL) {
        let message = format!(
            "l'application existante attendait {DIMENSIONS_OF_THE_LARGE_MODEL} avec ce modèle ; Nexus lui demande \
             {STORED_DIMENSIONS} dimensions, celles de la base : rien à changer pour lui"
        );
        let developer = "VECTOR_DIM must be 3072 when using text-embedding-3-large (in the existing application only: \
                         Nexus asks this model for 1536 dimensions)";
        problems.notice("vector_dim", None, message, developer);
    } else if let Some(other) = asked.filter(|asked| *asked != STORED_DIMENSIONS) {
        let message = format!(
            "{other} est lu et laissé de côté : les vecteurs de la base ont {STORED_DIMENSIONS} dimensions"
        );
        problems.notice(
            "vector_dim",
            None,
            message,
            "VECTOR_DIM is ignored: vectors are stored with 1536 dimensions",
        );
    }
}
