//! Coaches who can be booked all week, pupils with credits.

use jiff::{SignedDuration, Timestamp};
use nexus_core::calendar::use_cases::CalendarError;
use nexus_core::calendar::use_cases::{BookSession, PlannedDay, book, replace_weekly};
use nexus_core::calendar::{
    ClockRange, ClockTime, Interval, PlannedRange, ServiceType, Session, day_from_sunday,
};
use nexus_core::identity::use_cases::Behalf;
use nexus_core::ledger::{Credits, Grant, LotOrigin, grant};
use nexus_core::rights::{Action, Permit, authorize};
use nexus_core::{Actor, Clock, CoachId, Coded, ParentId, Role, SchoolSubject, StudentId, UserId};
use nexus_tests::{App, Backing};

/// How many times larger than usual.
#[allow(clippy::disallowed_methods)] // whoever runs the proofs says how long they may take
pub(crate) fn rounds() -> usize {
    std::env::var("NEXUS_CALENDAR_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

pub(crate) struct School {
    pub(crate) app: App,
}

/// A time of day on a day of September 2026, as the clocks of Tunis show it: the present is Monday 14, 09:30.
pub(crate) fn at(day: u8, time: &str) -> Timestamp {
    format!("2026-09-{day:02}T{time}:00+01:00").parse().unwrap()
}

pub(crate) fn lesson(start: Timestamp, minutes: u16) -> Interval {
    Interval::from_minutes(start, minutes).unwrap()
}

impl School {
    /// With coaches `coach-0`… and pupils `p0`… with twenty credits each.
    pub(crate) async fn open(backing: Backing, coaches: usize, pupils: usize) -> Self {
        Self::furnish(App::new_on(backing).await, coaches, pupils).await
    }

    /// As [`Self::open`], in an empty system.
    pub(crate) async fn furnish(app: App, coaches: usize, pupils: usize) -> Self {
        let school = Self { app };
        school.account("office", "ASSISTANTE").await;
        school.account("admin", "ADMIN").await;
        for number in 0..coaches {
            school.coach(&format!("coach-{number}")).await;
        }
        for number in 0..pupils {
            let name = format!("p{number}");
            school.app.pupil(&name).await;
            school.credit(&name, 20).await;
        }
        school
    }

    async fn account(&self, id: &str, role: &str) {
        let now = self.app.instant(self.app.clock.now());
        self.app
            .execute(&format!(
                r#"INSERT INTO users ("id", "email", "role", "firstName", "lastName", "createdAt", "updatedAt")
                   VALUES ('{id}', '{id}@example.test', '{role}', 'Samia', 'Trabelsi', {now}, {now})"#
            ))
            .await;
    }

    async fn coach(&self, id: &str) {
        self.account(id, "COACH").await;
        let now = self.app.instant(self.app.clock.now());
        self.app
            .execute(&format!(
                r#"INSERT INTO coach_profiles ("id", "userId", "pseudonym", "subjects", "createdAt", "updatedAt")
                   VALUES ('{id}-profile', '{id}', '{id}', '["MATHEMATIQUES","NSI"]', {now}, {now})"#
            ))
            .await;
        let [start, end] = ["00:00", "23:59"].map(|text| ClockTime::parse(text).unwrap());
        let range = ClockRange::new(start, end).unwrap();
        let days: Vec<_> = (0..7)
            .filter_map(day_from_sunday)
            .map(|day| PlannedDay { day, ranges: vec![PlannedRange { range, open: true }] })
            .collect();
        let permit = Permit::system(Action::ManageAvailability);
        replace_weekly(&self.app.calendar, Behalf::of(&permit), id, &days, (None, None)).await.unwrap();
    }

    /// Gives a pupil credits.
    pub(crate) async fn credit(&self, pupil: &str, count: i64) {
        let now = self.app.clock.now();
        let mut tx = self.app.store.begin().await.unwrap();
        let gift = Grant {
            owner: UserId::parse(format!("student-user-{pupil}")).unwrap(),
            origin: LotOrigin::Purchase,
            amount: Credits::whole(count).unwrap(),
            expires_at: None,
            key: format!("gift:{pupil}:{count}"),
            description: "Essai".to_owned(),
            actor: "system".to_owned(),
        };
        grant(tx.as_mut(), &gift, now).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// What a pupil has left, in thousandths of a credit: the sum of his movements.
    pub(crate) async fn balance(&self, pupil: &str) -> i64 {
        let owner = UserId::parse(format!("student-user-{pupil}")).unwrap();
        let now = self.app.clock.now();
        let mut tx = self.app.store.begin().await.unwrap();
        let wallet = tx.lock_wallet(&owner, now).await.unwrap();
        wallet.available(now).milli()
    }

    pub(crate) async fn count(&self, query: &'static str) -> i64 {
        nexus_tests::rows::count(&self.app.database(), query).await
    }

    pub(crate) async fn text(&self, query: &'static str) -> String {
        nexus_tests::rows::one(&self.app.database(), query).await
    }

    /// The permit of a pupil's parent, of the pupil, of a coach or of the office.
    pub(crate) fn permit(&self, who: &str, action: Action) -> Permit {
        authorize(Some(&Self::actor(who)), action, self.app.clock.now()).unwrap()
    }

    pub(crate) fn actor(who: &str) -> Actor {
        let user = |id: String| UserId::parse(id).unwrap();
        if let Some(name) = who.strip_prefix("parent-") {
            let parent = Some(ParentId::parse(format!("parent-{name}")).unwrap());
            Actor { parent, ..Actor::without_profile(user(format!("parent-user-{name}")), Role::Parent) }
        } else if who.starts_with("coach-") {
            let coach = Some(CoachId::parse(format!("{who}-profile")).unwrap());
            Actor { coach, ..Actor::without_profile(user(who.to_owned()), Role::Coach) }
        } else if who == "office" {
            Actor::without_profile(user(who.to_owned()), Role::Assistante)
        } else if who == "admin" {
            Actor::without_profile(user(who.to_owned()), Role::Admin)
        } else {
            let student = Some(StudentId::parse(format!("student-{who}")).unwrap());
            Actor { student, ..Actor::without_profile(user(format!("student-user-{who}")), Role::Eleve) }
        }
    }

    /// Books for a pupil, in his name.
    pub(crate) async fn book(
        &self,
        pupil: &str,
        coach: &str,
        when: Interval,
    ) -> Result<Session, CalendarError> {
        let permit = self.permit(pupil, Action::BookSession);
        book(&self.app.calendar, Behalf::of(&permit), &command(pupil, coach, when)).await
    }

    pub(crate) fn later(&self, hours: i64) {
        self.app.clock.advance(SignedDuration::from_hours(hours));
    }
}

pub(crate) fn command(pupil: &str, coach: &str, when: Interval) -> BookSession {
    BookSession {
        coach: format!("{coach}-profile"),
        student: format!("student-{pupil}"),
        subject: SchoolSubject::Mathematiques,
        service: ServiceType::Online,
        modality: None,
        seats: 1,
        room: None,
        title: "Suites".to_owned(),
        description: None,
        lesson: when,
    }
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, CalendarError>) -> &'static str {
    result.map_or_else(|error| error.code().as_str(), |value| panic!("{value:?}"))
}

impl School {
    /// A workshop that the office opens with a first pupil.
    pub(crate) async fn workshop(&self, pupil: &str, coach: &str, start: Timestamp, seats: usize) -> Session {
        let permit = self.permit("office", Action::BookSession);
        let command = BookSession {
            service: ServiceType::Workshop,
            modality: Some(nexus_core::calendar::Modality::Online),
            seats: u32::try_from(seats).unwrap(),
            ..command(pupil, coach, lesson(start, 120))
        };
        book(&self.app.calendar, Behalf::of(&permit), &command).await.unwrap()
    }

    /// The lessons that take time.
    pub(crate) async fn active(&self) -> Vec<nexus_core::SessionId> {
        use nexus_core::calendar::{SessionFilter, SessionStatus};
        let filter = SessionFilter { status: Some(SessionStatus::Scheduled), ..SessionFilter::default() };
        let page = nexus_core::Page::new(1, 100);
        let scope = nexus_core::rights::Scope::Any;
        let (views, _) = self.app.calendar.store.sessions(&filter, &scope, page).await.unwrap();
        views.into_iter().map(|view| view.session.id).collect()
    }
}
