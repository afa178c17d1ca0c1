use crate::arguments::{UserAction, UserCommand};
use crate::failure::Failure;
use crate::table::short_time;
use nexus_core::identity::use_cases::{
    Behalf, IdentityError, InvitedAdministrator, NewAdministrator, create_administrator,
    invite_administrator_again,
};
use nexus_core::rights::{Action, Permit};
use nexus_core::{Coded, FieldError};
use nexus_runtime::{Configuration, Overrides, Services, migrate_when_possible};
use std::process::ExitCode;

/// `nexus user`.
pub(crate) async fn run(overrides: &Overrides, command: &UserCommand) -> Result<ExitCode, Failure> {
    let configuration = Configuration::load(overrides)?;
    let services = Services::open(&configuration).await?;
    migrate_when_possible(&services.store, &configuration).await?;
    let permit = Permit::system(Action::ManageUsers);
    let behalf = Behalf::of(&permit);
    let (invited, by_mail) = match &command.action {
        UserAction::CreateAdmin { email, first_name, last_name, mail } => {
            let administrator = NewAdministrator {
                email: email.clone(),
                first_name: first_name.clone(),
                last_name: last_name.clone(),
                by_mail: *mail,
            };
            let invited = create_administrator(&services.identity, behalf, &administrator).await;
            (invited.map_err(|error| refused(&error))?, *mail)
        }
        UserAction::NewLink { email, mail } => {
            let invited = invite_administrator_again(&services.identity, behalf, email, *mail).await;
            (invited.map_err(|error| refused(&error))?, *mail)
        }
    };
    print!("{}", told(&invited, by_mail, &services, &configuration));
    services.store.close().await;
    Ok(ExitCode::SUCCESS)
}

fn told(
    invited: &InvitedAdministrator,
    by_mail: bool,
    services: &Services,
    configuration: &Configuration,
) -> String {
    let mut text = format!(
        "Base : {}\nCompte d'administration : {}\n\nLe lien qui en choisit le mot de passe, une seule fois, jusqu'au {} ; il n'est \
         gardé nulle part et ne sera plus montré :\n\n  {}\n",
        services.store.location(),
        invited.account.email,
        short_time(invited.valid_until, &configuration.zone),
        services.outbox.site.link(&invited.link),
    );
    if by_mail {
        text.push_str(
            "\nIl est aussi en file pour cette adresse ; « nexus serve » ou « nexus worker » l'envoie.\n",
        );
    }
    text
}

/// The sentence of a refusal, and what to do about it from this shell.
fn refused(error: &IdentityError) -> Failure {
    let sentence = match error {
        IdentityError::AddressTaken => format!(
            "{} Rien n'a été créé. Si c'est un compte d'administration qui attend encore son mot de passe, « nexus user \
             new-link » en redonne le lien.",
            error.sentence()
        ),
        IdentityError::AccountNotFound => {
            "Aucun compte d'administration n'a cette adresse ; « nexus user create-admin » en crée un."
                .to_owned()
        }
        IdentityError::AlreadyActivated => format!(
            "{} Sa page de connexion permet d'en changer le mot de passe (« mot de passe oublié »).",
            error.sentence()
        ),
        _ => match error.fields().as_slice() {
            [] => error.sentence(),
            fields => fields.iter().map(told_field).collect::<Vec<_>>().join("\n"),
        },
    };
    Failure::Told(error.code(), sentence)
}

/// Fields are options here.
fn told_field(field: &FieldError) -> String {
    let option = match field.field.as_str() {
        "email" => "--email",
        "firstName" => "--first-name",
        "lastName" => "--last-name",
        other => other,
    };
    format!("{option} : {}", field.detail)
}
