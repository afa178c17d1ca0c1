//! The Handlebars templates, and the one function that fills them.

use super::{LessonMail, MailMessage, MailSite, OneTimeLink, Reader, Recipient};
use crate::calendar::Modality;
use crate::french::{day_and_time, of};
use crate::{Coded, ErrorCode, Role};
use handlebars::{Handlebars, html_escape, no_escape};
use jiff::Timestamp;
use serde::Serialize;
use std::sync::LazyLock;

/// What a mail says, in its three parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedMail {
    /// One line, without control characters.
    pub subject: String,
    /// For readers without HTML.
    pub text: String,
    /// A whole HTML page that needs nothing from elsewhere.
    pub html: String,
    /// A file that goes with it.
    pub attachment: Option<Attachment>,
}

/// A file that goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name.
    pub name: &'static str,
    /// Its media type, with its parameters.
    pub media_type: &'static str,
    /// Its content.
    pub content: String,
}

/// Why a mail could not be written: its template and its message disagree.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateFailure {
    /// A template of the program itself is not well formed.
    #[error("a template is not well formed")]
    Malformed(#[source] &'static handlebars::TemplateError),
    /// A template asked for something that the message does not have.
    #[error("a template could not be filled")]
    Unfilled(#[source] Box<handlebars::RenderError>),
}

impl Coded for TemplateFailure {
    fn code(&self) -> ErrorCode {
        ErrorCode::Internal
    }
}

/// Everything that templates may ask for; a message that lacks something leaves it empty.
#[derive(Debug, Clone, Default, Serialize)]
struct View {
    subject: String,
    school: String,
    url: String,
    contact: String,
    sign_in: String,
    forgotten_password: String,
    zone: String,
    greeting: String,
    child: String,
    /// With its preposition: `de Léa`, `d’Inès`.
    of_child: String,
    of_children: String,
    for_parent: bool,
    role: &'static str,
    new_address: String,
    at: String,
    is_on: bool,
    link: String,
    valid_until: String,
    reference: String,
    amount: String,
    credits: u32,
    subject_word: &'static str,
    minutes: i64,
    place: &'static str,
    coach: String,
    several: bool,
    lessons: u32,
    remark: String,
}

/// Writes a mail.
///
/// # Errors
/// [`TemplateFailure`] when a template and its message disagree.
pub fn render(
    message: &MailMessage,
    site: &MailSite,
    recipient: &Recipient,
) -> Result<RenderedMail, TemplateFailure> {
    let texts = TEXTS.as_ref().map_err(TemplateFailure::Malformed)?;
    let pages = PAGES.as_ref().map_err(TemplateFailure::Malformed)?;
    let mut view = View::new(message, site, recipient);
    let name = message.template();
    let fill = |registry: &Handlebars<'_>, name: &str, view: &View| {
        registry.render(name, view).map_err(|error| TemplateFailure::Unfilled(Box::new(error)))
    };
    view.subject = one_line(&fill(texts, &format!("{name}.subject"), &view)?);
    let text = fill(texts, name, &view)?;
    let html = fill(pages, name, &view)?;
    let attachment = attachment(message);
    Ok(RenderedMail {
        subject: view.subject,
        text: tidy(&text),
        html: html.trim_start().to_owned(),
        attachment,
    })
}

fn attachment(message: &MailMessage) -> Option<Attachment> {
    let MailMessage::Lesson(lesson) = message else { return None };
    let content = lesson.calendar.as_ref()?.text();
    Some(Attachment { name: "cours.ics", media_type: "text/calendar; charset=utf-8", content })
}

impl View {
    fn new(message: &MailMessage, site: &MailSite, recipient: &Recipient) -> Self {
        let common = Self {
            school: site.school.clone(),
            url: site.url.clone(),
            contact: site.contact.clone(),
            sign_in: site.sign_in(),
            forgotten_password: site.forgotten_password(),
            zone: site.zone_name.clone(),
            greeting: greeting(&recipient.name),
            ..Self::default()
        };
        let time = |instant: &Timestamp| day_and_time(*instant, &site.zone);
        let with_link = |link: &OneTimeLink, valid_until: &Timestamp| Self {
            link: site.link(link),
            valid_until: time(valid_until),
            ..common.clone()
        };
        match message {
            MailMessage::ChildActivation { child, reader, link, valid_until } => {
                Self { for_parent: *reader == Reader::Parent, ..with_link(link, valid_until) }.about(child)
            }
            MailMessage::PasswordReset { link, valid_until }
            | MailMessage::AddressConfirmation { link, valid_until } => with_link(link, valid_until),
            MailMessage::StaffInvitation { role, link, valid_until } => {
                Self { role: role_word(*role), ..with_link(link, valid_until) }
            }
            MailMessage::JointConsent { child, link, valid_until } => {
                Self { for_parent: true, ..with_link(link, valid_until) }.about(child)
            }
            MailMessage::PasswordChanged { at } | MailMessage::DeliveryTest { at } => {
                Self { at: time(at), ..common }
            }
            MailMessage::SecondFactorChanged { on, at } => Self { is_on: *on, at: time(at), ..common },
            MailMessage::SignInAddressChanged { new_address, at } => {
                Self { new_address: one_line(new_address), at: time(at), ..common }
            }
            MailMessage::FamilyWelcome { children } => Self { of_children: of(&listed(children)), ..common },
            MailMessage::CashReserved { reference, amount, credits }
            | MailMessage::PaymentConfirmed { reference, amount, credits } => {
                Self { reference: one_line(reference), amount: one_line(amount), credits: *credits, ..common }
            }
            MailMessage::ReservationCancelled { reference } => {
                Self { reference: one_line(reference), ..common }
            }
            MailMessage::CreditsEnding { amount, day, child } => {
                let view = Self { amount: one_line(amount), at: one_line(day), ..common };
                match child {
                    Some(child) => Self { for_parent: true, ..view }.about(child),
                    None => view,
                }
            }
            MailMessage::AddressAlreadyKnown => common,
            MailMessage::Lesson(lesson) => Self { at: time(&lesson.starts_at), ..common }.of_lesson(lesson),
        }
    }
}

