//! Real PostgreSQL servers with pgvector for tests. A test that needs one and cannot have it fails.

use crate::Backend;
use crate::postgres::{PostgresOptions, PostgresStore};
use jiff::Timestamp;
use nexus_core::testing::{CountingIds, ManualClock};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection, Executor};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use tokio::sync::OnceCell;
use url::Url;

/// The address of a server to use instead of one that is made for the tests; databases are made and dropped on it.
const VARIABLE: &str = "NEXUS_TEST_POSTGRES";

/// A server for tests.
///
/// One that was made for the tests lives in `scripts/run-postgres`, whose standard input this process holds: however this
/// process ends, the server ends with it and leaves no file.
#[derive(Debug)]
pub struct PostgresServer {
    url: Url,
    script: Option<Mutex<Script>>,
    /// A database that has the schema, to be copied.
    template: OnceCell<String>,
}

#[derive(Debug)]
struct Script {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl PostgresServer {
    /// The server of this process: the one of `NEXUS_TEST_POSTGRES`, or one that is started now. Never stop it.
    #[allow(clippy::disallowed_methods)] // which server the tests may use is a matter of this machine
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<PostgresServer> = OnceLock::new();
        SHARED.get_or_init(|| match std::env::var(VARIABLE).ok().filter(|url| !url.is_empty()) {
            Some(url) => {
                Self { url: Url::parse(&url).expect(VARIABLE), script: None, template: OnceCell::new() }
            }
            None => Self::run(&[]),
        })
    }

    /// A server of one's own, which forgets what it has when the machine stops; it may be stopped and started again.
    pub fn quick() -> Self {
        Self::run(&[])
    }

    /// A server of one's own that syncs what it writes; it may be stopped and started again.
    pub fn durable() -> Self {
        Self::run(&["durable"])
    }

    /// A read-only replica of a server that was started here.
    pub fn standby_of(primary: &Self) -> Self {
        Self::run(&["standby", &primary.socket_folder()])
    }

    fn run(arguments: &[&str]) -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/run-postgres");
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("scripts/run-postgres starts");
        let orders = child.stdin.take();
        let mut answers = BufReader::new(child.stdout.take().expect("the script has an output"));
        let mut line = String::new();
        answers.read_line(&mut line).expect("the script answers");
        let folder = line.trim().strip_prefix("ready ").unwrap_or_else(|| {
            panic!("no PostgreSQL for the tests: run scripts/install-postgres, or set {VARIABLE} ({line:?})")
        });
        let mut url = Url::parse("postgresql://postgres@localhost/postgres").expect("a URL");
        url.query_pairs_mut().append_pair("host", folder);
        Self { url, script: Some(Mutex::new(Script { child, orders, answers })), template: OnceCell::new() }
    }

    fn socket_folder(&self) -> String {
        let folder = self.url.query_pairs().find(|(name, _)| name == "host");
        folder.expect("the server was started here").1.into_owned()
    }

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        let mut url = self.url.clone();
        url.set_path(database);
        url.into()
    }

    /// Ends the server at once, as a power cut does.
    pub fn crash(&self) {
        self.order("crash");
    }

    /// Starts it again on the data that it has.
    pub fn start(&self) {
        self.order("start");
    }

    /// Makes its processes stand still: connections stay open and nobody answers.
    pub fn pause(&self) {
        self.order("pause");
    }

    /// Lets them go on.
    pub fn resume(&self) {
        self.order("resume");
    }

    fn order(&self, order: &str) {
        let script = self.script.as_ref().expect("a server that was started here");
        let mut script = script.lock().expect("no test died while it gave an order");
        let orders = script.orders.as_mut().expect("the script listens");
        writeln!(orders, "{order}").expect("the script listens");
        let mut answer = String::new();
        script.answers.read_line(&mut answer).expect("the script answers");
        assert_eq!(answer.trim(), "done", "{order}");
    }

    /// A new, empty database with pgvector at hand.
    pub async fn database(&self) -> TestDatabase {
        self.create("").await
    }

    /// A new database with the schema of this version, which is made once and copied.
    pub async fn migrated(&self) -> TestDatabase {
        if self.script.is_none() {
            // A template would stay on a server that outlives the tests.
            let database = self.database().await;
            migrate(database.url()).await;
            return database;
        }
        let template = self.template.get_or_init(|| async {
            let database = self.database().await;
            migrate(database.url()).await;
            database.name.clone()
        });
        self.create(&format!("TEMPLATE {}", template.await)).await
    }

    /// A copy of a database to which nobody is connected.
    pub async fn copy_of(&self, database: &TestDatabase) -> TestDatabase {
        self.create(&format!("TEMPLATE {}", database.name)).await
    }

    async fn create(&self, options: &str) -> TestDatabase {
        let name = format!("nexus_test_{:016x}", RandomState::new().build_hasher().finish());
        execute(self.url.as_str(), format!("CREATE DATABASE {name} {options}"))
            .await
            .expect("a database can be made");
        let owner = self.script.is_none().then(|| self.url.to_string());
        TestDatabase { url: self.url(&name), owner, name }
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        if let Some(script) = &mut self.script
            && let Ok(script) = script.get_mut()
        {
            script.orders = None;
            let _ = script.child.wait();
        }
    }
}

/// A database of one test.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    name: String,
    /// Where it is dropped, when its server outlives the tests.
    owner: Option<String>,
}

impl TestDatabase {
    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs statements on it, beside whatever is tested.
    pub async fn execute(&self, statements: &str) {
        execute(&self.url, statements.to_owned()).await.expect("the statements are right");
    }

    /// The single value of a query.
    pub async fn one<T>(&self, query: &'static str) -> T
    where
        T: Send + Unpin,
        (T,): for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
    {
        let mut connection = self.connect().await;
        let (value,): (T,) = sqlx::query_as(query).fetch_one(&mut connection).await.expect("one row");
        value
    }

    /// A connection of one's own.
    pub async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.expect("the database answers")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some(owner) = self.owner.take() else { return };
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // A runtime of its own: the one of the test may be ending.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(execute(&owner, statement)).ok()
        });
        let _ = dropped.join();
    }
}

/// Brings a database up to date with nothing connected to it afterwards.
async fn migrate(url: &str) {
    let options = PostgresOptions::parse(url).expect("a URL");
    let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let store = PostgresStore::open(&options, clock, Arc::new(CountingIds::new("template")));
    store.migrate().await.expect("the steps can be made");
    store.close().await;
}

async fn execute(url: &str, statements: String) -> Result<(), sqlx::Error> {
    let options: PgConnectOptions = url.parse()?;
    let mut connection = PgConnection::connect_with(&options).await?;
    connection.execute(AssertSqlSafe(statements)).await?;
    connection.close().await
}
