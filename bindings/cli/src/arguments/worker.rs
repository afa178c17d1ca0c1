use clap::Args;

/// `nexus worker`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exemples :\n  nexus worker\n  nexus worker --documents 0 --effects 4   un atelier pour les courriels seuls\n  \
                        Plusieurs ateliers, sur plusieurs machines, se partagent le travail d'une même base PostgreSQL."
)]
pub(crate) struct WorkerCommand {
    /// Documents mis en page en même temps (par défaut : comme configuré ; 0 : aucun)
    #[arg(long, value_name = "NOMBRE")]
    pub(crate) documents: Option<usize>,
    /// Courriels et autres effets traités en même temps (par défaut : comme configuré ; 0 : aucun)
    #[arg(long, value_name = "NOMBRE")]
    pub(crate) effects: Option<usize>,
}
