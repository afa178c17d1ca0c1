//! The table of settings: one entry gives a field of [`Configuration`], its names, its default and its French sentence.

use super::choices::{Deployment, LogFormat, MailSecurity, RendererChoice};
use super::layers::Environment;
use super::readers::{
    Choice, File, Files, Flag, Folders, LogFilter, Milliseconds, Networks, Origins, Reader, Seconds, Secret,
    SecretAddress, Secrets, Sender, Socket, Text, Web, Whole, Zone,
};
use super::reading::Reading;
use super::setting::Fallback::{Computed, Nothing, Text as Is};
use super::setting::Secrecy::{Address, Open, Secret as Hidden, Secrets as AllHidden};
use super::setting::Setting;
use ipnet::IpNet;
use jiff::tz::TimeZone;
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Fewest characters of the secret that seals sessions.
pub const SHORTEST_SESSION_SECRET: usize = 32;

/// Fewest characters of a token that opens something by itself.
const SHORTEST_TOKEN: usize = 16;

macro_rules! field_type {
    (required $type:ty) => { $type };
    (optional $type:ty) => { Option<$type> };
}

macro_rules! read_field {
    (required $reading:ident $setting:ident $reader:ident) => {
        $reading.required(&$setting, &$reader)?
    };
    (optional $reading:ident $setting:ident $reader:ident) => {
        $reading.optional(&$setting, &$reader)
    };
}

macro_rules! settings {
    ($($section:literal {$(
        $presence:ident $field:ident: $type:ty = $reader:expr, $name:literal [$($variable:literal),*] $default:expr,
            $secrecy:ident, $sentence:literal;
    )+})+) => {
        /// Everything that can be chosen, read and checked.
        #[derive(Debug, Clone)]
        pub struct Configuration {$($(
            #[doc = $sentence]
            pub $field: field_type!($presence $type),
        )+)+}

        /// Every line of the table.
        pub(super) fn table() -> Vec<Setting> {
            vec![$($(Setting {
                section: $section,
                name: $name,
                variables: &[$($variable),*],
                kind: $reader.kind(),
                default: $default,
                secrecy: $secrecy,
                sentence: $sentence,
            },)+)+]
        }

        /// Reads every setting; `None` when a default itself cannot be read, which a test excludes.
        pub(super) fn read(reading: &mut Reading<'_>) -> Option<Configuration> {
            let mut settings = table().into_iter();
            $($(
                let setting = settings.next()?;
                let reader = $reader;
                let $field = read_field!($presence reading setting reader);
            )+)+
            Some(Configuration { $($($field),+),+ })
        }
    };
}

