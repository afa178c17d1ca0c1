//! What a PDF costs on this machine: `render_figures [--keep FILE.pdf]`, printed as a table.
//!
//! Wants the TeX files (`scripts/install-tex`) and, beside it, the example `render_worker` built the same way.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use nexus_bilan::pdf::{
    LatexDocument, PdfRenderer, RenderLimits, TectonicRenderer, TectonicSettings, WorkerProgram,
};
type Failure = Box<dyn std::error::Error>;
#[tokio::main]
async fn main() -> Result<(), Failure> {
    let bundle = PathBuf::from("/root/.local/share/nexus/tex");
    let worker = WorkerProgram {
        program: std::env::current_exe()?.with_file_name("render_worker"),
        arguments: vec![],
    };
    let preamble = include_str!("../tex/sample-preamble.tex").to_owned();
    let a: Vec<String> = std::env::args().collect();
    let limits = RenderLimits {
        memory_bytes: a.get(4).and_then(|m| m.parse::<u64>().ok()).unwrap_or(400) << 20,
        ..RenderLimits::default()
    };
    let r =
        TectonicRenderer::new(TectonicSettings { worker, bundle, preamble, limits, parallel: 2, spares: 1 });
    let t = Instant::now();
    r.prepare(&|s| println!("{s:?} {:?}", t.elapsed())).await?;
    let source = std::fs::read_to_string(&a[1])?;
    let d = LatexDocument { source, assets: vec![], date: Timestamp::UNIX_EPOCH };
    for _ in 0..a[3].parse()? {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let t = Instant::now();
        let p = r.render(&d).await;
        match p {
            Ok(p) => {
                println!("{:?} {} bytes", t.elapsed(), p.len());
                std::fs::write(&a[2], p)?;
            }
            Err(e) => println!("{e}"),
        }
    }
    Ok(())
}
