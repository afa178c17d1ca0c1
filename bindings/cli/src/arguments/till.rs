use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// `nexus till`.
#[derive(Debug, Args)]
pub(crate) struct TillCommand {
    /// Que faire
    #[command(subcommand)]
    pub(crate) action: TillAction,
}

/// What is done at the till from a shell.
#[derive(Debug, Subcommand)]
pub(crate) enum TillAction {
    /// Compare le relevé CSV d'un prestataire avec les paiements encaissés ici ; n'écrit rien dans la base
    Reconcile {
        /// Le relevé : colonnes « reference », « amount » (ou « montant »), et « currency » si besoin
        #[arg(value_name = "FICHIER")]
        file: PathBuf,
        /// Moyen de paiement du relevé
        #[arg(long, value_enum, default_value_t = StatementMethod::Konnect)]
        method: StatementMethod,
        /// Premier instant compris : 2026-09-01T00:00:00Z
        #[arg(long, value_name = "INSTANT")]
        since: Option<jiff::Timestamp>,
        /// Dernier instant exclu
        #[arg(long, value_name = "INSTANT")]
        until: Option<jiff::Timestamp>,
        /// Montrer aussi les lignes qui concordent
        #[arg(long)]
        all: bool,
        /// Pour un programme
        #[arg(long)]
        json: bool,
    },
}

/// Whose statement it is.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum StatementMethod {
    /// Konnect
    Konnect,
    /// Wise et virements
    Wise,
    /// Paiements notés au secrétariat
    Manual,
}
