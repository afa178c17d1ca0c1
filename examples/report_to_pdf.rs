//! From answers to the parents' PDF: facts, texts, LaTeX, then the engine that the configuration chooses.
//!
//! `cargo run -p nexus-examples --example report_to_pdf [out.pdf]`, with `NEXUS_RENDERER=latexmk` for the machine's TeX.

use nexus_bilan::attempt::state_facts;
use nexus_bilan::bilan::AttemptAnswers;
use nexus_bilan::latex::{Identity, typeset};
use nexus_bilan::questionnaire::Catalogue;
use nexus_bilan::report::Variant;
use nexus_bilan::texts;
use nexus_runtime::{Configuration, Overrides, build_renderer};
use std::error::Error;
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    // A document is typeset in a sealed child process, which is this very program: it has to become that child before
    // it starts a thread or opens a file. A program that cannot names `nexus` in NEXUS_WORKER_PROGRAM instead.
    let mut arguments = std::env::args_os().skip(1);
    let first = arguments.next();
    if first.as_deref().is_some_and(|word| word == "render-worker") {
        let order = arguments.next().ok_or("a worker is given an order")?;
        return Ok(nexus_bilan::pdf::worker::run(&order));
    }
    let out = first.unwrap_or_else(|| "bilan-parent.pdf".into());
    let content = report()?;
    std::fs::write(&out, &content)?;
    println!("{} ({} octets)", out.display(), content.len());
    Ok(ExitCode::SUCCESS)
}

#[tokio::main]
async fn report() -> Result<Vec<u8>, Box<dyn Error>> {
    let sheet: serde_json::Value = serde_json::from_str(include_str!("answers/elias.json"))?;
    let attempt: AttemptAnswers =
        serde_json::from_value(serde_json::json!({"answers": sheet["answers"], "survey": sheet["survey"]}))?;
    let catalogue = Catalogue::built_in();
    let (bank, checksum) = catalogue.bank_with_checksum("maths-terminale").ok_or("no such questionnaire")?;
    let survey = bank.survey.as_deref().and_then(|slug| catalogue.survey(slug));

    // Facts hold no name; the texts are written from them alone, and each sentence cites the facts that carry it.
    let facts = state_facts(bank, checksum, survey, &attempt, jiff::civil::date(2026, 9, 1))?;
    let payload = texts::write(&facts, Variant::Parent, "EXEMPLE-1", 1)?;
    let unfounded = texts::check(&facts, &payload);
    if !unfounded.is_empty() {
        return Err(format!("{unfounded:?}").into());
    }

    // The name enters at the last moment, in what is typeset and nowhere else.
    let identity =
        Identity { first_name: "Elias".into(), last_name: "Ben Salem-Martin".into(), school: None };
    let document = typeset(&payload, &identity)?;

    // The engine, its files and its limits come from nexus.toml and the environment, as they do for the command.
    let configuration = Configuration::load(&Overrides::default())?;
    let renderer = build_renderer(&configuration)?;
    // The first time, this makes a TeX format and keeps it; later documents start from it.
    renderer.prepare().await?;
    Ok(renderer.render(&document).await?)
}
