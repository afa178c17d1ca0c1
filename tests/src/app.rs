//! The whole system in one process: a real database, real stored files, a clock that a test moves.

use crate::accounts;
use crate::doubles::{FoundServices, OnePage, SmallPdf};
use crate::people::{Pupil, enrol};
use crate::postgres::{PostgresServer, TestDatabase};
use crate::reply::Reply;
use crate::rows::Database;
use crate::school::School;
use crate::sheets::BANK;
use crate::stand::unhurried;
use crate::till::{AwayProvider, till};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use http_body_util::BodyExt;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use nexus_bilan::questionnaire::Catalogue;
use nexus_bilan::use_cases::{BilanContext, BilanSettings, run_next_job};
use nexus_core::Clock as _;
use nexus_core::calendar::CalendarPolicy;
use nexus_core::calendar::use_cases::CalendarContext;
use nexus_core::identity::use_cases::IdentityContext;
use nexus_core::ledger::use_cases::LedgerContext;
use nexus_core::money::RateDesk;
use nexus_core::subscriptions::use_cases::SubscriptionContext;
use nexus_core::testing::{CountingIds, ManualClock, SeededSecrets};
use nexus_core::till::ports::PaymentProvider;
use nexus_core::till::receipt::ReceiptPrinter;
use nexus_core::till::use_cases::TillContext;
use nexus_core::{Actor, IdSource, LanguageModel, PseudonymKey, Pseudonyms, StoreHealth, StudentId};
use nexus_http::chassis::Origin;
use nexus_http::{
    AccessKeys, Chassis, ChassisSettings, HttpState, MetricsToken, Operations, PricingBroadcast, Till,
};
use nexus_store::Backend;
use nexus_store::files::ObjectFiles;
use nexus_store::interruptions::Interruptions;
use nexus_store::postgres::{PostgresOptions, PostgresStore};
use nexus_store::sqlite::{SqliteOptions, SqliteStore};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{Notify, OnceCell};
use tokio::task::JoinHandle;
use tower::ServiceExt;

/// The bearer key of every test.
pub const KEY: &str = "une-clef-de-test-assez-longue";

/// What a collector of measures shows in every test.
pub const METRICS_TOKEN: &str = "un-jeton-de-mesure-de-test";

static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| Arc::new(Catalogue::built_in()));

/// One wired system in a folder of its own.
pub struct App {
    /// The use-cases.
    pub context: BilanContext,
    /// Those of accounts.
    pub identity: IdentityContext,
    /// Those of lessons.
    pub calendar: CalendarContext,
    /// The store behind them.
    pub store: Arc<dyn Backend>,
    /// Their present.
    pub clock: Arc<ManualClock>,
    /// Their renderer.
    pub renderer: Arc<SmallPdf>,
    /// Where their database fails.
    pub interruptions: Interruptions,
    state: HttpState,
    router: Router,
    folder: Folder,
    postgres: Option<TestDatabase>,
}

/// Which database a system runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backing {
    /// A file of the data folder.
    Sqlite,
    /// A database of its own on a real server.
    Postgres,
}

impl Backing {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

/// A database to be opened.
enum Opening {
    Sqlite(SqliteOptions),
    Postgres(TestDatabase),
}

/// Where the data are.
enum Folder {
    Own(TempDir),
    Copied(TempDir),
    Borrowed(PathBuf),
}

impl Folder {
    fn new() -> Self {
        Self::Own(tempfile::tempdir().unwrap())
    }

    /// Two systems on one folder never count the same ids.
    const fn prefix(&self) -> &'static str {
        match self {
            Self::Own(_) => "id",
            Self::Copied(_) => "copy",
            Self::Borrowed(_) => "again",
        }
    }

    fn sqlite(&self) -> Opening {
        Opening::Sqlite(SqliteOptions::new(self.path().join("nexus.db")))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Own(folder) | Self::Copied(folder) => folder.path(),
            Self::Borrowed(folder) => folder,
        }
    }
}

impl App {
    /// Without a language model.
    pub async fn new() -> Self {
        Self::new_on(Backing::Sqlite).await
    }

    /// On PostgreSQL.
    pub async fn on_postgres() -> Self {
        Self::new_on(Backing::Postgres).await
    }

    /// On either.
    pub async fn new_on(backing: Backing) -> Self {
        let folder = Folder::new();
        let opening = match backing {
            Backing::Sqlite => folder.sqlite(),
            Backing::Postgres => Opening::Postgres(PostgresServer::shared().migrated().await),
        };
        Self::build(None, folder, opening).await
    }

