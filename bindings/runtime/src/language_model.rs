//! The `OpenAI` chat protocol behind [`LanguageModel`]: one attempt per call, bounded in time and size, silent in the logs.

use crate::http_client;
use async_openai::error::{ApiErrorResponse, OpenAIError, WrappedError};
use async_openai::middleware::HttpRequestFactory;
use async_openai::types::chat::{
    ChatCompletionRequestAssistantMessage, ChatCompletionRequestMessage, ChatCompletionRequestSystemMessage,
    ChatCompletionRequestUserMessage, CreateChatCompletionRequest, CreateChatCompletionResponse,
    FinishReason as ProviderFinish, ResponseFormat, ResponseFormatJsonSchema,
};
use async_openai::{Client, config::Config};
use async_trait::async_trait;
use nexus_core::{
    ChatMessage, ChatRequest, Completion, FinishReason, LanguageModel, LanguageModelError, Speaker, Usage,
};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// Largest answer that is read, in bytes.
const MAX_ANSWER: usize = 4 << 20;
/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How to reach a model that speaks the `OpenAI` chat protocol.
#[derive(Debug, Clone)]
pub struct OpenAiConfig {
    /// Address of the service, such as `https://api.openai.com/v1`.
    pub base_url: String,
    /// Key, sent as a bearer token; an empty one is not sent (local servers).
    pub api_key: SecretString,
    /// Name of the model.
    pub model: String,
    /// Longest time from the call to the last byte of the answer.
    pub timeout: Duration,
}

/// Why an adapter could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenAiConfigError {
    /// The key cannot travel in a header.
    #[error("the key of the language model holds characters that a header cannot carry")]
    Key,
    /// The HTTP client cannot be made: no trusted certificates, for instance.
    #[error("the HTTP client of the language model cannot be made")]
    Client(#[source] reqwest::Error),
}

/// A model that speaks the `OpenAI` chat protocol.
pub struct OpenAiModel {
    client: Client<Endpoint>,
    model: String,
}

impl std::fmt::Debug for OpenAiModel {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OpenAiModel").field("model", &self.model).finish_non_exhaustive()
    }
}

impl OpenAiModel {
    /// Prepares the adapter; nothing is sent.
    ///
    /// # Errors
    /// When the key cannot travel in a header or the HTTP client cannot be made.
    pub fn new(config: OpenAiConfig) -> Result<Self, OpenAiConfigError> {
        let http = http_client::builder(config.timeout)
            .connect_timeout(CONNECT_TIMEOUT.min(config.timeout))
            .build()
            .map_err(OpenAiConfigError::Client)?;
        let endpoint = Endpoint::new(&config.base_url, config.api_key)?;
        // The library's own executor retries without a bound and logs what it cannot read; this one does neither.
        let service = tower::service_fn(move |request| exchange(http.clone(), request));
        Ok(Self { client: Client::with_config(endpoint).with_http_service(service), model: config.model })
    }

    fn request(&self, request: &ChatRequest) -> CreateChatCompletionRequest {
        let response_format = request.json_schema.clone().map(|schema| ResponseFormat::JsonSchema {
            json_schema: ResponseFormatJsonSchema {
                description: None,
                name: "answer".to_owned(),
                schema,
                strict: Some(true),
            },
        });
        CreateChatCompletionRequest {
            model: self.model.clone(),
            messages: request.messages.iter().map(message).collect(),
            temperature: Some(request.temperature),
            max_completion_tokens: Some(request.max_tokens),
            response_format,
            ..CreateChatCompletionRequest::default()
        }
    }
}

#[async_trait]
impl LanguageModel for OpenAiModel {
    async fn complete(&self, request: &ChatRequest) -> Result<Completion, LanguageModelError> {
        let answer = self.client.chat().create(self.request(request)).await.map_err(classify)?;
        let CreateChatCompletionResponse { choices, model, usage, .. } = answer;
        let choice = choices.into_iter().next().ok_or_else(|| transient(Fault::NoChoice))?;
        let finish = match choice.finish_reason {
            Some(ProviderFinish::Stop) => FinishReason::Stop,
            Some(ProviderFinish::Length) => FinishReason::Length,
            Some(ProviderFinish::ContentFilter) => FinishReason::Filtered,
            // A model that refuses in words or calls a tool that it was not given has not answered.
            Some(ProviderFinish::ToolCalls | ProviderFinish::FunctionCall) => {
                return Err(permanent(Fault::NotText));
            }
            None => return Err(transient(Fault::Unfinished)),
        };
        let text = match (choice.message.content, choice.message.refusal) {
            (_, Some(_)) => return Err(permanent(Fault::Refused)),
            (text, None) => text.unwrap_or_default(),
        };
        let usage = usage.map_or_else(Usage::default, |usage| Usage {
            input_tokens: usage.prompt_tokens,
            output_tokens: usage.completion_tokens,
        });
        Ok(Completion { text, finish, usage, model })
    }
}

