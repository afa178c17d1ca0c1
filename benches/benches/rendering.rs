//! A parent's report by the sealed engine, warm, beside `latexmk -xelatex` on the same source, in the same run.

use nexus_benches::Failure;
use nexus_benches::figures::{Table, median, milliseconds, percentile};
use nexus_benches::process::{children, children_processor, machine, memory, nexus_program};
use nexus_benches::sheet::Subject;
use nexus_bilan::latex::{Identity, PREAMBLE, typeset};
use nexus_bilan::pdf::{
    LatexDocument, PdfRenderer, RenderLimits, TectonicRenderer, TectonicSettings, WorkerProgram,
};
use nexus_bilan::report::Variant;
use nexus_bilan::texts;
use nexus_runtime::{Configuration, Overrides};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Rounds; in each, every way of typesetting takes its turn, so that a busy machine is unjust to none.
const ROUNDS: usize = 6;
/// Documents of one round of the sealed engine, in sequence and in parallel.
const DOCUMENTS: u32 = 12;
/// What the existing application allows to one compilation, and what a document may cost here, in seconds.
const MOST_PROCESSOR: f64 = 0.4;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let configuration = Configuration::load(&Overrides::default())?;
    let document = parent_report()?;
    let worker = WorkerProgram { program: nexus_program()?, arguments: vec!["render-worker".into()] };
    let with_spares = |spares| {
        TectonicRenderer::new(TectonicSettings {
            worker: worker.clone(),
            bundle: configuration.tex_bundle.clone(),
            preamble: PREAMBLE.to_owned(),
            limits: RenderLimits::default(),
            parallel: 2,
            spares,
        })
    };
    // With workers that start in advance, as the server has it; and without, where one document is one core's work.
    let (renderer, bare) = (with_spares(1), with_spares(0));
    let start = Instant::now();
    renderer.prepare(&|_| ()).await?;
    let prepared = start.elapsed();
    let pdf = renderer.render(&document).await?;

    let (mut sealed, mut two, mut former) = (Costs::default(), Costs::default(), Costs::default());
    let (mut bare_one, mut bare_two) = (Costs::default(), Costs::default());
    let (mut gains, mut bare_gains) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let alone = sealed.add(DOCUMENTS, sequence(&renderer, &document)).await?;
        let together = two.add(DOCUMENTS, in_pairs(&renderer, &document)).await?;
        gains.push(alone / together);
        let alone = bare_one.add(DOCUMENTS, sequence(&bare, &document)).await?;
        let together = bare_two.add(DOCUMENTS, in_pairs(&bare, &document)).await?;
        bare_gains.push(alone / together);
        // It takes seconds, and its cost hardly varies.
        if round % 2 == 0 {
            former.add(1, latexmk(&document)).await?;
        }
    }
    let largest = largest_worker(&renderer, &document).await?;

    let ratio = median(&former.processor) / median(&sealed.processor);
    let mut table = Table::default();
    table.report("source of the document", format!("{} bytes", document.source.len()));
    table.report("its PDF", format!("{} bytes", pdf.len()));
    table.report("preparation (files checked, format ready)", format!("{:.0} ms", milliseconds(prepared)));
    let processor = median(&sealed.processor);
    let met = processor <= MOST_PROCESSOR;
    table.against("sealed engine, processor for a document", format!("{processor:.3} s"), "<= 0.4 s", met);
    table.report("sealed engine, wall for a document", format!("{:.3} s", median(&sealed.wall)));
    table.report("latexmk -xelatex, processor for a document", format!("{:.3} s", median(&former.processor)));
    table.report("latexmk -xelatex, wall for a document", format!("{:.3} s", median(&former.wall)));
    table.against("processor, latexmk over sealed engine", format!("{ratio:.1} x"), ">= 5 x", ratio >= 5.0);
    table.report("two at a time, wall for a document", format!("{:.3} s", median(&two.wall)));
    let gain = median(&gains);
    table.against("two at a time, gain on one by one", format!("{gain:.2} x"), ">= 1.7 x", gain >= 1.7);
    // The least that each way took: the machine's other work only ever adds.
    let quiet = percentile(&sealed.wall, 0.0) / percentile(&two.wall, 0.0);
    table.report("  between the quietest rounds of each", format!("{quiet:.2} x"));
    let (one, both) = (median(&sealed.processor), median(&two.processor));
    table.report("  processor for a document, one by one and two", format!("{one:.3} and {both:.3} s"));
    table.report("without waiting workers: one by one, wall", format!("{:.3} s", median(&bare_one.wall)));
    table.report("without waiting workers: two at a time, wall", format!("{:.3} s", median(&bare_two.wall)));
    table.report("without waiting workers: gain", format!("{:.2} x", median(&bare_gains)));
    table.against(
        "largest resident memory of a worker",
        format!("{largest:.0} MB"),
        "<= 400 MB",
        largest <= 400.0,
    );
    println!("machine: {}", machine());
    println!("medians of {ROUNDS} rounds of {DOCUMENTS} documents, taken in turns");
    table.print("typesetting a parent's report");
    Ok(())
}

