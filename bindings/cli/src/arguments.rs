//! What may be typed. The help is in French: it is read by the school's staff too.

mod audit;
mod outbox;
mod till;
mod user;
mod worker;

pub(crate) use audit::{AuditAction, AuditCommand};
pub(crate) use outbox::{OutboxAction, OutboxCommand};
pub(crate) use till::{StatementMethod, TillAction, TillCommand};
pub(crate) use user::{UserAction, UserCommand};
pub(crate) use worker::WorkerCommand;

use clap::{Args, Parser, Subcommand};
use nexus_bilan::report::Variant;
use nexus_runtime::Overrides;
use std::path::PathBuf;

/// Nexus Réussite : bilans d'entrée, du questionnaire au document remis à la famille.
#[derive(Debug, Parser)]
#[command(
    name = "nexus",
    version,
    arg_required_else_help = true,
    after_help = "Exemples :\n  nexus demo                                    tout voir, sans rien configurer\n  \
                  nexus doctor                                  que manque-t-il à cette machine ?\n  \
                  nexus bilan pdf --answers feuille.json        un PDF depuis une feuille de réponses\n  \
                  NEXUS_ACCESS_KEYS=… nexus serve               le serveur HTTP"
)]
pub(crate) struct Arguments {
    /// Fichier de configuration (par défaut : nexus.toml du dossier courant, s'il existe)
    #[arg(long, global = true, value_name = "FICHIER")]
    pub(crate) config: Option<PathBuf>,
    /// Dossier de données (par défaut : nexus-data)
    #[arg(long, global = true, value_name = "DOSSIER")]
    pub(crate) data: Option<PathBuf>,
    /// Raconter ce qui se passe sur la sortie d'erreur
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// Que faire
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    pub(crate) fn overrides(&self) -> Overrides {
        let listen = match &self.command {
            Command::Serve(command) => command.listen.clone(),
            Command::Ready(command) => command.listen.clone(),
            _ => None,
        };
        Overrides { file: self.config.clone(), data: self.data.clone(), listen }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Montre tout : une famille, trois élèves, leurs bilans et leurs PDF
    Demo(DemoCommand),
    /// Démarre le serveur HTTP et l'atelier qui produit les documents
    Serve(ServeCommand),
    /// Note une feuille de réponses, en fait un rapport ou un PDF
    Bilan(BilanCommand),
    /// Vérifie des fichiers de questionnaires
    Bank(BankCommand),
    /// Remplit une base jetable d'une école d'essai ; les mots de passe sont montrés une seule fois
    Seed(SeedCommand),
    /// Met la base de données à jour
    Migrate(MigrateCommand),
    /// Explique ou vérifie la configuration : valeurs, provenance, ce qui l'emporte sur quoi
    Config(ConfigCommand),
    /// Affiche qui peut faire quoi
    Rights(RightsCommand),
    /// Démarre un atelier : documents et courriels, sans serveur HTTP
    Worker(WorkerCommand),
    /// Montre les envois (courriels…) et décide de ceux qui attendent quelqu'un
    Outbox(OutboxCommand),
    /// Rapproche le relevé d'un prestataire de paiement
    Till(TillCommand),
    /// Crée le premier compte d'administration, ou redonne son lien
    User(UserCommand),
    /// Lit et vérifie le journal d'audit
    Audit(AuditCommand),
    /// Demande au serveur de cette machine s'il est prêt : code 0 s'il l'est, 3 sinon
    Ready(ReadyCommand),
    /// Vérifie que les données se tiennent : crédits, cours, paiements, factures, comptes
    Check(CheckCommand),
    /// Examine cette machine : données, base, moteur de mise en page, configuration
    Doctor(DoctorCommand),
}

/// `nexus check`.
#[derive(Debug, Args)]
#[command(after_help = "Exemples :\n  nexus check\n  nexus check --json --limit 1000\n\n\
                        Codes : 0 tout se tient ; 3 une règle est enfreinte")]
pub(crate) struct CheckCommand {
    /// Écrire en JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Nombre de lignes nommées, au plus, pour chaque règle
    #[arg(long, value_name = "NOMBRE", default_value_t = 20)]
    pub(crate) limit: u32,
}

/// `nexus doctor`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exemples :\n  nexus doctor\n  nexus doctor --data /srv/nexus\n  nexus doctor --consistency   une école est-elle là, \
                        avec un peu de tout ?\n\n\
                        Codes : 0 tout va bien ; 3 quelque chose manque"
)]
pub(crate) struct DoctorCommand {
    /// Compter plutôt ce que contient la base (comptes, séances, abonnements, paiements…), comme l'application existante
    #[arg(long)]
    pub(crate) consistency: bool,
    /// Avec --consistency : écrire en JSON
    #[arg(long, requires = "consistency")]
    pub(crate) json: bool,
}

