//! Effects on a real SQLite file, with the mailer of a test.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use nexus_core::mail::{MailLogFilter, MailLogLine, MailMessage, MailSite, MailTo, Mailer};
use nexus_core::outbox::{
    EffectOutcome, NewEffect, OutboxContext, PayloadSeal, StoredEffect, run_next_effect,
};
use nexus_core::testing::{CountingIds, ManualClock};
use nexus_core::{Clock, EffectId, IdSource, LeaseError, Store};
use nexus_store::Backend;
use nexus_store::sqlite::{SqliteOptions, SqliteStore};
use std::sync::Arc;
use tempfile::TempDir;

/// An outbox of a test.
#[derive(Debug)]
pub struct Post {
    /// What carries effects out.
    pub context: OutboxContext,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    ids: CountingIds,
    folder: TempDir,
}

impl Post {
    /// An outbox whose mails leave by this way.
    pub async fn by(mailer: Arc<dyn Mailer>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at("2026-11-25T13:30:00Z".parse().unwrap()));
        let options = SqliteOptions::new(folder.path().join("nexus.db"));
        let store =
            SqliteStore::open(&options, clock.clone(), Arc::new(CountingIds::new("token"))).await.unwrap();
        store.migrate().await.unwrap();
        let seal = PayloadSeal::new([&"a secret that only tests know".to_owned().into()]);
        let zone = TimeZone::get("Africa/Tunis").unwrap();
        let site = MailSite::new("https://nexus.test", "Nexus Réussite", "contact@nexus.test", zone);
        let context = OutboxContext {
            store: Arc::new(store.sealed_with(seal)),
            clock: clock.clone(),
            mailer,
            site: Arc::new(site),
            lease: OutboxContext::LEASE,
            retry: OutboxContext::RETRY,
        };
        Self { context, clock, ids: CountingIds::new("effect"), folder }
    }

    /// The database file.
    pub fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("nexus.db")
    }

    /// The store.
    pub fn store(&self) -> &dyn Store {
        self.context.store.as_ref()
    }

    /// Writes a mail to an address.
    pub async fn add(&self, address: &str, name: &str, message: MailMessage) -> EffectId {
        self.add_to(MailTo::Address { address: address.to_owned(), name: name.to_owned() }, message).await
    }

    /// Writes a mail.
    pub async fn add_to(&self, to: MailTo, message: MailMessage) -> EffectId {
        let key = self.ids.next_id();
        let effect = NewEffect::mail(&self.ids, self.clock.now(), key, to, message);
        let mut tx = self.store().begin().await.unwrap();
        tx.add(&effect).await.unwrap();
        tx.commit().await.unwrap();
        effect.id
    }

    /// Writes a mail that makes sense for ever.
    pub async fn add_any(&self) -> EffectId {
        self.add("lea@example.test", "Léa", MailMessage::AddressAlreadyKnown).await
    }

    /// Carries out one due effect.
    pub async fn try_run(&self) -> Result<Option<EffectOutcome>, LeaseError> {
        Ok(run_next_effect(&self.context).await?.map(|(_, outcome)| outcome))
    }

    /// Carries out one effect that is due.
    pub async fn run(&self) -> EffectOutcome {
        self.try_run().await.unwrap().expect("an effect is due")
    }

    /// Carries out one effect that is due, which is to be tried again; goes on to that moment.
    pub async fn run_and_wait(&self) -> String {
        let outcome = self.run().await;
        let EffectOutcome::Retry { at, reason } = outcome else { panic!("{outcome:?}") };
        self.clock.advance(at.duration_since(self.clock.now()));
        reason.to_string()
    }

    /// Moves the clock beyond every lease, and looks at what that means.
    pub async fn lose_leases(&self) {
        self.clock.advance(self.context.lease + SignedDuration::from_secs(1));
        self.store().sweep_outbox(self.clock.now()).await.unwrap();
    }

    /// An effect as stored.
    pub async fn stored(&self, id: &EffectId) -> StoredEffect {
        self.store().begin().await.unwrap().lock_effect(id).await.unwrap().expect("the effect exists")
    }

    /// The mail log, newest first.
    pub async fn mail_log(&self) -> Vec<MailLogLine> {
        self.store().mail_log(&MailLogFilter { user: None, address: None, limit: 100 }).await.unwrap()
    }
}
