//! Every use-case, with the n-th call of its database failing, for every n.
//!
//! Whoever is told that it failed sends the same thing again, with the same key, until it is done: what is then there is what
//! one undisturbed time leaves, and before it was nothing of it.

use crate::acts::{ACTS, Act, Outcome, Step};
use crate::school::{School, rounds};
use crate::whole::assert_whole;
use jiff::SignedDuration;
use nexus_store::interruptions::Interruption;
use nexus_tests::Backing;
use nexus_tests::dump::{Contents, Dump};
use nexus_tests::rows::{Database, all};

/// More calls than any use-case makes.
const ENOUGH: u64 = 400;

/// Whose credits are how many, and how many things are in which state.
const STANDING: &str = r#"
SELECT 'wallet ' || "userId", CAST("balanceMilli" AS BIGINT) FROM credit_wallets
UNION ALL SELECT 'session ' || CAST("status" AS TEXT), count(*) FROM sessions GROUP BY "status"
UNION ALL SELECT 'seat ' || "state", count(*) FROM session_participants GROUP BY "state"
UNION ALL SELECT 'payment ' || CAST("status" AS TEXT), count(*) FROM payments GROUP BY "status"
UNION ALL SELECT 'record ' || "status", count(*) FROM payment_records GROUP BY "status"
UNION ALL SELECT 'subscription ' || CAST("status" AS TEXT), count(*) FROM subscriptions GROUP BY "status"
UNION ALL SELECT 'demand ' || CAST("status" AS TEXT), count(*) FROM subscription_requests GROUP BY "status"
UNION ALL SELECT 'request ' || "status", count(*) FROM credit_requests GROUP BY "status"
ORDER BY 1"#;

/// What an act leaves, without the ids and instants that differ from one time to the next.
#[derive(Debug, PartialEq, Eq)]
struct Result {
    rows: Vec<(String, i64)>,
    standing: Vec<(String, i64)>,
}

async fn result(database: &Database, contents: &Contents) -> Result {
    let rows = contents.counts().into_iter().map(|(table, count)| (table.to_owned(), count)).collect();
    Result { rows, standing: all(database, STANDING).await }
}

/// A school at the moment before an act.
struct Scene {
    school: School,
    step: Step,
    dump: Dump,
    before: Contents,
}

impl Scene {
    async fn set(backing: Backing, act: &Act) -> Self {
        let school = School::open(backing, 1, 3).await;
        let step = act.prepare(&school).await;
        let mut dump = Dump::of(&school.app.database()).await;
        let before = dump.read().await;
        Self { school, step, dump, before }
    }

    async fn result(&mut self) -> Result {
        result(&self.school.app.database(), &self.dump.read().await).await
    }

    /// Does it; a key whose execution was lost is waited for.
    async fn run(&self) -> Outcome {
        let outcome = self.step.run(&self.school).await;
        if outcome.code == "request_in_flight" {
            self.school.app.clock.advance(SignedDuration::from_mins(5));
            return self.step.run(&self.school).await;
        }
        outcome
    }
}

/// Returns how many calls the act makes.
async fn interrupt_everywhere(backing: Backing, act: &Act, how: Interruption) -> u64 {
    let name = act.name;
    let mut scene = Scene::set(backing, act).await;
    assert_whole(&scene.school.app, name).await;
    let outcome = scene.run().await;
    assert!((200..300).contains(&outcome.status), "{name}: {outcome:?}");
    let expected = scene.result().await;
    assert_whole(&scene.school.app, name).await;

    let mut scene = Scene::set(backing, act).await;
    for nth in 1..ENOUGH {
        let context = format!("{name} on {backing:?}, call {nth}: {how:?}");
        scene.school.app.interruptions.interrupt(nth, how);
        let outcome = scene.run().await;
        // What ends in the background (an answer that is kept) is awaited by the request.
        let calls = scene.school.app.interruptions.clear();
        let after = scene.dump.read().await;
        let changed = after.changed_since(&scene.before);
        if changed.is_empty() {
            assert!(outcome.status >= 500, "{context}: {outcome:?}");
            assert!(calls >= nth, "{context}: nothing was done, and nobody stood in the way");
            continue;
        }
        if scene.step.is_one_unit() {
            assert_eq!(
                result(&scene.school.app.database(), &after).await,
                expected,
                "{context}: {changed:?}"
            );
        }
        assert_whole(&scene.school.app, &context).await;
        // It is there, whether its sender knows or not: sent again, it stays what it is.
        let again = scene.run().await;
        assert!(again.status < 500, "{context}, again: {again:?}");
        assert_eq!(scene.result().await, expected, "{context}: {outcome:?}, then {again:?}");
        assert_whole(&scene.school.app, &context).await;
        if calls < nth {
            assert!((200..300).contains(&outcome.status), "{context}: {outcome:?}");
            return calls;
        }
        scene = Scene::set(backing, act).await;
    }
    panic!("{name} makes more than {ENOUGH} calls");
}

/// Small: one act of so many, others for each way to fail and each database.
const ONE_OF: usize = 9;

async fn every_act(backing: Backing, how: Interruption) {
    let first = match (how, backing) {
        // The hardest to be right about: tried on all of them even when small.
        (Interruption::AnswerLost, Backing::Sqlite) => None,
        (Interruption::AnswerLost, Backing::Postgres) => Some(0),
        (Interruption::Conflict, Backing::Sqlite) => Some(2),
        (Interruption::Conflict, Backing::Postgres) => Some(4),
        (Interruption::Gone, Backing::Sqlite) => Some(6),
        (Interruption::Gone, Backing::Postgres) => Some(8),
    };
    let (mut acts, mut calls) = (0, 0);
    for (place, act) in ACTS.iter().enumerate() {
        if rounds() == 1 && first.is_some_and(|first| place % ONE_OF != first) {
            continue;
        }
        let made = Box::pin(interrupt_everywhere(backing, act, how)).await;
        assert!(made > 3, "{}: {made} calls", act.name);
        acts += 1;
        calls += made;
    }
    eprintln!("{backing:?}, {how:?}: {acts} acts, each of their {calls} calls");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_leaves_nothing_behind_on_sqlite() {
    every_act(Backing::Sqlite, Interruption::Conflict).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_leaves_nothing_behind_on_postgres() {
    every_act(Backing::Postgres, Interruption::Conflict).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_connection_leaves_nothing_behind_on_sqlite() {
    every_act(Backing::Sqlite, Interruption::Gone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_connection_leaves_nothing_behind_on_postgres() {
    every_act(Backing::Postgres, Interruption::Gone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_doubles_nothing_on_sqlite() {
    every_act(Backing::Sqlite, Interruption::AnswerLost).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_doubles_nothing_on_postgres() {
    every_act(Backing::Postgres, Interruption::AnswerLost).await;
}
