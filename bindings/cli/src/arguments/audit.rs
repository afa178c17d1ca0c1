use clap::{Args, Subcommand};
use nexus_core::audit::AuditHead;

/// `nexus audit`.
#[derive(Debug, Args)]
#[command(after_help = "Exemples :\n  nexus audit verify\n  nexus audit list --limit 100")]
pub(crate) struct AuditCommand {
    /// Que faire
    #[command(subcommand)]
    pub(crate) action: AuditAction,
}

/// What is done with the audit log.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditAction {
    /// Relit tout le journal et nomme chaque ligne modifiée, supprimée ou ajoutée (code 4 s'il y en a)
    #[command(
        after_help = "Exemples :\n  nexus audit verify\n  nexus audit verify --head 1523:9f86d0…   la fin notée lors d'une vérification passée\n\n\
                            Qui peut changer les règles de la base peut aussi réécrire la fin du journal : seule une fin notée \
                            ailleurs (« Fin de la chaîne » ci-dessous) le montre. Une ligne ne vaut que depuis qu'elle est scellée."
    )]
    Verify {
        /// Une fin de chaîne notée auparavant
        #[arg(long, value_name = "MAILLON:EMPREINTE", value_parser = head)]
        head: Option<AuditHead>,
        /// Écrire en JSON
        #[arg(long)]
        json: bool,
    },
    /// Affiche les dernières lignes
    #[command(after_help = "Exemples :\n  nexus audit list\n  nexus audit list --limit 500 --json")]
    List {
        /// Combien, au plus
        #[arg(long, default_value_t = 20, value_name = "NOMBRE")]
        limit: u32,
        /// Écrire en JSON
        #[arg(long)]
        json: bool,
    },
}

fn head(text: &str) -> Result<AuditHead, String> {
    AuditHead::parse(text).ok_or_else(|| "cela ne ressemble pas à MAILLON:EMPREINTE".to_owned())
}
