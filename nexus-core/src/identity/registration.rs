//! A family that asks for the free bilan: what it types, and what it says once it is read.

use super::email_address::EmailAddress;
use super::field::FieldProblems;
use super::password::NewPassword;
use super::text::{self, LONGEST_LINE, LONGEST_NAME, LONGEST_TEXT};
use crate::{ErrorCode, SchoolSubject};
use jiff::civil::Date;
use secrecy::SecretString;
use serde::Serialize;

/// Where the family would like the lessons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Modality {
    /// By video.
    Online,
    /// On site.
    Presentiel,
    /// Both.
    Hybride,
}

impl Modality {
    /// Every modality.
    pub const ALL: [Self; 3] = [Self::Online, Self::Presentiel, Self::Hybride];

    /// The stored and transmitted name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Presentiel => "presentiel",
            Self::Hybride => "hybride",
        }
    }

    /// Reads a stored or transmitted name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|modality| modality.as_str() == text)
    }
}

/// What a family typed, not read yet. Absent and wrong are told field by field by [`Self::read`].
#[derive(Clone, Default)]
pub struct RegistrationForm {
    /// `parentFirstName`.
    pub parent_first_name: Option<String>,
    /// `parentLastName`.
    pub parent_last_name: Option<String>,
    /// `parentEmail`.
    pub parent_email: Option<String>,
    /// `parentPhone`.
    pub parent_phone: Option<String>,
    /// `parentPassword`: the password that the parent chooses for himself.
    pub parent_password: Option<SecretString>,
    /// `studentFirstName`.
    pub student_first_name: Option<String>,
    /// `studentLastName`.
    pub student_last_name: Option<String>,
    /// `studentEmail`, when the pupil has one.
    pub student_email: Option<String>,
    /// `studentGrade`.
    pub student_grade: Option<String>,
    /// `studentSchool`.
    pub student_school: Option<String>,
    /// `studentBirthDate`.
    pub student_birth_date: Option<String>,
    /// `subjects`.
    pub subjects: Vec<String>,
    /// `currentLevel`.
    pub current_level: Option<String>,
    /// `objectives`.
    pub objectives: Option<String>,
    /// `difficulties`.
    pub difficulties: Option<String>,
    /// `preferredModality`.
    pub preferred_modality: Option<String>,
    /// `availability`.
    pub availability: Option<String>,
    /// `acceptTerms`.
    pub accept_terms: bool,
    /// `acceptNewsletter`.
    pub accept_newsletter: bool,
}

/// The parent of a registration.
#[derive(Debug, Clone)]
pub struct RegisteredParent {
    /// First name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Address, which becomes the name of the account.
    pub email: EmailAddress,
    /// Telephone.
    pub phone: String,
    /// The password that he chose.
    pub password: NewPassword,
}

/// The child of a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredChild {
    /// First name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// His own address, when he has one.
    pub email: Option<EmailAddress>,
    /// Level he enters.
    pub grade: String,
    /// School.
    pub school: Option<String>,
    /// Day of birth.
    pub birth_date: Option<Date>,
}

/// What the family asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wishes {
    /// Subjects, without repetition.
    pub subjects: Vec<SchoolSubject>,
    /// How the pupil stands today.
    pub current_level: String,
    /// What he aims at.
    pub objectives: String,
    /// What he finds hard.
    pub difficulties: Option<String>,
    /// Where the lessons should be.
    pub modality: Modality,
    /// When he is free.
    pub availability: Option<String>,
}

/// A registration that can be decided upon.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The parent.
    pub parent: RegisteredParent,
    /// The child.
    pub child: RegisteredChild,
    /// What they ask for.
    pub wishes: Wishes,
    /// Whether the parent wants the newsletter.
    pub newsletter: bool,
}

