use crate::calendar::Modality;
use crate::calendar::icalendar::CalendarFile;
use crate::{Role, SchoolSubject, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// To whom a mail goes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTo {
    /// To somebody with an account, at the address that he has when the mail leaves.
    Person(UserId),
    /// To an address that is no account's, or not any more.
    Address {
        /// The address.
        address: String,
        /// Whose it is; may be empty.
        name: String,
    },
}

impl fmt::Debug for MailTo {
    /// Addresses do not go into logs.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(user) => write!(formatter, "Person({user})"),
            Self::Address { .. } => formatter.write_str("Address(..)"),
        }
    }
}

/// The page that a one-time link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkPage {
    /// Chooses the first password of an account.
    Activate,
    /// Chooses a new password.
    ResetPassword,
    /// Confirms a consent for a child.
    Consent,
    /// Confirms a new address for signing in.
    ConfirmAddress,
}

impl LinkPage {
    /// Its path on the site.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Activate => "/auth/activation",
            Self::ResetPassword => "/auth/nouveau-mot-de-passe",
            Self::Consent => "/auth/consentement",
            Self::ConfirmAddress => "/auth/nouvelle-adresse",
        }
    }
}

/// A link that works once. Its token is known to the mail alone: stores keep a hash of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTimeLink {
    page: LinkPage,
    token: String,
}

impl OneTimeLink {
    /// A link to a page.
    pub fn new(page: LinkPage, token: impl Into<String>) -> Self {
        Self { page, token: token.into() }
    }

    /// The page that it opens.
    pub const fn page(&self) -> LinkPage {
        self.page
    }

    /// What it proves.
    pub(super) fn token(&self) -> &str {
        &self.token
    }
}

impl fmt::Debug for OneTimeLink {
    /// Tokens do not go into logs.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "OneTimeLink({:?}, ..)", self.page)
    }
}

/// Who reads a mail that exists in two voices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reader {
    /// The child himself.
    Child,
    /// The parent, for the child.
    Parent,
}

/// What a mail says. First names are the only thing that it tells about somebody else than its reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "template", rename_all = "snake_case")]
#[non_exhaustive]
pub enum MailMessage {
    /// A child's account waits for its first password.
    ChildActivation {
        /// First name of the child.
        child: String,
        /// Who reads it.
        reader: Reader,
        /// Where the password is chosen.
        link: OneTimeLink,
        /// Until when the link works.
        valid_until: Timestamp,
    },
    /// Somebody registered with an address that already has an account: the page said the same as always, the mail says this.
    AddressAlreadyKnown,
    /// Somebody asked for a new password.
    PasswordReset {
        /// Where it is chosen.
        link: OneTimeLink,
        /// Until when the link works.
        valid_until: Timestamp,
    },
    /// The password was changed.
    PasswordChanged {
        /// When.
        at: Timestamp,
    },
    /// The address for signing in was changed; goes to the former one.
    SignInAddressChanged {
        /// The new address, masked.
        new_address: String,
        /// When.
        at: Timestamp,
    },
    /// Somebody joins the school: office or coach.
    StaffInvitation {
        /// As what.
        role: Role,
        /// Where the password is chosen.
        link: OneTimeLink,
        /// Until when the link works.
        valid_until: Timestamp,
    },
    /// A family has registered.
    FamilyWelcome {
        /// First names of its children.
        children: Vec<String>,
    },
    /// A child under 15 needs his parent's consent beside his own.
    JointConsent {
        /// First name of the child.
        child: String,
        /// Where the consent is given.
        link: OneTimeLink,
        /// Until when the link works.
        valid_until: Timestamp,
    },
    /// Somebody wants to sign in with this address; goes there.
    AddressConfirmation {
        /// Where it is confirmed.
        link: OneTimeLink,
        /// Until when the link works.
        valid_until: Timestamp,
    },
    /// Sign-in asks for a code from now on, or no longer does.
    SecondFactorChanged {
        /// Whether it does.
        on: bool,
        /// When.
        at: Timestamp,
    },
    /// A pack of credits was reserved, to be paid over the counter.
    CashReserved {
        /// What names the reservation: `PR-12`.
        reference: String,
        /// What is to be paid, the French way.
        amount: String,
        /// How many credits it will give.
        credits: u32,
    },
    /// A payment was received, and its credits were given.
    PaymentConfirmed {
        /// What names the payment.
        reference: String,
        /// What was paid, the French way.
        amount: String,
        /// How many credits it gave.
        credits: u32,
    },
    /// A reservation was given up.
    ReservationCancelled {
        /// What names it.
        reference: String,
    },
    /// Credits end soon.
    CreditsEnding {
        /// How many, the French way: `2,5 crédits`.
        amount: String,
        /// The last day on which they can be spent, the French way.
        day: String,
        /// Name of the child whose they are; the reader's own when absent.
        child: Option<String>,
    },
    /// Somebody tries whether mails arrive.
    DeliveryTest {
        /// When.
        at: Timestamp,
    },
    /// Something happened to a lesson.
    Lesson(LessonMail),
}

