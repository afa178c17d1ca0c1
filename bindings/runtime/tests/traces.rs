//! Traces as a collector receives them: a real local HTTP server that decodes the protobuf.
#![allow(clippy::unwrap_used)] // the helpers of these tests fail as the tests do

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::routing::post;
use nexus_core::{ChatMessage, ChatRequest, LanguageModel, Speaker};
use nexus_runtime::{
    Configuration, LogFormat, LogSettings, OpenAiConfig, OpenAiModel, Overrides, Services, observe,
};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use prost::Message;
use serde_json::json;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tower::ServiceExt;
use tracing::Instrument;

/// What somebody was asked: path, headers, body.
type Seen = Arc<Mutex<Vec<(Uri, HeaderMap, Bytes)>>>;

/// A server that keeps what it is sent and always gives this answer.
async fn server(answer: String) -> (String, Seen) {
    let seen = Seen::default();
    let keep = move |State(seen): State<Seen>, uri: Uri, headers: HeaderMap, body: Bytes| async move {
        seen.lock().unwrap().push((uri, headers, body));
        ([("content-type", "application/json")], answer)
    };
    let router = Router::new().fallback(post(keep)).with_state(seen.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}"), seen)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// Sends two requests through every layer of the server: one with an announcement, one with something like it.
async fn ask_the_server(data: &std::path::Path) {
    let overrides = Overrides { data: Some(data.to_owned()), ..Overrides::default() };
    let environment = [("NEXUS_ACCESS_KEYS".to_owned(), "une-clef-de-test-assez-longue".to_owned())].into();
    let configuration = Configuration::from_sources(&overrides, &environment).unwrap();
    let services = Services::open(&configuration).await.unwrap();
    services.store.migrate().await.unwrap();
    let router = nexus_http::router(services.http_state(&configuration).unwrap());
    for announcement in [format!("00-{TRACE}-b7ad6b7169203331-01"), "00-zz-zz-01".to_owned()] {
        let request =
            axum::http::Request::get("/api/students/id-dans-le-chemin/bilans?q=nom-dans-la-requete")
                .header("traceparent", announcement)
                .header("authorization", "Bearer jeton-dans-un-en-tete")
                .body(axum::body::Body::empty())
                .unwrap();
        assert_eq!(router.clone().oneshot(request).await.unwrap().status(), 401);
    }
    services.store.close().await;
}

/// One test: a process has one log.
#[tokio::test(flavor = "multi_thread")]
async fn spans_reach_the_collector_and_calls_out_carry_their_trace() {
    let (collector, received) = server(String::new()).await;
    let completion = json!({
        "id": "c", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": "Bonjour" }, "finish_reason": "stop" }]
    });
    let (provider, asked) = server(completion.to_string()).await;
    let settings = LogSettings { filter: "off".into(), format: LogFormat::Text, collector: Some(collector) };
    let observation = observe(&settings).unwrap();

    let model = OpenAiModel::new(OpenAiConfig {
        base_url: format!("{provider}/v1"),
        api_key: "sk-very-secret".into(),
        model: "m".into(),
        timeout: Duration::from_secs(20),
    })
    .unwrap();
    let message = ChatMessage { role: Speaker::User, content: "le prénom d'un élève".into() };
    let request =
        ChatRequest { messages: vec![message], temperature: 0.0, max_tokens: 10, json_schema: None };
    let span = tracing::info_span!(target: "nexus_runtime", "enrich", bilan = "b1");
    model.complete(&request).instrument(span).await.unwrap();
    tracing::info_span!(target: "hyper", "not ours").in_scope(|| ());
    let folder = tempfile::tempdir().unwrap();
    ask_the_server(folder.path()).await;
    observation.end().await;

    let announced = asked.lock().unwrap()[0].1["traceparent"].to_str().unwrap().to_owned();
    let received = received.lock().unwrap();
    let (uri, headers, _) = &received[0];
    assert_eq!(
        (uri.path(), &headers["content-type"]),
        ("/v1/traces", &"application/x-protobuf".parse().unwrap())
    );
    let mut spans = Vec::new();
    for (_, _, body) in received.iter() {
        let request = ExportTraceServiceRequest::decode(body.clone()).unwrap();
        for group in request.resource_spans {
            let attributes = group.resource.unwrap().attributes;
            let name = attributes.iter().find(|attribute| attribute.key == "service.name").unwrap();
            assert_eq!(name.value.clone().unwrap().value, Some(Value::StringValue("nexus".into())));
            spans.extend(group.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
    }
    let names: Vec<_> = spans.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, ["enrich", "request", "request"]);
    let span = &spans[0];
    // A trace that a caller announced goes on; an unreadable announcement begins another one.
    assert_eq!(hexadecimal(&spans[1].trace_id), TRACE);
    assert_eq!(hexadecimal(&spans[1].parent_span_id), "b7ad6b7169203331");
    assert_ne!(hexadecimal(&spans[2].trace_id), TRACE);
    assert!(spans[2].parent_span_id.is_empty());
    let expected = format!("00-{}-{}-01", hexadecimal(&span.trace_id), hexadecimal(&span.span_id));
    assert_eq!(announced, expected);
    assert!(span.attributes.iter().any(|attribute| attribute.key == "bilan"));
    for secret in
        ["sk-very-secret", "prénom", "nom-dans-la-requete", "jeton-dans-un-en-tete", "id-dans-le-chemin"]
    {
        for (_, _, body) in received.iter() {
            assert!(!String::from_utf8_lossy(body).contains(secret), "{secret}");
        }
    }
}
