use crate::arguments::{StatementMethod, TillAction, TillCommand};
use crate::failure::Failure;
use crate::json::print_json;
use crate::progress::Steps;
use jiff::Timestamp;
use nexus_core::Clock;
use nexus_core::Coded;
use nexus_core::ErrorCode;
use nexus_core::money::Money;
use nexus_core::till::payment::PaymentMethod;
use nexus_core::till::reconciliation::{
    Comparison, LARGEST_STATEMENT, ReconciledLine, StatementError, neutralised,
};
use nexus_core::till::use_cases::{Reconciliation, reconcile_statement};
use nexus_runtime::{Configuration, Overrides, Services, SystemClock};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

/// `nexus till`.
pub(crate) async fn run(overrides: &Overrides, command: &TillCommand) -> Result<ExitCode, Failure> {
    let TillAction::Reconcile { file, method, since, until, all, json } = &command.action;
    let steps = Steps::new(2);
    steps.begin(format!("Lecture de {}", file.display()));
    let statement = read(file)?;
    steps.end();
    let configuration = Configuration::load(overrides)?;
    let services = Services::open(&configuration).await?;
    steps.begin("Comparaison avec les paiements encaissés");
    let with = Reconciliation {
        method: match method {
            StatementMethod::Konnect => PaymentMethod::Konnect,
            StatementMethod::Wise => PaymentMethod::Wise,
            StatementMethod::Manual => PaymentMethod::Manual,
        },
        since: since.unwrap_or(Timestamp::UNIX_EPOCH),
        until: until.unwrap_or_else(|| SystemClock.now()),
    };
    let lines = reconcile_statement(&services.till.context, with, &statement).await;
    services.store.close().await;
    steps.end();
    drop(steps);
    let lines = lines.map_err(|error| Failure::Told(error.code(), error.sentence()))?;
    if *json {
        print_lines(&lines)?;
    } else {
        print_table(&lines, *all);
    }
    let agree = lines.iter().all(|line| line.comparison == Comparison::Matched);
    Ok(if agree { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

/// A file that is too large is refused before it is read.
fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let told = |error: std::io::Error| {
        let sentence = format!("Le relevé « {} » ne peut pas être lu ({error}).", file.display());
        Failure::Told(ErrorCode::StatementUnreadable, sentence)
    };
    if std::fs::metadata(file).map_err(told)?.len() > LARGEST_STATEMENT as u64 {
        let sentence = format!(
            "Le relevé « {} » dépasse {} Mo ; partagez-le par périodes.",
            file.display(),
            LARGEST_STATEMENT / (1024 * 1024)
        );
        return Err(Failure::Told(StatementError::TooLarge.code(), sentence));
    }
    std::fs::read(file).map_err(told)
}

fn print_lines(lines: &[ReconciledLine]) -> Result<(), Failure> {
    let value = |amount: Option<Money>| amount.map(Money::to_decimal);
    let lines: Vec<_> = lines
        .iter()
        .map(|line| {
            let currency = line.here.or(line.there).map(|amount| amount.currency().as_str());
            json!({"reference": line.reference, "result": line.comparison.as_str(), "here": value(line.here),
                "there": value(line.there), "currency": currency})
        })
        .collect();
    print_json(&lines)
}

/// What a comparison found, for people.
const fn label(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Matched => "concorde",
        Comparison::AmountDiffers => "montant différent",
        Comparison::MissingHere => "absent d'ici",
        Comparison::MissingThere => "absent du relevé",
        Comparison::Repeated => "répété au relevé",
    }
}

fn print_table(lines: &[ReconciledLine], all: bool) {
    let shown = |amount: Option<Money>| amount.map_or_else(|| "—".to_owned(), |amount| amount.to_string());
    let shown_lines: Vec<_> =
        lines.iter().filter(|line| all || line.comparison != Comparison::Matched).collect();
    if !shown_lines.is_empty() {
        println!("{:<32} {:<18} {:>20} {:>20}", "Référence", "Résultat", "Ici", "Au relevé");
    }
    for line in &shown_lines {
        // What the file says is shown, not obeyed: a terminal reads control characters.
        let reference: String =
            neutralised(&line.reference).chars().filter(|letter| !letter.is_control()).collect();
        let label = label(line.comparison);
        println!("{reference:<32} {label:<18} {:>20} {:>20}", shown(line.here), shown(line.there));
    }
    let count = |comparison| lines.iter().filter(|line| line.comparison == comparison).count();
    println!(
        "{} concordent, {} absents d'ici, {} absents du relevé, {} montants différents, {} répétés.",
        count(Comparison::Matched),
        count(Comparison::MissingHere),
        count(Comparison::MissingThere),
        count(Comparison::AmountDiffers),
        count(Comparison::Repeated)
    );
}
