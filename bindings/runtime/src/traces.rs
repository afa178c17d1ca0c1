//! Traces to an OpenTelemetry collector (OTLP over HTTP, protobuf), and the `traceparent` of calls in and out.
//!
//! Only the spans of Nexus leave, and those hold identifiers, never a name, an address or an answer.

use crate::http_client;
use crate::log::TracesError;
use async_trait::async_trait;
use nexus_http::chassis::TraceParent;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{Bytes, HeaderExtractor, HeaderInjector, HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use reqwest::header::HeaderMap;
use std::time::Duration;
use tokio::runtime::Handle;
use tracing::{Level, Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

/// Longest time of one delivery to the collector, and of the last one at the end.
const PATIENCE: Duration = Duration::from_secs(5);

/// The crates whose spans leave.
const OWN: [&str; 6] = ["nexus_core", "nexus_bilan", "nexus_store", "nexus_http", "nexus_runtime", "nexus"];

/// The way to a collector.
#[derive(Debug)]
pub(crate) struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
}

impl Traces {
    /// Opens the way; nothing is sent yet. The deliveries run on the runtime of the caller.
    pub(crate) fn to(collector: &str) -> Result<Self, TracesError> {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| TracesError(error);
        let client =
            http_client::builder(PATIENCE).build().map_err(|error| failed(error.without_url().into()))?;
        let runtime = Handle::try_current().map_err(|error| failed(error.into()))?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(OnRuntime { client, runtime })
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", collector.trim_end_matches('/')))
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| failed(error.into()))?;
        let resource = Resource::builder()
            .with_service_name("nexus")
            .with_attributes([KeyValue::new("service.version", env!("CARGO_PKG_VERSION"))])
            .build();
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
        let tracer = provider.tracer("nexus");
        Ok(Self { provider, tracer })
    }

    /// The layer that takes the spans of Nexus.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + Send + Sync + for<'span> LookupSpan<'span>,
    {
        let own = Targets::new().with_targets(OWN.map(|name| (name, Level::INFO)));
        tracing_opentelemetry::layer()
            .with_tracer(self.tracer.clone())
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_filter(own)
    }

    /// Sends the rest. A collector that is gone does not keep the process.
    pub(crate) async fn end(self) {
        // The shutdown blocks until the last delivery, which needs the runtime.
        let ended = tokio::task::spawn_blocking(move || self.provider.shutdown_with_timeout(PATIENCE)).await;
        if let Ok(Err(error)) = ended {
            tracing::warn!(error = &error as &dyn std::error::Error, "the last traces were not delivered");
        }
    }
}

/// The exporter has a thread of its own, where this client's connections could not live.
#[derive(Debug)]
struct OnRuntime {
    client: reqwest::Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for OnRuntime {
    async fn send_bytes(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, HttpError> {
        let client = self.client.clone();
        self.runtime.spawn(async move { client.send_bytes(request).await }).await?
    }
}

/// Continues the traces of callers.
#[derive(Debug)]
pub(crate) struct Announced;

impl TraceParent for Announced {
    fn adopt(&self, headers: &HeaderMap, span: &Span) {
        let propagator = TraceContextPropagator::new();
        let parent = propagator.extract_with_context(&Context::new(), &HeaderExtractor(headers));
        // Without a collector there is nothing to be part of.
        let _ = span.set_parent(parent);
    }
}

/// Announces the current span to whom a request goes.
pub(crate) fn announce(headers: &mut HeaderMap) {
    let context = Span::current().context();
    TraceContextPropagator::new().inject_context(&context, &mut HeaderInjector(headers));
}
