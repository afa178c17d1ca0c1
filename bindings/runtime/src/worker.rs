//! The workshop: what runs durable jobs and carries out effects, in this process or in one of its own, on any number of hosts.

mod effects;
mod held;
mod jobs;
mod lane;
mod upkeep;

use effects::Effects;
use jobs::Jobs;
use lane::lane;
use nexus_bilan::use_cases::BilanContext;
use nexus_core::calendar::use_cases::CalendarContext;
use nexus_core::identity::use_cases::IdentityContext;
use nexus_core::ledger::use_cases::LedgerContext;
use nexus_core::outbox::OutboxContext;
use nexus_core::retention::RetentionPolicy;
use nexus_core::subscriptions::use_cases::SubscriptionContext;
use nexus_core::till::use_cases::TillContext;
use std::future::Future;
use std::sync::Arc;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use upkeep::Upkeep;

/// What is worked on, and how much of it at a time.
#[derive(Clone, Debug)]
pub struct Workshop {
    /// Jobs: bilans to process.
    pub bilans: BilanContext,
    /// Jobs: documents of the till to print.
    pub till: TillContext,
    /// Effects: mails to send.
    pub outbox: OutboxContext,
    /// Accounts: what is to be forgotten about sign-ins.
    pub identity: IdentityContext,
    /// Credits: what is to be ended and given back.
    pub ledger: LedgerContext,
    /// Lessons: reminders that are due, offers of seats that are over.
    pub calendar: CalendarContext,
    /// Subscriptions: what the calendar asks for.
    pub subscriptions: SubscriptionContext,
    /// How long what is kept for a while is kept.
    pub retention: RetentionPolicy,
    /// Rung when a job was written by this process.
    pub job_bell: Arc<Notify>,
    /// Rung when an effect was written by this process.
    pub effect_bell: Arc<Notify>,
    /// Jobs at a time.
    pub job_lanes: usize,
    /// Effects at a time.
    pub effect_lanes: usize,
}

impl Workshop {
    /// Works until `stop` resolves; what is in hand is finished first.
    pub async fn work_until(self, stop: impl Future<Output = ()>) {
        let (ending, ended) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for _ in 0..self.job_lanes {
            let jobs = Jobs { bilans: self.bilans.clone(), till: self.till.clone() };
            tasks.spawn(lane(jobs, Arc::clone(&self.job_bell), ended.clone()));
        }
        for _ in 0..self.effect_lanes {
            let effects = Effects(self.outbox.clone());
            tasks.spawn(lane(effects, Arc::clone(&self.effect_bell), ended.clone()));
        }
        let upkeep = Upkeep {
            outbox: self.outbox.clone(),
            identity: self.identity.clone(),
            ledger: self.ledger.clone(),
            calendar: self.calendar.clone(),
            subscriptions: self.subscriptions.clone(),
            retention: self.retention,
        };
        tasks.spawn(upkeep.keep_until(ended));
        stop.await;
        // Lanes that wait see it at once, those that work when they have finished.
        let _ = ending.send(true);
        while tasks.join_next().await.is_some() {}
    }
}
