//! What an administrator types about somebody's profile.

use super::field::FieldProblems;
use super::profile::CoachProfile;
use super::text::{self, LONGEST_LINE, LONGEST_TEXT};
use crate::{ErrorCode, ParentId, Role, SchoolSubject};
use jiff::civil::Date;

/// Fewest characters of the texts by which a coach presents himself.
const SHORTEST_PRESENTATION: usize = 10;

/// What is typed about a profile, not read yet; which fields are accepted depends on the role. Absent fields change nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileForm {
    /// `pseudonym` of a coach.
    pub pseudonym: Option<String>,
    /// `title` of a coach.
    pub title: Option<String>,
    /// `tag` of a coach.
    pub tag: Option<String>,
    /// `description` of a coach.
    pub description: Option<String>,
    /// `philosophy` of a coach.
    pub philosophy: Option<String>,
    /// `expertise` of a coach.
    pub expertise: Option<String>,
    /// `subjects` of a coach.
    pub subjects: Option<Vec<String>>,
    /// `availableOnline` of a coach.
    pub available_online: Option<bool>,
    /// `availableInPerson` of a coach.
    pub available_in_person: Option<bool>,
    /// `address` of a parent.
    pub address: Option<String>,
    /// `city` of a parent.
    pub city: Option<String>,
    /// `country` of a parent.
    pub country: Option<String>,
    /// `parentId`: the parent's profile that a pupil is attached to.
    pub guardian: Option<String>,
    /// `grade` of a pupil.
    pub grade: Option<String>,
    /// `school` of a pupil.
    pub school: Option<String>,
    /// `birthDate` of a pupil.
    pub birth_date: Option<String>,
}

/// What was read about a coach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoachEntry {
    pub(super) pseudonym: Option<String>,
    title: Option<String>,
    tag: Option<String>,
    description: Option<String>,
    philosophy: Option<String>,
    expertise: Option<String>,
    subjects: Option<Vec<SchoolSubject>>,
    available_online: Option<bool>,
    available_in_person: Option<bool>,
}

impl CoachEntry {
    /// The pseudonym that is asked for.
    pub fn pseudonym(&self) -> Option<&str> {
        self.pseudonym.as_deref()
    }

    /// Writes what was given into a profile; the pseudonym, which has to be free, aside.
    pub fn apply(&self, profile: &mut CoachProfile) {
        let replace = |field: &mut Option<String>, value: &Option<String>| {
            if value.is_some() {
                field.clone_from(value);
            }
        };
        replace(&mut profile.title, &self.title);
        replace(&mut profile.tag, &self.tag);
        replace(&mut profile.description, &self.description);
        replace(&mut profile.philosophy, &self.philosophy);
        replace(&mut profile.expertise, &self.expertise);
        if let Some(subjects) = &self.subjects {
            profile.subjects.clone_from(subjects);
        }
        profile.available_online = self.available_online.unwrap_or(profile.available_online);
        profile.available_in_person = self.available_in_person.unwrap_or(profile.available_in_person);
    }
}

/// What was read about a parent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParentEntry {
    /// Postal address.
    pub address: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// Country.
    pub country: Option<String>,
}

/// What was read about a pupil.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PupilEntry {
    /// The parent who answers for him.
    pub guardian: Option<ParentId>,
    /// Level he enters.
    pub grade: Option<String>,
    /// School.
    pub school: Option<String>,
    /// Day of birth.
    pub birth_date: Option<Date>,
}

/// What was read about the profile of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileEntry {
    /// The office has no profile.
    None,
    /// Of a coach.
    Coach(CoachEntry),
    /// Of a parent.
    Parent(ParentEntry),
    /// Of a pupil.
    Pupil(PupilEntry),
}

impl ProfileForm {
    /// Reads the fields that the role has; the others are told, field by field. `prefix` stands before their names.
    pub fn read(&self, problems: &mut FieldProblems, prefix: &str, role: Role, today: Date) -> ProfileEntry {
        self.refuse_foreign(problems, prefix, role);
        let name = |field: &str| format!("{prefix}{field}");
        match role {
            Role::Admin | Role::Assistante => ProfileEntry::None,
            Role::Coach => ProfileEntry::Coach(self.read_coach(problems, prefix)),
            Role::Parent => {
                let mut line = |field: &str, text: &Option<String>| {
                    text::optional_line(problems, &name(field), text.as_deref(), LONGEST_LINE)
                };
                ProfileEntry::Parent(ParentEntry {
                    address: line("address", &self.address),
                    city: line("city", &self.city),
                    country: line("country", &self.country),
                })
            }
            Role::Eleve => {
                let guardian = self.guardian.as_deref().and_then(|id| {
                    let read = ParentId::parse(id.trim());
                    read.map_err(|_| problems.add(&name("parentId"), ErrorCode::GuardianNotFound)).ok()
                });
                let mut line = |field: &str, text: &Option<String>| {
                    text::optional_line(problems, &name(field), text.as_deref(), LONGEST_LINE)
                };
                let (grade, school) = (line("grade", &self.grade), line("school", &self.school));
                let birth = self.birth_date.as_deref();
                let birth_date = text::birth_date(problems, &name("birthDate"), birth, today);
                ProfileEntry::Pupil(PupilEntry { guardian, grade, school, birth_date })
            }
        }
    }

