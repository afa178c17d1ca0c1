//! `XeLaTeX` of the system, to see what a document really becomes.

use std::process::{Command, Output};

/// What came out of the engine.
pub(crate) struct Compiled {
    /// The whole log, its lines joined.
    pub log: String,
    /// The text of the PDF in reading order, without spaces nor hyphens.
    pub text: String,
    /// Number of pages.
    pub pages: usize,
    /// What `pdfinfo` says.
    pub information: String,
}

fn run(program: &str, arguments: &[&str], folder: &std::path::Path) -> Output {
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        // Lines of the log are not cut: messages are looked for in them.
        .env("max_print_line", "10000")
        .env("TEXINPUTS", ".:")
        .output()
        .unwrap_or_else(|error| {
            panic!("{program} cannot be run ({error}); install TeX and poppler with `scripts/install-tex`")
        })
}

/// Compiles a document in one pass; panics with the first errors of the log when it is refused.
pub(crate) fn compile(source: &str) -> Compiled {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("document.tex"), source).expect("a writable folder");
    let arguments = ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "document.tex"];
    let output = run("xelatex", &arguments, folder.path());
    let log = std::fs::read(folder.path().join("document.log")).expect("a log");
    let log = String::from_utf8_lossy(&log).into_owned();
    assert!(output.status.success(), "the engine refused the document:\n{}", first_error(&log));
    let text = run("pdftotext", &["-enc", "UTF-8", "-raw", "document.pdf", "-"], folder.path());
    let information = run("pdfinfo", &["-enc", "UTF-8", "document.pdf"], folder.path());
    let information = String::from_utf8_lossy(&information.stdout).into_owned();
    let pages = information
        .lines()
        .find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok())
        .expect("a number of pages");
    Compiled { text: squeezed(&String::from_utf8_lossy(&text.stdout)), log, pages, information }
}

/// A text without spaces and hyphens, which a page adds and removes.
pub(crate) fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace() && !matches!(character, '-' | '\u{ad}'))
        .collect()
}

fn first_error(log: &str) -> String {
    let lines: Vec<_> = log.lines().collect();
    let at = lines.iter().position(|line| line.starts_with('!')).unwrap_or(0);
    lines.iter().skip(at).take(12).copied().collect::<Vec<_>>().join("\n")
}