    /// With a language model.
    pub async fn with_model(model: Arc<dyn LanguageModel>) -> Self {
        let folder = Folder::new();
        let opening = folder.sqlite();
        Self::build(Some(model), folder, opening).await
    }

    /// On a data folder that is there already, with other options of its database.
    pub async fn on(folder: &Path, change: impl FnOnce(&mut SqliteOptions)) -> Self {
        let mut options = SqliteOptions::new(folder.join("nexus.db"));
        change(&mut options);
        Self::build(None, Folder::Borrowed(folder.to_owned()), Opening::Sqlite(options)).await
    }

    /// A copy of a system in which a school was founded: founding it takes longer than copying its database.
    pub async fn with_school() -> (Self, School) {
        Self::with_school_on(Backing::Sqlite).await
    }

    /// As [`Self::with_school`], on either database.
    pub async fn with_school_on(backing: Backing) -> (Self, School) {
        static ON_SQLITE: OnceCell<(App, School)> = OnceCell::const_new();
        static ON_POSTGRES: OnceCell<(App, School)> = OnceCell::const_new();
        let cell = if backing == Backing::Sqlite { &ON_SQLITE } else { &ON_POSTGRES };
        let (founded, school) = cell
            .get_or_init(|| async {
                let app = Self::new_on(backing).await;
                let school = School::found(&app).await;
                app.store.close().await;
                (app, school)
            })
            .await;
        let folder = Folder::Copied(tempfile::tempdir().unwrap());
        copy_folder(founded.folder(), folder.path());
        let opening = match &founded.postgres {
            None => folder.sqlite(),
            Some(database) => Opening::Postgres(PostgresServer::shared().copy_of(database).await),
        };
        (Self::build(None, folder, opening).await, school.clone())
    }

    /// Under a public address.
    pub async fn reached_at(public_url: &str) -> Self {
        let public_url = Some(Origin::parse(public_url).unwrap());
        let folder = Folder::new();
        let opening = folder.sqlite();
        Self::build_with(None, folder, opening, ChassisSettings { public_url, ..unhurried() }).await
    }

    async fn build(model: Option<Arc<dyn LanguageModel>>, folder: Folder, opening: Opening) -> Self {
        Self::build_with(model, folder, opening, unhurried()).await
    }

    async fn build_with(
        model: Option<Arc<dyn LanguageModel>>,
        folder: Folder,
        opening: Opening,
        settings: ChassisSettings,
    ) -> Self {
        let konnect = Arc::new(AwayProvider::default());
        let start: Timestamp = "2026-09-14T08:30:00Z".parse().unwrap();
        let clock = Arc::new(ManualClock::at(start));
        let ids = Arc::new(CountingIds::new(folder.prefix()));
        let interruptions = Interruptions::default();
        let store: Arc<dyn Backend> = match &opening {
            Opening::Sqlite(options) => {
                let store = SqliteStore::open(options, clock.clone(), ids.clone()).await.unwrap();
                Arc::new(store.interrupted_by(&interruptions))
            }
            Opening::Postgres(database) => {
                let options = PostgresOptions::parse(database.url()).unwrap();
                let store = PostgresStore::open(&options, clock.clone(), ids.clone());
                Arc::new(store.interrupted_by(&interruptions))
            }
        };
        store.migrate().await.unwrap();
        let renderer = Arc::new(SmallPdf::default());
        let context = BilanContext {
            store: store.clone(),
            files: Arc::new(ObjectFiles::local(&folder.path().join("files")).unwrap()),
            clock: clock.clone(),
            ids: ids.clone(),
            catalogue: Arc::clone(&CATALOGUE),
            renderer: renderer.clone(),
            model,
            settings: BilanSettings {
                zone: TimeZone::get("Africa/Tunis").unwrap(),
                ..BilanSettings::default()
            },
        };
        let identity = accounts::identity(&store, &clock, &context.ids);
        let prices = PricingBroadcast::new(3);
        let till = Till { context: till(&context, store.clone(), prices.clone(), konnect), prices };
        let calendar = calendar(&store, &clock, &context.ids);
        let chassis = Chassis::new(settings, clock.clone(), Arc::new(CountingIds::new("request")))
            .with_idempotency(Arc::clone(&store) as _);
        let state = HttpState {
            bilans: context.clone(),
            sessions: accounts::sessions(&store, &clock),
            identity: identity.clone(),
            till,
            subscriptions: SubscriptionContext {
                store: store.clone(),
                clock: clock.clone(),
                ids: context.ids.clone(),
                zone: context.settings.zone.clone(),
            },
            ledger: LedgerContext {
                store: store.clone(),
                clock: clock.clone(),
                ids: context.ids.clone(),
                zone: context.settings.zone.clone(),
            },
            calendar: calendar.clone(),
            keys: AccessKeys::new(&[KEY.into()]).unwrap(),
            version: "0.0.0-test",
            chassis,
            operations: Operations {
                school: store.clone(),
                invariants: store.clone(),
                store: store.clone(),
                services: Arc::new(FoundServices),
                measures: Arc::new(OnePage),
                metrics_token: Some(MetricsToken::new(&METRICS_TOKEN.into())),
                has_session_secret: true,
            },
            wake: Arc::new(Notify::new()),
        };
        let router = nexus_http::router(state.clone());
        let postgres = match opening {
            Opening::Sqlite(_) => None,
            Opening::Postgres(database) => Some(database),
        };
        Self {
            context,
            identity,
            calendar,
            store,
            clock,
            renderer,
            interruptions,
            state,
            router,
            folder,
            postgres,
        }
    }

