//! The people of the school as accounts, each with the profile of its role.

use super::calendar::Calendar;
use super::people::{ADMINISTRATOR, ASSISTANT, COACHES, Child, Coach, HOUSEHOLDS, Household, Someone};
use super::{address, coach, student, user_id};
use jiff::Span;
use nexus_core::identity::email_address::EmailAddress;
use nexus_core::identity::member::{Member, NewAccount};
use nexus_core::identity::profile::{CoachProfile, ParentProfile, PupilProfile};
use nexus_core::{CoachId, ParentId, Role, SchoolSubject, StudentId};

/// Somebody about to be written.
pub(super) struct Entrant {
    pub(super) account: NewAccount,
    /// Whether he has a password; who has none has not opened his account yet.
    pub(super) is_open: bool,
    kind: Kind,
}

enum Kind {
    Administrator,
    Assistant,
    Coach(CoachProfile),
    Parent(ParentProfile),
    Pupil(PupilProfile),
}

impl Entrant {
    pub(super) const fn role(&self) -> Role {
        match self.kind {
            Kind::Administrator => Role::Admin,
            Kind::Assistant => Role::Assistante,
            Kind::Coach(_) => Role::Coach,
            Kind::Parent(_) => Role::Parent,
            Kind::Pupil(_) => Role::Eleve,
        }
    }

    pub(super) fn into_member(self) -> Member {
        match self.kind {
            Kind::Administrator => Member::administrator(self.account),
            Kind::Assistant => Member::assistant(self.account),
            Kind::Coach(profile) => Member::coach(self.account, profile),
            Kind::Parent(profile) => Member::parent(self.account, profile),
            Kind::Pupil(profile) => Member::pupil(self.account, profile),
        }
    }
}

/// Everybody, parents before their children; `None` when a name of the school cannot be read, which a test excludes.
pub(super) fn entrants(calendar: &Calendar) -> Option<Vec<Entrant>> {
    let mut entrants = vec![
        entrant(calendar, ADMINISTRATOR, None, 300, Kind::Administrator)?,
        entrant(calendar, ASSISTANT, Some("+216 70 000 100"), 290, Kind::Assistant)?,
    ];
    for teacher in &COACHES {
        let profile = Kind::Coach(coach_profile(teacher)?);
        entrants.push(entrant(calendar, teacher.who, None, 250, profile)?);
    }
    for household in &HOUSEHOLDS {
        let parent = ParentId::parse(format!("seed-parent-{}", household.parent.slug)).ok()?;
        let days = if household.children.iter().all(|child| child.activated) { 220 } else { 1 };
        let profile = Kind::Parent(parent_profile(household, parent.clone()));
        entrants.push(entrant(calendar, household.parent, Some(household.phone), days, profile)?);
        for child in household.children {
            let profile = Kind::Pupil(pupil_profile(calendar, child, parent.clone(), days)?);
            let mut pupil = entrant(calendar, child.who, None, days, profile)?;
            pupil.is_open = child.activated;
            entrants.push(pupil);
        }
    }
    Some(entrants)
}

fn entrant(calendar: &Calendar, who: Someone, phone: Option<&str>, days: i64, kind: Kind) -> Option<Entrant> {
    let account = NewAccount {
        id: user_id(who.slug)?,
        email: EmailAddress::parse(&address(who.slug)).ok()?,
        first_name: who.first_name.to_owned(),
        last_name: who.last_name.to_owned(),
        phone: phone.map(str::to_owned),
        password: None,
        now: calendar.days_ago(days),
    };
    Some(Entrant { account, is_open: true, kind })
}

fn coach_profile(teacher: &Coach) -> Option<CoachProfile> {
    let subjects: Option<Vec<_>> =
        teacher.subjects.iter().map(|subject| SchoolSubject::parse(subject)).collect();
    Some(CoachProfile {
        title: Some(teacher.title.to_owned()),
        tag: Some(teacher.tag.to_owned()),
        description: Some(teacher.description.to_owned()),
        philosophy: Some(teacher.philosophy.to_owned()),
        expertise: Some(teacher.expertise.to_owned()),
        subjects: subjects?,
        ..CoachProfile::new(CoachId::parse(coach(teacher.who.slug)).ok()?, teacher.pseudonym.to_owned())
    })
}

fn parent_profile(household: &Household, id: ParentId) -> ParentProfile {
    ParentProfile {
        city: Some(household.city.to_owned()),
        country: Some(household.country.to_owned()),
        ..ParentProfile::new(id)
    }
}

fn pupil_profile(calendar: &Calendar, child: &Child, guardian: ParentId, days: i64) -> Option<PupilProfile> {
    Some(PupilProfile {
        id: StudentId::parse(student(child.who.slug)).ok()?,
        guardian,
        grade: Some(child.grade.to_owned()),
        school: Some(child.school.to_owned()),
        birth_date: calendar.today.checked_sub(Span::new().years(child.age).months(4)).ok(),
        registered_at: calendar.days_ago(days),
    })
}
