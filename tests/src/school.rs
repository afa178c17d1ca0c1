//! A small school in which every relation of the table of rights can be told from its absence: two families, two coaches,
//! the office, and a published bilan of each pupil.

use crate::App;
use crate::sheets::one_answer;
use axum::http::Method;
use jiff::SignedDuration;
use nexus_core::{Actor, Clock, CoachId, ParentId, Role, StudentId, UserId};
use serde_json::json;
use std::fmt::Write;

/// The objects of one family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyObjects {
    /// The pupil.
    pub student: StudentId,
    /// The pupil's account.
    pub student_user: UserId,
    /// The parent's profile.
    pub parent: ParentId,
    /// The parent's account.
    pub parent_user: UserId,
    /// A published bilan of the pupil.
    pub bilan: String,
    /// A session of the pupil.
    pub session: String,
    /// The account of the coach who gives it.
    pub coach: String,
    /// What that coach says about his Sundays.
    pub availability: String,
    /// A leave of that coach.
    pub closure: String,
}

/// The school.
#[derive(Debug, Clone)]
pub struct School {
    /// The family of the pupil and the parent that act.
    pub own: FamilyObjects,
    /// Another family, whose pupil has no session with the coach that acts.
    pub other: FamilyObjects,
}

/// The coach that acts: he has a session with the own pupil.
const COACH: &str = "rights-coach";
/// Another coach, who has one with the other pupil.
const OTHER_COACH: &str = "rights-other-coach";

impl School {
    /// Founds the school in an empty system.
    pub async fn found(app: &App) -> Self {
        let (own, other) = (app.pupil("own").await, app.pupil("other").await);
        let now = app.clock.now();
        let soon = now.checked_add(SignedDuration::from_hours(72)).unwrap();
        let mut statements = String::new();
        for (id, role) in [
            ("rights-admin", "ADMIN"),
            ("rights-assistante", "ASSISTANTE"),
            (COACH, "COACH"),
            (OTHER_COACH, "COACH"),
        ] {
            write!(
                statements,
                r#"INSERT INTO users ("id", "email", "role", "firstName", "lastName", "createdAt", "updatedAt")
                   VALUES ('{id}', '{id}@example.test', '{role}', 'Prénom', 'Nom', {now}, {now});"#,
                now = app.instant(now)
            )
            .unwrap();
        }
        for (coach, student) in [(COACH, &own), (OTHER_COACH, &other)] {
            write!(
                statements,
                r#"INSERT INTO coach_profiles ("id", "userId", "pseudonym", "subjects", "createdAt", "updatedAt")
                   VALUES ('{coach}-profile', '{coach}', '{coach}', '["MATHEMATIQUES"]', {now}, {now});
                   INSERT INTO "CoachAvailability" ("id", "coachId", "dayOfWeek", "startTime", "endTime", "validFrom",
                                                    "createdAt", "updatedAt")
                   VALUES ('availability-{coach}', '{coach}', 0, '09:00', '10:00', {now}, {now}, {now});
                   INSERT INTO school_closures ("id", "coachId", "firstDay", "lastDay", "label", "createdAt")
                   VALUES ('closure-{coach}', '{coach}', {leave}, {leave}, 'Congé', {now});
                   INSERT INTO sessions ("id", "studentId", "coachId", "type", "subject", "title", "scheduledAt", "duration",
                                         "creditCost", "status", "createdAt", "updatedAt")
                   VALUES ('session-{coach}', '{student}', '{coach}-profile', 'COURS_ONLINE', 'MATHEMATIQUES', 'Suites',
                           {soon}, 60, 1, 'SCHEDULED', {now}, {now});"#,
                now = app.instant(now),
                soon = app.instant(soon),
                leave = app.instant("2027-08-16T00:00:00Z".parse().unwrap())
            )
            .unwrap();
        }
        write!(
            statements,
            r#"INSERT INTO credit_packs ("credits", "priceTnd", "priceMinor", "bonus", "updatedAt")
               VALUES (50, 500, 500000, 0, {now});"#,
            now = app.instant(now)
        )
        .unwrap();
        app.execute(&statements).await;
        Self {
            own: family(app, "own", own, COACH).await,
            other: family(app, "other", other, OTHER_COACH).await,
        }
    }

    /// Who acts, in a role, for the own family.
    pub fn actor(&self, role: Role) -> Actor {
        let user = |id: &str| UserId::parse(id).unwrap();
        match role {
            Role::Admin => Actor::without_profile(user("rights-admin"), role),
            Role::Assistante => Actor::without_profile(user("rights-assistante"), role),
            Role::Coach => Actor {
                coach: Some(CoachId::parse(format!("{COACH}-profile")).unwrap()),
                ..Actor::without_profile(user(COACH), role)
            },
            Role::Parent => Actor {
                parent: Some(self.own.parent.clone()),
                ..Actor::without_profile(self.own.parent_user.clone(), role)
            },
            Role::Eleve => Actor {
                student: Some(self.own.student.clone()),
                ..Actor::without_profile(self.own.student_user.clone(), role)
            },
        }
    }
}

async fn family(app: &App, name: &str, student: StudentId, coach: &str) -> FamilyObjects {
    let id = app.started(&student).await;
    let body = json!({"revision": 0, "answers": one_answer()});
    app.patch(&format!("/api/bilans/{id}/answers"), body).await.expect(200);
    app.post(&format!("/api/bilans/{id}/submit"), json!({"revision": 1})).await.expect(202);
    app.work().await;
    app.post(&format!("/api/bilans/{id}/review"), json!({"decision": "validate"})).await.expect(200);
    app.call(Method::POST, &format!("/api/bilans/{id}/publish"), None).await.expect(200);
    FamilyObjects {
        student,
        student_user: UserId::parse(format!("student-user-{name}")).unwrap(),
        parent: ParentId::parse(format!("parent-{name}")).unwrap(),
        parent_user: UserId::parse(format!("parent-user-{name}")).unwrap(),
        bilan: id,
        session: format!("session-{coach}"),
        coach: coach.to_owned(),
        availability: format!("availability-{coach}"),
        closure: format!("closure-{coach}"),
    }
}