    /// What the HTTP side promises.
    pub fn contract(&self) -> nexus_http::OpenApi {
        nexus_http::contract(self.state.clone())
    }

    /// With another answer to the questions of the machine room.
    #[must_use]
    pub fn with_health(mut self, store: Arc<dyn StoreHealth>) -> Self {
        self.state.operations.store = store;
        self.router = nexus_http::router(self.state.clone());
        self
    }

    /// Says that the server is leaving.
    pub fn leave(&self) {
        self.state.chassis.drain().leave();
    }

    /// With another provider of payments by card.
    #[must_use]
    pub fn with_provider(mut self, provider: Arc<dyn PaymentProvider>) -> Self {
        self.state.till.context.konnect = provider;
        self.router = nexus_http::router(self.state.clone());
        self
    }

    /// With somebody who tells rates of exchange.
    #[must_use]
    pub fn with_rates(mut self, rates: RateDesk) -> Self {
        self.state.till.context.rates = rates;
        self.router = nexus_http::router(self.state.clone());
        self
    }

    /// With another printer of invoices.
    #[must_use]
    pub fn with_printer(mut self, printer: Arc<dyn ReceiptPrinter>) -> Self {
        self.state.till.context.printer = printer;
        self.router = nexus_http::router(self.state.clone());
        self
    }

    /// The use-cases of the till.
    pub const fn till(&self) -> &TillContext {
        &self.state.till.context
    }

    /// The use-cases of the ledger.
    pub const fn ledger(&self) -> &LedgerContext {
        &self.state.ledger
    }

