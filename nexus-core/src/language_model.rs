//! The port towards language models: one vocabulary, whatever the provider.

use crate::{Coded, ErrorCode};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The rules of the task.
    System,
    /// The request.
    User,
    /// An earlier answer of the model.
    Assistant,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Who speaks.
    pub role: Speaker,
    /// What is said, as plain text.
    pub content: String,
}

/// What is asked of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatRequest {
    /// The conversation so far, oldest first.
    pub messages: Vec<ChatMessage>,
    /// Sampling temperature, 0 to 2.
    pub temperature: f32,
    /// Most tokens that the answer may take.
    pub max_tokens: u32,
    /// JSON schema that the answer must follow, when prose is not wanted.
    pub json_schema: Option<serde_json::Value>,
}

/// Why the model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// It had finished.
    Stop,
    /// It reached `max_tokens`.
    Length,
    /// The provider's filter stopped it.
    Filtered,
}

/// Tokens counted by the provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read.
    pub input_tokens: u32,
    /// Tokens written.
    pub output_tokens: u32,
}

/// One piece of a streamed answer.
#[derive(Debug, Clone, PartialEq)]
pub enum ChatDelta {
    /// Some more text.
    Text(String),
    /// The end.
    Done(FinishReason, Usage),
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// The text.
    pub text: String,
    /// Why it stopped.
    pub finish: FinishReason,
    /// What it cost.
    pub usage: Usage,
    /// The model that answered, as the provider names it.
    pub model: String,
}

/// Why no answer came.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LanguageModelError {
    /// Trying again later may work: time-out, connection cut, 429, 5xx.
    #[error("the language model failed for a moment")]
    Transient(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Trying again will not help: wrong key, unknown model, refused request.
    #[error("the language model refused the request")]
    Permanent(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The request is longer than the model's context.
    #[error("the request is longer than the model's context")]
    ContextTooLong,
}

impl LanguageModelError {
    /// Whether the same request may succeed later.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Transient(_))
    }
}

impl Coded for LanguageModelError {
    fn code(&self) -> ErrorCode {
        ErrorCode::LanguageModelUnavailable
    }
}

/// A language model.
///
/// # Contract
/// * A call either returns a whole answer or an error; a connection that is cut halfway is an error, never a short answer.
/// * A call ends: the adapter has its own time-out.
/// * The adapter logs neither the messages nor the key.
#[async_trait]
pub trait LanguageModel: Send + Sync {
    /// Returns the whole answer.
    async fn complete(&self, request: &ChatRequest) -> Result<Completion, LanguageModelError>;
}
