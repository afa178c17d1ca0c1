//! Mails over SMTP.
//!
//! The conversation is held step by step, not by lettre's `send`, because what a lost connection means depends on the step: up to
//! the last line of the message the server cannot have accepted it, after it nobody knows.

use super::letter::{letter, message_id};
use crate::configuration::MailSecurity;
use async_trait::async_trait;
use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailCommand, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::{Error, response::Code};
use nexus_core::EffectId;
use nexus_core::mail::{Mail, MailChannel, Mailer, PreparedMail};
use nexus_core::outbox::{AttemptFailure, FailureCode};
use std::fmt;
use std::iter;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Connections that are kept for the next mail.
const KEPT: usize = 4;

/// A kept connection is not older than this: mail servers end idle ones.
const KEPT_FOR: Duration = Duration::from_secs(20);

/// How a mail server is reached.
#[derive(Clone)]
pub struct SmtpOptions {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// Whose certificates are believed; needed unless `security` is none.
    pub tls: Option<TlsParameters>,
    /// The account, when it asks for one.
    pub credentials: Option<Credentials>,
    /// The sender of every mail.
    pub from: Mailbox,
    /// Longest time for one step of the conversation.
    pub step_timeout: Duration,
    /// Longest time for the answer to a whole message, during which the server may store and examine it.
    pub answer_timeout: Duration,
}

impl fmt::Debug for SmtpOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SmtpOptions")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .finish_non_exhaustive()
    }
}

/// Hands mails to a mail server.
#[derive(Debug)]
pub struct SmtpMailer {
    options: Arc<SmtpOptions>,
    kept: Arc<Kept>,
}

impl SmtpMailer {
    /// A mailer; nothing is connected before the first mail.
    pub fn new(options: SmtpOptions) -> Self {
        Self { options: Arc::new(options), kept: Arc::default() }
    }

    /// Connects and identifies itself as it would for a mail, and sends none.
    ///
    /// # Errors
    /// Why no mail could be handed over now.
    pub async fn reach(&self) -> Result<(), AttemptFailure> {
        let connection = self.connection().await?;
        self.kept.put(connection);
        Ok(())
    }

    /// A connection on which the last conversation ended well, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, AttemptFailure> {
        while let Some(mut connection) = self.kept.take() {
            if matches!(
                tokio::time::timeout(self.options.step_timeout, connection.test_connected()).await,
                Ok(true)
            ) {
                return Ok(connection);
            }
        }
        self.step(connect(&self.options)).await
    }

    async fn step<T>(
        &self,
        work: impl Future<Output = Result<T, AttemptFailure>>,
    ) -> Result<T, AttemptFailure> {
        match tokio::time::timeout(self.options.step_timeout, work).await {
            Ok(result) => result,
            Err(_) => Err(transient("timeout")),
        }
    }
}

fn transient(code: &'static str) -> AttemptFailure {
    AttemptFailure::transient(FailureCode::named(code))
}

/// A refusal of the connection or of the account says nothing about the mail: it is tried again, whatever the reply.
async fn connect(options: &SmtpOptions) -> Result<AsyncSmtpConnection, AttemptFailure> {
    let told = |error: &Error, otherwise| match error.status() {
        Some(code) => AttemptFailure::transient(numbered(code)),
        None if is_tls(error) => transient("tls"),
        None => transient(otherwise),
    };
    let hello = ClientId::default();
    let needed = || options.tls.clone().ok_or_else(|| transient("tls"));
    let implicit = if options.security == MailSecurity::Tls { Some(needed()?) } else { None };
    let server = (options.host.as_str(), options.port);
    let mut connection = AsyncSmtpConnection::connect_tokio1(server, None, &hello, implicit, None)
        .await
        .map_err(|error| told(&error, "connection"))?;
    if options.security == MailSecurity::StartTls {
        // A server that does not offer it is not spoken to in clear.
        connection.starttls(needed()?, &hello).await.map_err(|error| told(&error, "tls"))?;
    }
    if let Some(credentials) = &options.credentials {
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        connection.auth(&mechanisms, credentials).await.map_err(|_| transient("authentication"))?;
    }
    Ok(connection)
}

