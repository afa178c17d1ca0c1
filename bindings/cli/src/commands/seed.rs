use crate::arguments::SeedCommand;
use crate::failure::Failure;
use crate::pipeline::{up_to_documents, up_to_publication};
use crate::progress::Steps;
use crate::sheet::{AnswerSheet, SHEETS};
use nexus_core::identity::password::{HashingCost, PasswordHashing};
use nexus_core::{ErrorCode, Role, SecretSource};
use nexus_runtime::seed::{Seeded, SeededAccount, seed, seeded_bilans};
use nexus_runtime::{Configuration, Overrides, PasswordThreads, Services, SystemSecrets};
use secrecy::ExposeSecret;
use std::process::ExitCode;
use std::sync::Arc;

/// `nexus seed`: running it again writes nothing twice.
pub(crate) async fn run(overrides: &Overrides, command: &SeedCommand) -> Result<ExitCode, Failure> {
    let configuration = Configuration::load(overrides)?;
    let services = Services::open(&configuration).await?;
    let steps = Steps::new(if command.no_bilans { 1 } else { 3 });
    steps.begin("L'école : comptes, cours, abonnements, paiements, pages");
    let seeded = sow(&services, &configuration, command.reset_passwords).await?;
    steps.end();
    let bilans = if command.no_bilans { Ok(()) } else { bilans(&services, &steps).await };
    drop(steps);
    println!("Base : {}\n", services.store.location());
    print!("{}", told(&seeded, &configuration, "nexus seed --reset-passwords"));
    services.store.close().await;
    // The passwords were shown first: they are kept nowhere.
    bilans?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the school, or draws its passwords anew.
pub(crate) async fn sow(
    services: &Services,
    configuration: &Configuration,
    reset_passwords: bool,
) -> Result<Seeded, Failure> {
    let secrets: Arc<dyn SecretSource> = Arc::new(SystemSecrets);
    let internal = || Failure::Told(ErrorCode::Internal, ErrorCode::Internal.sentence().to_owned());
    let hashing = PasswordHashing::new(HashingCost::RECOMMENDED).map_err(Failure::domain)?;
    let hasher = PasswordThreads::start(&hashing, &secrets).map_err(|_| internal())?;
    seed(services, configuration, &hasher, &*secrets, reset_passwords).await.map_err(Failure::domain)
}

/// Two pupils have answered: one bilan is published, the other waits for the staff.
async fn bilans(services: &Services, steps: &Steps) -> Result<(), Failure> {
    let context = &services.bilans;
    steps.begin("Moteur de mise en page");
    context.renderer.prepare().await.map_err(Failure::domain)?;
    steps.end();
    steps.begin("Deux bilans : réponses, score, textes et documents");
    for ((student, published), (name, text)) in seeded_bilans().into_iter().zip(SHEETS) {
        let sheet = AnswerSheet::parse(text.as_bytes(), name)?;
        let bilan = up_to_documents(context, &student, &sheet).await?;
        if published {
            up_to_publication(context, bilan).await?;
        }
    }
    steps.end();
    Ok(())
}

/// The accounts, as a table; each password on the one occasion on which it is known. `reset` is the command that draws others.
pub(crate) fn told(seeded: &Seeded, configuration: &Configuration, reset: &str) -> String {
    let (head, accounts) = match seeded {
        Seeded::Written(accounts) => (
            "L'école d'essai est écrite. Notez ces mots de passe : ils ne seront plus jamais montrés."
                .to_owned(),
            accounts,
        ),
        Seeded::Reset(accounts) => (
            "De nouveaux mots de passe sont tirés au sort. Notez-les : ils ne seront plus jamais montrés."
                .to_owned(),
            accounts,
        ),
        Seeded::Already(since, accounts) => {
            let day = since.to_zoned(configuration.zone.clone()).strftime("%d/%m/%Y à %H:%M");
            (
                format!(
                    "L'école d'essai est déjà là depuis le {day} ; rien n'a été ajouté. Les mots de passe ont été montrés ce \
                     jour-là ; « {reset} » en tire de nouveaux."
                ),
                accounts,
            )
        }
    };
    let mut text = format!("{head}\n\n");
    let wide = |column: &dyn Fn(&SeededAccount) -> String| {
        accounts.iter().map(|account| column(account).chars().count()).max().unwrap_or(0)
    };
    let (names, emails) = (wide(&|account| account.name.clone()), wide(&|account| account.email.clone()));
    for account in accounts {
        let password = account.password.as_ref().map_or_else(
            || if matches!(seeded, Seeded::Already(..)) { "" } else { "(compte pas encore activé)" },
            |password| password.expose_secret(),
        );
        let line = format!(
            "  {:<11} {:<names$}  {:<emails$}  {password}",
            in_french(account.role),
            account.name,
            account.email
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

const fn in_french(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::Assistante => "assistante",
        Role::Coach => "coach",
        Role::Parent => "parent",
        Role::Eleve => "élève",
    }
}
