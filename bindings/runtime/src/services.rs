//! Configuration → wired services.

use crate::calendar;
use crate::chassis::chassis;
use crate::configuration::Configuration;
use crate::database;
use crate::identity;
use crate::konnect::konnect;
use crate::language_model::{OpenAiConfig, OpenAiConfigError, OpenAiModel};
use crate::mail::{MailSetupError, build_mailer, mail_site};
use crate::measures::ProcessMeasures;
use crate::probe::Beside;
use crate::providers::others;
use crate::rates::rates;
use crate::renderer::build_renderer;
use crate::session_secret::{SessionSecretError, SessionSecrets, session_secrets};
use crate::system::{RandomIds, SystemClock};
use crate::worker::Workshop;
use jiff::SignedDuration;
use nexus_bilan::questionnaire::{Catalogue, Problem, Severity};
use nexus_bilan::receipts::ReceiptPress;
use nexus_bilan::use_cases::{BilanContext, BilanSettings};
use nexus_core::calendar::UnreadableHours;
use nexus_core::calendar::use_cases::CalendarContext;
use nexus_core::identity::password::HashingError;
use nexus_core::identity::use_cases::IdentityContext;
use nexus_core::ledger::use_cases::LedgerContext;
use nexus_core::money::TaxRate;
use nexus_core::outbox::{OutboxContext, PayloadSeal};
use nexus_core::retention::RetentionPolicy;
use nexus_core::subscriptions::use_cases::SubscriptionContext;
use nexus_core::till::receipt::SchoolDetails;
use nexus_core::till::use_cases::{TillContext, TillSettings};
use nexus_core::{Clock, Coded, ErrorCode, FileError, FileStore, IdSource, LanguageModel, StoreError};
use nexus_http::chassis::RedisLimiterError;
use nexus_http::{AccessKeys, HttpState, MetricsToken, Operations, PricingBroadcast, Till, TooWeakKey};
use nexus_store::Backend;
use nexus_store::files::ObjectFiles;
use secrecy::ExposeSecret;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Notify;

/// Everything that a program of Nexus runs on.
#[derive(Clone, Debug)]
pub struct Services {
    /// Bilans.
    pub bilans: BilanContext,
    /// Accounts.
    pub identity: IdentityContext,
    /// The till, and the stream of its prices.
    pub till: Till,
    /// Credits.
    pub ledger: LedgerContext,
    /// Lessons and availability.
    pub calendar: CalendarContext,
    /// Subscriptions.
    pub subscriptions: SubscriptionContext,
    /// The database, for migrations and checks.
    pub store: Arc<dyn Backend>,
    /// Effects towards the outside.
    pub outbox: OutboxContext,
    /// What seals sessions.
    pub secrets: SessionSecrets,
    /// Rung when a job was written.
    pub wake: Arc<Notify>,
}