/// `nexus demo`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exemples :\n  nexus demo\n  nexus demo --data /tmp/essai\n  nexus demo --serve   puis ouvrir l'adresse affichée"
)]
pub(crate) struct DemoCommand {
    /// Laisser ensuite un serveur ouvert sur les données de démonstration
    #[arg(long)]
    pub(crate) serve: bool,
}

/// `nexus serve`.
#[derive(Debug, Args)]
#[command(after_help = "Exemples :\n  NEXUS_ACCESS_KEYS=\"$(openssl rand -hex 24)\" nexus serve\n  \
                        nexus serve --listen 0.0.0.0:8080 --config /etc/nexus.toml")]
pub(crate) struct ServeCommand {
    /// Adresse d'écoute (par défaut : 127.0.0.1:8080)
    #[arg(long, value_name = "ADRESSE")]
    pub(crate) listen: Option<String>,
    /// Ne pas produire les documents dans ce processus
    #[arg(long)]
    pub(crate) no_worker: bool,
}

/// `nexus bilan`.
#[derive(Debug, Args)]
#[command(after_help = "Exemples :\n  nexus bilan score --answers feuille.json\n  \
                        nexus bilan pdf --answers feuille.json --variant parent --out bilan.pdf")]
pub(crate) struct BilanCommand {
    /// Que produire
    #[command(subcommand)]
    pub(crate) action: BilanAction,
}

/// What is made of an answer sheet.
#[derive(Debug, Subcommand)]
pub(crate) enum BilanAction {
    /// Affiche le score, les intervalles et la progression par notion
    #[command(after_help = "Exemple :\n  nexus bilan score --answers feuille.json --bank maths-terminale")]
    Score(SheetArguments),
    /// Écrit le rapport en JSON
    #[command(
        after_help = "Exemple :\n  nexus bilan report --answers feuille.json --variant parent > rapport.json"
    )]
    Report(ReportArguments),
    /// Compose le PDF
    #[command(
        after_help = "Exemple :\n  nexus bilan pdf --answers feuille.json --variant eleve --out bilan.pdf"
    )]
    Pdf(PdfArguments),
}

/// An answer sheet and its questionnaire.
#[derive(Debug, Args)]
pub(crate) struct SheetArguments {
    /// Feuille de réponses (JSON)
    #[arg(long, value_name = "FICHIER")]
    pub(crate) answers: PathBuf,
    /// Questionnaire : un nom du catalogue ou un fichier (par défaut : celui de la feuille)
    #[arg(long, value_name = "NOM")]
    pub(crate) bank: Option<String>,
    /// Écrire en JSON plutôt qu'en tableau
    #[arg(long)]
    pub(crate) json: bool,
}

/// `nexus bilan report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    #[command(flatten)]
    pub(crate) sheet: SheetArguments,
    /// Destinataire : eleve, parent, nexus ou general
    #[arg(long, default_value = "eleve", value_parser = variant)]
    pub(crate) variant: Variant,
}

/// `nexus bilan pdf`.
#[derive(Debug, Args)]
pub(crate) struct PdfArguments {
    #[command(flatten)]
    pub(crate) report: ReportArguments,
    /// Fichier à écrire (par défaut : bilan-VARIANTE.pdf)
    #[arg(long, short, value_name = "FICHIER")]
    pub(crate) out: Option<PathBuf>,
}

/// `nexus bank`.
#[derive(Debug, Args)]
#[command(after_help = "Exemples :\n  nexus bank list\n  nexus bank check ma-banque.json")]
pub(crate) struct BankCommand {
    /// Que faire
    #[command(subcommand)]
    pub(crate) action: BankAction,
}

/// What is done with questionnaire files.
#[derive(Debug, Subcommand)]
pub(crate) enum BankAction {
    /// Lit des fichiers et dit chaque problème : fichier, question, règle
    #[command(after_help = "Exemples :\n  nexus bank check ma-banque.json\n  nexus bank check data/*.json")]
    Check {
        /// Les fichiers ; sans aucun, les questionnaires livrés avec Nexus
        files: Vec<PathBuf>,
    },
    /// Liste les questionnaires livrés avec Nexus
    #[command(after_help = "Exemple :\n  nexus bank list")]
    List,
}