impl View {
    /// About a lesson; names are shown as mails show names.
    fn of_lesson(self, lesson: &LessonMail) -> Self {
        let coach = Some(displayed_name(&lesson.coach)).filter(|name| !name.is_empty());
        Self {
            subject_word: lesson.subject.word(),
            minutes: lesson.minutes,
            place: match lesson.place {
                Modality::Online => "en ligne",
                Modality::InPerson => "à l’école",
                Modality::Hybrid => "à l’école ou en ligne",
            },
            coach: coach.unwrap_or_else(|| "votre coach".to_owned()),
            several: lesson.lessons > 1,
            lessons: lesson.lessons,
            remark: one_line(&lesson.remark),
            ..self
        }
        .about(&lesson.child)
    }
}

impl View {
    /// About a child; a name that shows nothing is nobody's.
    fn about(self, child: &str) -> Self {
        let nobody = if self.for_parent { "votre enfant" } else { "cet élève" };
        let child = Some(displayed_name(child)).filter(|name| !name.is_empty());
        let child = child.unwrap_or_else(|| nobody.to_owned());
        Self { of_child: of(&child), child, ..self }
    }
}

/// The word that follows “un accès”.
const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Admin => "d’administration",
        Role::Assistante => "d’assistante",
        Role::Coach => "de coach",
        Role::Parent => "de parent",
        Role::Eleve => "d’élève",
    }
}

fn greeting(name: &str) -> String {
    let name = displayed_name(name);
    if name.is_empty() { "Bonjour,".to_owned() } else { format!("Bonjour {name},") }
}

fn listed(names: &[String]) -> String {
    let names: Vec<_> =
        names.iter().map(|name| displayed_name(name)).filter(|name| !name.is_empty()).collect();
    match names.as_slice() {
        [] => "votre enfant".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} et {last}", first.join(", ")),
    }
}

/// A first name as a mail shows it: letters, spaces, hyphens and apostrophes, at most forty. A stranger may register any
/// address with any name; what he writes must not become a link or a message of his own.
fn displayed_name(text: &str) -> String {
    let kept: String = text
        .chars()
        .map(|letter| match letter {
            '\'' | '’' => '’',
            letter if letter.is_whitespace() => ' ',
            letter => letter,
        })
        .filter(|letter| letter.is_alphabetic() || is_mark(*letter) || matches!(letter, ' ' | '-' | '’'))
        .take(40)
        .collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Accents that follow their letter (a decomposed `é`), and the vowel signs of Arabic.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{652}')
}

/// One line without control characters, at most 150 characters long.
fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split(|letter: char| letter.is_whitespace() && letter != '\u{a0}').collect();
    let words: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().filter(|letter| !letter.is_control()).take(150).collect()
}

/// No more than one empty line in a row: what a template leaves out leaves no hole.
fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines() {
        // The signature is introduced by two hyphens and a space, which readers of mail know.
        let line = if line == "-- " { line } else { line.trim_end() };
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    let mut text = lines.join("\n");
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

macro_rules! templates {
    ($extension:literal: $($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../templates/mail/", $name, ".", $extension, ".hbs"))),)+]
    };
}

type Templates = &'static [(&'static str, &'static str)];

const SUBJECTS: Templates = templates!("subject": "child_activation", "address_already_known", "password_reset",
    "password_changed", "sign_in_address_changed", "staff_invitation", "family_welcome", "joint_consent", "delivery_test",
    "address_confirmation", "second_factor_changed", "lesson_booked", "lesson_cancelled", "lesson_moved", "lesson_reminder", "seat_offered",
    "cash_reserved", "payment_confirmed", "reservation_cancelled", "credits_ending");
const TEXT: Templates = templates!("txt": "layout", "link", "child_activation", "address_already_known", "password_reset",
    "password_changed", "sign_in_address_changed", "staff_invitation", "family_welcome", "joint_consent", "delivery_test",
    "address_confirmation", "second_factor_changed", "lesson_booked", "lesson_cancelled", "lesson_moved", "lesson_reminder", "seat_offered",
    "cash_reserved", "payment_confirmed", "reservation_cancelled", "credits_ending");
const HTML: Templates = templates!("html": "layout", "paragraph", "button", "link", "child_activation",
    "address_already_known", "password_reset", "password_changed", "sign_in_address_changed", "staff_invitation",
    "family_welcome", "joint_consent", "delivery_test",
    "address_confirmation", "second_factor_changed", "lesson_booked", "lesson_cancelled", "lesson_moved", "lesson_reminder", "seat_offered",
    "cash_reserved", "payment_confirmed", "reservation_cancelled", "credits_ending");

type Registry = Result<Handlebars<'static>, handlebars::TemplateError>;

static TEXTS: LazyLock<Registry> = LazyLock::new(|| {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(no_escape);
    for (name, template) in SUBJECTS {
        registry.register_template_string(&format!("{name}.subject"), template)?;
    }
    for (name, template) in TEXT {
        registry.register_template_string(name, template)?;
    }
    Ok(registry)
});

static PAGES: LazyLock<Registry> = LazyLock::new(|| {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(html_escape);
    for (name, template) in HTML {
        registry.register_template_string(name, template)?;
    }
    Ok(registry)
});

#[cfg(test)]
mod tests;