    /// Those of subscriptions.
    pub const fn subscriptions(&self) -> &SubscriptionContext {
        &self.state.subscriptions
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database.
    pub fn database(&self) -> Database {
        match &self.postgres {
            None => Database::File(self.folder.path().join("nexus.db")),
            Some(database) => Database::Address(database.url().to_owned()),
        }
    }

    /// Enrols a pupil who enters Terminale.
    pub async fn pupil(&self, name: &str) -> StudentId {
        enrol(&*self.store, &Pupil::named(name)).await
    }

    /// Sends any request through every layer of the server. Of a stream of events, which would not end, the first one is read.
    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, mut body) = response.into_parts();
        let kind = parts.headers.get(header::CONTENT_TYPE);
        let body = if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream")) {
            body.frame().await.unwrap().unwrap().into_data().unwrap().to_vec()
        } else {
            body.collect().await.unwrap().to_bytes().to_vec()
        };
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// Every layer of the server, for what is not one request and one answer.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// The same system behind a real socket of this machine; it stops listening when what is returned is dropped.
    pub async fn listen(&self) -> Listening {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = self.state.clone();
        let task =
            tokio::spawn(async move { nexus_http::serve(listener, state, std::future::pending()).await });
        Listening { address, task }
    }

    /// The use-cases of accounts.
    pub const fn identity(&self) -> &IdentityContext {
        &self.state.identity
    }

    /// Sends a request as somebody, or as nobody.
    pub async fn send_as(&self, actor: Option<&Actor>, mut request: Request<Body>) -> Reply {
        if let Some(actor) = actor {
            request.extensions_mut().insert(actor.clone());
        }
        self.send(request).await
    }

    /// The audit log, oldest first.
    pub async fn audit(&self) -> Vec<nexus_core::audit::AuditRow> {
        let mut rows = self.store.recent_audit(1_000).await.unwrap();
        rows.reverse();
        rows
    }

    /// The rules of `nexus check` that the data break, with what breaks them.
    pub async fn broken_rules(&self) -> Vec<(&'static str, Vec<String>)> {
        let mut broken = Vec::new();
        for rule in nexus_core::invariants::RULES {
            let finding =
                nexus_core::invariants::look_at(&*self.store, *rule, self.clock.now(), 10).await.unwrap();
            if !finding.ok {
                broken.push((rule.name, finding.ids));
            }
        }
        broken
    }

    /// Runs statements beside the system.
    pub async fn execute(&self, statements: &str) {
        crate::rows::execute(&self.database(), statements).await;
    }

    /// An instant, as a literal of the database.
    pub fn instant(&self, instant: Timestamp) -> String {
        match &self.postgres {
            None => instant.as_millisecond().to_string(),
            // Without its zone: the columns are UTC.
            Some(_) => format!("TIMESTAMP '{}'", instant.to_string().trim_end_matches('Z')),
        }
    }

    /// Sends a request with the key and, when there is one, a JSON body.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::AUTHORIZATION, format!("Bearer {KEY}"));
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(request.body(body).unwrap()).await
    }

    /// `GET` with the key.
    pub async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, None).await
    }

    /// `POST` of JSON with the key.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.call(Method::POST, path, Some(body)).await
    }

    /// `PATCH` of JSON with the key.
    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.call(Method::PATCH, path, Some(body)).await
    }

    /// Starts a bilan of the usual bank; returns its id.
    pub async fn started(&self, student: &StudentId) -> String {
        let body =
            self.post("/api/bilan/start", json!({"studentId": student, "bank": BANK})).await.expect(201);
        body["id"].as_str().unwrap().to_owned()
    }

    /// Enrols a pupil, starts a bilan and saves these answers; returns its id, at revision 1.
    pub async fn answered(&self, name: &str, answers: Value) -> String {
        let student = self.pupil(name).await;
        let id = self.started(&student).await;
        let body = json!({"revision": 0, "answers": answers});
        self.patch(&format!("/api/bilans/{id}/answers"), body).await.expect(200);
        id
    }

    /// As [`Self::answered`], then submits.
    pub async fn submitted(&self, name: &str, answers: Value) -> String {
        let id = self.answered(name, answers).await;
        self.post(&format!("/api/bilans/{id}/submit"), json!({"revision": 1})).await.expect(202);
        id
    }

    /// As [`Self::submitted`], then makes the documents.
    pub async fn reported(&self, name: &str, answers: Value) -> String {
        let id = self.submitted(name, answers).await;
        self.work().await;
        id
    }

    /// Runs every job that is due; returns how many there were.
    pub async fn work(&self) -> usize {
        let mut done = 0;
        while run_next_job(&self.context).await.unwrap() {
            done += 1;
        }
        done
    }

    /// The state of a bilan, as `GET /api/bilans/{id}` tells it.
    pub async fn state(&self, id: &str) -> String {
        let body = self.get(&format!("/api/bilans/{id}")).await.expect(200);
        body["state"].as_str().unwrap().to_owned()
    }
}

/// The use-cases of lessons, as the school's configuration has them by default.
fn calendar(store: &Arc<dyn Backend>, clock: &Arc<ManualClock>, ids: &Arc<dyn IdSource>) -> CalendarContext {
    CalendarContext {
        store: Arc::clone(store) as _,
        clock: Arc::clone(clock) as _,
        ids: Arc::clone(ids),
        secrets: Arc::new(SeededSecrets::new(7)),
        rooms: Pseudonyms::new(&PseudonymKey::derive(&accounts::SECRET.into())),
        policy: CalendarPolicy { zone: TimeZone::get("Africa/Tunis").unwrap(), ..CalendarPolicy::default() },
        video_server: nexus_core::calendar::jitsi::DEFAULT_SERVER.to_owned(),
        domain: "nexus.example.test".to_owned(),
    }
}

/// A socket on which a system listens.
#[derive(Debug)]
pub struct Listening {
    /// Where it listens.
    pub address: SocketAddr,
    task: JoinHandle<std::io::Result<()>>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
