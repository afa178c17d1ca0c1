//! The table of rights, as people read it.

use crate::arguments::RightsCommand;
use nexus_core::Role;
use nexus_core::rights::{Action, Caller};
use std::fmt::Write;
use std::process::ExitCode;

/// `nexus rights`.
pub(crate) fn run(command: &RightsCommand) -> ExitCode {
    print!("{}", if command.markdown { markdown() } else { text() });
    ExitCode::SUCCESS
}

const fn heading(caller: Caller) -> &'static str {
    match caller {
        Caller::Anonymous => "sans compte",
        Caller::Person(Role::Eleve) => "élève",
        Caller::Person(Role::Parent) => "parent",
        Caller::Person(Role::Coach) => "coach",
        Caller::Person(Role::Assistante) => "assistante",
        Caller::Person(Role::Admin) => "admin",
    }
}

fn cell(action: Action, caller: Caller) -> &'static str {
    action.relation(caller).map_or("—", |relation| relation.label())
}

fn text() -> String {
    let width = Action::ALL.iter().map(|action| action.sentence().chars().count()).max().unwrap_or(0);
    let mut text = format!("{:<width$}", "Action");
    for caller in Caller::ALL {
        // Writing to a String cannot fail.
        let _ = write!(text, "  {:<11}", heading(caller));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    for action in Action::ALL {
        let mut line = format!("{:<width$}", action.sentence());
        for caller in Caller::ALL {
            let _ = write!(line, "  {:<11}", cell(*action, caller));
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let _ = writeln!(text, "\n{}", legend());
    text
}

/// `docs/rights.md`, to the letter.
fn markdown() -> String {
    let mut text = "# Droits\n\nQui peut faire quoi. Cette page est écrite par `nexus rights --markdown` ; la table est dans \
                    `nexus-core/src/rights/table.rs`.\n\n"
        .to_owned();
    let headings: Vec<_> = Caller::ALL.into_iter().map(heading).collect();
    let _ = writeln!(text, "| action | | {} |", headings.join(" | "));
    let _ = writeln!(text, "|---|---|{}", "---|".repeat(headings.len()));
    for action in Action::ALL {
        let cells: Vec<_> = Caller::ALL.into_iter().map(|caller| cell(*action, caller)).collect();
        let _ = writeln!(text, "| {} | `{}` | {} |", action.sentence(), action.as_str(), cells.join(" | "));
    }
    let _ = writeln!(text, "\n{}", legend());
    text
}

const fn legend() -> &'static str {
    "« — » : refusé (401 sans compte, 403 avec un compte). « tout » : n'importe quel objet. « soi », « son enfant » et \
     « ses élèves » (une séance à moins de 180 jours) font partie de la requête : hors de cette relation, l'objet n'existe \
     pas (404)."
}
