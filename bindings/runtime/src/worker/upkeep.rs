//! What has to be looked at from time to time, whoever else does it too.

use nexus_core::StoreError;
use nexus_core::calendar::use_cases::{CalendarContext, remind, settle_offers};
use nexus_core::identity::use_cases::{IdentityContext, purge_attempts};
use nexus_core::ledger::use_cases::{LedgerContext, import_former_credits, settle_wallets};
use nexus_core::outbox::{Backlog, OutboxContext, Swept};
use nexus_core::retention::{Forgotten, RetentionPolicy, forget_what_is_old};
use nexus_core::subscriptions::use_cases::{SubscriptionContext, run_scheduled};
use std::time::Duration;
use tokio::sync::watch;

/// How often effects are looked at whose worker or whose time is gone.
const SWEEP: Duration = Duration::from_secs(1);

/// Sweeps between two looks at the rest.
const REST: u32 = 15;

/// Audit rows of the existing application that are sealed at a time.
const SEALED_AT_A_TIME: u32 = 500;

/// Sweeps between two looks at what is old.
const FORGETTING: u32 = 3_600;

/// What the upkeep leans on.
pub(super) struct Upkeep {
    pub(super) outbox: OutboxContext,
    pub(super) identity: IdentityContext,
    pub(super) ledger: LedgerContext,
    pub(super) calendar: CalendarContext,
    pub(super) subscriptions: SubscriptionContext,
    pub(super) retention: RetentionPolicy,
}

impl Upkeep {
    pub(super) async fn keep_until(self, mut ended: watch::Receiver<bool>) {
        let mut round = 0_u32;
        while !*ended.borrow() {
            let mut result = look(&self.outbox, round.is_multiple_of(REST)).await;
            if round.is_multiple_of(REST) {
                self.settle_credits().await;
                self.follow_the_calendar().await;
            }
            if result.is_ok() && round.is_multiple_of(REST) {
                result = self.look_at_lessons().await;
            }
            if result.is_ok() && round.is_multiple_of(FORGETTING) {
                result = self.forget().await;
            }
            if let Err(error) = result {
                tracing::error!(error = &error as &dyn std::error::Error, "the upkeep of the store failed");
            }
            round = round.wrapping_add(1);
            tokio::select! {
                () = tokio::time::sleep(SWEEP) => {}
                _ = ended.changed() => {}
            }
        }
    }

    /// Ends what is over and gives back what was set aside for too long. A wallet that cannot be put in order is told, and
    /// keeps nothing else from being looked at.
    async fn settle_credits(&self) {
        match import_former_credits(&self.ledger).await {
            Ok(done) if done.rows + done.short > 0 => {
                let (accounts, rows, short) = (done.accounts, done.rows, done.short);
                tracing::info!(accounts, rows, short, "credits of the existing application were taken over");
            }
            Ok(_) => {}
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, "credits of the existing application could not be taken over");
            }
        }
        match settle_wallets(&self.ledger).await {
            Ok(settled) if settled.wallets + settled.holds > 0 => {
                tracing::info!(wallets = settled.wallets, holds = settled.holds, "credits were put in order");
            }
            Ok(_) => {}
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, "credits could not be put in order");
            }
        }
    }

    /// Hands over reminders, and ends offers whose time is over.
    async fn look_at_lessons(&self) -> Result<(), StoreError> {
        let reminders = remind(&self.calendar).await?;
        if reminders > 0 {
            tracing::info!(reminders, "reminders of lessons were handed over");
        }
        match settle_offers(&self.calendar).await {
            Ok(0) => {}
            Ok(offers) => tracing::info!(offers, "offers of seats are over"),
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "an offer of a seat could not be ended"
                );
            }
        }
        Ok(())
    }

    /// Ends subscriptions, gives the credits of the month, tells what ends soon: each once, whoever looks.
    async fn follow_the_calendar(&self) {
        match run_scheduled(&self.subscriptions).await {
            Ok(done) if done.allocated + done.expired + done.told > 0 => {
                let (allocated, expired, told) = (done.allocated, done.expired, done.told);
                tracing::info!(allocated, expired, told, "subscriptions follow the calendar");
            }
            Ok(_) => {}
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, "subscriptions could not follow the calendar");
            }
        }
    }

    /// Forgets what is old; how much it was is told, and nothing of it.
    async fn forget(&self) -> Result<(), StoreError> {
        let attempts = purge_attempts(&self.identity).await?;
        let now = self.outbox.clock.now();
        let forgotten = forget_what_is_old(self.outbox.store.as_ref(), &self.retention, now).await?;
        if attempts > 0 || !forgotten.is_nothing() {
            let Forgotten { effects, mail_log, notifications } = forgotten;
            tracing::info!(attempts, effects, mail_log, notifications, "what was old is forgotten");
        }
        Ok(())
    }
}

async fn look(context: &OutboxContext, everything: bool) -> Result<(), StoreError> {
    let store = context.store.as_ref();
    let Swept { ambiguous, expired } = store.sweep_outbox(context.clock.now()).await?;
    if ambiguous > 0 {
        tracing::error!(ambiguous, "effects whose worker disappeared while it sent; a person has to decide");
        metrics::counter!("nexus_outbox_swept_total", "outcome" => "ambiguous").increment(ambiguous);
    }
    if expired > 0 {
        tracing::warn!(expired, "effects that came too late");
        metrics::counter!("nexus_outbox_swept_total", "outcome" => "dead").increment(expired);
    }
    if everything {
        while store.seal_audit(SEALED_AT_A_TIME).await? == u64::from(SEALED_AT_A_TIME) {}
        measure(&store.backlog().await?);
    }
    Ok(())
}

fn measure(backlog: &Backlog) {
    // Counts of waiting rows: far below where a float loses whole numbers.
    metrics::gauge!("nexus_jobs_pending").set(backlog.jobs_pending as f64);
    metrics::gauge!("nexus_jobs_quarantined").set(backlog.jobs_quarantined as f64);
    metrics::gauge!("nexus_outbox_pending").set(backlog.outbox_pending as f64);
    metrics::gauge!("nexus_outbox_dead").set(backlog.outbox_dead as f64);
    metrics::gauge!("nexus_outbox_ambiguous").set(backlog.outbox_ambiguous as f64);
}