/// Address and key; the library's own configuration reads the environment and panics on a strange key.
#[derive(Clone)]
struct Endpoint {
    base_url: String,
    api_key: SecretString,
    headers: HeaderMap,
}

impl Endpoint {
    fn new(base_url: &str, api_key: SecretString) -> Result<Self, OpenAiConfigError> {
        let mut headers = HeaderMap::new();
        if !api_key.expose_secret().is_empty() {
            let bearer = format!("Bearer {}", api_key.expose_secret());
            let mut value = HeaderValue::from_str(&bearer).map_err(|_| OpenAiConfigError::Key)?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(Self { base_url: base_url.trim_end_matches('/').to_owned(), api_key, headers })
    }
}

impl Config for Endpoint {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }
    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }
    fn api_base(&self) -> &str {
        &self.base_url
    }
    fn api_key(&self) -> &SecretString {
        &self.api_key
    }
}

fn message(message: &ChatMessage) -> ChatCompletionRequestMessage {
    let content = message.content.clone();
    match message.role {
        Speaker::System => ChatCompletionRequestSystemMessage::from(content).into(),
        Speaker::User => ChatCompletionRequestUserMessage::from(content).into(),
        Speaker::Assistant => ChatCompletionRequestAssistantMessage::from(content).into(),
    }
}

/// What went wrong, without a word of what was said.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("the service answered with status {0}")]
    Status(u16),
    #[error("the request is too long")]
    ContextTooLong,
    #[error("the answer is not a chat completion")]
    Malformed,
    #[error("the answer is larger than accepted")]
    TooLarge,
    #[error("the answer holds no choice")]
    NoChoice,
    #[error("the answer does not say why it ends")]
    Unfinished,
    #[error("the answer is not text")]
    NotText,
    #[error("the model refused")]
    Refused,
    #[error("the connection failed")]
    Connection(#[source] reqwest::Error),
}

/// One attempt. The whole answer is read and understood here, so that the library meets neither an error body nor
/// something unreadable, which it would write to the log.
async fn exchange(
    http: reqwest::Client,
    request: HttpRequestFactory,
) -> Result<reqwest::Response, OpenAIError> {
    #[allow(unused_mut)] // changed when traces are compiled in
    let mut request = request.build().await?;
    #[cfg(feature = "otel")]
    crate::traces::announce(request.headers_mut());
    let mut response = http.execute(request).await.map_err(connection)?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(connection)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(boxed(Fault::TooLarge));
        }
        body.extend_from_slice(&chunk);
    }
    if !status.is_success() {
        return Err(boxed(refusal(status.as_u16(), &body)));
    }
    if serde_json::from_slice::<CreateChatCompletionResponse>(&body).is_err() {
        return Err(boxed(Fault::Malformed));
    }
    Ok(http::Response::new(body).into())
}

/// The address is left out of the error: it may hold a key in some set-ups.
fn connection(error: reqwest::Error) -> OpenAIError {
    boxed(Fault::Connection(error.without_url()))
}

fn boxed(fault: Fault) -> OpenAIError {
    OpenAIError::Boxed(Box::new(fault))
}

fn refusal(status: u16, body: &[u8]) -> Fault {
    let told = serde_json::from_slice::<WrappedError>(body).ok().map(|wrapped| wrapped.error);
    let too_long = told.is_some_and(|error| {
        let code = error.code.unwrap_or_default();
        code == "context_length_exceeded" || error.message.to_lowercase().contains("maximum context length")
    });
    if too_long || status == 413 { Fault::ContextTooLong } else { Fault::Status(status) }
}

fn classify(error: OpenAIError) -> LanguageModelError {
    let status = |status: u16| matches!(status, 408 | 409 | 425 | 429 | 500..=599);
    match error {
        OpenAIError::Boxed(error) => match error.downcast::<Fault>().map(|fault| *fault) {
            Ok(Fault::ContextTooLong) => LanguageModelError::ContextTooLong,
            Ok(fault @ Fault::Status(code)) if !status(code) => permanent(fault),
            Ok(fault @ (Fault::Refused | Fault::NotText)) => permanent(fault),
            Ok(fault) => transient(fault),
            Err(error) => LanguageModelError::Transient(error),
        },
        OpenAIError::ApiError(ApiErrorResponse { status_code, .. }) => {
            let fault = Fault::Status(status_code.as_u16());
            if status(status_code.as_u16()) { transient(fault) } else { permanent(fault) }
        }
        OpenAIError::Reqwest(error) => transient(Fault::Connection(error.without_url())),
        OpenAIError::InvalidArgument(_) => permanent(Fault::NotText),
        // The source would quote the answer.
        _ => transient(Fault::Malformed),
    }
}

fn transient(fault: Fault) -> LanguageModelError {
    LanguageModelError::Transient(Box::new(fault))
}

fn permanent(fault: Fault) -> LanguageModelError {
    LanguageModelError::Permanent(Box::new(fault))
}
