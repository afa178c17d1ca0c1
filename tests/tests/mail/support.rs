use nexus_core::mail::{MailLogFilter, MailMessage, MailStatus, MailTo, Mailer};
use nexus_core::outbox::{EffectFilter, NewEffect, PayloadSeal, StoredEffect};
use nexus_core::{Clock, EffectId, IdSource};
use nexus_runtime::{Configuration, MailSetupError, Overrides, RandomIds, SystemClock, build_mailer};
use nexus_store::Backend;
use nexus_store::conformance::postgres_server::PostgresServer;
use nexus_store::postgres::{PostgresOptions, PostgresStore};
use nexus_store::sqlite::{SqliteOptions, SqliteStore};
use nexus_tests::mail_server::MailServer;
use nexus_tests::post::Post;
use nexus_tests::program::{Outcome, Run};
use nexus_tests::server::PATIENCE;
use std::any::Any;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A mailer as the settings of a process make it.
pub(crate) fn configured(settings: &[(&str, &str)]) -> Result<Arc<dyn Mailer>, MailSetupError> {
    let environment =
        settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    build_mailer(&Configuration::from_sources(&Overrides::default(), &environment).unwrap())
}

/// A mailer towards a server of this machine, with further settings.
pub(crate) fn towards(port: u16, settings: &[(&str, &str)]) -> Arc<dyn Mailer> {
    let port = port.to_string();
    let usual = [
        ("SMTP_HOST", "localhost"),
        ("SMTP_PORT", port.as_str()),
        ("SMTP_SECURE", "none"),
        ("SMTP_FROM", "Nexus Réussite <ne-pas-repondre@nexus.test>"),
        ("NEXUS_SMTP_TIMEOUT_SECONDS", "1"),
    ];
    // Of two variables with one name the last one counts.
    configured(&[usual.as_slice(), settings].concat()).unwrap()
}

/// An outbox whose mails go to a server in clear.
pub(crate) async fn post_to(server: &MailServer) -> Post {
    Post::by(towards(server.port(), &[])).await
}

/// The secret that the process and the test share.
pub(crate) const SECRET: &str = "a secret that only tests know, long enough";

/// A database with mails to send, and the run of a worker on it.
pub(crate) struct Office {
    store: Arc<dyn Backend>,
    run: Run,
    /// What lives as long as the database.
    _guard: Box<dyn Any>,
    data: PathBuf,
}

impl Office {
    /// On SQLite.
    pub(crate) async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_owned();
        let options = SqliteOptions::new(data.join("nexus.db"));
        let store = SqliteStore::open(&options, Arc::new(SystemClock), Arc::new(RandomIds)).await.unwrap();
        store.migrate().await.unwrap();
        let run = worker(&data);
        Self { store: Arc::new(store.sealed_with(seal())), run, _guard: Box::new(folder), data }
    }

    /// On a PostgreSQL database.
    pub(crate) async fn on_postgres(server: &PostgresServer) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_owned();
        let database = server.database().await;
        let options = PostgresOptions::parse(database.url()).unwrap();
        let store = PostgresStore::open(&options, Arc::new(SystemClock), Arc::new(RandomIds));
        store.migrate().await.unwrap();
        let run = worker(&data).with("DATABASE_URL", database.url());
        Self { store: Arc::new(store.sealed_with(seal())), run, _guard: Box::new((folder, database)), data }
    }

    /// The data folder.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// The run of a worker whose mails go to this port.
    pub(crate) fn worker_towards(&self, port: u16) -> Run {
        self.run.clone().with("SMTP_PORT", port.to_string())
    }

    /// Starts a worker.
    pub(crate) fn start(&self, port: u16) -> Process {
        Process::start(&self.worker_towards(port))
    }

    /// Runs a command on the same database, to its end.
    pub(crate) fn command(&self, words: &[&str]) -> Outcome {
        self.run.clone().words(words.iter().copied().chain(["--data", self.data.to_str().unwrap()])).finish()
    }

    /// Writes mails, in one transaction.
    pub(crate) async fn add(&self, count: usize) -> Vec<EffectId> {
        let now = SystemClock.now();
        let mut tx = self.store.begin().await.unwrap();
        let mut ids = Vec::new();
        for number in 0..count {
            let to =
                MailTo::Address { address: format!("lea{number}@example.test"), name: "Léa".to_owned() };
            let key = RandomIds.next_id();
            let effect = NewEffect::mail(&RandomIds, now, key, to, MailMessage::AddressAlreadyKnown);
            tx.add(&effect).await.unwrap();
            ids.push(effect.id);
        }
        tx.commit().await.unwrap();
        ids
    }

    /// Every effect.
    pub(crate) async fn effects(&self) -> Vec<StoredEffect> {
        self.store.effects(&EffectFilter { states: Vec::new(), limit: 10_000 }).await.unwrap()
    }

    /// Waits until every effect is as it is liked.
    pub(crate) async fn wait_until(&self, liked: impl Fn(&StoredEffect) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // The database may have been away meanwhile.
            let effects = self.store.effects(&EffectFilter { states: Vec::new(), limit: 10_000 }).await;
            if effects.as_ref().is_ok_and(|effects| effects.iter().all(&liked)) {
                return;
            }
            assert!(Instant::now() < deadline, "{effects:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What became of each mail.
    pub(crate) async fn statuses(&self) -> Vec<MailStatus> {
        let filter = MailLogFilter { user: None, address: None, limit: 10_000 };
        self.store.mail_log(&filter).await.unwrap().iter().map(|line| line.status).collect()
    }
}

fn seal() -> PayloadSeal {
    PayloadSeal::new([&SECRET.to_owned().into()])
}

/// Mails only; a lost lease is noticed after a second.
fn worker(data: &Path) -> Run {
    Run::new(["worker", "--documents", "0", "--effects", "2", "--data", data.to_str().unwrap()])
        .with("NEXTAUTH_SECRET", SECRET)
        .with("NEXUS_JOB_LEASE_SECONDS", "1")
        .with("SMTP_HOST", "localhost")
        .with("SMTP_SECURE", "none")
        .with("SMTP_FROM", "Nexus Réussite <ne-pas-repondre@nexus.test>")
}

/// A running `nexus`; killed when dropped.
pub(crate) struct Process {
    child: Child,
    log: Arc<Mutex<String>>,
}

impl Process {
    /// Starts it and keeps its log.
    pub(crate) fn start(run: &Run) -> Self {
        let mut child = run.command().spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let copy = Arc::clone(&log);
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut log = copy.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        Self { child, log }
    }

    /// What it wrote to its log so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Ends it at once, as a power cut does for a process.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end.
    pub(crate) fn terminate(&self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for its end.
    pub(crate) fn ended(mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "{}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How many times a mail server has accepted each mail, by its message id.
pub(crate) fn accepted(server: &MailServer) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for mail in server.received().iter().filter(|mail| mail["accepted"] == true) {
        let name = mail["headers"]["Message-ID"].as_str().unwrap();
        let id = name.trim_start_matches('<').split('@').next().unwrap();
        *counts.entry(id.to_owned()).or_insert(0) += 1;
    }
    counts
}
