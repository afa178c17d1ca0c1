//! Lessons around today, the weeks of the coaches, and the credits that lessons cost.

use super::calendar::Calendar;
use super::people::COACHES;
use super::{coach, student, user};
use jiff::{SignedDuration, Timestamp};
use nexus_core::seed::{SeedRow, SeedValue};

/// A lesson.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lesson {
    pub(super) slug: &'static str,
    pub(super) pupil: &'static str,
    pub(super) coach: &'static str,
    pub(super) kind: Kind,
    pub(super) subject: &'static str,
    title: &'static str,
    /// Open days from today, and hour of the clock.
    when: (i32, i8),
    minutes: i64,
    pub(super) status: &'static str,
    report: Option<&'static str>,
}

/// How a lesson is given; decision 7 has the prices.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Online,
    OnSite,
    Workshop,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Online => "COURS_ONLINE",
            Self::OnSite => "COURS_PRESENTIEL",
            Self::Workshop => "ATELIER_GROUPE",
        }
    }
}

impl Lesson {
    /// What it costs, in thousandths of a credit.
    pub(super) const fn cost(&self) -> i64 {
        match self.kind {
            Kind::Online => 1_000 * self.minutes / 60,
            Kind::OnSite => 1_250 * self.minutes / 60,
            Kind::Workshop => 1_500,
        }
    }

    pub(super) fn id(&self) -> String {
        format!("seed-session-{}", self.slug)
    }

    pub(super) fn starts(&self, calendar: &Calendar) -> Timestamp {
        calendar.at(self.when.0, self.when.1)
    }

    /// When it was booked: a week ahead, and never in the future.
    pub(super) fn booked(&self, calendar: &Calendar) -> Timestamp {
        before(self.starts(calendar), 7 * 24).min(calendar.days_ago(1))
    }

    /// When a lesson that will not be given was cancelled.
    pub(super) fn cancelled(&self, calendar: &Calendar) -> Timestamp {
        before(self.starts(calendar), 30)
    }
}

fn before(instant: Timestamp, hours: i64) -> Timestamp {
    instant.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(instant)
}

#[rustfmt::skip]
pub(super) const LESSONS: [Lesson; 14] = [
    Lesson { slug: "aya-1", pupil: "aya", coach: "helios", kind: Kind::Online, subject: "MATHEMATIQUES", title: "Suites et récurrence", when: (-10, 17), minutes: 60, status: "COMPLETED", report: Some("La récurrence est comprise ; reste à soigner l'hérédité à l'écrit.") },
    Lesson { slug: "aya-2", pupil: "aya", coach: "zenon", kind: Kind::Online, subject: "NSI", title: "Récursivité", when: (-5, 17), minutes: 60, status: "COMPLETED", report: Some("Écrit seule une fonction récursive sur une liste.") },
    Lesson { slug: "aya-3", pupil: "aya", coach: "helios", kind: Kind::Online, subject: "MATHEMATIQUES", title: "Limites de fonctions", when: (-3, 18), minutes: 60, status: "CANCELLED", report: None },
    Lesson { slug: "aya-4", pupil: "aya", coach: "helios", kind: Kind::Online, subject: "MATHEMATIQUES", title: "Limites de fonctions", when: (1, 17), minutes: 60, status: "CONFIRMED", report: None },
    Lesson { slug: "aya-5", pupil: "aya", coach: "zenon", kind: Kind::Online, subject: "NSI", title: "Arbres binaires", when: (4, 17), minutes: 60, status: "SCHEDULED", report: None },
    Lesson { slug: "louise-1", pupil: "louise", coach: "moliere", kind: Kind::Online, subject: "FRANCAIS", title: "Explication linéaire", when: (-12, 10), minutes: 60, status: "COMPLETED", report: Some("Bonne lecture ; les transitions sont à préparer.") },
    Lesson { slug: "louise-2", pupil: "louise", coach: "clio", kind: Kind::Workshop, subject: "SES", title: "Atelier : lire un graphique", when: (-6, 14), minutes: 120, status: "COMPLETED", report: Some("A mené le groupe sur le second exercice.") },
    Lesson { slug: "louise-3", pupil: "louise", coach: "moliere", kind: Kind::OnSite, subject: "FRANCAIS", title: "Dissertation : le plan", when: (-2, 10), minutes: 120, status: "COMPLETED", report: Some("Trois plans défendables en deux heures.") },
    Lesson { slug: "louise-4", pupil: "louise", coach: "shakespeare", kind: Kind::Online, subject: "ANGLAIS", title: "Expression orale", when: (2, 10), minutes: 60, status: "CONFIRMED", report: None },
    Lesson { slug: "louise-5", pupil: "louise", coach: "moliere", kind: Kind::Online, subject: "FRANCAIS", title: "Oral blanc", when: (6, 10), minutes: 60, status: "SCHEDULED", report: None },
    Lesson { slug: "rayan-1", pupil: "rayan", coach: "hippocrate", kind: Kind::Online, subject: "PHYSIQUE_CHIMIE", title: "Séance d'essai", when: (-4, 16), minutes: 60, status: "NO_SHOW", report: None },
    Lesson { slug: "rayan-2", pupil: "rayan", coach: "hippocrate", kind: Kind::Online, subject: "PHYSIQUE_CHIMIE", title: "Séance d'essai (report)", when: (3, 16), minutes: 60, status: "RESCHEDULED", report: None },
    Lesson { slug: "yassine-1", pupil: "yassine", coach: "helios", kind: Kind::Online, subject: "MATHEMATIQUES", title: "Dérivation", when: (-80, 18), minutes: 60, status: "COMPLETED", report: Some("Les automatismes sont là.") },
    Lesson { slug: "yassine-2", pupil: "yassine", coach: "cervantes", kind: Kind::Online, subject: "ESPAGNOL", title: "Comprensión oral", when: (-70, 15), minutes: 60, status: "COMPLETED", report: Some("À l'aise dès que le sujet l'intéresse.") },
];

