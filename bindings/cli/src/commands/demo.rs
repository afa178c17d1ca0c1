//! The whole way of a bilan, on real answer sheets and the embedded default: no key, no network, no configuration.

use crate::arguments::DemoCommand;
use crate::commands::serve::serve;
use crate::failure::Failure;
use crate::pipeline::{up_to_documents, up_to_publication};
use crate::progress::Steps;
use crate::sheet::{AnswerSheet, SHEETS};
use nexus_bilan::bilan::Bilan;
use nexus_bilan::report::{BandWord, Variant};
use nexus_bilan::use_cases::{self, BilanContext};
use nexus_core::rights::{Action, Permit};
use nexus_core::{ErrorCode, Family, NewStudent, ParentId, Person, StudentId, UserId};
use nexus_runtime::seed::check_disposable;
use nexus_runtime::{Configuration, Overrides, Services};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What was made for one pupil.
struct Made {
    pupil: String,
    bilan: Bilan,
    documents: Vec<PathBuf>,
    summary: String,
}

/// `nexus demo`: running it again makes nothing twice.
pub(crate) async fn run(overrides: &Overrides, command: &DemoCommand) -> Result<ExitCode, Failure> {
    let mut configuration = Configuration::load(overrides)?;
    if overrides.data.is_none() {
        configuration.data = PathBuf::from("demo");
    }
    println!("Démonstration de Nexus — aucun compte, aucune clef, aucune connexion n'est nécessaire.\n");

    let steps = Steps::new(3 + 2 * SHEETS.len() as u64);
    steps.begin("Dossier de données et base");
    let services = Services::open(&configuration).await?;
    // Made-up families never enter a database that somebody uses for something else.
    check_disposable(&services, &configuration).await.map_err(Failure::domain)?;
    services.store.migrate().await?;
    steps.end();
    steps.begin("Famille et élèves de démonstration");
    let context = &services.bilans;
    let mut sheets = Vec::new();
    for (name, text) in SHEETS {
        sheets.push((name, AnswerSheet::parse(text.as_bytes(), name)?));
    }
    enrol(context, &sheets).await?;
    steps.end();
    steps.begin("Moteur de mise en page (préparé une seule fois, quelques secondes)");
    context.renderer.prepare().await.map_err(Failure::domain)?;
    steps.end();

    let mut made = Vec::new();
    for (name, sheet) in &sheets {
        let pupil = format!("{} {}", sheet.student.first_name, sheet.student.last_name);
        steps.begin(format!("{pupil} : réponses, score, textes et quatre documents"));
        let bilan = up_to_documents(context, &student_id(name)?, sheet).await?;
        let bilan = up_to_publication(context, bilan).await?;
        steps.end();
        steps.begin(format!("{pupil} : copie des documents"));
        let folder = configuration.data.join("bilans").join(name);
        let documents = export(context, &bilan, &folder).await?;
        let summary = summarise(context, &bilan).await?;
        made.push(Made { pupil, bilan, documents, summary });
        steps.end();
    }
    drop(steps);
    print_summary(&services.store.location(), &made);
    if command.serve {
        return serve_demo(&configuration, &services).await;
    }
    services.store.close().await;
    Ok(ExitCode::SUCCESS)
}

fn identifier(kind: &str, name: &str) -> String {
    format!("demo-{kind}-{name}")
}

fn student_id(name: &str) -> Result<StudentId, Failure> {
    StudentId::parse(identifier("student", name)).map_err(invalid_id)
}

fn invalid_id(_: nexus_core::InvalidId) -> Failure {
    Failure::Told(ErrorCode::Internal, ErrorCode::Internal.sentence().to_owned())
}

/// Writes the family; a second run finds it.
async fn enrol(context: &BilanContext, sheets: &[(&str, AnswerSheet)]) -> Result<(), Failure> {
    let last_name = sheets.first().map_or_else(String::new, |(_, sheet)| sheet.student.last_name.clone());
    let family = Family {
        id: ParentId::parse("demo-parent").map_err(invalid_id)?,
        parent: Person {
            id: UserId::parse("demo-user-parent").map_err(invalid_id)?,
            email: "parent@demo.nexus.invalid".to_owned(),
            first_name: "Samia".to_owned(),
            last_name,
        },
    };
    let mut tx = context.store.begin().await?;
    tx.save_family(&family).await?;
    for (name, sheet) in sheets {
        tx.save_student(&NewStudent {
            id: student_id(name)?,
            person: Person {
                id: UserId::parse(identifier("user", name)).map_err(invalid_id)?,
                email: format!("{name}@demo.nexus.invalid"),
                first_name: sheet.student.first_name.clone(),
                last_name: sheet.student.last_name.clone(),
            },
            family: family.id.clone(),
            grade: sheet.student.grade.clone(),
            school: sheet.student.school.clone(),
        })
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Copies the stored documents under names that a person finds.
async fn export(context: &BilanContext, bilan: &Bilan, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::unwritable(folder, error))?;
    let mut paths = Vec::new();
    for variant in Variant::ALL {
        let document =
            use_cases::document(context, &Permit::system(Action::ReadReport), &bilan.id, Some(variant))
                .await?;
        let pdf = use_cases::document_content(context, &document).await?;
        let path = folder.join(format!("bilan-{}.pdf", variant.as_str()));
        std::fs::write(&path, pdf).map_err(|error| Failure::unwritable(&path, error))?;
        paths.push(path);
    }
    Ok(paths)
}

/// One line per pupil: what the data support, domain by domain.
async fn summarise(context: &BilanContext, bilan: &Bilan) -> Result<String, Failure> {
    let mut tx = context.store.begin_bilan().await?;
    let Some(snapshot) = tx.snapshot(&bilan.id).await? else { return Ok(String::new()) };
    drop(tx);
    let lines: Vec<_> = snapshot
        .facts
        .domains
        .iter()
        .map(|domain| {
            let percent = domain.percent.map_or_else(|| "  —".to_owned(), |percent| format!("{percent:>3}"));
            let word = domain.class().map_or("Non évalué", |class| BandWord(class).label());
            format!("    {percent} %  {:<46} {word}", domain.label)
        })
        .collect();
    Ok(lines.join("\n"))
}

fn print_summary(database: &str, made: &[Made]) {
    for Made { pupil, bilan, documents, summary } in made {
        println!("{pupil} — bilan {} ({})", bilan.id, bilan.state.label());
        println!("{summary}");
        for path in documents {
            println!("    {}", path.display());
        }
        println!();
    }
    println!("Base de données : {database}");
    println!("Ensuite : ouvrez un PDF, ou « nexus demo --serve » pour interroger le serveur.");
}

/// A server on the demonstration data, with a key made for this run and shown once.
async fn serve_demo(configuration: &Configuration, services: &Services) -> Result<ExitCode, Failure> {
    let key = format!("{}{}", services.bilans.ids.next_id(), services.bilans.ids.next_id());
    let mut configuration = configuration.clone();
    configuration.access_keys = vec![key.clone().into()];
    let state = services.http_state(&configuration)?;
    let student = student_id("yasmine")?;
    println!("\nClef d'accès de cette démonstration : {key}");
    println!("Essayez :");
    println!(
        "  curl -H 'Authorization: Bearer {key}' http://{}/api/students/{student}/bilans",
        configuration.listen
    );
    serve(&configuration, services, state, true).await?;
    Ok(ExitCode::SUCCESS)
}
