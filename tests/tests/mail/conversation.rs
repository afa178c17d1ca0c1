//! What each turn of a conversation with a mail server does to a mail.

use crate::support::{configured, post_to, towards};
use nexus_core::Coded;
use nexus_core::mail::{MailMessage, MailStatus};
use nexus_core::outbox::{EffectOutcome, EffectState, FailureCode};
use nexus_tests::mail_server::MailServer;
use nexus_tests::post::Post;

fn dead(code: FailureCode) -> EffectOutcome {
    EffectOutcome::Dead { reason: code }
}

fn ambiguous() -> EffectOutcome {
    EffectOutcome::Ambiguous { reason: FailureCode::named("answer_lost") }
}

#[tokio::test]
async fn over_starttls_with_an_account() {
    let server = MailServer::with(["--tls", "starttls", "--account", "école:mot de passe"]);
    let authority = server.authority().to_str().unwrap();
    let settings = [
        ("SMTP_SECURE", "false"),
        ("SMTP_USER", "école"),
        ("SMTP_PASSWORD", "mot de passe"),
        ("NEXUS_SMTP_CA_FILE", authority),
    ];
    let post = Post::by(towards(server.port(), &settings)).await;
    post.add_any().await;
    assert_eq!(post.run().await, EffectOutcome::Sent);
    let mail = &server.received()[0];
    assert_eq!((&mail["tls"], &mail["authenticated"]), (&true.into(), &true.into()));
    assert_eq!(post.mail_log().await[0].status, MailStatus::Sent);
}

#[tokio::test]
async fn over_tls_from_the_first_byte() {
    let server = MailServer::with(["--tls", "implicit"]);
    let authority = server.authority().to_str().unwrap();
    let settings = [("SMTP_SECURE", "true"), ("NEXUS_SMTP_CA_FILE", authority)];
    let post = Post::by(towards(server.port(), &settings)).await;
    post.add_any().await;
    assert_eq!(post.run().await, EffectOutcome::Sent);
    assert_eq!(server.received()[0]["tls"], true);
}

#[tokio::test]
async fn an_unknown_certificate_is_not_spoken_to() {
    for (tls, secure) in [("starttls", "starttls"), ("implicit", "tls")] {
        let server = MailServer::with(["--tls", tls]);
        let post = Post::by(towards(server.port(), &[("SMTP_SECURE", secure)])).await;
        let id = post.add_any().await;
        assert_eq!(post.run_and_wait().await, "tls", "{tls}");
        assert!(server.received().is_empty());
        assert_eq!(post.stored(&id).await.state, EffectState::Pending);
    }
}

#[tokio::test]
async fn a_server_without_starttls_is_not_spoken_to_in_clear() {
    let server = MailServer::start();
    let settings = [("SMTP_SECURE", "starttls"), ("SMTP_USER", "u"), ("SMTP_PASSWORD", "p")];
    let post = Post::by(towards(server.port(), &settings)).await;
    post.add_any().await;
    assert_eq!(post.run_and_wait().await, "tls");
    assert!(server.received().is_empty());
}

#[test]
fn mails_do_not_leave_the_machine_in_clear() {
    let settings =
        [("SMTP_HOST", "mail.example.test"), ("SMTP_FROM", "a@nexus.test"), ("SMTP_SECURE", "none")];
    let error = configured(&settings).err().unwrap();
    assert!(error.sentence().contains("en clair"), "{}", error.sentence());
    let settings =
        [("SMTP_HOST", "localhost"), ("SMTP_FROM", "a@nexus.test"), ("NEXUS_SMTP_CA_FILE", "/dev/null")];
    let error = configured(&settings).err().unwrap();
    assert!(error.sentence().contains("/dev/null"), "{}", error.sentence());
}

