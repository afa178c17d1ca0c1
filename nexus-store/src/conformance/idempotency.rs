//! Requests that carry an idempotency key.

use super::Fixture;
use jiff::SignedDuration;
use nexus_core::audit::{AuditEvent, RequestMark};
use nexus_core::{
    AnswerHeader, Checksum, Clock, IdempotencyClaim, IdempotencyStart, IdempotencyTerm, StoreError,
    StoredAnswer,
};
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const LEASE: SignedDuration = SignedDuration::from_secs(45);
const KEPT: SignedDuration = SignedDuration::from_hours(24);

fn claim(key: &str, content: &str, token: &str) -> IdempotencyClaim {
    IdempotencyClaim {
        scope: Checksum::of_bytes(key.as_bytes()),
        fingerprint: Checksum::of_bytes(content.as_bytes()),
        token: token.to_owned(),
    }
}

fn term(fixture: &Fixture) -> IdempotencyTerm {
    let now = fixture.clock.now();
    IdempotencyTerm {
        now,
        lease_until: now.checked_add(LEASE).unwrap(),
        expires_at: now.checked_add(KEPT).unwrap(),
    }
}

async fn begin(fixture: &Fixture, claim: &IdempotencyClaim) -> IdempotencyStart {
    fixture.store.claim_key(claim, term(fixture)).await.unwrap()
}

fn answer(body: Option<&[u8]>) -> StoredAnswer {
    StoredAnswer {
        status: 201,
        headers: vec![AnswerHeader { name: "content-type".into(), value: "application/json".into() }],
        body: body.map(<[u8]>::to_vec),
    }
}

/// What was answered once is answered again, byte for byte, and another content is not.
pub async fn an_answer_is_given_again(fixture: &Fixture) {
    let first = claim("k", "{}", "t1");
    assert_eq!(begin(fixture, &first).await, IdempotencyStart::Started);
    let until = term(fixture).lease_until;
    assert_eq!(begin(fixture, &claim("k", "{}", "t2")).await, IdempotencyStart::InFlight { until });
    assert_eq!(begin(fixture, &claim("k", "{ }", "t2")).await, IdempotencyStart::OtherContent);

    let given = answer(Some(b"\x00\xff{\"a\":\"\xc3\xa9\"}"));
    assert!(fixture.store.keep_answer(&first, &given).await.unwrap());
    fixture.clock.advance(SignedDuration::from_hours(23));
    assert_eq!(begin(fixture, &claim("k", "{}", "t3")).await, IdempotencyStart::Answered(given));
    assert_eq!(begin(fixture, &claim("k", "other", "t3")).await, IdempotencyStart::OtherContent);
    assert_eq!(begin(fixture, &claim("another", "{}", "t3")).await, IdempotencyStart::Started);
}

/// An answer whose body may not be kept is still an answer: the request is not done again.
pub async fn an_answer_without_body_is_an_answer(fixture: &Fixture) {
    let first = claim("k", "{}", "t1");
    begin(fixture, &first).await;
    assert!(fixture.store.keep_answer(&first, &answer(None)).await.unwrap());
    assert_eq!(begin(fixture, &claim("k", "{}", "t2")).await, IdempotencyStart::Answered(answer(None)));
}

/// A key is free when its execution gave it back; only the one that holds it can.
pub async fn an_abandoned_key_is_free(fixture: &Fixture) {
    let first = claim("k", "{}", "t1");
    begin(fixture, &first).await;
    fixture.store.free_key(&claim("k", "{}", "stranger")).await.unwrap();
    assert!(matches!(begin(fixture, &claim("k", "{}", "t2")).await, IdempotencyStart::InFlight { .. }));
    fixture.store.free_key(&first).await.unwrap();
    assert_eq!(begin(fixture, &claim("k", "other", "t2")).await, IdempotencyStart::Started);
    // What was answered is never given back.
    let second = claim("k", "other", "t2");
    assert!(fixture.store.keep_answer(&second, &answer(Some(b"{}"))).await.unwrap());
    fixture.store.free_key(&second).await.unwrap();
    assert!(matches!(begin(fixture, &claim("k", "other", "t3")).await, IdempotencyStart::Answered(_)));
}

/// A server that died leaves a key that is free after its lease; if it was only slow, it can no longer answer.
pub async fn a_key_outlives_its_server_by_its_lease(fixture: &Fixture) {
    let lost = claim("k", "{}", "t1");
    begin(fixture, &lost).await;
    fixture.clock.advance(LEASE - SignedDuration::from_millis(1));
    assert!(matches!(begin(fixture, &claim("k", "{}", "t2")).await, IdempotencyStart::InFlight { .. }));
    fixture.clock.advance(SignedDuration::from_millis(1));
    let second = claim("k", "{}", "t2");
    assert_eq!(begin(fixture, &second).await, IdempotencyStart::Started);
    assert!(!fixture.store.keep_answer(&lost, &answer(Some(b"late"))).await.unwrap());
    fixture.store.free_key(&lost).await.unwrap();
    assert!(fixture.store.keep_answer(&second, &answer(Some(b"{}"))).await.unwrap());
    assert!(!fixture.store.keep_answer(&second, &answer(Some(b"twice"))).await.unwrap());
    assert_eq!(
        begin(fixture, &claim("k", "{}", "t3")).await,
        IdempotencyStart::Answered(answer(Some(b"{}")))
    );
}

