//! Files in a folder, through `object_store`.

use async_trait::async_trait;
use nexus_core::{FileError, FileKey, FileStore};
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How often a file is written before it is given up, when others write the same one meanwhile.
const TRIES: usize = 5;

/// Files under one folder.
#[derive(Debug, Clone)]
pub struct ObjectFiles {
    store: Arc<dyn ObjectStore>,
    folder: PathBuf,
}

impl ObjectFiles {
    /// Opens a folder, making it when absent. Writes go to a temporary file, are synced, then renamed.
    pub fn local(folder: &Path) -> Result<Self, FileError> {
        std::fs::create_dir_all(folder).map_err(|error| file_error(error.kind(), error.into()))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(object_error)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), folder: folder.to_owned() })
    }
}

#[async_trait]
impl FileStore for ObjectFiles {
    async fn put(&self, key: &FileKey, content: Vec<u8>) -> Result<(), FileError> {
        let (path, content) = (ObjectPath::from(key.as_str()), PutPayload::from(content));
        let mut written = self.store.put(&path, content.clone()).await;
        for _ in 1..TRIES {
            // Somebody who has just written the same file took our unfinished one for a leftover.
            if !matches!(&written, Err(error) if io_kind(error) == ErrorKind::NotFound) {
                break;
            }
            written = self.store.put(&path, content.clone()).await;
        }
        written.map_err(object_error)?;
        let written = self.folder.join(key.as_str());
        // Nothing depends on it: what could not be removed now is in nobody's way.
        let _ = tokio::task::spawn_blocking(move || remove_leftovers(&written)).await;
        Ok(())
    }

    async fn get(&self, key: &FileKey) -> Result<Option<Vec<u8>>, FileError> {
        let found = match self.store.get(&ObjectPath::from(key.as_str())).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(object_error(error)),
        };
        found.bytes().await.map(|bytes| Some(bytes.to_vec())).map_err(object_error)
    }

    async fn delete(&self, key: &FileKey) -> Result<(), FileError> {
        match self.store.delete(&ObjectPath::from(key.as_str())).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(object_error(error)),
        }
    }
}

/// Removes the temporary files (`NAME#1`…) that a killed process left beside a file that is whole now. Should another
/// process be writing the same key at this moment, it begins again.
fn remove_leftovers(written: &Path) {
    let (Some(folder), Some(name)) = (written.parent(), written.file_name()) else { return };
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let prefix = format!("{}#", name.to_string_lossy());
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix)) {
        let _ = std::fs::remove_file(entry.path());
    }
}

fn object_error(error: object_store::Error) -> FileError {
    file_error(io_kind(&error), error.into())
}

/// The operating system's reason, in the chain of causes.
fn io_kind(error: &object_store::Error) -> ErrorKind {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(current) = cause {
        if let Some(io) = current.downcast_ref::<std::io::Error>() {
            return io.kind();
        }
        cause = current.source();
    }
    ErrorKind::Other
}

fn file_error(kind: ErrorKind, source: Box<dyn std::error::Error + Send + Sync>) -> FileError {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => FileError::Full(source),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => FileError::ReadOnly(source),
        _ => FileError::Backend(source),
    }
}
