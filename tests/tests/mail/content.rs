//! What arrives, as another program's parser reads it.

use crate::support::post_to;
use nexus_core::mail::{LinkPage, MailMessage, OneTimeLink, Reader};
use nexus_core::outbox::EffectOutcome;
use nexus_tests::mail_server::MailServer;
use serde_json::Value;

async fn arrived(address: &str, name: &str, message: MailMessage) -> Value {
    let server = MailServer::start();
    let post = post_to(&server).await;
    post.add(address, name, message).await;
    assert_eq!(post.run().await, EffectOutcome::Sent);
    let mut received = server.received();
    assert_eq!(received.len(), 1);
    received.remove(0)
}

fn activation(child: &str) -> MailMessage {
    MailMessage::ChildActivation {
        child: child.to_owned(),
        reader: Reader::Parent,
        link: OneTimeLink::new(LinkPage::Activate, "Jeton-1_a"),
        valid_until: "2026-11-27T13:30:00Z".parse().unwrap(),
    }
}

#[tokio::test]
async fn a_mail_arrives_whole() {
    let mail = arrived("helene@example.test", "Hélène Ben Saïd", activation("Maëlle")).await;
    assert_eq!(mail["defects"], serde_json::json!([]));
    let headers = &mail["headers"];
    assert_eq!(headers["Subject"], "Activez l’espace élève de Maëlle");
    assert_eq!(headers["From"], "Nexus Réussite <ne-pas-repondre@nexus.test>");
    assert_eq!(headers["To"], "Hélène Ben Saïd <helene@example.test>");
    assert_eq!(headers["Date"], "Wed, 25 Nov 2026 13:30:00 +0000");
    assert_eq!(headers["Auto-Submitted"], "auto-generated");
    assert!(headers["Content-Type"].as_str().unwrap().starts_with("multipart/alternative"));
    assert_eq!(
        (&mail["from"], &mail["to"][0]),
        (&"ne-pas-repondre@nexus.test".into(), &"helene@example.test".into())
    );

    let (text, html) = (mail["text"].as_str().unwrap(), mail["html"].as_str().unwrap());
    let link = "https://nexus.test/auth/activation#jeton=Jeton-1_a";
    assert!(text.contains("Bonjour Hélène Ben Saïd,") && text.contains(link), "{text}");
    assert!(text.contains("vendredi 27 novembre 2026 à 14\u{a0}h\u{a0}30 (heure de Tunis)"), "{text}");
    assert!(html.contains("<html lang=\"fr\"") && html.contains("Choisir son mot de passe"), "{html}");
    assert!(html.contains("https://nexus.test/auth/activation#jeton&#x3D;Jeton-1_a"), "{html}");
}

#[tokio::test]
async fn no_name_adds_a_header_or_a_recipient() {
    let expected: Vec<&str> =
        vec!["auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"];
    for name in [
        "Léa\r\nBcc: espion@example.test",
        "Léa\nSubject: Gagné",
        "Léa\r\n\r\n<h1>Gagné</h1>",
        "\"Léa\" <espion@example.test>",
        "Léa, espion@example.test",
        "=?utf-8?q?=0D=0ABcc:_espion@example.test?=",
    ] {
        let mail = arrived("lea@example.test", name, activation(name)).await;
        assert_eq!(mail["names"], serde_json::json!(expected), "{name:?}: {mail}");
        assert_eq!(mail["to"], serde_json::json!(["lea@example.test"]), "{name:?}");
        assert_eq!(mail["defects"], serde_json::json!([]), "{name:?}");
        let to = mail["headers"]["To"].as_str().unwrap();
        assert!(to.ends_with("<lea@example.test>"), "{name:?}: {to}");
        assert!(!mail["html"].as_str().unwrap().contains("<h1>Gagné"), "{name:?}");
        assert!(!mail["headers"]["Subject"].as_str().unwrap().contains("espion@"), "{name:?}");
    }
}

#[tokio::test]
async fn no_address_adds_a_recipient_or_a_command() {
    let server = MailServer::start();
    let post = post_to(&server).await;
    for address in [
        "lea@example.test, espion@example.test",
        "lea@example.test> SIZE=1",
        "lea@example.test\r\nRCPT TO:<espion@example.test>",
        "Léa <lea@example.test>",
        "lea@example.test\r\n.\r\n",
        "@example.test",
        "lea@exa mple.test",
    ] {
        post.add(address, "Léa", MailMessage::AddressAlreadyKnown).await;
        let outcome = post.run().await;
        assert!(
            matches!(&outcome, EffectOutcome::Dead { reason } if reason.as_str() == "address_refused"),
            "{address:?}: {outcome:?}"
        );
    }
    assert!(server.received().is_empty());
}