/// What a transaction does for a claim answers its key, whatever becomes of the answer itself; what it takes back does not.
pub async fn a_commit_answers_its_key(fixture: &Fixture) {
    let write = async |claim: &IdempotencyClaim| {
        let mut tx = fixture.store.begin().await.unwrap();
        let request = RequestMark { id: "r", claim: Some(claim) };
        tx.record(&AuditEvent::new("system", "TEST", fixture.clock.now()).in_request(Some(request)))
            .await
            .unwrap();
        tx
    };
    let first = claim("k", "{}", "t1");
    begin(fixture, &first).await;
    drop(write(&first).await);
    fixture.store.free_key(&first).await.unwrap();
    let second = claim("k", "{}", "t2");
    assert_eq!(begin(fixture, &second).await, IdempotencyStart::Started, "nothing was done under it");

    write(&second).await.commit().await.unwrap();
    let gone = StoredAnswer { status: 409, headers: Vec::new(), body: None };
    assert_eq!(begin(fixture, &claim("k", "{}", "t3")).await, IdempotencyStart::Answered(gone.clone()));
    assert_eq!(begin(fixture, &claim("k", "other", "t3")).await, IdempotencyStart::OtherContent);
    // Its sender saw a failure: the key stays what it is, beyond its lease too.
    fixture.store.free_key(&second).await.unwrap();
    fixture.clock.advance(LEASE);
    assert_eq!(begin(fixture, &claim("k", "{}", "t3")).await, IdempotencyStart::Answered(gone));
    // A second step of the same execution is no other one, and its answer is the last word.
    write(&second).await.commit().await.unwrap();
    assert!(fixture.store.keep_answer(&second, &answer(Some(b"{}"))).await.unwrap());
    let said = IdempotencyStart::Answered(answer(Some(b"{}")));
    assert_eq!(begin(fixture, &claim("k", "{}", "t3")).await, said);
    assert!(matches!(write(&second).await.commit().await, Err(StoreError::Conflict(_))));

    // Who was so slow that another one has his key does nothing any more.
    let slow = claim("slow", "{}", "t1");
    begin(fixture, &slow).await;
    fixture.clock.advance(LEASE);
    begin(fixture, &claim("slow", "{}", "t2")).await;
    let rows = fixture.store.recent_audit(10).await.unwrap().len();
    assert!(matches!(write(&slow).await.commit().await, Err(StoreError::Conflict(_))));
    assert_eq!(fixture.store.recent_audit(10).await.unwrap().len(), rows);
}

/// After its time an answer is given to nobody, and erased; what has time left stays.
pub async fn answers_are_erased_when_they_expire(fixture: &Fixture) {
    for number in 0..3 {
        let old = claim(&format!("old-{number}"), "{}", "t1");
        begin(fixture, &old).await;
        assert!(fixture.store.keep_answer(&old, &answer(Some(b"personal"))).await.unwrap());
    }
    fixture.clock.advance(SignedDuration::from_hours(1));
    let young = claim("young", "{}", "t1");
    begin(fixture, &young).await;
    assert!(fixture.store.keep_answer(&young, &answer(Some(b"{}"))).await.unwrap());
    fixture.clock.advance(SignedDuration::from_hours(23));

    assert_eq!(begin(fixture, &claim("old-0", "other", "t2")).await, IdempotencyStart::Started);
    let now = fixture.clock.now();
    // The one that was claimed again has a new term.
    assert_eq!(fixture.store.erase_expired_answers(now).await.unwrap(), 2);
    assert_eq!(fixture.store.erase_expired_answers(now).await.unwrap(), 0);
    assert!(matches!(begin(fixture, &claim("young", "{}", "t2")).await, IdempotencyStart::Answered(_)));
}

/// Sixty-four requests with one key at once: one is done; the others are told so, before and after its answer.
pub async fn one_of_many_is_done(fixture: &Fixture) {
    for round in 0..3 {
        let key = format!("k{round}");
        let start = Arc::new(Barrier::new(64));
        let mut requests = JoinSet::new();
        for number in 0..64 {
            let (store, start) = (Arc::clone(&fixture.store), Arc::clone(&start));
            let (claim, term) = (claim(&key, "{}", &format!("t{number}")), term(fixture));
            requests.spawn(async move {
                start.wait().await;
                let started = store.claim_key(&claim, term).await.unwrap();
                match started {
                    IdempotencyStart::Started => {
                        assert!(
                            store.keep_answer(&claim, &answer(Some(claim.token.as_bytes()))).await.unwrap()
                        );
                        (1, Some(claim.token.into_bytes()))
                    }
                    IdempotencyStart::Answered(answer) => (0, answer.body),
                    IdempotencyStart::InFlight { .. } => (0, None),
                    IdempotencyStart::OtherContent => panic!("the content is the same"),
                }
            });
        }
        let ended = requests.join_all().await;
        assert_eq!(ended.iter().map(|(done, _)| done).sum::<usize>(), 1, "round {round}");
        let mut bodies: Vec<_> = ended.into_iter().filter_map(|(_, body)| body).collect();
        bodies.dedup();
        assert_eq!(bodies.len(), 1, "everybody was given the one answer");
    }
}

/// A dead execution's key is taken over by one of those who find it.
pub async fn one_of_many_takes_over(fixture: &Fixture) {
    begin(fixture, &claim("k", "{}", "dead")).await;
    fixture.clock.advance(LEASE);
    let start = Arc::new(Barrier::new(64));
    let mut requests = JoinSet::new();
    for number in 0..64 {
        let (store, start) = (Arc::clone(&fixture.store), Arc::clone(&start));
        let (claim, term) = (claim("k", "{}", &format!("t{number}")), term(fixture));
        requests.spawn(async move {
            start.wait().await;
            store.claim_key(&claim, term).await.unwrap() == IdempotencyStart::Started
        });
    }
    assert_eq!(requests.join_all().await.into_iter().filter(|started| *started).count(), 1);
}
