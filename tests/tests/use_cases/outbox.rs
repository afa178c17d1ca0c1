//! What carrying out an effect does with what it finds.

use jiff::SignedDuration;
use nexus_core::mail::{LinkPage, MailMessage, MailStatus, MailTo, OneTimeLink};
use nexus_core::outbox::{EffectOutcome, EffectState, PayloadSeal, claim_next_effect, deliver, settle};
use nexus_core::testing::CountingIds;
use nexus_core::{Clock, LeaseError, UserId};
use nexus_store::sqlite::{SqliteOptions, SqliteStore};
use nexus_tests::doubles::MailBox;
use nexus_tests::people::{Pupil, enrol};
use nexus_tests::post::Post;
use sqlx::Connection;
use std::sync::Arc;

async fn post() -> (Post, Arc<MailBox>) {
    let mails = Arc::new(MailBox::default());
    (Post::by(mails.clone()).await, mails)
}

fn reset(post: &Post) -> MailMessage {
    let valid_until = post.clock.now().checked_add(SignedDuration::from_hours(1)).unwrap();
    MailMessage::PasswordReset { link: OneTimeLink::new(LinkPage::ResetPassword, "t"), valid_until }
}

fn reason(outcome: &EffectOutcome) -> (&'static str, &str) {
    match outcome {
        EffectOutcome::Sent => ("sent", ""),
        EffectOutcome::Retry { reason, .. } => ("retry", reason.as_str()),
        EffectOutcome::Dead { reason } => ("dead", reason.as_str()),
        EffectOutcome::Ambiguous { reason } => ("ambiguous", reason.as_str()),
    }
}

#[tokio::test]
async fn a_person_is_written_to_at_the_address_of_the_moment() {
    let (post, mails) = post().await;
    enrol(post.store(), &Pupil::named("a")).await;
    let parent = UserId::parse("parent-user-a").unwrap();
    post.add_to(MailTo::Person(parent.clone()), reset(&post)).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(post.database());
    let mut beside = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    let change = r#"UPDATE users SET "email" = 'nouvelle@example.test' WHERE "id" = 'parent-user-a'"#;
    sqlx::query(change).execute(&mut beside).await.unwrap();

    assert_eq!(post.run().await, EffectOutcome::Sent);
    let mail = &mails.handed_over()[0];
    assert_eq!((mail.to.address.as_str(), mail.to.name.as_str()), ("nouvelle@example.test", "Parent"));
    assert!(mail.content.text.contains("Bonjour Parent,"), "{}", mail.content.text);
    let log = post.mail_log().await;
    assert_eq!((log[0].user_id.as_ref(), log[0].status), (Some(&parent), MailStatus::Sent));
}

#[tokio::test]
async fn nobody_is_written_to_in_vain() {
    let (post, mails) = post().await;
    post.add_to(MailTo::Person(UserId::parse("gone").unwrap()), reset(&post)).await;
    assert_eq!(reason(&post.run().await), ("dead", "recipient_unknown"));
    // The address that the existing application gives to a child who has none.
    post.add("lea.dupont.1693000000000@nexus-student.local", "Léa", reset(&post)).await;
    assert_eq!(reason(&post.run().await), ("dead", "address_refused"));
    assert_eq!((mails.prepared(), post.mail_log().await[0].status), (0, MailStatus::Dead));
}

#[tokio::test]
async fn a_link_that_no_longer_works_is_not_sent() {
    let (post, mails) = post().await;
    let id = post.add("lea@example.test", "Léa", reset(&post)).await;
    let claimed = claim_next_effect(&post.context).await.unwrap().unwrap();
    post.clock.advance(SignedDuration::from_hours(1));
    let delivery = deliver(&post.context, &claimed).await.unwrap();
    assert_eq!(reason(&settle(&post.context, &claimed, &delivery).await.unwrap()), ("dead", "expired"));
    assert_eq!(mails.prepared(), 0);
    post.lose_leases().await;
    assert!(!post.stored(&id).await.has_payload);
}

#[tokio::test]
async fn an_effect_that_takes_its_workers_down_is_given_up() {
    let (post, mails) = post().await;
    let id = post.add_any().await;
    for _ in 0..post.context.retry.max_attempts {
        assert!(claim_next_effect(&post.context).await.unwrap().is_some());
        post.lose_leases().await;
    }
    assert_eq!(reason(&post.run().await), ("dead", "interrupted"));
    assert_eq!((mails.prepared(), post.stored(&id).await.state), (0, EffectState::Dead));
}

#[tokio::test]
async fn a_payload_waits_for_its_secret() {
    let (mut post, mails) = post().await;
    post.add_any().await;
    let right = post.context.store.clone();
    let options = SqliteOptions::new(post.database());
    let other =
        SqliteStore::open(&options, post.clock.clone(), Arc::new(CountingIds::new("other"))).await.unwrap();
    let wrong = PayloadSeal::new([&"another secret".to_owned().into()]);
    post.context.store = Arc::new(other.sealed_with(wrong));
    assert_eq!(post.run_and_wait().await, "payload_unreadable");
    post.context.store = right;
    assert_eq!(post.run().await, EffectOutcome::Sent);
    assert_eq!(mails.handed_over().len(), 1);
}

#[tokio::test]
async fn what_another_worker_took_over_is_not_handed_over() {
    let (post, mails) = post().await;
    let id = post.add_any().await;
    let old = claim_next_effect(&post.context).await.unwrap().unwrap();
    post.lose_leases().await;
    let new = claim_next_effect(&post.context).await.unwrap().unwrap();
    assert!(matches!(deliver(&post.context, &old).await, Err(LeaseError::LeaseLost)));
    assert_eq!((mails.prepared(), mails.handed_over().len()), (1, 0));

    let delivery = deliver(&post.context, &new).await.unwrap();
    // Said twice, because the first answer of the store was lost: the second time changes nothing.
    assert_eq!(settle(&post.context, &new, &delivery).await.unwrap(), EffectOutcome::Sent);
    assert!(matches!(settle(&post.context, &new, &delivery).await, Err(LeaseError::LeaseLost)));
    assert_eq!(mails.handed_over().len(), 1);
    assert_eq!((post.stored(&id).await.state, post.mail_log().await.len()), (EffectState::Sent, 1));
}
