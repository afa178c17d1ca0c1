//! Configuration → the way out for mails.

use super::{FileMailer, SmtpMailer, SmtpOptions};
use crate::configuration::{Configuration, MailSecurity};
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use nexus_core::mail::{MailSite, Mailer};
use nexus_core::{Coded, ErrorCode};
use secrecy::ExposeSecret;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// What the server may take to answer a whole message, in steps.
const ANSWER: u32 = 4;

/// The name of the school in mails.
const SCHOOL: &str = "Nexus Réussite";

/// Why mails cannot be sent as configured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailSetupError {
    /// There is no sender, or it cannot be read.
    #[error("the sender of mails cannot be read")]
    Sender,
    /// Mails would travel in clear.
    #[error("mails would leave this machine in clear")]
    Clear,
    /// The file of the certification authority cannot be used.
    #[error("the certification authority cannot be used")]
    Authority(PathBuf),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[source] Box<lettre::transport::smtp::Error>),
}

impl Coded for MailSetupError {
    fn code(&self) -> ErrorCode {
        ErrorCode::InvalidConfiguration
    }

    fn sentence(&self) -> String {
        match self {
            Self::Sender => {
                "L'expéditeur des courriels manque ou est illisible : renseignez SMTP_FROM.".to_owned()
            }
            Self::Clear => {
                "SMTP_SECURE=none ne vaut que pour un serveur de cette machine : les courriels des familles \
                            partiraient en clair."
                    .to_owned()
            }
            Self::Authority(path) => {
                format!(
                    "« {} » (NEXUS_SMTP_CA_FILE) ne contient pas de certificat PEM lisible.",
                    path.display()
                )
            }
            Self::Tls(_) => {
                "La connexion chiffrée au serveur de courriel ne peut pas être préparée.".to_owned()
            }
        }
    }
}

/// The way out for mails: the configured server, or files in the data folder.
///
/// # Errors
/// [`MailSetupError`]; nothing is connected yet.
pub fn build_mailer(configuration: &Configuration) -> Result<Arc<dyn Mailer>, MailSetupError> {
    Ok(match smtp_mailer(configuration)? {
        Some(mailer) => Arc::new(mailer),
        None => Arc::new(FileMailer::new(configuration.mails(), sender(configuration)?)),
    })
}

/// The configured server, if any.
pub(crate) fn smtp_mailer(configuration: &Configuration) -> Result<Option<SmtpMailer>, MailSetupError> {
    let from = sender(configuration)?;
    let Some(host) = configuration.smtp_host.clone() else { return Ok(None) };
    let security = configuration.mail_security();
    if security == MailSecurity::None && !is_this_machine(&host) {
        return Err(MailSetupError::Clear);
    }
    let tls = match security {
        MailSecurity::None => None,
        MailSecurity::Tls | MailSecurity::StartTls => {
            Some(tls(&host, configuration.smtp_ca_file.as_deref())?)
        }
    };
    let credentials = configuration.smtp_user.clone().zip(configuration.smtp_password.as_ref());
    Ok(Some(SmtpMailer::new(SmtpOptions {
        port: u16::try_from(configuration.smtp_port).unwrap_or(u16::MAX),
        host,
        security,
        tls,
        credentials: credentials
            .map(|(user, password)| Credentials::new(user, password.expose_secret().to_owned())),
        from,
        step_timeout: configuration.smtp_timeout,
        answer_timeout: configuration.smtp_timeout.checked_mul(ANSWER).unwrap_or(Duration::MAX),
    })))
}

/// What every mail says about the school.
///
/// # Errors
/// [`MailSetupError::Sender`] when there is nobody to write back to.
pub fn mail_site(configuration: &Configuration) -> Result<MailSite, MailSetupError> {
    let contact = sender(configuration)?.email.to_string();
    Ok(MailSite::new(configuration.site(), SCHOOL, contact, configuration.zone.clone()))
}

/// Without a mail server nobody answers, and any sender will do.
fn sender(configuration: &Configuration) -> Result<Mailbox, MailSetupError> {
    let text = match &configuration.smtp_from {
        Some(text) => text.clone(),
        None if configuration.smtp_host.is_none() => format!("{SCHOOL} <nexus@localhost>"),
        None => return Err(MailSetupError::Sender),
    };
    let mailbox: Mailbox = text.parse().map_err(|_| MailSetupError::Sender)?;
    let name = mailbox.name.unwrap_or_else(|| SCHOOL.to_owned());
    Ok(Mailbox::new(Some(name), mailbox.email))
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn tls(host: &str, authority: Option<&Path>) -> Result<TlsParameters, MailSetupError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(path) = authority {
        let unusable = || MailSetupError::Authority(path.to_owned());
        let pem = std::fs::read_to_string(path).map_err(|_| unusable())?;
        // A file without any certificate would be read as none, and believed to be one.
        if !pem.contains("-----BEGIN CERTIFICATE-----") {
            return Err(unusable());
        }
        let certificate = Certificate::from_pem(pem.as_bytes()).map_err(|_| unusable())?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| MailSetupError::Tls(Box::new(error)))
}