/// What happened to a lesson, or will.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LessonNews {
    /// It is booked.
    Booked,
    /// It is called off.
    Cancelled,
    /// It takes place at another time.
    Moved,
    /// It is soon.
    Reminder,
    /// A seat in it is kept for who waited.
    SeatOffered,
}

/// A lesson as a mail tells of it: no title, which somebody could write to be clicked on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonMail {
    /// What happened.
    pub news: LessonNews,
    /// What is taught.
    pub subject: SchoolSubject,
    /// When it begins; of several lessons, the first.
    pub starts_at: Timestamp,
    /// How long it is, in minutes.
    pub minutes: i64,
    /// Where.
    pub place: Modality,
    /// First name of the pupil.
    pub child: String,
    /// Name of the coach.
    pub coach: String,
    /// How many lessons are meant.
    pub lessons: u32,
    /// Why it is called off, or until when a seat is kept; may be empty.
    pub remark: String,
    /// The same for a calendar, when it is attached.
    pub calendar: Option<CalendarFile>,
}

impl MailMessage {
    /// The name of its template, as the mail log keeps it.
    pub const fn template(&self) -> &'static str {
        match self {
            Self::ChildActivation { .. } => "child_activation",
            Self::AddressAlreadyKnown => "address_already_known",
            Self::PasswordReset { .. } => "password_reset",
            Self::PasswordChanged { .. } => "password_changed",
            Self::SignInAddressChanged { .. } => "sign_in_address_changed",
            Self::StaffInvitation { .. } => "staff_invitation",
            Self::FamilyWelcome { .. } => "family_welcome",
            Self::JointConsent { .. } => "joint_consent",
            Self::AddressConfirmation { .. } => "address_confirmation",
            Self::SecondFactorChanged { .. } => "second_factor_changed",
            Self::CashReserved { .. } => "cash_reserved",
            Self::PaymentConfirmed { .. } => "payment_confirmed",
            Self::ReservationCancelled { .. } => "reservation_cancelled",
            Self::CreditsEnding { .. } => "credits_ending",
            Self::DeliveryTest { .. } => "delivery_test",
            Self::Lesson(lesson) => match lesson.news {
                LessonNews::Booked => "lesson_booked",
                LessonNews::Cancelled => "lesson_cancelled",
                LessonNews::Moved => "lesson_moved",
                LessonNews::Reminder => "lesson_reminder",
                LessonNews::SeatOffered => "seat_offered",
            },
        }
    }

    /// Until when it makes sense to send it.
    pub const fn valid_until(&self) -> Option<Timestamp> {
        match self {
            Self::ChildActivation { valid_until, .. }
            | Self::PasswordReset { valid_until, .. }
            | Self::StaffInvitation { valid_until, .. }
            | Self::JointConsent { valid_until, .. }
            | Self::AddressConfirmation { valid_until, .. } => Some(*valid_until),
            _ => None,
        }
    }
}
