//! The services beside the database, as `/api/status` and `nexus doctor` look at them.

use crate::configuration::LanguageModelSettings;
use crate::http_client;
use async_trait::async_trait;
use nexus_bilan::pdf::PdfRenderer;
use nexus_core::Coded;
use nexus_http::{ServiceAnswer, ServiceProbe, ServiceState};
use secrecy::ExposeSecret;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest wait for any of them.
const PATIENCE: Duration = Duration::from_secs(3);

/// Looks at the typesetting engine and at the provider of the language model.
#[derive(Clone)]
pub(crate) struct Beside {
    renderer: Arc<dyn PdfRenderer>,
    model: Option<Provider>,
}

impl Beside {
    pub(crate) fn new(renderer: Arc<dyn PdfRenderer>, model: Option<LanguageModelSettings>) -> Self {
        Self { renderer, model: model.and_then(Provider::new) }
    }

    async fn typesetting(&self) -> ServiceAnswer {
        match self.renderer.prepare().await {
            Ok(()) => ServiceAnswer::Good,
            Err(error) => ServiceAnswer::Failed(error.code().as_str()),
        }
    }

    async fn language_model(&self) -> ServiceAnswer {
        match &self.model {
            Some(provider) => provider.answer().await,
            None => ServiceAnswer::Absent("switched_off"),
        }
    }
}

/// The provider of the language model.
#[derive(Clone)]
pub(crate) struct Provider {
    http: reqwest::Client,
    settings: LanguageModelSettings,
}

impl Provider {
    /// `None` when no HTTP client can be made, which was refused when the model itself was set up.
    pub(crate) fn new(settings: LanguageModelSettings) -> Option<Self> {
        Some(Self { http: http_client::builder(PATIENCE).build().ok()?, settings })
    }

    /// Asks for the list of models, which costs nothing and tells nothing.
    pub(crate) async fn answer(&self) -> ServiceAnswer {
        let Self { http, settings } = self;
        let request =
            http.get(format!("{}/models", settings.base_url)).bearer_auth(settings.api_key.expose_secret());
        match request.send().await {
            Ok(response) if response.status().is_success() => ServiceAnswer::Good,
            Ok(response) if matches!(response.status().as_u16(), 401 | 403) => {
                ServiceAnswer::Failed("refused")
            }
            Ok(_) => ServiceAnswer::Failed("unexpected_answer"),
            Err(error) if error.is_timeout() => ServiceAnswer::Failed("timeout"),
            Err(_) => ServiceAnswer::Failed("unreachable"),
        }
    }
}

#[async_trait]
impl ServiceProbe for Beside {
    async fn examine(&self) -> Vec<ServiceState> {
        let (llm, pdf) = tokio::join!(timed("llm", self.language_model()), timed("pdf", self.typesetting()));
        // The search in courses is not part of this version.
        let rag = ServiceState {
            name: "rag",
            answer: ServiceAnswer::Absent("not_installed"),
            took: Duration::ZERO,
        };
        vec![rag, llm, pdf]
    }
}

async fn timed(name: &'static str, answer: impl Future<Output = ServiceAnswer>) -> ServiceState {
    let start = Instant::now();
    let answer = tokio::time::timeout(PATIENCE, answer).await.unwrap_or(ServiceAnswer::Failed("timeout"));
    ServiceState { name, answer, took: start.elapsed() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::http::{HeaderMap, StatusCode};
    use axum::routing::get;

    #[allow(clippy::disallowed_methods)] // its route is no route of Nexus
    async fn provider(answer: StatusCode) -> Provider {
        let check = move |headers: HeaderMap| async move {
            if headers["authorization"] == "Bearer sk-test" { answer } else { StatusCode::IM_A_TEAPOT }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/v1/models", get(check));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Provider::new(LanguageModelSettings {
            base_url: format!("http://{address}/v1"),
            api_key: "sk-test".into(),
            model: "m".into(),
            timeout: PATIENCE,
        })
        .unwrap()
    }

    #[tokio::test]
    async fn a_provider_is_asked_with_its_key() {
        for (status, expected) in [
            (StatusCode::OK, ServiceAnswer::Good),
            (StatusCode::UNAUTHORIZED, ServiceAnswer::Failed("refused")),
            (StatusCode::BAD_GATEWAY, ServiceAnswer::Failed("unexpected_answer")),
        ] {
            assert_eq!(provider(status).await.answer().await, expected);
        }
    }

    #[tokio::test]
    async fn nobody_listening_is_told() {
        let mut gone = provider(StatusCode::OK).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        gone.settings.base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        drop(listener);
        assert_eq!(gone.answer().await, ServiceAnswer::Failed("unreachable"));
    }
}
