//! Documents as they should be.

use std::collections::BTreeSet;
use std::sync::Arc;

use lopdf::Document;
use nexus_bilan::pdf::{PdfRenderer, PrepareStep, RenderError, TectonicRenderer, TectonicSettings};
use nexus_bilan::receipts::ReceiptPress;
use nexus_core::ledger::Credits;
use nexus_core::money::{Money, TaxRate};
use nexus_core::till::invoice::{InvoiceLine, InvoiceNumber, InvoiceSeries, totals};
use nexus_core::till::receipt::{Receipt, ReceiptPrinter, SchoolDetails};
use nexus_core::{Coded, ErrorCode};
use tokio::sync::Mutex;

use crate::support::{
    PREAMBLE, REFERENCES, REPORT, body, bundle, document, renderer, settings, text, with_asset,
};

#[tokio::test]
async fn a_report_is_typeset_with_its_characters_fonts_and_properties() {
    let pdf = renderer().render(&document(REPORT)).await.unwrap();
    let text = text(&pdf);
    for words in
        ["« C’est encourageant »", "œuvre, cœur", "naïveté, garçon", "ÉTÉ, Ça", "€", "✓ → ≥", "étape 40"]
    {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    let pdf = Document::load_mem(&pdf).unwrap();
    assert_eq!(pdf.get_pages().len(), 3);
    let catalog = pdf.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"fr-FR");
    assert!(catalog.has(b"Outlines"));
    let fonts: BTreeSet<Vec<u8>> = pdf
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter(|dictionary| dictionary.has_type(b"FontDescriptor"))
        .filter_map(|dictionary| Some(dictionary.get(b"FontName").ok()?.as_name().ok()?.to_owned()))
        .collect();
    let has = |name: &str| fonts.iter().any(|font| font.ends_with(name.as_bytes()));
    assert!(has("TeXGyrePagella-Regular") && has("TeXGyreAdventor-Bold") && has("DejaVuSans"), "{fonts:?}");
}

#[tokio::test]
async fn the_same_document_gives_the_same_bytes_and_another_date_other_ones() {
    let report = document(REPORT);
    let first = renderer().render(&report).await.unwrap();
    assert!(first == renderer().render(&report).await.unwrap());
    let mut later = report;
    later.date += jiff::SignedDuration::from_hours(48);
    assert!(first != renderer().render(&later).await.unwrap());
}

#[tokio::test]
async fn a_document_without_the_preamble_is_typeset_too() {
    let source = "\\documentclass{article}\\begin{document}Où est l'œuf ?\\end{document}";
    assert!(text(&renderer().render(&document(source)).await.unwrap()).contains("Où est l’œuf"));
}

#[tokio::test]
async fn references_are_settled_by_other_passes() {
    let pdf = renderer().render(&document(REFERENCES)).await.unwrap();
    let text = text(&pdf);
    assert!(text.contains("Voir la page 3 sur 3, l’équation (1)"), "{text}");
    // The table of contents and the outline too.
    assert!(text.lines().any(|line| line.split_whitespace().eq(["3", "Fin", "3"])), "{text}");
    let pdf = Document::load_mem(&pdf).unwrap();
    assert_eq!(pdf.get_toc().unwrap().toc.len(), 3);
    assert_eq!(pdf.catalog().unwrap().get(b"Lang").unwrap().as_str().unwrap(), b"fr-FR");
}

#[tokio::test]
async fn assets_are_read_by_name() {
    let figure = renderer().render(&body("\\thispagestyle{empty}Figure jointe")).await.unwrap();
    let page = body("\\includegraphics[width=5cm]{figure.pdf} puis \\input{suite.tex}");
    let page = with_asset(with_asset(page, "figure.pdf", &figure), "suite.tex", "la suite".as_bytes());
    let text = text(&renderer().render(&page).await.unwrap());
    assert!(text.contains("Figure jointe") && text.contains("la suite"), "{text}");
}

