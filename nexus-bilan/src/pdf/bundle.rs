//! The engine's own TeX files: a folder made by `scripts/build-tex-bundle`.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::engine::Content;

/// Name of the list of files and their SHA-256, in the form of `sha256sum`.
const MANIFEST: &str = "manifest.sha256";

/// A folder of TeX files: `manifest.sha256`, `files/` (flat) and `formats/` (made by this program).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bundle {
    folder: PathBuf,
    manifest: String,
}

impl Bundle {
    /// Opens a folder; reads its manifest only.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        let manifest = std::fs::read_to_string(folder.join(MANIFEST))?;
        Ok(Self { folder: folder.to_owned(), manifest })
    }

    /// SHA-256 and name of each file.
    fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.manifest.lines().filter_map(|line| line.split_once("  "))
    }

    /// Reads every file of the manifest into memory.
    pub(super) fn load(&self) -> io::Result<HashMap<String, Content>> {
        self.entries().map(|(_, name)| Ok((name.to_owned(), self.read(name)?.into()))).collect()
    }

    /// The names of files that are absent or not what the manifest says.
    pub(super) fn damaged(&self) -> Vec<String> {
        self.entries()
            .filter(|(digest, name)| {
                self.read(name).map_or(true, |content| hexadecimal(&Sha256::digest(content)) != *digest)
            })
            .map(|(_, name)| name.to_owned())
            .collect()
    }

    /// Where the format is kept that this engine makes from these files and `source`.
    pub(super) fn format_path(&self, engine: &str, source: &str) -> PathBuf {
        let mut digest = Sha256::new();
        for part in [engine, &self.manifest, source] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        let key: String = hexadecimal(&digest.finalize()).chars().take(32).collect();
        self.folder.join("formats").join(format!("{key}.fmt"))
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.folder.join("files").join(name))
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
