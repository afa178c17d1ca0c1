//! What a PDF costs on this machine, printed: `cargo run --release -p nexus-bilan --features tectonic,latexmk
//! --example render_figures [BUNDLE]`, after `cargo build` of the same with `--bin nexus-render-worker`.
//!
//! One report of three pages by the sealed engine, its waiting worker included, one after the other and two at a
//! time, and by the machine's own latexmk. Processor time is that of all ended children: what a document costs in all.

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use nexus_bilan::pdf::{
    LatexDocument, LatexmkRenderer, LatexmkSettings, PdfRenderer, RenderLimits, TectonicRenderer,
    TectonicSettings, WorkerProgram,
};

const PREAMBLE: &str = include_str!("../tex/sample-preamble.tex");
const REPORT: &str = include_str!("../tex/samples/report.tex");
const DOCUMENTS: u32 = 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let worker = WorkerProgram { program: worker()?, arguments: Vec::new() };
    let settings = |parallel| TectonicSettings {
        worker: worker.clone(),
        bundle: bundle(),
        preamble: PREAMBLE.to_owned(),
        limits: RenderLimits::default(),
        parallel,
        spares: parallel,
    };
    let (single, double) = (TectonicRenderer::new(settings(1)), TectonicRenderer::new(settings(2)));
    let start = Instant::now();
    single.prepare(&|_| ()).await?;
    println!("prepare (files checked, format made when absent)  {:>8.0} ms", milliseconds(start.elapsed()));
    double.prepare(&|_| ()).await?;

    let report = LatexDocument { source: REPORT.to_owned(), assets: Vec::new(), date: Timestamp::UNIX_EPOCH };
    single.render(&report).await?;
    let alone = Cost::of(&single, &report, 1).await?;
    alone.print("sealed engine, one at a time");
    double.render(&report).await?;
    let pair = Cost::of(&double, &report, 2).await?;
    pair.print("sealed engine, two at a time");
    println!("throughput of two at a time over one              {:>8.2} ×", ratio(alone.wall, pair.wall));
    let largest = largest_worker(&single, &report).await?;
    println!("largest resident memory of a worker               {largest:>8} MB");

    let folders = path_folders();
    let machine = LatexmkRenderer::new(LatexmkSettings {
        worker,
        folders,
        limits: RenderLimits::default(),
        parallel: 1,
    });
    let latexmk = Cost::of(&machine, &report, 1).await?;
    latexmk.print("latexmk -xelatex");
    println!(
        "processor time of latexmk over the sealed engine  {:>8.2} ×",
        ratio(latexmk.processor, alone.processor)
    );
    Ok(())
}

/// What one document costs on average.
struct Cost {
    wall: Duration,
    processor: Duration,
}

impl Cost {
    async fn of(
        renderer: &dyn PdfRenderer,
        report: &LatexDocument,
        together: usize,
    ) -> Result<Self, Box<dyn Error>> {
        let (start, before) = (Instant::now(), children_processor());
        for _ in 0..DOCUMENTS / 2 {
            if together == 2 {
                let (first, second) = tokio::join!(renderer.render(report), renderer.render(report));
                first?;
                second?;
            } else {
                renderer.render(report).await?;
                renderer.render(report).await?;
            }
        }
        let (wall, processor) = (start.elapsed(), children_processor().saturating_sub(before));
        Ok(Self { wall: wall / DOCUMENTS, processor: processor / DOCUMENTS })
    }

    fn print(&self, name: &str) {
        println!("{name:<32}  wall, a document  {:>8.0} ms", milliseconds(self.wall));
        println!("{:<32}  processor         {:>8.0} ms", "", milliseconds(self.processor));
    }
}

/// User and system time of the children that have ended, in ticks of 10 ms.
fn children_processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ');
    let ticks: u64 = fields.skip(13).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// The largest resident memory, in MB, that a worker has reached while this report is typeset.
async fn largest_worker(renderer: &dyn PdfRenderer, report: &LatexDocument) -> Result<u64, Box<dyn Error>> {
    let mut largest = 0;
    let watch = async {
        loop {
            largest = largest.max(children_peak_kilobytes());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        pdf = renderer.render(report) => drop(pdf?),
        () = watch => {}
    }
    Ok(largest / 1024)
}

fn children_peak_kilobytes() -> u64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let children = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let all = children.collect::<Vec<_>>().join(" ");
    let peak = |child: &str| {
        let status = std::fs::read_to_string(format!("/proc/{child}/status")).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?.to_owned();
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    all.split_whitespace().filter_map(peak).max().unwrap_or(0)
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64().max(1e-9)
}

/// The worker program, built beside this one.
fn worker() -> std::io::Result<PathBuf> {
    let here = std::env::current_exe()?;
    let target = here.parent().and_then(|examples| examples.parent()).unwrap_or(&here);
    Ok(target.join("nexus-render-worker"))
}

#[allow(clippy::disallowed_methods)] // A program of its own: it reads where it runs.
fn bundle() -> PathBuf {
    let given = std::env::args_os().nth(1).or_else(|| std::env::var_os("NEXUS_TEX_BUNDLE"));
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".local/share/nexus/tex");
    given.map_or_else(home, PathBuf::from)
}

#[allow(clippy::disallowed_methods)] // As above.
fn path_folders() -> Vec<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect()
}
