//! The engine of the machine: the same documents, the same limits.

use std::time::Duration;

use nexus_bilan::pdf::{
    LatexmkRenderer, LatexmkSettings, PdfRenderer, RenderError, RenderLimit, RenderLimits,
};

use crate::support::{PREAMBLE, REPORT, body, contents, document, holds, latexmk, text, with_asset, worker};

fn limits() -> RenderLimits {
    RenderLimits { wall: Duration::from_mins(2), ..RenderLimits::default() }
}

#[tokio::test]
async fn a_report_is_typeset_and_the_same_bytes_come_twice() {
    let report = document(REPORT);
    let first = latexmk(limits()).render(&report).await.unwrap();
    let words = text(&first);
    assert!(words.contains("« C’est encourageant »") && words.contains("étape 40"), "{words}");
    assert!(first == latexmk(limits()).render(&report).await.unwrap());
}

#[tokio::test]
async fn assets_are_read_by_name() {
    let page = with_asset(body("\\input{suite.tex}"), "suite.tex", b"la suite");
    assert!(text(&latexmk(limits()).render(&page).await.unwrap()).contains("la suite"));
}

#[tokio::test]
async fn a_refusal_names_the_line_and_the_command() {
    let outcome = latexmk(limits()).render(&body("Bonjour.\nÉlodie \\truc a réussi.")).await;
    let Err(RenderError::Rejected(message)) = outcome else { panic!("{outcome:?}") };
    let line = PREAMBLE.lines().count() + 3;
    assert_eq!(message, format!("line {line}: Undefined control sequence \\truc"));
}

#[tokio::test]
async fn limits_are_told_apart() {
    let endless = body("\\def\\x{\\x}\\x");
    let cpu = latexmk(RenderLimits { cpu_seconds: 4, ..limits() }).render(&endless).await;
    assert!(matches!(cpu, Err(RenderError::Limit(RenderLimit::Cpu))), "{cpu:?}");
    let time = latexmk(RenderLimits { wall: Duration::from_secs(1), ..limits() }).render(&endless).await;
    assert!(matches!(time, Err(RenderError::Limit(RenderLimit::Time))), "{time:?}");
    let writing = "\\newwrite\\w\\immediate\\openout\\w=long.txt \\def\\x{\\immediate\\write\\w{aaaaaaaaaaaaaaaa}\\x}\\x";
    let output = latexmk(RenderLimits { output_bytes: 4 << 20, ..limits() }).render(&body(writing)).await;
    assert!(matches!(output, Err(RenderError::Limit(RenderLimit::Output))), "{output:?}");
    let eating = "\\def\\x#1{\\x{#1#1}}\\x{aaaaaaaaaaaaaaaa}";
    let memory = latexmk(limits()).render(&body(eating)).await;
    assert!(matches!(memory, Err(RenderError::Limit(RenderLimit::Memory))), "{memory:?}");
}

#[tokio::test]
async fn files_of_the_machine_cannot_be_read_by_path_and_nothing_is_run() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret.txt");
    std::fs::write(&secret, "NEXUSSECRET4711").unwrap();
    let path = secret.display();
    let written = folder.path().join("written.txt");
    for bad in [
        format!("A \\input{{{path}}}"),
        format!("A \\newread\\r\\openin\\r={path} \\read\\r to \\line \\line"),
        format!("A \\immediate\\write18{{touch {}}}", written.display()),
        format!("A \\input{{|cat {path}}}"),
        format!("A \\newwrite\\w\\immediate\\openout\\w={} \\immediate\\write\\w{{A}}", written.display()),
    ] {
        if let Ok(pdf) = latexmk(limits()).render(&body(&bad)).await {
            assert!(!text(&pdf).contains("NEXUSSECRET") && !holds(&contents(&pdf), "NEXUSSECRET"), "{bad}");
        }
    }
    assert!(!written.exists());
}

#[tokio::test]
async fn a_machine_without_it_is_told_the_command() {
    let nowhere =
        LatexmkSettings { worker: worker(), folders: vec!["/nowhere".into()], limits: limits(), parallel: 1 };
    let outcome = LatexmkRenderer::new(nowhere).render(&body("A")).await;
    assert!(
        matches!(&outcome, Err(RenderError::Missing(message)) if message.contains("scripts/install-tex")),
        "{outcome:?}"
    );
}
