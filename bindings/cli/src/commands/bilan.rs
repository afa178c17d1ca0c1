//! One sheet, no database: the same rules as the server, on a file.

use crate::arguments::{BilanAction, BilanCommand, PdfArguments, ReportArguments, SheetArguments};
use crate::failure::Failure;
use crate::json::print_json;
use crate::progress::Steps;
use crate::sheet::AnswerSheet;
use crate::table;
use nexus_bilan::attempt::{check_attempt, state_facts};
use nexus_bilan::bilan::AttemptAnswers;
use nexus_bilan::facts::FactSheet;
use nexus_bilan::latex::{Identity, typeset};
use nexus_bilan::questionnaire::{Bank, Catalogue, load_bank};
use nexus_bilan::report::{ReportPayload, Variant};
use nexus_bilan::texts;
use nexus_core::{Clock, ErrorCode};
use nexus_runtime::{Configuration, Overrides, StartError, SystemClock, build_renderer};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// `nexus bilan`.
pub(crate) async fn run(overrides: &Overrides, command: &BilanCommand) -> Result<ExitCode, Failure> {
    match &command.action {
        BilanAction::Score(arguments) => {
            let (sheet, facts) = read_facts(overrides, arguments)?;
            if arguments.json { print_json(&facts)? } else { print!("{}", table::score(&sheet, &facts)) }
        }
        BilanAction::Report(arguments) => print_json(&report(overrides, arguments)?.1)?,
        BilanAction::Pdf(arguments) => pdf(overrides, arguments).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn read_facts(
    overrides: &Overrides,
    arguments: &SheetArguments,
) -> Result<(AnswerSheet, FactSheet), Failure> {
    let configuration = Configuration::load(overrides)?;
    let sheet = AnswerSheet::read(&arguments.answers)?;
    let catalogue = Catalogue::built_in();
    let name = arguments.bank.as_deref().or(sheet.bank.as_deref()).ok_or_else(|| {
        Failure::Told(ErrorCode::UnknownBank, "Précisez le questionnaire avec --bank.".to_owned())
    })?;
    let bank = find_bank(&catalogue, name)?;
    let survey = bank.survey.as_deref().and_then(|slug| catalogue.survey(slug));
    let attempt = AttemptAnswers { answers: sheet.answers.clone(), survey: sheet.survey.clone() };
    check_attempt(&bank, survey, &attempt).map_err(Failure::domain)?;
    let today = SystemClock.now().to_zoned(configuration.zone.clone()).date();
    let day = sheet.date.unwrap_or(today);
    let facts = state_facts(&bank, bank.checksum(), survey, &attempt, day).map_err(Failure::domain)?;
    Ok((sheet, facts))
}

/// A name of the catalogue, or a file.
fn find_bank(catalogue: &Catalogue, name: &str) -> Result<Bank, Failure> {
    if let Some(bank) = catalogue.bank(name) {
        return Ok(bank.clone());
    }
    let path = Path::new(name);
    if !path.exists() {
        let known: Vec<_> = catalogue.banks().iter().map(|bank| bank.slug.as_str()).collect();
        let sentence = format!(
            "Le questionnaire « {name} » n'existe pas, ni dans le catalogue ({}), ni comme fichier.",
            known.join(", ")
        );
        return Err(Failure::Told(ErrorCode::UnknownBank, sentence));
    }
    let bytes = std::fs::read(path).map_err(|error| Failure::unreadable(path, error))?;
    let loaded = load_bank(name, &bytes);
    loaded.bank.ok_or_else(|| {
        let problems: Vec<_> = loaded.problems.iter().map(ToString::to_string).collect();
        Failure::Told(ErrorCode::BankUnreadable, problems.join("\n"))
    })
}

fn report(
    overrides: &Overrides,
    arguments: &ReportArguments,
) -> Result<(AnswerSheet, ReportPayload), Failure> {
    let (sheet, facts) = read_facts(overrides, &arguments.sheet)?;
    // A sheet has no bilan: its reference is its content.
    let reference = format!("{:.12}", facts.input_checksum.to_string());
    let payload = texts::write(&facts, arguments.variant, &reference, 1).map_err(Failure::domain)?;
    Ok((sheet, payload))
}

async fn pdf(overrides: &Overrides, arguments: &PdfArguments) -> Result<(), Failure> {
    let configuration = Configuration::load(overrides)?;
    let (sheet, payload) = report(overrides, &arguments.report)?;
    let out = arguments.out.clone().unwrap_or_else(|| default_name(arguments.report.variant));
    let identity = Identity {
        first_name: sheet.student.first_name,
        last_name: sheet.student.last_name,
        school: sheet.student.school,
    };
    let document = typeset(&payload, &identity).map_err(Failure::domain)?;
    let renderer =
        build_renderer(&configuration).map_err(|error| Failure::Start(StartError::Renderer(error)))?;
    let steps = Steps::new(2);
    steps.begin("Préparation du moteur de mise en page");
    renderer.prepare().await.map_err(Failure::domain)?;
    steps.end();
    steps.begin("Mise en page");
    let content = renderer.render(&document).await.map_err(Failure::domain)?;
    drop(steps);
    std::fs::write(&out, &content).map_err(|error| Failure::unwritable(&out, error))?;
    println!("{}", out.display());
    Ok(())
}

fn default_name(variant: Variant) -> PathBuf {
    PathBuf::from(format!("bilan-{}.pdf", variant.as_str()))
}
