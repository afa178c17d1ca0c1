//! A school in which many lessons can be booked: as many coaches as pupils, and a pair of them for each caller.

use crate::Failure;
use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp, ToSpan};
use nexus_core::calendar::use_cases::{BookSession, PlannedDay, book, replace_weekly};
use nexus_core::calendar::{ClockRange, ClockTime, Interval, PlannedRange, ServiceType};
use nexus_core::identity::use_cases::Behalf;
use nexus_core::ledger::{Credits, Grant, LotOrigin, grant};
use nexus_core::rights::{Action, Permit, authorize};
use nexus_core::{Actor, Clock, Role, SchoolSubject, StudentId, UserId};
use nexus_runtime::SystemClock;
use nexus_tests::{App, Backing};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Lessons of an hour on one day.
const A_DAY: usize = 12;
/// Days of lessons: two months and a half, Sundays left out.
const DAYS: usize = 60;

/// The school.
#[derive(Clone)]
pub struct School {
    /// The wired system.
    pub app: Arc<App>,
    booked: Arc<Vec<AtomicUsize>>,
}

impl School {
    /// With so many pairs of a coach and a pupil.
    ///
    /// # Errors
    /// The store refused.
    pub async fn open(backing: Backing, pairs: usize) -> Result<Self, Failure> {
        Self::fill(App::new_on(backing).await, pairs).await
    }

    /// As [`Self::open`], on a server's database at the present of this machine, where another process can book.
    ///
    /// # Errors
    /// The same.
    pub async fn open_today(pairs: usize) -> Result<Self, Failure> {
        let app = App::on_postgres().await;
        app.clock.advance(app.clock.now().duration_until(SystemClock.now()));
        Self::fill(app, pairs).await
    }

    async fn fill(app: App, pairs: usize) -> Result<Self, Failure> {
        let app = Arc::new(app);
        for pair in 0..pairs {
            app.pupil(&format!("p{pair}")).await;
            coach(&app, pair).await?;
            credit(&app, pair).await?;
        }
        // Who has no password has not opened his account yet, and no session of his counts.
        app.execute(r#"UPDATE users SET "password" = 'hash of ' || "id""#).await;
        Ok(Self { app, booked: Arc::new((0..pairs).map(|_| AtomicUsize::new(0)).collect()) })
    }

    /// The time of the next lesson of a pair.
    fn next(&self, pair: usize) -> Option<Interval> {
        let number = self.booked.get(pair)?.fetch_add(1, Ordering::Relaxed);
        let first = self.app.clock.now().to_zoned(self.app.calendar.policy.zone.clone()).date();
        // Two weeks of six days are one of twelve: Sundays are passed over.
        let mut day = first.tomorrow().ok()?;
        for _ in 0..number / A_DAY {
            day = day.tomorrow().ok()?;
            if day.weekday() == Weekday::Sunday {
                day = day.tomorrow().ok()?;
            }
        }
        let hour = i8::try_from(8 + number % A_DAY).ok()?;
        let start = day.at(hour, 0, 0, 0).to_zoned(self.app.calendar.policy.zone.clone()).ok()?;
        (number < A_DAY * DAYS).then(|| Interval::from_minutes(start.timestamp(), 60)).flatten()
    }

    /// What the page sends for the next lesson of a pair.
    pub fn next_request(&self, pair: usize) -> Option<String> {
        let start = self.next(pair)?.start().to_zoned(self.app.calendar.policy.zone.clone());
        Some(format!(
            r#"{{"coachId":"c{pair}-profile","studentId":"student-p{pair}","subject":"MATHEMATIQUES","scheduledDate":"{}","startTime":"{:02}:00","duration":60,"creditsToUse":1,"title":"Suites"}}"#,
            start.date(),
            start.hour()
        ))
    }

    /// Who a pupil is.
    ///
    /// # Errors
    /// Never: the identifiers are well formed.
    pub fn pupil(pair: usize) -> Result<Actor, Failure> {
        let student = Some(StudentId::parse(format!("student-p{pair}"))?);
        let user = UserId::parse(format!("student-user-p{pair}"))?;
        Ok(Actor { student, ..Actor::without_profile(user, Role::Eleve) })
    }

    /// Books the next lesson of a pair, in the name of the pupil.
    ///
    /// # Errors
    /// It was refused.
    pub async fn book(&self, pair: usize) -> Result<(), Failure> {
        let permit = authorize(Some(&Self::pupil(pair)?), Action::BookSession, self.app.clock.now())?;
        let command = BookSession {
            coach: format!("c{pair}-profile"),
            student: format!("student-p{pair}"),
            subject: SchoolSubject::Mathematiques,
            service: ServiceType::Online,
            modality: None,
            seats: 1,
            room: None,
            title: "Suites".to_owned(),
            description: None,
            lesson: self.next(pair).ok_or("every lesson is booked")?,
        };
        book(&self.app.calendar, Behalf::of(&permit), &command).await?;
        Ok(())
    }

    /// A date and a time that is some days from now.
    pub fn day(&self, days: i64) -> Timestamp {
        self.app.clock.now() + SignedDuration::from_hours(24 * days)
    }
}

async fn coach(app: &App, pair: usize) -> Result<(), Failure> {
    let now = app.instant(app.clock.now());
    app.execute(&format!(
        r#"INSERT INTO users ("id", "email", "role", "firstName", "lastName", "createdAt", "updatedAt")
           VALUES ('c{pair}', 'c{pair}@example.test', 'COACH', 'Samia', 'Trabelsi', {now}, {now});
           INSERT INTO coach_profiles ("id", "userId", "pseudonym", "subjects", "createdAt", "updatedAt")
           VALUES ('c{pair}-profile', 'c{pair}', 'c{pair}', '["MATHEMATIQUES"]', {now}, {now})"#
    ))
    .await;
    let [start, end] = ["08:00", "20:00"].map(ClockTime::parse);
    let range = ClockRange::new(start?, end?).ok_or("a range that is none")?;
    let days: Vec<_> = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
    ]
    .into_iter()
    .map(|day| PlannedDay { day, ranges: vec![PlannedRange { range, open: true }] })
    .collect();
    let permit = Permit::system(Action::ManageAvailability);
    replace_weekly(&app.calendar, Behalf::of(&permit), &format!("c{pair}"), &days, (None, None)).await?;
    Ok(())
}

async fn credit(app: &App, pair: usize) -> Result<(), Failure> {
    let mut tx = app.store.begin().await?;
    let gift = Grant {
        owner: UserId::parse(format!("student-user-p{pair}"))?,
        origin: LotOrigin::Purchase,
        amount: Credits::whole(5_000).ok_or("too many credits")?,
        expires_at: app
            .clock
            .now()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .checked_add(1.year())?
            .timestamp()
            .into(),
        key: "gift".to_owned(),
        description: "Mesure".to_owned(),
        actor: "system".to_owned(),
    };
    grant(tx.as_mut(), &gift, app.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}
