use clap::{Args, Subcommand};
use nexus_core::EffectId;

/// `nexus outbox`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exemples :\n  nexus outbox list\n  nexus outbox retry ck3x9…\n  nexus outbox mails --to marie@exemple.fr\n\n\
                        Un envoi « à vérifier » est peut-être parti : la réponse du serveur s'est perdue. Nexus ne le refait \
                        jamais de lui-même ; regardez le journal du serveur de courriel (par l'identifiant du message), puis \
                        décidez : « retry » pour le refaire, « discard » pour l'écarter."
)]
pub(crate) struct OutboxCommand {
    /// Que faire
    #[command(subcommand)]
    pub(crate) action: OutboxAction,
}

/// What is done with effects.
#[derive(Debug, Subcommand)]
pub(crate) enum OutboxAction {
    /// Liste les envois qui ne sont pas terminés
    #[command(after_help = "Exemples :\n  nexus outbox list\n  nexus outbox list --all --limit 200 --json")]
    List {
        /// Montrer aussi ce qui est envoyé ou écarté
        #[arg(long)]
        all: bool,
        /// Combien, au plus
        #[arg(long, default_value_t = 50, value_name = "NOMBRE")]
        limit: u32,
        /// Écrire en JSON
        #[arg(long)]
        json: bool,
    },
    /// Refait des envois abandonnés ou à vérifier
    #[command(after_help = "Exemple :\n  nexus outbox retry ck3x9…")]
    Retry {
        /// Identifiants, tels que « list » les montre
        #[arg(required = true, value_parser = effect)]
        ids: Vec<EffectId>,
    },
    /// Écarte des envois abandonnés ou à vérifier, et efface leur contenu
    #[command(after_help = "Exemple :\n  nexus outbox discard ck3x9…")]
    Discard {
        /// Identifiants, tels que « list » les montre
        #[arg(required = true, value_parser = effect)]
        ids: Vec<EffectId>,
    },
    /// Dit quels courriels ont été envoyés, à qui et quand
    #[command(
        after_help = "Exemples :\n  nexus outbox mails\n  nexus outbox mails --to marie@exemple.fr\n  nexus outbox mails --to ck3x9…   un compte"
    )]
    Mails {
        /// Une adresse, ou l'identifiant d'un compte
        #[arg(long, value_name = "DESTINATAIRE")]
        to: Option<String>,
        /// Combien, au plus
        #[arg(long, default_value_t = 50, value_name = "NOMBRE")]
        limit: u32,
        /// Écrire en JSON
        #[arg(long)]
        json: bool,
    },
    /// Met en file un courriel d'essai
    #[command(after_help = "Exemple :\n  nexus outbox test --to moi@exemple.fr")]
    Test {
        /// L'adresse qui le reçoit
        #[arg(long, value_name = "ADRESSE")]
        to: String,
    },
}

fn effect(text: &str) -> Result<EffectId, String> {
    EffectId::parse(text).map_err(|_| "ce n'est pas un identifiant".to_owned())
}