/// Why the services cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The data folder cannot be made.
    #[error("the data folder cannot be made")]
    DataFolder(#[source] std::io::Error),
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file store cannot be opened.
    #[error(transparent)]
    Files(#[from] FileError),
    /// A questionnaire file of the configuration cannot be read.
    #[error("a questionnaire file cannot be read")]
    BankFile(PathBuf, #[source] std::io::Error),
    /// A questionnaire file of the configuration is unusable.
    #[error("a questionnaire file is unusable")]
    Banks(Vec<Problem>),
    /// The language model cannot be set up.
    #[error(transparent)]
    LanguageModel(#[from] OpenAiConfigError),
    /// Mails cannot be sent as configured.
    #[error(transparent)]
    Mail(#[from] MailSetupError),
    /// There is no secret to seal with.
    #[error(transparent)]
    Secret(#[from] SessionSecretError),
    /// No session can be sealed.
    #[error("there is no secret to seal sessions with")]
    NoSecret,
    /// Passwords cannot be hashed at this cost.
    #[error(transparent)]
    Hashing(HashingError),
    /// The system gives no thread to hash passwords on.
    #[error("the threads that hash passwords cannot be started")]
    Threads(#[source] std::io::Error),
    /// No client for the provider of payments can be made.
    #[error("the client of the payment provider cannot be set up")]
    PaymentClient(#[source] reqwest::Error),
    /// A key is too short.
    #[error(transparent)]
    WeakKey(#[from] TooWeakKey),
    /// The program cannot find itself.
    #[error("the typesetting worker cannot be set up")]
    Renderer(#[source] std::io::Error),
    /// Opening hours that cannot be read.
    #[error(transparent)]
    OpeningHours(#[from] UnreadableHours),
    /// The shared limiter cannot be set up.
    #[error(transparent)]
    SharedLimiter(#[from] RedisLimiterError),
}

impl Coded for StartError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::DataFolder(error) => match error.kind() {
                std::io::ErrorKind::StorageFull => ErrorCode::StorageFull,
                _ => ErrorCode::StorageReadOnly,
            },
            Self::Store(error) => error.code(),
            Self::Mail(error) => error.code(),
            Self::Secret(error) => error.code(),
            Self::Files(error) => error.code(),
            Self::Renderer(_) | Self::Hashing(_) | Self::Threads(_) | Self::PaymentClient(_) => {
                ErrorCode::Internal
            }
            Self::BankFile(..) => ErrorCode::BankUnreadable,
            Self::Banks(_) => ErrorCode::BankInvalid,
            Self::LanguageModel(_)
            | Self::WeakKey(_)
            | Self::SharedLimiter(_)
            | Self::OpeningHours(_)
            | Self::NoSecret => ErrorCode::InvalidConfiguration,
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::WeakKey(_) => {
                format!(
                    "Une clef d'accès est trop courte : il faut au moins {} caractères.",
                    AccessKeys::SHORTEST
                )
            }
            Self::BankFile(path, _) => {
                format!(
                    "Le questionnaire « {} » de la configuration est introuvable ou illisible.",
                    path.display()
                )
            }
            Self::Mail(error) => error.sentence(),
            Self::Secret(error) => error.sentence(),
            Self::Banks(problems) => problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
            _ => self.code().sentence().to_owned(),
        }
    }
}

impl Services {
    /// Opens the data folder and wires everything; the schema is left as it is.
    pub async fn open(configuration: &Configuration) -> Result<Self, StartError> {
        std::fs::create_dir_all(&configuration.data).map_err(StartError::DataFolder)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let ids: Arc<dyn IdSource> = Arc::new(RandomIds);
        let secrets = session_secrets(configuration)?;
        let seal = PayloadSeal::new(secrets.all());
        let store = database::open(configuration, seal, clock.clone(), ids.clone()).await?;
        let model = configuration.language_model().map(|settings| {
            OpenAiModel::new(OpenAiConfig {
                base_url: settings.base_url,
                api_key: settings.api_key,
                model: settings.model,
                timeout: settings.timeout,
            })
        });
        let model = match model {
            Some(model) => Some(Arc::new(model?) as Arc<dyn LanguageModel>),
            None => None,
        };
        let lease =
            SignedDuration::try_from(configuration.job_lease).unwrap_or(SignedDuration::from_secs(60));
        let outbox = OutboxContext {
            store: store.clone(),
            clock: clock.clone(),
            mailer: build_mailer(configuration)?,
            site: Arc::new(mail_site(configuration)?),
            lease,
            retry: OutboxContext::RETRY,
        };
        let identity = identity::identity(configuration, &secrets, &store, &clock, &ids)?;
        let files: Arc<dyn FileStore> = Arc::new(ObjectFiles::local(&configuration.files())?);
        let prices = PricingBroadcast::new(PricingBroadcast::PLACES);
        let renderer = build_renderer(configuration).map_err(StartError::Renderer)?;
        let till = TillContext {
            store: store.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            files: Arc::clone(&files),
            printer: Arc::new(ReceiptPress::new(Arc::clone(&renderer))),
            konnect: Arc::new(konnect(configuration).map_err(StartError::PaymentClient)?),
            others: others(configuration),
            rates: rates(configuration).map_err(StartError::PaymentClient)?,
            bell: Arc::new(prices.clone()),
            settings: TillSettings {
                zone: configuration.zone.clone(),
                tax: tax(configuration),
                site: configuration.site().trim_end_matches('/').to_owned(),
                school: school(configuration),
            },
        };
        let till = Till { context: till, prices };
        let ledger = LedgerContext {
            store: store.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            zone: configuration.zone.clone(),
        };
        let calendar = calendar::calendar(configuration, &secrets, &store, &clock, &ids)?;
        let subscriptions = SubscriptionContext {
            store: store.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            zone: configuration.zone.clone(),
        };
        let bilans = BilanContext {
            store: store.clone(),
            files,
            clock,
            ids,
            catalogue: Arc::new(catalogue(configuration)?),
            renderer,
            model,
            settings: BilanSettings {
                time_to_answer: SignedDuration::from_hours(24 * i64::from(configuration.days_to_answer)),
                zone: configuration.zone.clone(),
                lease,
                ..BilanSettings::default()
            },
        };
        let wake = Arc::default();
        Ok(Self { bilans, identity, till, ledger, calendar, subscriptions, store, outbox, secrets, wake })
    }

    /// What runs jobs and carries out effects.
    pub fn workshop(&self, configuration: &Configuration) -> Workshop {
        Workshop {
            bilans: self.bilans.clone(),
            till: self.till.context.clone(),
            outbox: self.outbox.clone(),
            identity: self.identity.clone(),
            ledger: self.ledger.clone(),
            calendar: self.calendar.clone(),
            subscriptions: self.subscriptions.clone(),
            retention: retention(configuration),
            job_bell: Arc::clone(&self.wake),
            effect_bell: self.store.effect_bell(),
            job_lanes: configuration.documents_in_parallel as usize,
            effect_lanes: configuration.worker_lanes as usize,
        }
    }

    /// What the server needs.
    pub fn http_state(&self, configuration: &Configuration) -> Result<HttpState, StartError> {
        let keys = AccessKeys::new(&configuration.access_keys)?;
        Ok(HttpState {
            bilans: self.bilans.clone(),
            identity: self.identity.clone(),
            till: self.till.clone(),
            ledger: self.ledger.clone(),
            calendar: self.calendar.clone(),
            subscriptions: self.subscriptions.clone(),
            sessions: identity::sessions(&self.secrets, &self.store, &self.bilans.clock)?,
            keys,
            version: env!("CARGO_PKG_VERSION"),
            chassis: chassis(configuration, self)?,
            operations: Operations {
                school: self.store.clone(),
                invariants: self.store.clone(),
                store: self.store.clone(),
                services: Arc::new(Beside::new(self.bilans.renderer.clone(), configuration.language_model())),
                // Before the routes look up their meters.
                measures: Arc::new(ProcessMeasures::install()),
                metrics_token: configuration.metrics_token.as_ref().map(MetricsToken::new),
                has_session_secret: !self.secrets.current.expose_secret().is_empty(),
            },
            wake: Arc::clone(&self.wake),
        })
    }
}

/// The tax that prices hold; the table of settings bounds it.
fn tax(configuration: &Configuration) -> TaxRate {
    u16::try_from(configuration.tax_rate).ok().and_then(TaxRate::new).unwrap_or(TaxRate::NONE)
}

/// The school as its invoices name it.
fn school(configuration: &Configuration) -> SchoolDetails {
    SchoolDetails {
        name: configuration.school_name.clone(),
        address: configuration.school_address.clone(),
        tax_number: configuration.school_tax_number.clone(),
        contact: configuration.school_contact.clone(),
    }
}

fn retention(configuration: &Configuration) -> RetentionPolicy {
    let days = |count: u32| SignedDuration::from_hours(24 * i64::from(count));
    RetentionPolicy {
        effects: days(configuration.keep_effects_days),
        mail_log: days(configuration.keep_mail_log_days),
        notifications: days(configuration.keep_notifications_days),
    }
}

fn catalogue(configuration: &Configuration) -> Result<Catalogue, StartError> {
    let mut files = Vec::new();
    for path in &configuration.banks {
        let bytes = std::fs::read(path).map_err(|error| StartError::BankFile(path.clone(), error))?;
        files.push((path.display().to_string(), bytes));
    }
    let catalogue =
        Catalogue::with_files(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    let is_error = |problem: &&Problem| problem.severity == Severity::Error;
    let errors: Vec<_> = catalogue.problems().iter().filter(is_error).cloned().collect();
    if errors.is_empty() { Ok(catalogue) } else { Err(StartError::Banks(errors)) }
}
