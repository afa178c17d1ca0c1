use std::path::PathBuf;
use std::time::Duration;

/// How a SQLite store is opened.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// The database file; made when absent.
    pub path: PathBuf,
    /// How long a writer waits for another process.
    pub busy_timeout: Duration,
    /// Connections for reads outside transactions.
    pub readers: u32,
    /// Largest size of the file in pages of 4 KiB; unbounded when absent.
    pub max_pages: Option<u32>,
}

impl SqliteOptions {
    /// The usual options for a file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), busy_timeout: Duration::from_secs(10), readers: 4, max_pages: None }
    }
}
