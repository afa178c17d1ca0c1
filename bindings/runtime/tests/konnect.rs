//! Konnect's client against a real HTTP server of this machine that answers, refuses, stalls and babbles.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use nexus_core::PaymentId;
use nexus_core::money::Money;
use nexus_core::till::ports::{OrderedPayment, PaymentProvider, ProviderError};
use nexus_core::till::webhook::WebhookSecrets;
use nexus_runtime::{Konnect, KonnectAccount};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Answers one connection with these bytes, or never; gives what it was asked.
async fn provider(answer: Option<String>) -> (String, oneshot::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (told, asked) = oneshot::channel();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let read = socket.read(&mut buffer).await.unwrap_or(0);
            request.extend_from_slice(&buffer[..read]);
            let text = String::from_utf8_lossy(&request);
            let is_whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                body.len() >= length.map_or(0, |length| length.parse().unwrap())
            });
            if read == 0 || is_whole {
                break;
            }
        }
        let _ = told.send(String::from_utf8(request).unwrap());
        match answer {
            Some(answer) => drop(socket.write_all(answer.as_bytes()).await),
            None => std::future::pending().await,
        }
    });
    (address, asked)
}

fn response(status: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

fn konnect(base_url: String) -> Konnect {
    let account = KonnectAccount { base_url, api_key: "clef-de-test".into(), wallet: "wallet-1".to_owned() };
    Konnect::with_patience(WebhookSecrets::default(), Some(account), Duration::from_millis(300)).unwrap()
}

fn order() -> OrderedPayment {
    OrderedPayment {
        id: PaymentId::parse("pay1").unwrap(),
        amount: Money::dinars(450),
        description: "Formule HYBRIDE".to_owned(),
        success_url: "https://nexus.example.test/succes".to_owned(),
        failure_url: "https://nexus.example.test/echec".to_owned(),
    }
}

#[tokio::test]
async fn an_order_is_opened_in_millimes_under_its_own_key() {
    let body = r#"{"payUrl":"https://gateway.example.test/pay?payment_ref=abc","paymentRef":"abc"}"#;
    let (address, asked) = provider(Some(response("200 OK", body))).await;
    let opened = konnect(address).open(&order()).await.unwrap();
    assert_eq!(
        (opened.reference.as_str(), opened.url.as_str()),
        ("abc", "https://gateway.example.test/pay?payment_ref=abc")
    );
    let asked = asked.await.unwrap();
    assert!(asked.starts_with("POST /api/v2/payments/init-payment HTTP/1.1\r\n"), "{asked}");
    assert!(
        asked.contains("x-api-key: clef-de-test\r\n") && asked.contains("idempotency-key: pay1\r\n"),
        "{asked}"
    );
    let sent: serde_json::Value = serde_json::from_str(asked.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(sent["amount"], 450_000);
    assert_eq!((&sent["token"], &sent["receiverWalletId"]), (&"TND".into(), &"wallet-1".into()));
    assert_eq!(
        (&sent["orderId"], &sent["successUrl"]),
        (&"pay1".into(), &"https://nexus.example.test/succes".into())
    );
}

#[tokio::test]
async fn what_will_never_pass_is_told_from_what_may() {
    let outcome = async |answer| {
        let (address, _asked) = provider(answer).await;
        konnect(address).open(&order()).await.unwrap_err()
    };
    assert!(matches!(outcome(Some(response("401 Unauthorized", "{}"))).await, ProviderError::Refused(401)));
    assert!(matches!(
        outcome(Some(response("422 Unprocessable Entity", "{}"))).await,
        ProviderError::Refused(422)
    ));
    for answer in [
        Some(response("503 Service Unavailable", "{}")),
        Some(response("429 Too Many Requests", "{}")),
        Some(response("200 OK", "hello")),
        Some(response("200 OK", r#"{"payUrl":"javascript:alert(1)","paymentRef":"a"}"#)),
        Some(response("200 OK", &format!("\"{}\"", "x".repeat(100_000)))),
        Some("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{".to_owned()),
        Some("babble".to_owned()),
        None,
    ] {
        let error = outcome(answer.clone()).await;
        assert!(matches!(error, ProviderError::Unavailable(_)), "{answer:?} gives {error:?}");
    }
    // Nobody listens there.
    let error = konnect("http://127.0.0.1:9".to_owned()).open(&order()).await.unwrap_err();
    assert!(matches!(error, ProviderError::Unavailable(_)));
    let without = Konnect::new(WebhookSecrets::default(), None).unwrap();
    assert!(matches!(without.open(&order()).await, Err(ProviderError::NotConfigured)) && !without.can_open());
}

/// A redirection would carry the key of the school elsewhere.
#[tokio::test]
async fn a_redirection_is_not_followed() {
    let answer = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let (address, _asked) = provider(Some(answer.to_owned())).await;
    let error = konnect(address).open(&order()).await.unwrap_err();
    assert!(matches!(error, ProviderError::Refused(302)), "{error:?}");
}
