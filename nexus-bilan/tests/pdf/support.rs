//! Renderers over the worker program of this package, and readers of the PDFs that they make.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use lopdf::{Document, Object};
use nexus_bilan::pdf::{
    LatexAsset, LatexDocument, LatexmkRenderer, LatexmkSettings, RenderLimits, TectonicRenderer,
    TectonicSettings, WorkerProgram,
};

pub(crate) const PREAMBLE: &str = include_str!("../../tex/sample-preamble.tex");
pub(crate) const REFERENCES: &str = include_str!("../../tex/samples/references.tex");
pub(crate) const REPORT: &str = include_str!("../../tex/samples/report.tex");

pub(crate) fn worker() -> WorkerProgram {
    WorkerProgram { program: env!("CARGO_BIN_EXE_nexus-render-worker").into(), arguments: Vec::new() }
}

/// The folder of TeX files; fails with the command to run when there is none.
#[allow(clippy::disallowed_methods)] // The one place where these tests read where they run.
pub(crate) fn bundle() -> PathBuf {
    let given = std::env::var_os("NEXUS_TEX_BUNDLE").map(PathBuf::from);
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".local/share"));
    let folder = given.or_else(|| data.or(home).map(|data| data.join("nexus/tex"))).unwrap_or_default();
    assert!(
        folder.join("manifest.sha256").is_file(),
        "no TeX files in {}: run scripts/install-tex",
        folder.display()
    );
    folder
}

pub(crate) fn settings() -> TectonicSettings {
    TectonicSettings {
        worker: worker(),
        bundle: bundle(),
        preamble: PREAMBLE.to_owned(),
        // Wide enough for a machine with other work to do; each fault narrows the limit that it is about.
        limits: RenderLimits { wall: Duration::from_mins(2), ..RenderLimits::default() },
        parallel: 2,
        spares: 1,
    }
}

pub(crate) fn renderer() -> TectonicRenderer {
    TectonicRenderer::new(settings())
}

#[allow(clippy::disallowed_methods)] // As above.
pub(crate) fn latexmk(limits: RenderLimits) -> LatexmkRenderer {
    let folders = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    LatexmkRenderer::new(LatexmkSettings { worker: worker(), folders, limits, parallel: 2 })
}

pub(crate) fn document(source: impl Into<String>) -> LatexDocument {
    LatexDocument { source: source.into(), assets: Vec::new(), date: Timestamp::constant(1_795_300_000, 0) }
}

/// A document with the preloaded preamble and this body.
pub(crate) fn body(text: &str) -> LatexDocument {
    document(format!("{PREAMBLE}\\begin{{document}}\n{text}\n\\end{{document}}\n"))
}

pub(crate) fn with_asset(mut document: LatexDocument, name: &str, content: &[u8]) -> LatexDocument {
    document.assets.push(LatexAsset { name: name.to_owned(), content: content.to_owned() });
    document
}

/// The text of a PDF, as poppler reads it.
pub(crate) fn text(pdf: &[u8]) -> String {
    let mut reader = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext of poppler-utils: run scripts/install-tex");
    let mut stdin = reader.stdin.take().unwrap();
    let pdf = pdf.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(&pdf));
    let output = reader.wait_with_output().unwrap();
    let _ = writer.join();
    String::from_utf8(output.stdout).unwrap()
}

/// Everything that a PDF holds, streams unpacked.
pub(crate) fn contents(pdf: &[u8]) -> Vec<u8> {
    let mut all = pdf.to_owned();
    let document = Document::load_mem(pdf).unwrap();
    for object in document.objects.values() {
        if let Object::Stream(stream) = object {
            all.extend(stream.decompressed_content().unwrap_or_else(|_| stream.content.clone()));
        }
    }
    all
}

pub(crate) fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}
