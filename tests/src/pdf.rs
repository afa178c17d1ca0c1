//! PDF files as a reader sees them.

use lopdf::{Dictionary, Document, Object, decode_text_string};
use std::path::Path;
use std::process::Command;

/// The text as poppler reads it, line breaks and non-breaking spaces flattened to one space.
pub fn text(path: &Path) -> String {
    let output = Command::new("pdftotext")
        .arg("-raw")
        .arg(path)
        .arg("-")
        .output()
        .expect("pdftotext of poppler-utils: run scripts/install-tex");
    assert!(output.status.success(), "{}", path.display());
    flat(&String::from_utf8(output.stdout).unwrap())
}

/// A text with one plain space between words.
pub fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a document tells about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Properties {
    /// `Title` of the information dictionary.
    pub title: String,
    /// `Author` of the information dictionary.
    pub author: String,
    /// `Subject` of the information dictionary.
    pub subject: String,
    /// Language of the catalog.
    pub language: String,
    /// Number of pages.
    pub pages: usize,
}

/// Reads the properties of a file.
pub fn properties(path: &Path) -> Properties {
    let document = Document::load(path).unwrap();
    let information = match document.trailer.get(b"Info").unwrap() {
        Object::Reference(id) => document.get_dictionary(*id).unwrap(),
        other => other.as_dict().unwrap(),
    };
    let field = |dictionary: &Dictionary, key: &[u8]| {
        dictionary.get(key).map_or_else(|_| String::new(), |value| decode_text_string(value).unwrap())
    };
    Properties {
        title: field(information, b"Title"),
        author: field(information, b"Author"),
        subject: field(information, b"Subject"),
        language: field(document.catalog().unwrap(), b"Lang"),
        pages: document.get_pages().len(),
    }
}
