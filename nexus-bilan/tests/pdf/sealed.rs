//! Documents that try to read, write or run something of the machine.

use std::path::{Path, PathBuf};

use nexus_bilan::pdf::{PdfRenderer, RenderError};
use tempfile::TempDir;

use crate::support::{body, contents, document, holds, renderer, text, with_asset};

/// What no PDF may hold.
const SECRET: &str = "NEXUSSECRET4711";

/// A folder of the machine with things to steal.
struct Machine {
    folder: TempDir,
}

impl Machine {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, content: &[u8]| std::fs::write(folder.path().join(name), content).unwrap();
        write("secret.txt", format!("{SECRET}\n").as_bytes());
        write("secret.tex", format!("{SECRET}\n").as_bytes());
        write(
            "secret.eps",
            format!("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%{SECRET}\n").as_bytes(),
        );
        let image =
            document(format!("\\documentclass{{article}}\\begin{{document}}{SECRET}\\end{{document}}"));
        write("secret.pdf", &renderer().render(&image).await.unwrap());
        let font = Path::new(&crate::support::bundle()).join("files/texgyretermes-bold.otf");
        std::fs::copy(font, folder.path().join("secret.otf")).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The same place, reached by going up from wherever the engine is.
    fn upwards(&self, name: &str) -> String {
        format!("../../../../../../../..{}", self.path(name).display())
    }
}

/// Fails when the document's PDF holds the secret or a font that was stolen; a refusal is as good as an empty page.
async fn assert_closed(source: &str) {
    let pdf = match renderer().render(&body(source)).await {
        Ok(pdf) => pdf,
        Err(RenderError::Rejected(message)) => {
            return assert!(!message.contains(SECRET), "{source}: {message}");
        }
        Err(other) => panic!("{source}: {other}"),
    };
    let read = text(&pdf);
    assert!(!read.contains(SECRET), "{source} printed {read}");
    let contents = contents(&pdf);
    assert!(!holds(&contents, SECRET), "{source} put the secret into the PDF");
    assert!(!holds(&contents, "Termes"), "{source} put a stolen font into the PDF");
    assert!(!holds(&contents, "DejaVuSerif"), "{source} put a font of the system into the PDF");
}

#[tokio::test]
async fn the_search_for_the_secret_finds_it_where_it_is() {
    let attached =
        "\\special{pdf:fstream @secret (secret.txt)}\\special{pdf:put @catalog << /Secret @secret >>}";
    let pages = [body("\\input{secret.txt}"), body(&format!("{attached}A"))];
    for page in pages {
        let pdf = renderer().render(&with_asset(page, "secret.txt", SECRET.as_bytes())).await.unwrap();
        assert!(text(&pdf).contains(SECRET) || holds(&contents(&pdf), SECRET));
    }
    let font = body("\\font\\f=\"[texgyretermes-bold.otf]\" at 10pt \\f A");
    assert!(holds(&contents(&renderer().render(&font).await.unwrap()), "Termes"));
}

#[tokio::test]
async fn text_of_the_machine_cannot_be_read() {
    let machine = Machine::new().await;
    for path in [
        machine.path("secret.txt").display().to_string(),
        machine.upwards("secret.txt"),
        machine.upwards("secret"),
    ] {
        assert_closed(&format!("\\input{{{path}}}")).await;
        assert_closed(&format!("\\makeatletter\\@@input {path} \\makeatother")).await;
        assert_closed(&format!("\\newread\\r\\openin\\r={path} \\read\\r to \\line A \\line")).await;
        assert_closed(&format!("\\newread\\r\\openin\\r=\"{path}\" \\read\\r to \\line A \\line")).await;
        assert_closed(&format!("\\input{{file://{path}}}")).await;
    }
}

#[tokio::test]
async fn specials_cannot_read_the_machine() {
    let machine = Machine::new().await;
    for path in [machine.path("secret.txt").display().to_string(), machine.upwards("secret.txt")] {
        assert_closed(&format!(
            "\\special{{pdf:fstream @s ({path})}}\\special{{pdf:put @catalog << /S @s >>}}A"
        ))
        .await;
        assert_closed(&format!("\\special{{ps:plotfile {path}}}A")).await;
        assert_closed(&format!("\\special{{pdf:code {path}}}\\special{{pdf:content `{path}}}A")).await;
        assert_closed(&format!("\\special{{pdf:mapfile {path}}}\\special{{pdf:mapline x x <{path}}}A")).await;
    }
    for path in [machine.path("secret.pdf").display().to_string(), machine.upwards("secret.pdf")] {
        assert_closed(&format!("\\special{{pdf:image width 5cm height 5cm ({path})}}A")).await;
        assert_closed(&format!("\\special{{pdf:epdf width 5cm ({path})}}A")).await;
    }
    let drawing = machine.path("secret.eps");
    assert_closed(&format!("\\special{{psfile={} hscale=100}}A", drawing.display())).await;
}

#[tokio::test]
async fn images_of_the_machine_cannot_be_included() {
    let machine = Machine::new().await;
    for path in [machine.path("secret.pdf").display().to_string(), machine.upwards("secret.pdf")] {
        assert_closed(&format!("\\includegraphics{{{path}}}")).await;
        assert_closed(&format!("\\XeTeXpdffile \"{path}\" width 5cm A")).await;
        assert_closed(&format!(
            "\\graphicspath{{{{{}/}}}}\\includegraphics{{secret}}",
            machine.folder.path().display()
        ))
        .await;
    }
}

#[tokio::test]
async fn fonts_of_the_machine_cannot_be_used() {
    let machine = Machine::new().await;
    for path in [machine.path("secret.otf").display().to_string(), machine.upwards("secret.otf")] {
        assert_closed(&format!("\\font\\f=\"[{path}]\" at 10pt \\f A")).await;
        assert_closed(&format!("\\setmainfont{{secret.otf}}[Path={}/] A", machine.folder.path().display()))
            .await;
    }
    for name in ["DejaVu Serif", "DejaVuSerif", "TeX Gyre Termes"] {
        assert_closed(&format!("\\font\\f=\"{name}\" at 10pt \\f A")).await;
        assert_closed(&format!("\\setmainfont{{{name}}} A")).await;
    }
}

#[tokio::test]
async fn nothing_is_written_or_run() {
    let machine = Machine::new().await;
    for path in [machine.path("written.txt").display().to_string(), machine.upwards("written.txt")] {
        assert_closed(&format!("\\newwrite\\w\\immediate\\openout\\w={path} \\immediate\\write\\w{{A}}A"))
            .await;
        assert_closed(&format!("\\immediate\\write18{{touch {path}}}A")).await;
        assert_closed(&format!("\\newread\\r\\openin\\r=\"|touch {path}\" A")).await;
        assert_closed(&format!("\\input{{|touch {path}}}")).await;
    }
    assert!(!machine.path("written.txt").exists());
    let secret = machine.path("secret.txt");
    assert_closed(&format!("\\input{{|cat {}}}", secret.display())).await;
    assert_closed(&format!(
        "\\newread\\r\\openin\\r=\"|cat {}\" \\read\\r to \\line A \\line",
        secret.display()
    ))
    .await;
}
