use clap::{Args, Subcommand};

/// `nexus user`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exemples :\n  nexus user create-admin --email direction@exemple.fr --first-name Salma --last-name Trabelsi\n  \
                        nexus user new-link --email direction@exemple.fr\n\n\
                        Aucun mot de passe n'est jamais demandé ni montré ici : la personne choisit le sien avec le lien, une \
                        seule fois. Les autres comptes se créent ensuite depuis l'administration du site."
)]
pub(crate) struct UserCommand {
    /// Que faire
    #[command(subcommand)]
    pub(crate) action: UserAction,
}

/// What is done with accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum UserAction {
    /// Crée un compte d'administration et montre, une seule fois, le lien qui en choisit le mot de passe
    #[command(after_help = "Exemples :\n  nexus user create-admin --email direction@exemple.fr\n  \
                            nexus user create-admin --email direction@exemple.fr --first-name Salma --last-name Trabelsi --mail")]
    CreateAdmin {
        /// Adresse de la personne ; elle s'en servira pour se connecter
        #[arg(long, value_name = "ADRESSE")]
        email: String,
        /// Son prénom ; elle peut en changer ensuite
        #[arg(long, value_name = "PRÉNOM", default_value = "Administration")]
        first_name: String,
        /// Son nom
        #[arg(long, value_name = "NOM", default_value = "Nexus Réussite")]
        last_name: String,
        /// Mettre aussi le lien en file pour cette adresse
        #[arg(long)]
        mail: bool,
    },
    /// Montre un nouveau lien pour un compte d'administration qui n'est pas encore ouvert ; l'ancien n'ouvre plus rien
    #[command(after_help = "Exemple :\n  nexus user new-link --email direction@exemple.fr")]
    NewLink {
        /// Adresse de la personne
        #[arg(long, value_name = "ADRESSE")]
        email: String,
        /// Mettre aussi le lien en file pour cette adresse
        #[arg(long)]
        mail: bool,
    },
}
