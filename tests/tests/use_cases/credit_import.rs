use jiff::{SignedDuration, Timestamp};
use nexus_core::invariants::{RULES, look_at};
use nexus_core::ledger::use_cases::{ImportedCredits, LedgerContext, import_former_credits};
use nexus_core::ledger::{LessonRefund, refund_lesson};
use nexus_core::testing::CountingIds;
use nexus_core::{Clock, SessionId, UserId};
use nexus_tests::rows::count;
use nexus_tests::{App, Backing};
use std::sync::Arc;

struct Former {
    app: App,
    ledger: LedgerContext,
}

impl Former {
    async fn new(backing: Backing) -> Self {
        let app = App::new_on(backing).await;
        for name in ["zoe", "ali"] {
            app.pupil(name).await;
        }
        let ledger = LedgerContext {
            store: app.store.clone(),
            clock: app.clock.clone(),
            ids: Arc::new(CountingIds::new("import")),
            zone: app.calendar.policy.zone.clone(),
        };
        Self { app, ledger }
    }

    fn ago(&self, days: i64) -> Timestamp {
        self.app.clock.now() - SignedDuration::from_hours(24 * days)
    }

    /// A row as the existing application writes it.
    async fn row(
        &self,
        id: &str,
        pupil: &str,
        kind: &str,
        amount: &str,
        days_ago: i64,
        more: (&str, Option<i64>),
    ) {
        let (lesson, ends) = more;
        let lesson = if lesson.is_empty() { "NULL".to_owned() } else { format!("'{lesson}'") };
        let ends = ends.map_or_else(|| "NULL".to_owned(), |days| self.app.instant(self.ago(days)));
        let at = self.app.instant(self.ago(days_ago));
        self.app
            .execute(&format!(
                r#"INSERT INTO credit_transactions ("id", "studentId", "type", "amount", "description", "sessionId", "expiresAt", "createdAt")
                   VALUES ('{id}', 'student-{pupil}', '{kind}', {amount}, 'Ligne {id}', {lesson}, {ends}, {at})"#
            ))
            .await;
    }

    async fn available(&self, pupil: &str) -> i64 {
        let now = self.app.clock.now();
        let mut tx = self.app.store.begin().await.unwrap();
        let owner = UserId::parse(format!("student-user-{pupil}")).unwrap();
        tx.lock_wallet(&owner, now).await.unwrap().available(now).milli()
    }
}

#[tokio::test]
async fn the_former_ledger_is_replayed_once_and_comes_out_right() {
    for backing in Backing::ALL {
        let former = Former::new(backing).await;
        // Eight were given, three used, five ended: nothing is left, whatever the row of expiry says.
        former.row("t1", "zoe", "MONTHLY_ALLOCATION", "8", 90, ("", Some(30))).await;
        former.row("t2", "zoe", "USAGE", "-3", 60, ("lesson1", None)).await;
        former.row("t3", "zoe", "EXPIRATION", "-8", 29, ("", None)).await;
        // Five were bought; a lesson was booked and given back, another one was not.
        former.row("t4", "zoe", "PURCHASE", "5", 20, ("", None)).await;
        former.row("t5", "zoe", "USAGE", "-1.25", 10, ("lesson2", None)).await;
        former.row("t6", "zoe", "REFUND", "1.25", 9, ("lesson2", None)).await;
        former.row("t7", "zoe", "USAGE", "-1.5", 8, ("lesson3", None)).await;
        // Never credits: what was asked for, and what was refused.
        former.row("t8", "zoe", "CREDIT_REQUEST", "100", 7, ("", None)).await;
        former.row("t9", "zoe", "CREDIT_REJECTED", "100", 7, ("", None)).await;
        // More was used than there was.
        former.row("u1", "ali", "CREDIT_ADD", "2", 20, ("", None)).await;
        former.row("u2", "ali", "USAGE", "-3", 10, ("lesson4", None)).await;

        let done = import_former_credits(&former.ledger).await.unwrap();
        assert_eq!(done, ImportedCredits { accounts: 2, rows: 7, short: 1 });
        assert_eq!((former.available("zoe").await, former.available("ali").await), (3_500, 0));
        let database = former.app.database();
        let skipped = r#"SELECT count(*) FROM credit_imports WHERE "outcome" = 'SKIPPED'"#;
        assert_eq!(count(&database, skipped).await, 3);

        // Once is once; what is written later is taken over later.
        assert_eq!(import_former_credits(&former.ledger).await.unwrap(), ImportedCredits::default());
        former.row("u3", "ali", "PURCHASE", "4", 1, ("", None)).await;
        assert_eq!(import_former_credits(&former.ledger).await.unwrap().rows, 1);
        assert_eq!(former.available("ali").await, 4_000);

        // A lesson of before that is called off now gives back what it took.
        let now = former.app.clock.now();
        let mut tx = former.app.store.begin().await.unwrap();
        let refund = LessonRefund {
            lesson: SessionId::parse("lesson3").unwrap(),
            description: "Annulé".to_owned(),
            actor: "system".to_owned(),
        };
        assert!(refund_lesson(tx.as_mut(), &refund, now).await.unwrap().is_some());
        tx.commit().await.unwrap();
        assert_eq!(former.available("zoe").await, 5_000);

        for rule in RULES.iter().filter(|rule| rule.name.contains("balance") || rule.name.contains("lot")) {
            let finding = look_at(&*former.app.store, *rule, now, 10).await.unwrap();
            assert!(finding.ok, "{}: {:?}", rule.name, finding.ids);
        }
    }
}
