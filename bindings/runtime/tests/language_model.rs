//! The adapter against a real local HTTP server, faults included.
#![allow(clippy::unwrap_used)] // the helpers of these tests fail as the tests do

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response};
use axum::routing::post;
use nexus_core::{ChatMessage, ChatRequest, FinishReason, LanguageModel, LanguageModelError, Speaker, Usage};
use nexus_runtime::{OpenAiConfig, OpenAiConfigError, OpenAiModel};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const KEY: &str = "sk-very-secret";

/// What the server was asked: authorization header and body.
type Seen = Arc<Mutex<Vec<(String, Value)>>>;

/// A server that always gives this answer.
#[allow(clippy::disallowed_methods)] // its route is no route of Nexus
async fn server(status: u16, body: String) -> (String, Seen) {
    let seen = Seen::default();
    let kept = seen.clone();
    let answer = move |headers: HeaderMap, bytes: Bytes| {
        let bearer = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
        kept.lock().unwrap().push((bearer.unwrap_or_default(), serde_json::from_slice(&bytes).unwrap()));
        let response = Response::builder().status(status).header("content-type", "application/json");
        async move { response.body(Body::from(body)).unwrap() }
    };
    let router = Router::new().route("/v1/chat/completions", post(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/v1/"), seen)
}

/// A server that reads a request, writes these bytes, then closes or says nothing more.
async fn raw_server(bytes: &'static [u8], close: bool) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut buffer = [0; 8_192];
            let _ = socket.read(&mut buffer).await;
            socket.write_all(bytes).await.unwrap();
            socket.flush().await.unwrap();
            if !close {
                kept.push(socket);
            }
        }
    });
    format!("http://{address}/v1")
}

fn model(base_url: String, timeout: Duration) -> OpenAiModel {
    OpenAiModel::new(OpenAiConfig { base_url, api_key: KEY.into(), model: "test-model".into(), timeout })
        .unwrap()
}

fn request() -> ChatRequest {
    let message = |role, content: &str| ChatMessage { role, content: content.into() };
    ChatRequest {
        messages: vec![
            message(Speaker::System, "rules"),
            message(Speaker::User, "secret words of the request"),
            message(Speaker::Assistant, "before"),
        ],
        temperature: 0.5,
        max_tokens: 300,
        json_schema: Some(json!({ "type": "object" })),
    }
}

fn completion(content: &Value, finish: &Value) -> String {
    json!({
        "id": "c", "object": "chat.completion", "created": 1, "model": "test-model-2026",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": content }, "finish_reason": finish }],
        "usage": { "prompt_tokens": 12, "completion_tokens": 7, "total_tokens": 19 }
    })
    .to_string()
}

const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_whole_answer_and_the_body_that_asked_for_it() {
    let (url, seen) = server(200, completion(&json!("Bonjour"), &json!("stop"))).await;
    let answer = model(url, LONG).complete(&request()).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.finish), ("Bonjour", FinishReason::Stop));
    assert_eq!(answer.usage, Usage { input_tokens: 12, output_tokens: 7 });
    assert_eq!(answer.model, "test-model-2026");
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].0, format!("Bearer {KEY}"));
    assert_eq!(
        seen[0].1,
        json!({
            "model": "test-model",
            "messages": [
                { "role": "system", "content": "rules" },
                { "role": "user", "content": "secret words of the request" },
                { "role": "assistant", "content": "before" }
            ],
            "temperature": 0.5,
            "max_completion_tokens": 300,
            "response_format": {
                "type": "json_schema",
                "json_schema": { "name": "answer", "strict": true, "schema": { "type": "object" } }
            }
        })
    );
}

#[tokio::test]
async fn says_why_the_model_stopped() {
    for (finish, expected) in [("length", FinishReason::Length), ("content_filter", FinishReason::Filtered)] {
        let (url, _) = server(200, completion(&json!("Bon"), &json!(finish))).await;
        assert_eq!(model(url, LONG).complete(&request()).await.unwrap().finish, expected);
    }
}

