//! Durable jobs.

use super::Fixture;
use jiff::SignedDuration;
use nexus_core::{
    ClaimedJob, Clock, Family, JobId, JobKind, JobOutcome, JobState, LeaseError, NewJob, ParentId, Person,
    UserId,
};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const LEASE: SignedDuration = SignedDuration::from_secs(30);
const KINDS: &[JobKind] = &[JobKind::ProcessBilan];

fn job(fixture: &Fixture, name: &str) -> NewJob {
    NewJob {
        id: JobId::parse(format!("job-{name}")).unwrap(),
        kind: JobKind::ProcessBilan,
        subject: format!("bilan-{name}"),
        unique_key: format!("key-{name}"),
        run_at: fixture.clock.now(),
    }
}

async fn enqueue(fixture: &Fixture, job: &NewJob) -> bool {
    let mut tx = fixture.store.begin().await.unwrap();
    let written = tx.enqueue(job).await.unwrap();
    tx.commit().await.unwrap();
    written
}

async fn claim(fixture: &Fixture) -> Option<ClaimedJob> {
    fixture.store.claim(KINDS, fixture.clock.now(), LEASE).await.unwrap()
}

async fn state(fixture: &Fixture, key: &str) -> (JobState, Option<String>) {
    fixture.store.begin().await.unwrap().job_state(key).await.unwrap().expect("the job exists")
}

/// The same cause sent twice gives one job.
pub async fn one_job_per_key(fixture: &Fixture) {
    let first = job(fixture, "a");
    assert!(enqueue(fixture, &first).await);
    let again = NewJob { id: JobId::parse("job-other").unwrap(), ..first };
    assert!(!enqueue(fixture, &again).await);
    assert_eq!(claim(fixture).await.unwrap().id.as_str(), "job-a");
    assert!(claim(fixture).await.is_none());
}

/// While a lease runs nobody else gets the job; when it ends, somebody does, one attempt later.
pub async fn a_claimed_job_is_nobody_elses(fixture: &Fixture) {
    enqueue(fixture, &job(fixture, "a")).await;
    let first = claim(fixture).await.unwrap();
    assert_eq!((first.attempt, first.subject.as_str()), (1, "bilan-a"));
    assert!(claim(fixture).await.is_none());

    fixture.clock.advance(SignedDuration::from_secs(20));
    let until = fixture.clock.now().checked_add(LEASE).unwrap();
    fixture.store.extend(&first, until).await.unwrap();
    fixture.clock.advance(SignedDuration::from_secs(20));
    assert!(claim(fixture).await.is_none(), "the lease was extended");

    fixture.clock.advance(SignedDuration::from_secs(20));
    let second = claim(fixture).await.expect("the lease has ended");
    assert_eq!((second.id.as_str(), second.attempt), ("job-a", 2));
    assert_ne!(second.token, first.token);
}

/// A worker that lost its lease can neither extend nor settle, and what it wrote beside is dropped.
pub async fn a_lost_lease_settles_nothing(fixture: &Fixture) {
    enqueue(fixture, &job(fixture, "a")).await;
    let lost = claim(fixture).await.unwrap();
    fixture.clock.advance(SignedDuration::from_secs(31));
    let held = claim(fixture).await.unwrap();

    assert!(matches!(fixture.store.extend(&lost, fixture.clock.now()).await, Err(LeaseError::LeaseLost)));
    assert!(matches!(fixture.store.settle_alone(&lost, &JobOutcome::Done).await, Err(LeaseError::LeaseLost)));
    let mut tx = fixture.store.begin().await.unwrap();
    assert!(matches!(tx.settle(&lost, &JobOutcome::Done).await, Err(LeaseError::LeaseLost)));
    drop(tx);

    fixture.store.settle_alone(&held, &JobOutcome::Done).await.unwrap();
    assert_eq!(state(fixture, "key-a").await.0, JobState::Done);
    assert!(matches!(fixture.store.settle_alone(&held, &JobOutcome::Done).await, Err(LeaseError::LeaseLost)));
}

/// Settling and writing commit together or not at all.
pub async fn settles_with_what_it_wrote(fixture: &Fixture) {
    enqueue(fixture, &job(fixture, "a")).await;
    let held = claim(fixture).await.unwrap();
    let parent = Family {
        id: ParentId::parse("p").unwrap(),
        parent: Person {
            id: UserId::parse("u").unwrap(),
            email: "u@example.test".into(),
            first_name: "U".into(),
            last_name: "V".into(),
        },
    };
    let mut tx = fixture.store.begin().await.unwrap();
    tx.save_family(&parent).await.unwrap();
    tx.settle(&held, &JobOutcome::Quarantine { reason: "too bad".into() }).await.unwrap();
    drop(tx);
    assert_eq!(fixture.store.count_people().await.unwrap(), 0);
    assert_eq!(state(fixture, "key-a").await.0, JobState::Pending);

    let mut tx = fixture.store.begin().await.unwrap();
    tx.save_family(&parent).await.unwrap();
    tx.settle(&held, &JobOutcome::Quarantine { reason: "too bad".into() }).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fixture.store.count_people().await.unwrap(), 1);
    assert_eq!(state(fixture, "key-a").await, (JobState::Quarantined, Some("too bad".into())));
    fixture.clock.advance(SignedDuration::from_hours(24));
    assert!(claim(fixture).await.is_none(), "a quarantined job waits for a person");
}

/// A job is not claimed before its time, and a retry waits for its own.
pub async fn waits_for_its_time(fixture: &Fixture) {
    let now = fixture.clock.now();
    let later =
        NewJob { run_at: now.checked_add(SignedDuration::from_secs(10)).unwrap(), ..job(fixture, "a") };
    enqueue(fixture, &later).await;
    assert!(claim(fixture).await.is_none());
    fixture.clock.advance(SignedDuration::from_secs(10));
    let held = claim(fixture).await.unwrap();
    let at = fixture.clock.now().checked_add(SignedDuration::from_secs(5)).unwrap();
    fixture.store.settle_alone(&held, &JobOutcome::Retry { at, reason: "busy".into() }).await.unwrap();
    assert_eq!(state(fixture, "key-a").await, (JobState::Pending, Some("busy".into())));
    assert!(claim(fixture).await.is_none());
    fixture.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(claim(fixture).await.unwrap().attempt, 2);
}

/// Eight workers claim forty jobs at once: every job once, none twice.
pub async fn workers_race_for_jobs(fixture: &Fixture) {
    for number in 0..40 {
        enqueue(fixture, &job(fixture, &number.to_string())).await;
    }
    let start = Arc::new(Barrier::new(8));
    let mut workers = JoinSet::new();
    for _ in 0..8 {
        let (store, start, now) = (Arc::clone(&fixture.store), Arc::clone(&start), fixture.clock.now());
        workers.spawn(async move {
            start.wait().await;
            let mut claimed = Vec::new();
            while let Some(job) = store.claim(KINDS, now, LEASE).await.unwrap() {
                claimed.push(job.id.to_string());
            }
            claimed
        });
    }
    let all: Vec<_> = workers.join_all().await.into_iter().flatten().collect();
    assert_eq!(all.len(), 40);
    assert_eq!(all.into_iter().collect::<HashSet<_>>().len(), 40);
}