pub(super) fn rows(calendar: &Calendar) -> Vec<SeedRow> {
    let lessons = LESSONS.iter().map(|lesson| session(lesson, calendar));
    let weeks = COACHES.iter().flat_map(|coach| {
        coach.week.iter().map(|(day, from, to)| {
            SeedRow::of("CoachAvailability")
                .with("id", format!("seed-availability-{}-{day}", coach.who.slug))
                .with("coachId", user(coach.who.slug))
                .with("dayOfWeek", *day)
                .with("startTime", format!("{from:02}:00"))
                .with("endTime", format!("{to:02}:00"))
                .with("validFrom", calendar.days_ago(250))
                .with("createdAt", calendar.days_ago(250))
                .with("updatedAt", calendar.days_ago(250))
        })
    });
    weeks.chain(lessons).collect()
}

/// What the record of each pupil with lessons sums up: lessons, lessons that were given.
pub(super) fn totals() -> Vec<(&'static str, SeedRow)> {
    let mut pupils: Vec<&str> = LESSONS.iter().map(|lesson| lesson.pupil).collect();
    pupils.dedup();
    let count = |pupil: &str, counted: &dyn Fn(&Lesson) -> bool| {
        let lessons = LESSONS.iter().filter(|lesson| lesson.pupil == pupil && counted(lesson)).count();
        i64::try_from(lessons).unwrap_or(i64::MAX)
    };
    let of = |pupil| {
        let row = SeedRow::of("students")
            .with("totalSessions", count(pupil, &|_| true))
            .with("completedSessions", count(pupil, &|lesson| lesson.status == "COMPLETED"));
        (pupil, row)
    };
    pupils.into_iter().map(of).collect()
}

fn session(lesson: &Lesson, calendar: &Calendar) -> SeedRow {
    let booked = lesson.booked(calendar);
    let row = SeedRow::of("sessions")
        .with("id", lesson.id())
        .with("studentId", student(lesson.pupil))
        .with("coachId", coach(lesson.coach))
        .with("type", SeedValue::Word(lesson.kind.word()))
        .with("subject", SeedValue::Word(lesson.subject))
        .with("title", lesson.title)
        .with("scheduledAt", lesson.starts(calendar))
        .with("duration", lesson.minutes)
        .with("creditCost", super::decimal_credits(lesson.cost()))
        .with("status", SeedValue::Word(lesson.status))
        .with("createdAt", booked);
    match lesson.report {
        Some(report) => {
            let told = lesson.starts(calendar).checked_add(SignedDuration::from_hours(3)).unwrap_or(booked);
            row.with("report", report).with("reportedAt", told).with("updatedAt", told)
        }
        None => row.with("updatedAt", booked),
    }
}