#[tokio::test]
async fn a_wrong_password_is_mended_without_losing_a_mail() {
    let server = MailServer::with(["--tls", "starttls", "--account", "u:right"]);
    let authority = server.authority().to_str().unwrap();
    let with = |password| {
        [
            ("SMTP_SECURE", "false"),
            ("SMTP_USER", "u"),
            ("SMTP_PASSWORD", password),
            ("NEXUS_SMTP_CA_FILE", authority),
        ]
    };
    let mut post = Post::by(towards(server.port(), &with("wrong"))).await;
    post.add_any().await;
    assert_eq!(post.run_and_wait().await, "authentication");
    post.context.mailer = towards(server.port(), &with("right"));
    assert_eq!(post.run().await, EffectOutcome::Sent);
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_asked_again_and_can_recognise_the_mail() {
    let server = MailServer::with(["--answers", "451 4.3.0 plus tard", "250 OK"]);
    let post = post_to(&server).await;
    let id = post.add_any().await;
    assert_eq!(post.run_and_wait().await, "smtp_451");
    let log = post.mail_log().await;
    assert_eq!((log[0].status, log[0].attempts), (MailStatus::Failed, 1));
    assert_eq!(log[0].error_code.as_ref().unwrap().as_str(), "smtp_451");
    assert_eq!(post.run().await, EffectOutcome::Sent);
    let received = server.received();
    assert_eq!(received.len(), 2);
    let name = format!("<{id}@nexus.test>");
    assert!(received.iter().all(|mail| mail["headers"]["Message-ID"] == name), "{name}: {received:?}");
    let log = post.mail_log().await;
    assert_eq!((log.len(), log[0].status, log[0].attempts), (1, MailStatus::Sent, 2));
    assert_eq!((log[0].sent_at.is_some(), log[0].error_code.as_ref()), (true, None));
}

#[tokio::test]
async fn a_refused_recipient_is_not_tried_again() {
    let server = MailServer::with(["--rcpt", "550 5.1.1 no such user <lea@example.test>"]);
    let post = post_to(&server).await;
    let id = post.add_any().await;
    assert_eq!(post.run().await, dead(FailureCode::numbered("smtp", 550)));
    assert!(server.received().is_empty());
    let effect = post.stored(&id).await;
    assert_eq!((effect.state, effect.has_payload), (EffectState::Dead, true));
    // What the server said may quote the address: it is kept nowhere.
    let told = format!("{effect:?} {:?}", post.mail_log().await);
    assert!(!told.contains("lea@example.test") && !told.contains("no such user"), "{told}");
}

#[tokio::test]
async fn a_refused_message_is_not_tried_again() {
    let server = MailServer::with(["--answers", "554 5.7.1 spam"]);
    let post = post_to(&server).await;
    post.add_any().await;
    assert_eq!(post.run().await, dead(FailureCode::numbered("smtp", 554)));
    assert_eq!(post.mail_log().await[0].status, MailStatus::Dead);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_never_guessed() {
    for answer in ["close", "hang"] {
        let server = MailServer::with(["--answers", answer, "250 OK"]);
        let post = post_to(&server).await;
        let id = post.add_any().await;
        assert_eq!(post.run().await, ambiguous(), "{answer}");
        assert_eq!(post.stored(&id).await.state, EffectState::Ambiguous);
        assert_eq!(post.mail_log().await[0].status, MailStatus::Ambiguous);
        post.clock.advance(jiff::SignedDuration::from_hours(100));
        post.lose_leases().await;
        assert_eq!(post.try_run().await.unwrap(), None, "{answer}");
        assert_eq!(server.received().len(), 1, "{answer}");
    }
}

#[tokio::test]
async fn a_server_that_is_down_or_silent_is_asked_again() {
    let silent = MailServer::with(["--silent"]);
    let post = post_to(&silent).await;
    post.add_any().await;
    assert_eq!(post.run_and_wait().await, "timeout");

    let server = MailServer::start();
    let port = server.port();
    drop(server);
    let post = Post::by(towards(port, &[])).await;
    post.add_any().await;
    assert_eq!(post.run_and_wait().await, "connection");
}

#[tokio::test]
async fn a_server_that_stays_down_is_given_up_after_a_day() {
    let server = MailServer::start();
    let port = server.port();
    drop(server);
    let post = Post::by(towards(port, &[])).await;
    let id = post.add_any().await;
    let begun = nexus_core::Clock::now(post.clock.as_ref());
    for _ in 1..post.context.retry.max_attempts {
        assert_eq!(post.run_and_wait().await, "connection");
    }
    assert_eq!(post.run().await, dead(FailureCode::named("connection")));
    let hours = nexus_core::Clock::now(post.clock.as_ref()).duration_since(begun).as_hours();
    assert!((12..=30).contains(&hours), "{hours} h");
    assert_eq!(post.stored(&id).await.attempt, post.context.retry.max_attempts);
}

#[tokio::test]
async fn one_connection_serves_several_mails() {
    let server = MailServer::start();
    let post = post_to(&server).await;
    for _ in 0..3 {
        post.add_any().await;
    }
    for _ in 0..3 {
        assert_eq!(post.run().await, EffectOutcome::Sent);
    }
    let received = server.received();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|mail| mail["peer"] == received[0]["peer"]), "{received:?}");
}

#[tokio::test]
async fn a_connection_that_ended_in_between_is_replaced() {
    let server = MailServer::start();
    let post = post_to(&server).await;
    post.add_any().await;
    assert_eq!(post.run().await, EffectOutcome::Sent);
    // The same port, another server: what was kept leads nowhere any more.
    drop(server);
    post.add_any().await;
    assert_eq!(post.run_and_wait().await, "connection");
}

#[tokio::test]
async fn an_address_beyond_ascii_needs_a_server_that_knows_them() {
    let add = async |post: &Post| post.add("léa@exemple.test", "Léa", MailMessage::AddressAlreadyKnown).await;
    let server = MailServer::start();
    let post = post_to(&server).await;
    add(&post).await;
    assert_eq!(post.run().await, dead(FailureCode::named("address_refused")));
    assert!(server.received().is_empty());

    let server = MailServer::with(["--smtputf8"]);
    let post = post_to(&server).await;
    add(&post).await;
    assert_eq!(post.run().await, EffectOutcome::Sent);
    assert_eq!(server.received()[0]["to"][0], "léa@exemple.test");
}