#[tokio::test]
async fn each_status_has_its_class_and_is_asked_once() {
    let error =
        |code: &str, message: &str| json!({ "error": { "message": message, "code": code } }).to_string();
    let cases = [
        (429, error("rate_limit_exceeded", "slow down"), true),
        (500, "<html>secret page</html>".to_owned(), true),
        (503, String::new(), true),
        (401, error("invalid_api_key", "wrong"), false),
        (404, error("model_not_found", "no such model"), false),
        (400, error("invalid_value", "bad"), false),
        (400, "not json".to_owned(), false),
    ];
    for (status, body, retryable) in cases {
        let (url, seen) = server(status, body).await;
        let error = model(url, LONG).complete(&request()).await.unwrap_err();
        assert_eq!(error.is_retryable(), retryable, "{status}");
        assert!(retryable || matches!(error, LanguageModelError::Permanent(_)), "{status}");
        assert_eq!(seen.lock().unwrap().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_request_that_is_too_long_is_known_as_such() {
    for body in [
        json!({ "error": { "message": "too long", "type": "invalid_request_error", "code": "context_length_exceeded" } }),
        json!({ "error": { "message": "This model's maximum context length is 8192 tokens.", "code": null } }),
    ] {
        let (url, _) = server(400, body.to_string()).await;
        let error = model(url, LONG).complete(&request()).await.unwrap_err();
        assert!(matches!(error, LanguageModelError::ContextTooLong));
    }
}

#[tokio::test]
async fn what_cannot_be_read_may_be_tried_again() {
    let unfinished = completion(&json!("Bon"), &Value::Null);
    let no_choice =
        json!({ "id": "c", "object": "o", "created": 1, "model": "m", "choices": [] }).to_string();
    for body in
        ["{\"choices\": [".to_owned(), "secret answer".to_owned(), String::new(), unfinished, no_choice]
    {
        let (url, _) = server(200, body.clone()).await;
        assert!(model(url, LONG).complete(&request()).await.unwrap_err().is_retryable(), "{body}");
    }
}

#[tokio::test]
async fn a_connection_cut_halfway_is_an_error() {
    let cut_length = b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"id\":\"c\",\"choices\":[";
    let cut_chunk = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"id\"\r\n";
    for bytes in [&cut_length[..], cut_chunk, b"HTTP/1.1 200 OK\r\n\r\n{\"id\":", b""] {
        let url = raw_server(bytes, true).await;
        assert!(model(url, LONG).complete(&request()).await.unwrap_err().is_retryable());
    }
}

#[tokio::test]
async fn a_server_that_stalls_is_left_after_the_time_limit() {
    for bytes in [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{"] {
        let url = raw_server(bytes, false).await;
        let call = model(url, Duration::from_millis(200));
        let request = request();
        let answer = tokio::time::timeout(LONG, call.complete(&request)).await.unwrap();
        assert!(answer.unwrap_err().is_retryable());
    }
}

#[tokio::test]
async fn nobody_listening_may_be_tried_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = model(format!("http://{address}/v1"), LONG).complete(&request()).await.unwrap_err();
    assert!(error.is_retryable());
}

#[test]
fn a_strange_key_is_an_error_not_a_panic() {
    let config = OpenAiConfig {
        base_url: "http://localhost".into(),
        api_key: "line\nbreak".into(),
        model: "m".into(),
        timeout: LONG,
    };
    assert!(matches!(OpenAiModel::new(config), Err(OpenAiConfigError::Key)));
}

/// Collects what every crate logs, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn neither_the_key_nor_a_message_reaches_the_log_or_an_error() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut told = String::new();
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    runtime.block_on(async {
        let answer = completion(&json!("secret answer"), &json!("stop"));
        for (status, body) in [
            (200, answer),
            (200, "secret answer".into()),
            (500, "secret page".into()),
            (400, "secret".into()),
        ] {
            let (url, _) = server(status, body).await;
            let model = model(url, LONG);
            let _ = write!(told, "{model:?}");
            if let Err(error) = model.complete(&request()).await {
                let _ = write!(told, "{error:?} {error}");
            }
        }
    });
    told.push_str(&String::from_utf8_lossy(&log.0.lock().unwrap()));
    assert!(!told.contains("secret"), "{told}");
}