/// The report with the radar and the bars, of a real sheet.
fn parent_report() -> Result<LatexDocument, Failure> {
    let facts = Subject::yasmine(36)?.facts()?;
    let payload = texts::write(&facts, Variant::Parent, "mesure", 1)?;
    let identity =
        Identity { first_name: "Yasmine".into(), last_name: "Ben Salem-Martin".into(), school: None };
    let document = typeset(&payload, &identity)?;
    let has = |block: &str| document.source.contains(block);
    if !has(")(-85,-") || !has("{\\NexusBarScale}\\NexusColumn r{13}") {
        Err("the report has no chart: it is not the one to be measured".into())
    } else {
        Ok(document)
    }
}

/// Wall and processor seconds for a document, one value for each round.
#[derive(Default)]
struct Costs {
    wall: Vec<f64>,
    processor: Vec<f64>,
}

impl Costs {
    /// Measures one round and returns its wall time for a document.
    async fn add(
        &mut self,
        documents: u32,
        work: impl Future<Output = Result<(), Failure>>,
    ) -> Result<f64, Failure> {
        let (start, before) = (Instant::now(), children_processor()?);
        work.await?;
        let wall = (start.elapsed() / documents).as_secs_f64();
        self.wall.push(wall);
        self.processor.push((children_processor()?.saturating_sub(before) / documents).as_secs_f64());
        Ok(wall)
    }
}

async fn sequence(renderer: &dyn PdfRenderer, document: &LatexDocument) -> Result<(), Failure> {
    for _ in 0..DOCUMENTS {
        renderer.render(document).await?;
    }
    Ok(())
}

async fn in_pairs(renderer: &dyn PdfRenderer, document: &LatexDocument) -> Result<(), Failure> {
    let lane = async || {
        for _ in 0..DOCUMENTS / 2 {
            renderer.render(document).await?;
        }
        Ok::<_, Failure>(())
    };
    let (one, other) = tokio::join!(lane(), lane());
    one.and(other)
}

/// As the existing application does it: a fresh folder, the machine's latexmk.
async fn latexmk(document: &LatexDocument) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("bilan.tex"), &document.source)?;
    let mut command = Command::new("latexmk");
    command
        .args(["-norc", "-xelatex", "-interaction=nonstopmode", "-halt-on-error", "bilan.tex"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let status = tokio::task::spawn_blocking(move || command.status()).await??;
    let pdf: PathBuf = folder.path().join("bilan.pdf");
    if status.success() && pdf.is_file() {
        Ok(())
    } else {
        Err(format!("latexmk ended with {status}").into())
    }
}

/// The largest resident memory, in MB, that a worker has reached while this document is typeset.
async fn largest_worker(renderer: &dyn PdfRenderer, document: &LatexDocument) -> Result<f64, Failure> {
    let mut largest = 0.0_f64;
    let watch = async {
        loop {
            let peaks = children(std::process::id()).into_iter().filter_map(|child| memory(child, "VmHWM"));
            largest = peaks.fold(largest, f64::max);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        pdf = renderer.render(document) => drop(pdf?),
        () = watch => {}
    }
    Ok(largest)
}
