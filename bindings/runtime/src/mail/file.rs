use super::letter::{letter, message_id};
use async_trait::async_trait;
use lettre::message::Mailbox;
use nexus_core::EffectId;
use nexus_core::mail::{Mail, MailChannel, Mailer, PreparedMail};
use nexus_core::outbox::{AttemptFailure, FailureCode};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Writes mails as `.eml` files for the owner of the process alone: they hold working links.
#[derive(Debug, Clone)]
pub struct FileMailer {
    folder: PathBuf,
    from: Mailbox,
}

impl FileMailer {
    /// Writes into a folder, which is made when it is needed.
    pub const fn new(folder: PathBuf, from: Mailbox) -> Self {
        Self { folder, from }
    }
}

fn failed<E>(_: E) -> AttemptFailure {
    AttemptFailure::transient(FailureCode::named("storage"))
}

async fn blocking(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> Result<(), AttemptFailure> {
    tokio::task::spawn_blocking(work).await.map_err(failed)?.map_err(failed)
}

#[async_trait]
impl Mailer for FileMailer {
    async fn prepare(&self, mail: &Mail) -> Result<Box<dyn PreparedMail>, AttemptFailure> {
        let bytes = letter(mail, &self.from)?.formatted();
        let folder = self.folder.clone();
        let part = folder.join(format!(".{}.part", mail.effect));
        let prepared =
            PreparedFile { part: part.clone(), whole: folder.join(format!("{}.eml", mail.effect)) };
        blocking(move || write(&folder, &part, &bytes)).await?;
        Ok(Box::new(prepared))
    }

    fn message_id(&self, effect: &EffectId) -> String {
        message_id(effect, &self.from)
    }
}

fn write(folder: &Path, part: &Path, bytes: &[u8]) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(part)?;
    file.write_all(bytes)?;
    file.sync_all()
}

struct PreparedFile {
    part: PathBuf,
    whole: PathBuf,
}

#[async_trait]
impl PreparedMail for PreparedFile {
    async fn hand_over(self: Box<Self>) -> Result<MailChannel, AttemptFailure> {
        blocking(move || {
            std::fs::rename(&self.part, &self.whole)?;
            // The name is as durable as the content.
            self.whole.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
        })
        .await?;
        Ok(MailChannel::File)
    }
}