impl RegistrationForm {
    /// Reads every field.
    ///
    /// # Errors
    /// Every field that is missing or wrong, at once.
    pub fn read(&self, today: Date) -> Result<Registration, FieldProblems> {
        let mut problems = FieldProblems::default();
        let name = |problems: &mut _, field: &str, text: &Option<String>| {
            text::line(problems, field, text.as_deref(), 2..=LONGEST_NAME)
        };
        let parent_first_name = name(&mut problems, "parentFirstName", &self.parent_first_name);
        let parent_last_name = name(&mut problems, "parentLastName", &self.parent_last_name);
        let parent_email = text::email(&mut problems, "parentEmail", self.parent_email.as_deref());
        let phone = text::phone(&mut problems, "parentPhone", self.parent_phone.as_deref());
        let password = self.read_password(&mut problems);
        let student_first_name = name(&mut problems, "studentFirstName", &self.student_first_name);
        let student_last_name = name(&mut problems, "studentLastName", &self.student_last_name);
        let student_email = self.student_email.as_deref().filter(|text| !text.trim().is_empty());
        let student_email =
            student_email.and_then(|typed| text::email(&mut problems, "studentEmail", Some(typed)));
        if student_email.is_some() && student_email == parent_email {
            problems.add("studentEmail", ErrorCode::SameAddress);
        }
        let grade =
            text::line(&mut problems, "studentGrade", self.student_grade.as_deref(), 1..=LONGEST_NAME);
        let school =
            text::optional_line(&mut problems, "studentSchool", self.student_school.as_deref(), LONGEST_LINE);
        let birth_date =
            text::birth_date(&mut problems, "studentBirthDate", self.student_birth_date.as_deref(), today);
        let wishes = self.read_wishes(&mut problems);
        if !self.accept_terms {
            problems.add("acceptTerms", ErrorCode::TermsNotAccepted);
        }

        let registration = (|| {
            Some(Registration {
                parent: RegisteredParent {
                    first_name: parent_first_name?,
                    last_name: parent_last_name?,
                    email: parent_email?,
                    phone: phone?,
                    password: password?,
                },
                child: RegisteredChild {
                    first_name: student_first_name?,
                    last_name: student_last_name?,
                    email: student_email,
                    grade: grade?,
                    school,
                    birth_date,
                },
                wishes: wishes?,
                newsletter: self.accept_newsletter,
            })
        })();
        problems.finish(registration)
    }

    fn read_password(&self, problems: &mut FieldProblems) -> Option<NewPassword> {
        let Some(password) = &self.parent_password else {
            problems.add("parentPassword", ErrorCode::FieldRequired);
            return None;
        };
        let owner = [&self.parent_email, &self.parent_first_name, &self.parent_last_name];
        let owner = owner.map(|text| text.as_deref().unwrap_or_default());
        NewPassword::parse(password, &owner)
            .map_err(|problem| problems.add_error("parentPassword", &problem))
            .ok()
    }

    fn read_wishes(&self, problems: &mut FieldProblems) -> Option<Wishes> {
        let subjects = text::subjects(problems, "subjects", &self.subjects);
        let level = self.current_level.as_deref();
        let current_level = text::paragraph(problems, "currentLevel", level, 1..=LONGEST_TEXT);
        let objectives =
            text::paragraph(problems, "objectives", self.objectives.as_deref(), 10..=LONGEST_TEXT);
        let difficulties =
            text::optional_paragraph(problems, "difficulties", self.difficulties.as_deref(), LONGEST_TEXT);
        let modality = self.preferred_modality.as_deref();
        let modality = match (modality, modality.and_then(Modality::parse)) {
            (_, Some(modality)) => Some(modality),
            (text, None) => {
                let code = if text.is_some() { ErrorCode::UnknownChoice } else { ErrorCode::FieldRequired };
                let detail = "Choisissez « online », « presentiel » ou « hybride ».";
                problems.add_with("preferredModality", code, detail);
                None
            }
        };
        let availability =
            text::optional_paragraph(problems, "availability", self.availability.as_deref(), LONGEST_TEXT);
        Some(Wishes {
            subjects: subjects?,
            current_level: current_level?,
            objectives: objectives?,
            difficulties,
            modality: modality?,
            availability,
        })
    }
}