#[tokio::test]
async fn an_asset_cannot_take_the_place_of_the_document_or_leave_its_folder() {
    for name in ["../a.tex", "/etc/a.tex", "texput.aux", ".tex", "a b.tex", "-o.tex", ""] {
        let outcome = renderer().render(&with_asset(body("A"), name, b"B")).await;
        assert!(matches!(outcome, Err(RenderError::Rejected(_))), "{name:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn two_documents_at_once_do_not_mix() {
    let renderer = renderer();
    let documents = ["un", "deux", "trois", "quatre"].map(|name| body(&format!("Document {name}.")));
    let outcomes = tokio::join!(
        renderer.render(&documents[0]),
        renderer.render(&documents[1]),
        renderer.render(&documents[2]),
        renderer.render(&documents[3]),
    );
    for (outcome, name) in
        [outcomes.0, outcomes.1, outcomes.2, outcomes.3].into_iter().zip(["un", "deux", "trois", "quatre"])
    {
        assert!(text(&outcome.unwrap()).contains(&format!("Document {name}.")));
    }
}

#[tokio::test]
async fn preparing_makes_the_format_once_and_says_what_it_does() {
    // A bundle of its own, so that no format is there.
    let folder = tempfile::tempdir().unwrap();
    copy_bundle(folder.path());
    let settings = TectonicSettings { bundle: folder.path().to_owned(), ..settings() };
    let steps = Mutex::new(Vec::new());
    let note = |step| steps.try_lock().unwrap().push(step);
    let (renderer, other) = (TectonicRenderer::new(settings.clone()), TectonicRenderer::new(settings));
    let (first, second) = tokio::join!(renderer.prepare(&note), other.prepare(&|_| ()));
    first.unwrap();
    second.unwrap();
    renderer.prepare(&note).await.unwrap();
    let expected = [PrepareStep::CheckingFiles, PrepareStep::BuildingFormat, PrepareStep::Ready];
    assert_eq!(steps.lock().await[..3], expected);
    assert_eq!(steps.lock().await[3..], [PrepareStep::CheckingFiles, PrepareStep::Ready]);
    let formats: Vec<_> = std::fs::read_dir(folder.path().join("formats")).unwrap().collect();
    assert_eq!(formats.len(), 1, "{formats:?}");
    assert!(text(&renderer.render(&body("Prêt.")).await.unwrap()).contains("Prêt."));
}

#[tokio::test]
async fn absent_or_damaged_files_are_told_with_the_command_to_run() {
    let folder = tempfile::tempdir().unwrap();
    let renderer = |preamble: &str| {
        TectonicRenderer::new(TectonicSettings {
            bundle: folder.path().to_owned(),
            preamble: preamble.to_owned(),
            ..settings()
        })
    };
    let told = |outcome: Result<Vec<u8>, RenderError>| match outcome {
        Err(error @ RenderError::Missing(_)) => {
            assert_eq!(error.code(), ErrorCode::RendererMissing);
            assert!(error.to_string().contains("scripts/"), "{error}");
        }
        other => panic!("{other:?}"),
    };
    told(renderer(PREAMBLE).render(&body("A")).await);
    copy_bundle(folder.path());
    std::fs::write(folder.path().join("files/article.cls"), "damaged").unwrap();
    told(renderer(PREAMBLE).prepare(&|_| ()).await.map(|()| Vec::new()));
    std::fs::remove_file(folder.path().join("files/article.cls")).unwrap();
    told(renderer(PREAMBLE).render(&body("A")).await);
}

fn copy_bundle(target: &std::path::Path) {
    let source = bundle();
    std::fs::create_dir_all(target.join("files")).unwrap();
    for entry in std::fs::read_dir(source.join("files")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), target.join("files").join(entry.file_name())).unwrap();
    }
    std::fs::copy(source.join("manifest.sha256"), target.join("manifest.sha256")).unwrap();
}

/// An invoice of the till, from what stands on it to what a reader sees; printed twice, it is the same file.
#[tokio::test]
async fn an_invoice_is_printed_with_its_number_names_and_amounts() {
    let lines = vec![InvoiceLine {
        label: "Pack de 55 crédits (dont 5 offerts) & 100 %".to_owned(),
        gross: Money::millimes(1_234_567).unwrap(),
    }];
    let receipt = Receipt {
        number: InvoiceNumber { series: InvoiceSeries::Invoice, year: 2026, place: 1 },
        school: SchoolDetails {
            name: "Nexus Réussite".to_owned(),
            address: Some("12, rue de l’Avenir, 1002 Tunis".to_owned()),
            tax_number: Some("1234567/A/M/000".to_owned()),
            contact: Some("contact@nexus.example".to_owned()),
        },
        payer: "Leïla Ben Salah".to_owned(),
        pupil: Some("Yassine Ben Salah".to_owned()),
        totals: totals(&lines, TaxRate::new(1_900).unwrap()).unwrap(),
        lines,
        way: Some("Espèces"),
        reference: "PR-12".to_owned(),
        credits: Credits::whole(55),
        corrects: None,
        reason: None,
        day: jiff::civil::date(2026, 9, 14),
        issued_at: "2026-09-14T08:30:00Z".parse().unwrap(),
    };
    let settings = TectonicSettings { preamble: nexus_bilan::latex::PREAMBLE.to_owned(), ..settings() };
    let press = ReceiptPress::new(Arc::new(TectonicRenderer::new(settings)));
    let pdf = press.print(&receipt).await.unwrap();
    let words = text(&pdf).split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "Reçu / Facture F2026-00001",
        "Nexus Réussite",
        "12, rue de l’Avenir, 1002 Tunis",
        "Matricule fiscal : 1234567/A/M/000",
        "Leïla Ben Salah",
        "Yassine Ben Salah",
        "Pack de 55 crédits (dont 5 offerts) & 100 %",
        "1 234,567 TND",
        "197,116 TND",
        "14 septembre 2026",
        "Espèces",
        "PR-12",
        "55 crédits",
    ] {
        assert!(words.contains(said), "{said} is not in {words}");
    }
    assert_eq!(Document::load_mem(&pdf).unwrap().get_pages().len(), 1);
    assert!(pdf == press.print(&receipt).await.unwrap());
}
