//! What Nexus speaks to: the mail server, Redis, the provider of a language model.

use super::Check;
use crate::configuration::Configuration;
use crate::mail::smtp_mailer;
use crate::probe::Provider;
use crate::system::SystemClock;
use nexus_core::Coded;
use nexus_http::ServiceAnswer;
use nexus_http::chassis::RedisRateLimiter;
use std::sync::Arc;

/// Connects and identifies itself; sends nothing.
pub(super) async fn mail(configuration: &Configuration) -> Check {
    const SUBJECT: &str = "Courriels";
    let mailer = match smtp_mailer(configuration) {
        Ok(Some(mailer)) => mailer,
        Ok(None) => {
            let folder = configuration.mails();
            return Check::optional(
                SUBJECT,
                format!("aucun serveur d'envoi : les courriels sont écrits dans {}", folder.display()),
            );
        }
        Err(error) => return Check::broken(SUBJECT, error.sentence()),
    };
    let host = configuration.smtp_host.as_deref().unwrap_or_default();
    let server = format!("{host}:{}", configuration.smtp_port);
    match mailer.reach().await {
        Ok(()) => Check::good(SUBJECT, format!("{server} répond et accepte ce compte")),
        Err(failure) => Check::broken(SUBJECT, format!("{server} : {}", failure.code.sentence())),
    }
}

pub(super) async fn redis(configuration: &Configuration) -> Check {
    const SUBJECT: &str = "Redis";
    let Some(address) = &configuration.redis_url else {
        return Check::optional(SUBJECT, "aucun : chaque serveur compte seul les appels qu'il reçoit");
    };
    match RedisRateLimiter::new(address, Arc::new(SystemClock)) {
        Ok(limiter) if limiter.reach().await.is_ok() => Check::good(SUBJECT, "répond"),
        Ok(_) => Check::broken(
            SUBJECT,
            "ne répond pas, ou refuse cet accès : les limites des routes sensibles refuseraient tout le monde",
        ),
        Err(_) => Check::broken(SUBJECT, "l'adresse (REDIS_URL) ne peut pas être utilisée"),
    }
}

/// Asks the provider for its list of models, which costs nothing and tells it nothing.
pub(super) async fn language_model(configuration: &Configuration) -> Check {
    const SUBJECT: &str = "Assistant de rédaction";
    let Some(settings) = configuration.language_model() else {
        return Check::optional(SUBJECT, "désactivé : les textes sont écrits par règles");
    };
    let told = format!("{} ({})", settings.model, settings.base_url);
    let Some(provider) = Provider::new(settings) else {
        return Check::broken(SUBJECT, format!("{told} : les certificats de cette machine manquent"));
    };
    match provider.answer().await {
        ServiceAnswer::Good => Check::good(SUBJECT, told),
        ServiceAnswer::Failed("refused") => Check::broken(SUBJECT, format!("{told} : la clef est refusée")),
        ServiceAnswer::Failed(_) | ServiceAnswer::Absent(_) => {
            Check::broken(SUBJECT, format!("{told} : ne répond pas ; les textes seront écrits par règles"))
        }
    }
}
