//! A mail of the domain → the bytes of a message.

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use nexus_core::EffectId;
use nexus_core::mail::Mail;
use nexus_core::outbox::{AttemptFailure, FailureCode};

/// Tells programs that answer mails by themselves not to (RFC 3834).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The message id of an effect's mail: the same whenever it is sent, so that a repetition can be recognised.
pub(super) fn message_id(effect: &EffectId, from: &Mailbox) -> String {
    format!("{effect}@{}", from.email.domain())
}

/// Writes the message.
pub(super) fn letter(mail: &Mail, from: &Mailbox) -> Result<Message, AttemptFailure> {
    let refused = |code| AttemptFailure::permanent(FailureCode::named(code));
    let address: Address = mail.to.address.trim().parse().map_err(|_| refused("address_refused"))?;
    let name = Some(mail.to.name.trim()).filter(|name| !name.is_empty()).map(one_line);
    let part = |kind: ContentType, body: &str| SinglePart::builder().header(kind).body(body.to_owned());
    let texts = MultiPart::alternative()
        .singlepart(part(ContentType::TEXT_PLAIN, &mail.content.text))
        .singlepart(part(ContentType::TEXT_HTML, &mail.content.html));
    let whole = match &mail.content.attachment {
        None => texts,
        Some(file) => {
            let kind = ContentType::parse(file.media_type).map_err(|_| refused("template"))?;
            let file = Attachment::new(file.name.to_owned()).body(file.content.clone(), kind);
            MultiPart::mixed().multipart(texts).singlepart(file)
        }
    };
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(name, address))
        .subject(one_line(&mail.content.subject))
        .date(mail.date.into())
        .message_id(Some(format!("<{}>", message_id(&mail.effect, from))))
        .header(AutoSubmitted)
        .multipart(whole)
        .map_err(|_| refused("template"))
}

/// No header can be ended by what a person is called.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
