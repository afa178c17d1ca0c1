//! Documents that would take an engine with them, and what the next document meets.

use std::path::Path;
use std::time::{Duration, Instant};

use nexus_bilan::pdf::{
    LatexDocument, PdfRenderer, RenderError, RenderLimit, RenderLimits, TectonicRenderer, TectonicSettings,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{PREAMBLE, body, bundle, document, holds, settings, text, with_asset};

/// Typesets a bad document and then, with the same renderer, a good one; gives what the bad one met.
async fn outcome(limits: RenderLimits, bad: &LatexDocument) -> Result<Vec<u8>, RenderError> {
    let renderer = TectonicRenderer::new(TectonicSettings { limits, ..settings() });
    let outcome = renderer.render(bad).await;
    let good = renderer.render(&body("Après l'accident.")).await.unwrap();
    assert!(text(&good).contains("Après l’accident."));
    outcome
}

async fn refusal(bad: &LatexDocument) -> String {
    match outcome(settings().limits, bad).await {
        Err(RenderError::Rejected(message)) => {
            assert!(message.chars().count() <= 300, "{message}");
            message
        }
        other => panic!("{other:?}"),
    }
}

fn limits() -> RenderLimits {
    settings().limits
}

#[tokio::test]
async fn an_endless_loop_is_stopped_by_processor_time() {
    let limits = RenderLimits { cpu_seconds: 4, ..limits() };
    let outcome = outcome(limits, &body("\\def\\x{\\x}\\x")).await;
    assert!(matches!(outcome, Err(RenderError::Limit(RenderLimit::Cpu))), "{outcome:?}");
}

#[tokio::test]
async fn an_endless_loop_is_stopped_by_the_clock() {
    // Without a good document after it: the clock is too short for one on a busy machine.
    let limits = RenderLimits { wall: Duration::from_millis(300), ..limits() };
    let renderer = TectonicRenderer::new(TectonicSettings { limits, ..settings() });
    let _ = renderer.render(&body("\\def\\x{\\x}\\x")).await; // May have to make the format.
    let start = Instant::now();
    let outcome = renderer.render(&body("\\def\\x{\\x}\\x")).await;
    assert!(matches!(outcome, Err(RenderError::Limit(RenderLimit::Time))), "{outcome:?}");
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn endless_pages_are_stopped() {
    let outcome = outcome(limits(), &body("\\def\\x{Texte\\newpage\\x}\\x")).await;
    assert!(matches!(outcome, Err(RenderError::Limit(_))), "{outcome:?}");
}

#[tokio::test]
async fn endless_writing_is_stopped_by_the_size_of_the_output() {
    let limits = RenderLimits { output_bytes: 4 << 20, ..limits() };
    let writing = "\\newwrite\\w\\immediate\\openout\\w=long.txt \\def\\x{\\immediate\\write\\w{aaaaaaaaaaaaaaaa}\\x}\\x";
    let outcome = outcome(limits, &body(writing)).await;
    assert!(matches!(outcome, Err(RenderError::Limit(RenderLimit::Output))), "{outcome:?}");
}

#[tokio::test]
async fn eaters_of_memory_are_stopped() {
    let doubling = "\\def\\x#1{\\x{#1#1}}\\x{aaaaaaaaaaaaaaaa}";
    let boxes = "\\newbox\\b\\def\\x{\\setbox\\b\\vbox{\\copy\\b\\copy\\b\\hbox{a}}\\x}\\x";
    let tokens = "\\toks0{aaaaaaaa}\\def\\x{\\toks0\\expandafter{\\the\\toks0 \\the\\toks0}\\x}\\def\\y{\\edef\\z{\\z\\z}\\y}\\def\\z{aaaa}\\y";
    for bad in [doubling, boxes, tokens] {
        let outcome = outcome(limits(), &body(bad)).await;
        assert!(matches!(outcome, Err(RenderError::Limit(RenderLimit::Memory))), "{bad}: {outcome:?}");
    }
}

#[tokio::test]
async fn too_little_memory_for_the_engine_is_told_as_memory() {
    let limits = RenderLimits { memory_bytes: 250 << 20, ..limits() };
    let renderer = TectonicRenderer::new(TectonicSettings { limits, ..settings() });
    let outcome = renderer.render(&body("A")).await;
    assert!(matches!(outcome, Err(RenderError::Limit(RenderLimit::Memory))), "{outcome:?}");
}

#[tokio::test]
async fn an_undefined_command_is_told_with_its_line_and_without_the_text() {
    let line = PREAMBLE.lines().count() + 3;
    let message = refusal(&body("Bonjour.\nÉlodie Lefèvre \\truc a réussi.")).await;
    assert_eq!(message, format!("line {line}: Undefined control sequence \\truc"));
    assert!(!message.contains("Élodie"));
}

#[tokio::test]
async fn a_missing_font_is_refused() {
    let message = refusal(&body("\\newfontface\\f{absente.otf}\\f Texte")).await;
    assert!(message.contains("absente"), "{message}");
}

#[tokio::test]
async fn a_bad_image_is_refused() {
    for content in [&b"not an image"[..], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDRbroken", b""] {
        let bad = with_asset(body("\\includegraphics{image.png}"), "image.png", content);
        let outcome = outcome(limits(), &bad).await;
        assert!(matches!(outcome, Err(RenderError::Rejected(_))), "{content:?}: {outcome:?}");
    }
    let bad = with_asset(body("\\includegraphics{image.pdf}"), "image.pdf", b"%PDF-1.5\nbroken");
    let outcome = outcome(limits(), &bad).await;
    assert!(matches!(outcome, Err(RenderError::Rejected(_))), "{outcome:?}");
}

#[tokio::test]
async fn broken_utf8_is_replaced_not_obeyed() {
    let bad = with_asset(body("Avant \\input{suite.tex} après"), "suite.tex", b"mi\xff\xfelieu\xc3");
    let text = text(&outcome(limits(), &bad).await.unwrap());
    assert!(text.contains("Avant mi") && text.contains("après"), "{text}");
}

#[tokio::test]
async fn a_document_that_is_not_latex_is_refused() {
    for source in ["", "bonjour", "\\end{document}", "\u{0}\u{7f}"] {
        let outcome = outcome(limits(), &document(source)).await;
        assert!(matches!(outcome, Err(RenderError::Rejected(_))), "{source:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_huge_document_is_typeset() {
    let paragraph =
        "Une phrase assez longue pour remplir la ligne et la suivante, avec des accents : é, è, à. "
            .repeat(8);
    let long = format!("{paragraph}\n\n").repeat(700);
    let pdf = outcome(limits(), &body(&format!("{long} La toute fin."))).await.unwrap();
    assert!(text(&pdf).contains("La toute fin."));
}

#[tokio::test]
async fn a_worker_killed_from_outside_costs_one_document_at_most() {
    // The folder's name marks the workers of this test among those of the others.
    let folder = tempfile::tempdir().unwrap();
    let marked = folder.path().join("marked");
    std::os::unix::fs::symlink(bundle(), &marked).unwrap();
    let renderer = TectonicRenderer::new(TectonicSettings { bundle: marked.clone(), ..settings() });
    renderer.render(&body("Premier.")).await.unwrap();
    // The one that waits: the next document starts another.
    while kill_workers(&marked) == 0 {
        tokio::task::yield_now().await;
    }
    assert!(text(&renderer.render(&body("Deuxième.")).await.unwrap()).contains("Deuxième."));
    // The one that works.
    let endless = body("\\def\\x{\\x}\\x");
    let killer = async {
        loop {
            kill_workers(&marked);
            tokio::task::yield_now().await;
        }
    };
    let outcome = tokio::select! {
        outcome = renderer.render(&endless) => outcome,
        () = killer => unreachable!(),
    };
    assert!(matches!(outcome, Err(RenderError::Died(_))), "{outcome:?}");
    assert!(outcome.is_err_and(|error| error.is_retryable()));
    assert!(text(&renderer.render(&body("Troisième.")).await.unwrap()).contains("Troisième."));
}

#[tokio::test]
async fn dropping_the_renderer_ends_its_workers() {
    let folder = tempfile::tempdir().unwrap();
    let marked = folder.path().join("marked");
    std::os::unix::fs::symlink(bundle(), &marked).unwrap();
    let renderer = TectonicRenderer::new(TectonicSettings { bundle: marked.clone(), ..settings() });
    renderer.prepare(&|_| ()).await.unwrap();
    // Right after its birth a process has no command line yet.
    while workers(&marked).len() != 1 {
        tokio::task::yield_now().await;
    }
    drop(renderer);
    while !workers(&marked).is_empty() {
        tokio::task::yield_now().await;
    }
}

/// The live processes whose command line names this folder.
fn workers(marked: &Path) -> Vec<i32> {
    let pids = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    pids.filter(|pid| {
        let command = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        *pid != i32::try_from(std::process::id()).unwrap() && holds(&command, marked.to_str().unwrap())
    })
    .collect()
}

fn kill_workers(marked: &Path) -> usize {
    let pids = workers(marked);
    for pid in &pids {
        let _ = kill_process(Pid::from_raw(*pid).unwrap(), Signal::KILL);
    }
    pids.len()
}
