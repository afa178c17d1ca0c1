//! Mails to people: what they say, to whom, and the port through which they leave.

mod log;
mod mailer;
mod mask;
mod message;
mod render;
mod site;

pub use log::{MailLog, MailLogEntry, MailLogFilter, MailLogLine, MailStatus, MailTx};
pub use mailer::{Mail, MailChannel, Mailer, PreparedMail, Recipient};
pub use mask::mask_address;
pub use message::{LessonMail, LessonNews, LinkPage, MailMessage, MailTo, OneTimeLink, Reader};
pub use render::{Attachment, RenderedMail, TemplateFailure, render};
pub use site::MailSite;
