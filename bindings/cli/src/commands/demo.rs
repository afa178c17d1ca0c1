//! The whole way of a bilan, on real answer sheets and the embedded default: no key, no network, no configuration.

use crate::arguments::DemoCommand;
use crate::commands::seed::{sow, told};
use crate::commands::serve::serve;
use crate::failure::Failure;
use crate::pipeline::{up_to_documents, up_to_publication};
use crate::progress::Steps;
use crate::sheet::{AnswerSheet, SHEETS};
use nexus_bilan::bilan::Bilan;
use nexus_bilan::report::{BandWord, Variant};
use nexus_bilan::use_cases::{self, BilanContext};
use nexus_core::rights::{Action, Permit};
use nexus_core::{ErrorCode, Family, NewStudent, ParentId, Person, Role, StudentId, UserId};
use nexus_runtime::seed::{Seeded, check_disposable};
use nexus_runtime::{Configuration, Overrides, Services};
use secrecy::ExposeSecret;
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
    println!("Ensuite : ouvrez un PDF, ou « nexus demo --serve » pour se connecter au serveur.");
}

/// A server on the demonstration data, and a made-up school whose people can sign in.
async fn serve_demo(configuration: &Configuration, services: &Services) -> Result<ExitCode, Failure> {
    // Refused before anybody is written.
    let state = services.http_state(configuration)?;
    let seeded = {
        let steps = Steps::new(1);
        steps.begin("L'école d'essai : des comptes pour se connecter");
        sow(services, configuration, false).await?
    };
    let reset =
        format!("nexus seed --no-bilans --reset-passwords --data {}", shell_word(&configuration.data));
    println!("\n{}", told(&seeded, configuration, &reset));
    println!("{}", how_to_sign_in(&seeded, configuration)?);
    serve(configuration, services, state, true).await?;
    Ok(ExitCode::SUCCESS)
}

/// What to type to sign in as whoever may see everything, and to read what was made.
fn how_to_sign_in(seeded: &Seeded, configuration: &Configuration) -> Result<String, Failure> {
    let (Seeded::Written(accounts) | Seeded::Already(_, accounts) | Seeded::Reset(accounts)) = seeded;
    let administrator = accounts.iter().find(|account| account.role == Role::Admin);
    let email = administrator.map_or("…", |account| account.email.as_str());
    let password = administrator.and_then(|account| account.password.as_ref());
    let password = password.map_or("LE_MOT_DE_PASSE", |password| password.expose_secret());
    let (server, student) = (configuration.listen, student_id("yasmine")?);
    Ok(format!(
        "Connectez-vous avec l'un de ces comptes depuis la page de connexion du site, ou d'ici, par exemple :\n  \
         B=http://{server}\n  \
         JETON=$(curl -s -c cookies.txt $B/api/auth/csrf | sed 's/.*\"csrfToken\":\"\\([^\"]*\\)\".*/\\1/')\n  \
         curl -s -b cookies.txt -c cookies.txt $B/api/auth/callback/credentials -d json=true --data-urlencode csrfToken=$JETON \\\n    \
         --data-urlencode email={email} --data-urlencode password={password}\n  \
         curl -s -b cookies.txt $B/api/students/{student}/bilans\n\
         La page http://{server}/docs montre le reste."
    ))
}

/// A path as one word of a shell.
fn shell_word(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |letter: char| letter.is_alphanumeric() || "/._-".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