/// A refused certificate, or anything else about TLS; lettre calls some of it a matter of the connection.
fn is_tls(error: &Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        let inner = source.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()).is_some() {
            return true;
        }
        cause = source.source();
    }
    error.is_tls()
}

fn numbered(code: Code) -> FailureCode {
    FailureCode::numbered("smtp", u16::from(code))
}

/// What a reply to a command says about the mail, and what the lack of one does before anything was handed over.
fn command_failure(error: &Error) -> AttemptFailure {
    match error.status() {
        Some(code) if error.is_permanent() => AttemptFailure::permanent(numbered(code)),
        Some(code) => AttemptFailure::transient(numbered(code)),
        None if error.is_response() => transient("protocol"),
        None => transient("connection"),
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn prepare(&self, mail: &Mail) -> Result<Box<dyn PreparedMail>, AttemptFailure> {
        let message = letter(mail, &self.options.from)?;
        let mut connection = self.connection().await?;
        let envelope = message.envelope();
        let mut parameters = Vec::new();
        let is_ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
        if !envelope.from().into_iter().chain(envelope.to()).all(is_ascii) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(AttemptFailure::permanent(FailureCode::named("address_refused")));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        self.step(async {
            let command = MailCommand::new(envelope.from().cloned(), parameters);
            connection.command(command).await.map_err(|error| command_failure(&error))?;
            for recipient in envelope.to() {
                let command = Rcpt::new(recipient.clone(), Vec::new());
                connection.command(command).await.map_err(|error| command_failure(&error))?;
            }
            connection.command(Data).await.map_err(|error| command_failure(&error))
        })
        .await?;
        Ok(Box::new(PreparedMessage {
            connection,
            bytes: message.formatted(),
            answer_timeout: self.options.answer_timeout,
            kept: Arc::clone(&self.kept),
        }))
    }

    fn message_id(&self, effect: &EffectId) -> String {
        message_id(effect, &self.options.from)
    }
}

/// The server waits for the message. Dropped here, the connection ends before the message does, and nothing is delivered.
struct PreparedMessage {
    connection: AsyncSmtpConnection,
    bytes: Vec<u8>,
    answer_timeout: Duration,
    kept: Arc<Kept>,
}

#[async_trait]
impl PreparedMail for PreparedMessage {
    async fn hand_over(mut self: Box<Self>) -> Result<MailChannel, AttemptFailure> {
        // The iterator is asked for more once everything before the last line was written.
        let whole = AtomicBool::new(false);
        let end = iter::from_fn(|| {
            whole.store(true, Ordering::Relaxed);
            None
        });
        let parts = iter::once(self.bytes.as_slice()).chain(end);
        let answer = tokio::time::timeout(self.answer_timeout, self.connection.message_iter(parts)).await;
        match answer {
            Ok(Ok(_)) => {
                self.kept.put(self.connection);
                Ok(MailChannel::Smtp)
            }
            // The server has spoken, or the last line was never begun.
            Ok(Err(error)) if error.status().is_some() || !whole.load(Ordering::Relaxed) => {
                Err(command_failure(&error))
            }
            Err(_) if !whole.load(Ordering::Relaxed) => Err(transient("timeout")),
            Ok(Err(_)) | Err(_) => Err(AttemptFailure::ambiguous(FailureCode::named("answer_lost"))),
        }
    }
}

/// Connections on which the last conversation ended well, with the moment of its end.
#[derive(Default)]
struct Kept(Mutex<Vec<(AsyncSmtpConnection, Instant)>>);

impl Kept {
    fn take(&self) -> Option<AsyncSmtpConnection> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, since)| since.elapsed() < KEPT_FOR);
        kept.pop().map(|(connection, _)| connection)
    }

    fn put(&self, connection: AsyncSmtpConnection) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.push((connection, Instant::now()));
        }
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Kept(..)")
    }
}