    /// Reads the fields of a coach.
    pub fn read_coach(&self, problems: &mut FieldProblems, prefix: &str) -> CoachEntry {
        let name = |field: &str| format!("{prefix}{field}");
        let mut line = |field: &str, text: &Option<String>, longest| {
            text::optional_line(problems, &name(field), text.as_deref(), longest)
        };
        let pseudonym = line("pseudonym", &self.pseudonym, text::LONGEST_NAME);
        let title = line("title", &self.title, LONGEST_LINE);
        let tag = line("tag", &self.tag, LONGEST_LINE);
        let mut presentation = |field: &str, text: &Option<String>| {
            let typed = text.as_deref().filter(|text| !text.trim().is_empty())?;
            text::paragraph(problems, &name(field), Some(typed), SHORTEST_PRESENTATION..=LONGEST_TEXT)
        };
        let description = presentation("description", &self.description);
        let philosophy = presentation("philosophy", &self.philosophy);
        let expertise = presentation("expertise", &self.expertise);
        let subjects =
            self.subjects.as_deref().and_then(|names| text::subjects(problems, &name("subjects"), names));
        CoachEntry {
            pseudonym,
            title,
            tag,
            description,
            philosophy,
            expertise,
            subjects,
            available_online: self.available_online,
            available_in_person: self.available_in_person,
        }
    }

    /// A field that the role does not have would be dropped in silence: it is told instead.
    fn refuse_foreign(&self, problems: &mut FieldProblems, prefix: &str, role: Role) {
        let fields = [
            (Role::Coach, "pseudonym", self.pseudonym.is_some()),
            (Role::Coach, "title", self.title.is_some()),
            (Role::Coach, "tag", self.tag.is_some()),
            (Role::Coach, "description", self.description.is_some()),
            (Role::Coach, "philosophy", self.philosophy.is_some()),
            (Role::Coach, "expertise", self.expertise.is_some()),
            (Role::Coach, "subjects", self.subjects.is_some()),
            (Role::Coach, "availableOnline", self.available_online.is_some()),
            (Role::Coach, "availableInPerson", self.available_in_person.is_some()),
            (Role::Parent, "address", self.address.is_some()),
            (Role::Parent, "city", self.city.is_some()),
            (Role::Parent, "country", self.country.is_some()),
            (Role::Eleve, "parentId", self.guardian.is_some()),
            (Role::Eleve, "grade", self.grade.is_some()),
            (Role::Eleve, "school", self.school.is_some()),
            (Role::Eleve, "birthDate", self.birth_date.is_some()),
        ];
        for (_, field, _) in fields.iter().filter(|(owner, _, given)| *given && *owner != role) {
            problems.add(&format!("{prefix}{field}"), ErrorCode::FieldOfAnotherRole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn read(form: &ProfileForm, role: Role) -> Result<ProfileEntry, Vec<ErrorCode>> {
        let mut problems = FieldProblems::default();
        let entry = form.read(&mut problems, "profileData.", role, date(2026, 9, 14));
        if problems.is_empty() { Ok(entry) } else { Err(problems.codes()) }
    }

    #[test]
    fn a_field_of_another_role_is_told() {
        let form = ProfileForm { pseudonym: Some("Helios".into()), ..ProfileForm::default() };
        assert!(matches!(read(&form, Role::Coach), Ok(ProfileEntry::Coach(_))));
        for role in [Role::Admin, Role::Assistante, Role::Parent, Role::Eleve] {
            assert_eq!(read(&form, role), Err(vec![ErrorCode::FieldOfAnotherRole]), "{role}");
        }
    }

    #[test]
    fn what_is_absent_changes_nothing_and_the_rest_is_bounded() {
        let mut profile = CoachProfile::new(crate::CoachId::parse("c1").unwrap(), "Helios".into());
        profile.tag = Some("Prof".into());
        let form = ProfileForm {
            description: Some("Dix ans de classes préparatoires.".into()),
            subjects: Some(vec!["NSI".into(), "NSI".into()]),
            available_online: Some(false),
            ..ProfileForm::default()
        };
        let Ok(ProfileEntry::Coach(entry)) = read(&form, Role::Coach) else { panic!("it is readable") };
        entry.apply(&mut profile);
        assert_eq!(
            (profile.tag.as_deref(), profile.subjects.as_slice()),
            (Some("Prof"), [SchoolSubject::Nsi].as_slice())
        );
        assert!(!profile.available_online && profile.available_in_person);

        let wrong = ProfileForm {
            description: Some("court".into()),
            subjects: Some(vec!["MATHS".into()]),
            pseudonym: Some("x".repeat(101)),
            ..ProfileForm::default()
        };
        let codes = [ErrorCode::FieldTooLong, ErrorCode::FieldTooShort, ErrorCode::UnknownChoice];
        assert_eq!(read(&wrong, Role::Coach), Err(codes.to_vec()));
    }
}