/// `nexus migrate`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exemples :\n  nexus migrate --check          ce qui serait ajouté, et les lignes qui enfreignent une règle\n  \
                  nexus migrate --check --all    toutes les lignes, sans limite\n  \
                  nexus migrate                  met à jour ; reprend en place une base de l'application existante\n  \
                  nexus migrate --status         les étapes faites et manquantes\n\n\
                  Codes : 0 rien à faire ; 4 des étapes à faire ; 5 à jour, mais des lignes enfreignent une règle"
)]
pub(crate) struct MigrateCommand {
    /// Dire ce qui serait ajouté et quelles lignes enfreignent une règle, sans rien changer
    #[arg(long)]
    pub(crate) check: bool,
    /// Avec --check : montrer toutes les lignes
    #[arg(long, requires = "check")]
    pub(crate) all: bool,
    /// Lister les étapes faites et manquantes
    #[arg(long, conflicts_with = "check")]
    pub(crate) status: bool,
}

/// `nexus config`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exemples :\n  nexus config explain\n  nexus config explain database_url NEXTAUTH_SECRET\n  \
                        NODE_ENV=production nexus config check"
)]
pub(crate) struct ConfigCommand {
    /// Que faire
    #[command(subcommand)]
    pub(crate) action: ConfigAction,
}

/// What is done with the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigAction {
    /// Dit chaque valeur, d'où elle vient et sur quoi elle l'emporte ; aucun secret n'est montré
    #[command(
        after_help = "Exemples :\n  nexus config explain\n  nexus config explain listen NEXTAUTH_URL\n  \
                            nexus config explain --json | jq '.[] | select(.source != \"par défaut\")'"
    )]
    Explain {
        /// Réglages à expliquer en détail (nom ou variable) ; sans aucun, tous en bref
        settings: Vec<String>,
        /// Écrire en JSON
        #[arg(long)]
        json: bool,
    },
    /// Écrit la page de documentation de tous les réglages
    #[command(after_help = "Exemple :\n  nexus config reference > docs/configuration.md")]
    Reference,
    /// Dit tout ce qui manque ou ne va pas, en une fois : code 0 si la configuration convient, 2 sinon
    #[command(
        after_help = "Exemples :\n  nexus config check\n  NODE_ENV=production nexus config check --json"
    )]
    Check {
        /// Écrire en JSON
        #[arg(long)]
        json: bool,
    },
}

/// `nexus seed`.
#[derive(Debug, Args)]
#[command(after_help = "Exemples :\n  nexus seed\n  nexus seed --data /tmp/essai --no-bilans\n  \
                        DATABASE_URL=postgresql://localhost/nexus_essai nexus seed\n  nexus seed --reset-passwords\n\n\
                        Une base n'est jetable que si elle est vide, si « nexus seed » l'a remplie, ou si c'est celle de\n\
                        « nexus demo ». Aucune variable d'environnement n'y change rien ; en production, c'est toujours refusé.")]
pub(crate) struct SeedCommand {
    /// Tirer de nouveaux mots de passe pour les comptes de l'école d'essai
    #[arg(long)]
    pub(crate) reset_passwords: bool,
    /// Ne pas composer les deux bilans d'exemple (aucun moteur de mise en page n'est alors nécessaire)
    #[arg(long)]
    pub(crate) no_bilans: bool,
}

/// `nexus ready`.
#[derive(Debug, Args)]
#[command(after_help = "Exemples :\n  nexus ready\n  nexus ready --listen 127.0.0.1:8081 && echo en route")]
pub(crate) struct ReadyCommand {
    /// Adresse où le serveur écoute (par défaut : celle de la configuration)
    #[arg(long, value_name = "ADRESSE")]
    pub(crate) listen: Option<String>,
}

/// `nexus rights`.
#[derive(Debug, Args)]
#[command(after_help = "Exemples :\n  nexus rights\n  nexus rights --markdown > docs/rights.md")]
pub(crate) struct RightsCommand {
    /// Écrire la page de documentation
    #[arg(long)]
    pub(crate) markdown: bool,
}

fn variant(text: &str) -> Result<Variant, String> {
    Variant::parse(text).ok_or_else(|| "choisissez parmi eleve, parent, nexus, general".to_owned())
}
