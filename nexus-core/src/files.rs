//! The port towards stored files.

use crate::{Coded, ErrorCode};
use async_trait::async_trait;
use std::fmt;

/// Name of a stored file: relative, `/`-separated segments of `[A-Za-z0-9._-]`, never `.` or `..`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileKey(String);

impl FileKey {
    /// Reads a key.
    pub fn parse(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let is_segment = |segment: &str| {
            !segment.is_empty()
                && !segment.starts_with('.')
                && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        (text.len() <= 512 && text.split('/').all(is_segment)).then_some(Self(text))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// No room left.
    #[error("no space left for files")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The place cannot be written.
    #[error("the file store is read-only")]
    ReadOnly(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Anything else.
    #[error("the file store failed")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl FileError {
    /// Whether the same call may succeed later without anybody's help.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Full(_) | Self::Backend(_))
    }
}

impl Coded for FileError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Full(_) => ErrorCode::StorageFull,
            Self::ReadOnly(_) => ErrorCode::StorageReadOnly,
            Self::Backend(_) => ErrorCode::StorageUnavailable,
        }
    }
}

/// A place for files.
///
/// # Contract
/// * `put` is atomic and durable: when it returns `Ok`, the whole content is there after a power cut; when it fails or is
///   killed, the previous content, or none, is there.
/// * `put` of the same key replaces the content.
/// * `get` of an absent key is `None`; `delete` of an absent key succeeds.
#[async_trait]
pub trait FileStore: Send + Sync {
    /// Stores a content under a key.
    async fn put(&self, key: &FileKey, content: Vec<u8>) -> Result<(), FileError>;
    /// Reads a content.
    async fn get(&self, key: &FileKey) -> Result<Option<Vec<u8>>, FileError>;
    /// Removes a content.
    async fn delete(&self, key: &FileKey) -> Result<(), FileError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_cannot_leave_the_store() {
        for text in ["", "/etc/passwd", "../x", "a/../b", "a//b", ".hidden", "a/.b", "a\\b", "a b", "é"] {
            assert!(FileKey::parse(text).is_none(), "{text:?}");
        }
        assert!(FileKey::parse("bilans/abc/1/eleve.pdf").is_some());
    }
}