#[rustfmt::skip]
settings! {
    "Service" {
        required deployment: Deployment = Choice(Deployment::WORDS), "environment" ["NEXUS_ENVIRONMENT", "NODE_ENV"] Is("development"), Open,
            "Où ce programme tourne ; « production » exige une configuration complète.";
        required data: PathBuf = File, "data" ["NEXUS_DATA"] Is("nexus-data"), Open,
            "Dossier de la base SQLite, des documents et de ce que le programme garde pour lui.";
        required listen: SocketAddr = Socket, "listen" ["NEXUS_LISTEN"] Is("127.0.0.1:8080"), Open,
            "Adresse et port du serveur.";
        optional public_url: String = Web, "public_url" ["NEXUS_PUBLIC_URL", "NEXT_PUBLIC_APP_URL", "NEXT_PUBLIC_BASE_URL"] Nothing, Address,
            "Adresse du site pour les familles, dans les courriels ; sans elle, celle des sessions, sinon celle d'écoute.";
        optional auth_url: String = Web, "auth_url" ["NEXUS_AUTH_URL", "NEXTAUTH_URL", "AUTH_URL"] Nothing, Address,
            "Adresse sous laquelle les sessions sont ouvertes ; en https, leurs cookies sont réservés à https.";
        required allowed_origins: Vec<String> = Origins, "allowed_origins" ["NEXUS_ALLOWED_ORIGINS"] Is(""), Open,
            "Sites dont les pages peuvent appeler l'interface avec une session, en plus du site lui-même.";
        required trusted_proxies: Vec<IpNet> = Networks, "trusted_proxies" ["NEXUS_TRUSTED_PROXIES"] Is(""), Open,
            "Réseaux des mandataires dont les en-têtes X-Forwarded-… sont crus.";
        required zone: TimeZone = Zone, "zone" ["NEXUS_ZONE"] Is("Africa/Tunis"), Open,
            "Fuseau horaire de l'école.";
        required video_url: String = Web, "video_url" ["NEXUS_VIDEO_URL", "NEXT_PUBLIC_JITSI_SERVER_URL"] Is("https://meet.jit.si"), Address,
            "Serveur des séances en visioconférence ; lui seul peut demander caméra et micro dans une page.";
        required opening_hours: String = Text, "opening_hours" ["NEXUS_OPENING_HOURS"] Is("MO-SA 08:00-20:00"), Open,
            "Heures d'ouverture, jour par jour : « MO-FR 08:00-20:00, SA 09:00-13:00 » ; un jour absent est fermé.";
        required booking_notice_minutes: u32 = Whole(0..=10_080), "booking_notice_minutes" ["NEXUS_BOOKING_NOTICE_MINUTES"] Is("120"), Open,
            "Minutes entre une réservation et le début du cours, au moins.";
        required booking_horizon_months: u32 = Whole(1..=24), "booking_horizon_months" ["NEXUS_BOOKING_HORIZON_MONTHS"] Is("3"), Open,
            "Mois à l'avance pour réserver un cours, au plus.";
        required shortest_lesson_minutes: u32 = Whole(5..=720), "shortest_lesson_minutes" ["NEXUS_SHORTEST_LESSON_MINUTES"] Is("30"), Open,
            "Durée du cours le plus court, en minutes.";
        required longest_lesson_minutes: u32 = Whole(5..=720), "longest_lesson_minutes" ["NEXUS_LONGEST_LESSON_MINUTES"] Is("180"), Open,
            "Durée du cours le plus long, en minutes.";
        required lesson_pause_minutes: u32 = Whole(0..=240), "lesson_pause_minutes" ["NEXUS_LESSON_PAUSE_MINUTES"] Is("0"), Open,
            "Pause entre deux cours d'un coach, en minutes.";
        required consent_version: String = Text, "consent_version" ["NEXUS_CONSENT_VERSION"] Is("2026-09"), Open,
            "Version des conditions et des textes d'accord que montrent les pages ; gardée avec chaque accord.";
    }
    "Sessions" {
        optional session_secret: SecretString = Secret(1), "session_secret" ["NEXUS_SESSION_SECRET", "NEXTAUTH_SECRET", "AUTH_SECRET"] Nothing, Hidden,
            "Secret qui scelle les sessions, commun avec le site ; en développement, il est tiré au sort et gardé s'il manque.";
        required previous_session_secrets: Vec<SecretString> = Secrets(SHORTEST_TOKEN), "previous_session_secrets" ["NEXUS_PREVIOUS_SESSION_SECRETS", "NEXTAUTH_SECRET_PREVIOUS"] Is(""), AllHidden,
            "Anciens secrets dont les sessions restent acceptées, le temps d'un changement.";
        required access_keys: Vec<SecretString> = Secrets(1), "access_keys" ["NEXUS_ACCESS_KEYS"] Is(""), AllHidden,
            "Clefs de programmes, facultatives : chacune agit comme un administrateur sans compte.";
    }
    "Base de données" {
        optional database_url: SecretString = SecretAddress(&["postgresql", "postgres"]), "database_url" ["NEXUS_DATABASE_URL", "DATABASE_URL"] Nothing, Address,
            "Base PostgreSQL ; sans elle, une base SQLite est tenue dans le dossier de données.";
        optional database_replica_url: SecretString = SecretAddress(&["postgresql", "postgres"]), "database_replica_url" ["NEXUS_DATABASE_REPLICA_URL", "DATABASE_REPLICA_URL"] Nothing, Address,
            "Copie de la base PostgreSQL pour les lectures qui ne décident de rien.";
        required database_connections: u32 = Whole(1..=500), "database_connections" ["NEXUS_DATABASE_CONNECTIONS"] Is("10"), Open,
            "Connexions à la base PostgreSQL, au plus.";
        required seed_allowed: bool = Flag, "seed_allowed" ["NEXUS_SEED_ALLOWED"] Is("oui"), Open,
            "« non » interdit « nexus seed » partout ; « oui » ne suffit jamais : la base doit être vide ou jetable.";
    }
    "Protection" {
        optional redis_url: SecretString = SecretAddress(&["redis", "rediss"]), "redis_url" ["NEXUS_REDIS_URL", "REDIS_URL"] Nothing, Address,
            "Redis qui partage les limites entre plusieurs serveurs ; sans lui, chaque serveur compte seul.";
        required rate_limit_window: Duration = Milliseconds(1_000..=86_400_000), "rate_limit_window_ms" ["NEXUS_RATE_LIMIT_WINDOW_MS", "RATE_LIMIT_WINDOW_MS"] Is("60000"), Open,
            "Durée sur laquelle les appels sont comptés, en millisecondes.";
        required rate_limit_max: u32 = Whole(1..=1_000_000), "rate_limit_max" ["NEXUS_RATE_LIMIT_MAX", "RATE_LIMIT_MAX"] Is("300"), Open,
            "Appels acceptés pendant cette durée, par personne et par adresse, là où une route n'a pas de limite propre.";
        required body_limit: u32 = Whole(1_024..=104_857_600), "body_limit_bytes" ["NEXUS_BODY_LIMIT_BYTES"] Is("1048576"), Open,
            "Plus grand corps de requête, en octets.";
        required header_limit: u32 = Whole(8_192..=1_048_576), "header_limit_bytes" ["NEXUS_HEADER_LIMIT_BYTES"] Is("32768"), Open,
            "Plus grands en-têtes d'une requête, en octets.";
        required header_timeout: Duration = Seconds(1..=300), "header_timeout_seconds" ["NEXUS_HEADER_TIMEOUT_SECONDS"] Is("10"), Open,
            "Temps accordé à l'envoi des en-têtes d'une requête.";
        required request_timeout: Duration = Seconds(1..=3_600), "request_timeout_seconds" ["NEXUS_REQUEST_TIMEOUT_SECONDS"] Is("30"), Open,
            "Temps accordé à une requête.";
        required drain: Duration = Seconds(0..=600), "drain_seconds" ["NEXUS_DRAIN_SECONDS"] Is("20"), Open,
            "Temps laissé aux requêtes en cours quand le serveur s'arrête.";
    }
    "Courriels" {
        optional smtp_host: String = Text, "smtp_host" ["NEXUS_SMTP_HOST", "SMTP_HOST"] Nothing, Open,
            "Serveur d'envoi ; sans lui, les courriels sont écrits dans le dossier « mail » des données.";
        required smtp_port: u32 = Whole(1..=65_535), "smtp_port" ["NEXUS_SMTP_PORT", "SMTP_PORT"] Is("587"), Open,
            "Port du serveur d'envoi.";
        optional smtp_security: MailSecurity = Choice(MailSecurity::WORDS), "smtp_secure" ["NEXUS_SMTP_SECURE", "SMTP_SECURE"] Nothing, Open,
            "« true » : TLS dès la connexion ; « false » : STARTTLS, exigé ; « none » : en clair, vers cette machine seulement. Par défaut « true » au port 465.";
        optional smtp_user: String = Text, "smtp_user" ["NEXUS_SMTP_USER", "SMTP_USER"] Nothing, Open,
            "Compte auprès du serveur d'envoi.";
        optional smtp_password: SecretString = Secret(1), "smtp_password" ["NEXUS_SMTP_PASSWORD", "SMTP_PASSWORD"] Nothing, Hidden,
            "Mot de passe de ce compte.";
        optional smtp_from: String = Sender, "smtp_from" ["NEXUS_SMTP_FROM", "SMTP_FROM"] Nothing, Open,
            "Expéditeur des courriels.";
        optional smtp_ca_file: PathBuf = File, "smtp_ca_file" ["NEXUS_SMTP_CA_FILE"] Nothing, Open,
            "Autorité de certification (PEM) acceptée en plus de celles du web.";
        required smtp_timeout: Duration = Seconds(1..=300), "smtp_timeout_seconds" ["NEXUS_SMTP_TIMEOUT_SECONDS"] Is("30"), Open,
            "Temps accordé à chaque étape d'un envoi ; quatre fois plus pour la réponse finale.";
    }
    "Paiements" {
        required konnect_url: String = Web, "konnect_url" ["NEXUS_KONNECT_URL", "KONNECT_BASE_URL"] Is("https://api.konnect.network"), Address,
            "Adresse de Konnect ; celle d'essai commence par api.preprod.";
        optional konnect_api_key: SecretString = Secret(1), "konnect_api_key" ["NEXUS_KONNECT_API_KEY", "KONNECT_API_KEY"] Nothing, Hidden,
            "Clef de l'école chez Konnect ; sans elle, personne ne paie par carte.";
        optional konnect_wallet: String = Text, "konnect_wallet_id" ["NEXUS_KONNECT_WALLET_ID", "KONNECT_WALLET_ID"] Nothing, Open,
            "Portefeuille de l'école chez Konnect.";
        optional konnect_webhook_secret: SecretString = Secret(1), "konnect_webhook_secret" ["NEXUS_KONNECT_WEBHOOK_SECRET", "KONNECT_WEBHOOK_SECRET"] Nothing, Hidden,
            "Secret dont Konnect signe ses avis de paiement ; sans lui, ils sont refusés (503).";
        required konnect_previous_webhook_secrets: Vec<SecretString> = Secrets(1), "konnect_previous_webhook_secrets" ["NEXUS_KONNECT_PREVIOUS_WEBHOOK_SECRETS"] Is(""), AllHidden,
            "Anciens secrets encore acceptés, le temps d'un changement.";
        optional clictopay_webhook_secret: SecretString = Secret(1), "clictopay_webhook_secret" ["NEXUS_CLICTOPAY_WEBHOOK_SECRET", "CLICTOPAY_WEBHOOK_SECRET"] Nothing, Hidden,
            "Secret dont le service « clictopay » signe ses avis de paiement ; sans lui, ils sont refusés (503).";
        required clictopay_previous_webhook_secrets: Vec<SecretString> = Secrets(1), "clictopay_previous_webhook_secrets" ["NEXUS_CLICTOPAY_PREVIOUS_WEBHOOK_SECRETS"] Is(""), AllHidden,
            "Anciens secrets de « clictopay » encore acceptés, le temps d'un changement.";
        optional standard_webhook_secret: SecretString = Secret(1), "standard_webhook_secret" ["NEXUS_STANDARD_WEBHOOK_SECRET"] Nothing, Hidden,
            "Secret d'un prestataire qui signe « identifiant.heure.corps » (/api/webhooks/standard) ; sans lui, ses avis sont refusés (503).";
        required standard_previous_webhook_secrets: Vec<SecretString> = Secrets(1), "standard_previous_webhook_secrets" ["NEXUS_STANDARD_PREVIOUS_WEBHOOK_SECRETS"] Is(""), AllHidden,
            "Anciens secrets de ce prestataire encore acceptés, le temps d'un changement.";
        required tax_rate: u32 = Whole(0..=10_000), "tax_rate" ["NEXUS_TAX_RATE"] Is("0"), Open,
            "Taxe comprise dans les prix, en centièmes de pour cent : 1900 pour 19 %.";
        required exchange_rates: String = Text, "exchange_rates" ["NEXUS_EXCHANGE_RATES"] Is(""), Open,
            "Taux de l'école, en euros pour un dinar, chacun à partir de son jour : « 2026-09-01=0.2985, 2026-10-01=0.301 ».";
        optional exchange_url: String = Web, "exchange_url" ["NEXUS_EXCHANGE_URL"] Nothing, Address,
            "Adresse qui donne le taux du jour ({\"rates\": {\"EUR\": 0.2985}}) ; elle l'emporte sur les taux de l'école.";
        required exchange_lifetime: Duration = Seconds(1..=86_400), "exchange_lifetime_seconds" ["NEXUS_EXCHANGE_LIFETIME_SECONDS", "FX_CACHE_TTL_SEC"] Is("10800"), Open,
            "Temps pendant lequel un taux reçu sert ; un échec n'est jamais gardé.";
        required school_name: String = Text, "school_name" ["NEXUS_SCHOOL_NAME"] Is("Nexus Réussite"), Open,
            "Nom de l'école sur les factures.";
        optional school_address: String = Text, "school_address" ["NEXUS_SCHOOL_ADDRESS"] Nothing, Open,
            "Adresse de l'école sur les factures.";
        optional school_tax_number: String = Text, "school_tax_number" ["NEXUS_SCHOOL_TAX_NUMBER"] Nothing, Open,
            "Matricule fiscal de l'école, en bas des factures.";
        optional school_contact: String = Text, "school_contact" ["NEXUS_SCHOOL_CONTACT"] Nothing, Open,
            "Téléphone ou adresse électronique de l'école sur les factures.";
    }
    "Observation" {
        required log_level: String = LogFilter, "log_level" ["NEXUS_LOG", "LOG_LEVEL"] Is("info"), Open,
            "Ce que le journal retient.";
        optional log_format: LogFormat = Choice(LogFormat::WORDS), "log_format" ["NEXUS_LOG_FORMAT"] Nothing, Open,
            "Forme du journal ; par défaut « json » en production, « text » ailleurs.";
        optional metrics_token: SecretString = Secret(SHORTEST_TOKEN), "metrics_token" ["NEXUS_METRICS_TOKEN"] Nothing, Hidden,
            "Jeton de qui relève /metrics ; sans lui, seul un administrateur connecté les lit.";
        optional otel_endpoint: String = Web, "otel_endpoint" ["NEXUS_OTEL_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"] Nothing, Address,
            "Collecteur OpenTelemetry (OTLP/HTTP) des traces ; sans lui, aucune n'est envoyée.";
    }
    "Atelier" {
        required worker_lanes: u32 = Whole(1..=64), "worker_lanes" ["NEXUS_WORKER_LANES"] Is("2"), Open,
            "Courriels et autres effets traités en même temps.";
        required documents_in_parallel: u32 = Whole(1..=64), "documents_in_parallel" ["NEXUS_DOCUMENTS_IN_PARALLEL"] Is("2"), Open,
            "Documents mis en page en même temps.";
        required job_lease: Duration = Seconds(1..=3_600), "job_lease_seconds" ["NEXUS_JOB_LEASE_SECONDS"] Is("60"), Open,
            "Un travail sans signe de vie pendant ce temps est repris par un autre atelier.";
        optional worker_program: PathBuf = File, "worker_program" ["NEXUS_WORKER_PROGRAM"] Nothing, Open,
            "Programme « nexus » qui compose les documents, pour une application qui embarque Nexus.";
    }
    "Conservation" {
        required keep_effects_days: u32 = Whole(1..=3_650), "keep_effects_days" ["NEXUS_KEEP_EFFECTS_DAYS"] Is("30"), Open,
            "Jours pendant lesquels un envoi terminé ou écarté reste listé ; ce qui attend quelqu'un n'est jamais effacé.";
        required keep_mail_log_days: u32 = Whole(1..=3_650), "keep_mail_log_days" ["NEXUS_KEEP_MAIL_LOG_DAYS"] Is("365"), Open,
            "Jours pendant lesquels le journal des courriels dit ce qui a été envoyé à qui.";
        required keep_notifications_days: u32 = Whole(1..=3_650), "keep_notifications_days" ["NEXUS_KEEP_NOTIFICATIONS_DAYS"] Is("90"), Open,
            "Jours pendant lesquels une notification lue est gardée, depuis son dernier changement.";
    }
    "Bilans" {
        required banks: Vec<PathBuf> = Files, "banks" ["NEXUS_BANKS"] Is(""), Open,
            "Questionnaires en plus de ceux livrés avec Nexus.";
        required days_to_answer: u32 = Whole(1..=365), "days_to_answer" ["NEXUS_DAYS_TO_ANSWER"] Is("30"), Open,
            "Jours laissés à un élève pour envoyer son bilan.";
        required renderer: RendererChoice = Choice(RendererChoice::WORDS), "renderer" ["NEXUS_RENDERER"] Is("auto"), Open,
            "Moteur de mise en page.";
        required tex_bundle: PathBuf = File, "tex_bundle" ["NEXUS_TEX_BUNDLE"] Computed(default_tex_bundle), Open,
            "Dossier des fichiers TeX du moteur intégré.";
        optional tex_bin: PathBuf = File, "tex_bin" ["NEXUS_TEX_BIN", "TEXBIN"] Nothing, Open,
            "Dossier de latexmk et de xelatex ; sans lui, ils sont cherchés dans le PATH.";
        required search_path: Vec<PathBuf> = Folders, "search_path" ["PATH"] Is(""), Open,
            "Dossiers où les programmes sont cherchés.";
    }
    "Modèles de langue" {
        required enrichment: bool = Flag, "enrichment" ["NEXUS_ENRICHMENT"] Is("non"), Open,
            "Confier des phrases de bilans à un modèle de langue ; une clef seule n'allume rien.";
        required openai_base_url: String = Web, "openai_base_url" ["OPENAI_BASE_URL"] Is("https://api.openai.com/v1"), Address,
            "Adresse du fournisseur, jusqu'à /v1.";
        optional openai_api_key: SecretString = Secret(1), "openai_api_key" ["OPENAI_API_KEY"] Nothing, Hidden,
            "Clef du fournisseur.";
        optional openai_model: String = Text, "openai_model" ["OPENAI_MODEL"] Nothing, Open,
            "Nom du modèle de langue.";
        required openai_timeout: Duration = Seconds(1..=3_600), "openai_timeout_seconds" ["OPENAI_TIMEOUT_SECONDS"] Is("60"), Open,
            "Temps accordé à une réponse du modèle.";
        optional openai_embeddings_model: String = Text, "openai_embeddings_model" ["OPENAI_EMBEDDINGS_MODEL"] Nothing, Open,
            "Nom du modèle de vecteurs de la recherche dans les cours.";
        optional vector_dimensions: u32 = Whole(1..=16_000), "vector_dim" ["VECTOR_DIM"] Nothing, Open,
            "Dimension des vecteurs que l'environnement annonce ; Nexus en range toujours 1536.";
    }
}

/// Where `scripts/build-tex-bundle` puts its files by default.
fn default_tex_bundle(environment: &Environment) -> String {
    let named = |name: &str| environment.get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = named("XDG_DATA_HOME").or_else(|| named("HOME").map(|home| home.join(".local/share")));
    data.unwrap_or_else(|| PathBuf::from(".")).join("nexus/tex").display().to_string()
}
