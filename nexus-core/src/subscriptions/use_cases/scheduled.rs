use super::SubscriptionContext;
use crate::Notice;
use crate::civil_time::{end_of_next_month, last_day};
use crate::ledger::{Grant, LedgerTx, LotOrigin, grant};
use crate::mail::{MailMessage, MailTo};
use crate::outbox::NewEffect;
use crate::rights::Scope;
use crate::subscriptions::{Subscription, SubscriptionError, SubscriptionState, month_of};
use crate::{UserId, french};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

/// Pupils in one go.
const BATCH: u32 = 100;

/// How long before its end a lot is told.
const NOTICE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Name of the job that gives the credits of a month.
const ALLOCATION: &str = "allocation";

/// What the calendar did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scheduled {
    /// Subscriptions that were given the credits of the month.
    pub allocated: u64,
    /// Subscriptions whose time is over.
    pub expired: u64,
    /// People who were told that credits end soon.
    pub told: u64,
}

/// Does what the calendar asks for: ends subscriptions, gives the credits of the month once, tells what ends within seven days.
/// It may be run at any time, by anybody, as often as one likes: each thing is done once.
pub async fn run_scheduled(context: &SubscriptionContext) -> Result<Scheduled, SubscriptionError> {
    let now = context.clock.now();
    let mut done = Scheduled { expired: expire(context, now).await?, ..Scheduled::default() };
    done.allocated = allocate_month(context, now).await?;
    done.told = tell_endings(context, now).await?;
    Ok(done)
}

async fn expire(context: &SubscriptionContext, now: Timestamp) -> Result<u64, SubscriptionError> {
    let mut tx = context.store.begin().await?;
    let pupils = tx.pupils_whose_time_is_over(now, BATCH).await?;
    drop(tx);
    let mut count = 0;
    for pupil in pupils {
        let mut tx = context.store.begin().await?;
        let Some(active) = tx.lock_subscription(&pupil).await? else { continue };
        if active.ends_at.is_none_or(|end| end > now) {
            continue;
        }
        tx.save_subscription(&active.become_state(SubscriptionState::Expired, now)?, now).await?;
        tx.commit().await?;
        count += 1;
    }
    Ok(count)
}

/// The run is written when everybody was looked at: a worker that is lost half-way leaves the rest to the next one, and
/// nobody is given twice, since the key of the movement names the subscription and the month.
async fn allocate_month(context: &SubscriptionContext, now: Timestamp) -> Result<u64, SubscriptionError> {
    let month = month_of(now, &context.zone);
    let mut tx = context.store.begin().await?;
    if tx.was_run(ALLOCATION, &month).await? {
        return Ok(0);
    }
    drop(tx);
    let (mut count, mut after) = (0, String::new());
    loop {
        let mut tx = context.store.begin().await?;
        let pupils = tx.pupils_with_allocation(&after, BATCH).await?;
        drop(tx);
        let Some(last) = pupils.last() else { break };
        after = last.to_string();
        for pupil in pupils {
            let mut tx = context.store.begin().await?;
            let Some(active) = tx.lock_subscription(&pupil).await? else { continue };
            let Some(pupil) = tx.wallet_pupil(&Scope::Any, &pupil).await? else { continue };
            if allocate(tx.as_mut(), &active, &pupil.user, &context.zone, "system", now).await? {
                count += 1;
            }
            tx.commit().await?;
        }
    }
    let mut tx = context.store.begin().await?;
    tx.record_run(ALLOCATION, &month, now).await?;
    tx.commit().await?;
    Ok(count)
}

/// Gives a subscription its credits of this month; whether they were not given before.
pub(super) async fn allocate(
    tx: &mut dyn LedgerTx,
    subscription: &Subscription,
    owner: &UserId,
    zone: &TimeZone,
    actor: &str,
    now: Timestamp,
) -> Result<bool, SubscriptionError> {
    let Some(amount) = subscription.allocation() else { return Ok(false) };
    let wanted = Grant {
        owner: owner.clone(),
        origin: LotOrigin::Allocation,
        amount,
        expires_at: Some(end_of_next_month(now, zone)),
        key: format!("allocation:{}:{}", subscription.id, month_of(now, zone)),
        description: format!("Allocation mensuelle de {} crédits", amount.decimal(',')),
        actor: actor.to_owned(),
    };
    Ok(!grant(tx, &wanted, now).await?.already)
}

/// A notification for the pupil and one for his parent, and a mail for whoever answers for the credits, once per lot: ids and keys
/// name it.
async fn tell_endings(context: &SubscriptionContext, now: Timestamp) -> Result<u64, SubscriptionError> {
    let until = now.checked_add(NOTICE).unwrap_or(Timestamp::MAX);
    let mut tx = context.store.begin().await?;
    let endings = tx.lots_ending(now, until, BATCH).await?;
    let mut told = 0;
    for (owner, amount, end, lot) in endings {
        let day = french::long_date(last_day(end, &context.zone));
        let parent = tx.guardian_of(&owner).await?;
        let child = match parent {
            Some(_) => tx.name_of(&owner).await?.map(|(name, _)| name),
            None => None,
        };
        let reader = parent.clone().unwrap_or_else(|| owner.clone());
        let message = MailMessage::CreditsEnding { amount: amount.to_string(), day: day.clone(), child };
        let key = format!("credits-ending:{lot}");
        let mail = NewEffect::mail(context.ids.as_ref(), now, key, MailTo::Person(reader), message);
        // What has ended cannot be saved any more.
        tx.add(&NewEffect { expires_at: Some(end), ..mail }).await?;
        let people = [Some(owner), parent];
        for (place, to) in people.into_iter().flatten().enumerate() {
            let notice = Notice {
                id: format!("credits-ending-{lot}-{place}"),
                to: to.into(),
                kind: "CREDITS_ENDING",
                title: "Rappel : des crédits expirent bientôt".to_owned(),
                message: format!("{amount} à utiliser avant la fin du {day}."),
                data: json!({"lotId": lot, "expiresAt": end.to_string()}),
                at: now,
            };
            tx.notify(&notice).await?;
            told += 1;
        }
    }
    tx.commit().await?;
    Ok(told)
}
