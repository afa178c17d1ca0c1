//! The services beside the database, as `/api/status` and `nexus doctor` look at them.

use crate::configuration::LanguageModelSettings;
use async_trait::async_trait;
use nexus_bilan::pdf::PdfRenderer;
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

#[derive(Clone)]
struct Provider {
    http: reqwest::Client,
    settings: LanguageModelSettings,
}

impl Beside {
    pub(crate) fn new(renderer: Arc<dyn PdfRenderer>, model: Option<LanguageModelSettings>) -> Self {
        // One provider for the whole process; a second installation answers `Err` and changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = || {
            reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build()
        };
        // A client that cannot be made was already refused when the model itself was set up.
        let model = model.and_then(|settings| Some(Provider { http: http().ok()?, settings }));
        Self { renderer, model }
    }

    async fn typesetting(&self) -> ServiceAnswer {
        match self.renderer.prepare().await {
            Ok(()) => ServiceAnswer::Good,
            Err(error) => ServiceAnswer::Failed(nexus_core::Coded::code(&error).as_str()),
        }
    }

    /// Asks the provider for its list of models, which costs nothing.
    async fn language_model(&self) -> ServiceAnswer {
        let Some(Provider { http, settings }) = &self.model else {
            return ServiceAnswer::Absent("switched_off");
        };
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
