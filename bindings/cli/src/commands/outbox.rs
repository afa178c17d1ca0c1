use crate::arguments::{OutboxAction, OutboxCommand};
use crate::failure::Failure;
use crate::json::print_json;
use crate::table::short_time;
use jiff::tz::TimeZone;
use nexus_core::mail::{MailLogFilter, MailMessage, MailTo};
use nexus_core::outbox::{EffectFilter, EffectState, NewEffect, PersonDecision, StoredEffect, decide};
use nexus_core::rights::{Action, Permit};
use nexus_core::{Clock, Coded, EffectId, ErrorCode, UserId};
use nexus_runtime::{Configuration, Overrides, RandomIds, Services, SystemClock};
use std::process::ExitCode;

/// `nexus outbox`.
pub(crate) async fn run(overrides: &Overrides, command: &OutboxCommand) -> Result<ExitCode, Failure> {
    let configuration = Configuration::load(overrides)?;
    let services = Services::open(&configuration).await?;
    let zone = &configuration.zone;
    match &command.action {
        OutboxAction::List { all, limit, json } => list(&services, zone, *all, *limit, *json).await?,
        OutboxAction::Retry { ids } => decide_all(&services, ids, PersonDecision::Retry).await?,
        OutboxAction::Discard { ids } => decide_all(&services, ids, PersonDecision::Discard).await?,
        OutboxAction::Mails { to, limit, json } => {
            mails(&services, zone, to.as_deref(), *limit, *json).await?;
        }
        OutboxAction::Test { to } => test(&services, to).await?,
    }
    services.store.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn list(
    services: &Services,
    zone: &TimeZone,
    all: bool,
    limit: u32,
    json: bool,
) -> Result<(), Failure> {
    let open = [EffectState::Pending, EffectState::Sending, EffectState::Dead, EffectState::Ambiguous];
    let states = if all { Vec::new() } else { open.to_vec() };
    let effects = services.store.effects(&EffectFilter { states, limit }).await?;
    if json {
        return print_json(&effects);
    }
    if effects.is_empty() {
        println!("Aucun envoi en attente.");
    }
    for effect in &effects {
        println!(
            "{}  {:<10} {:<16} {}",
            effect.id,
            effect.kind.as_str(),
            effect.state.label(),
            story(effect, zone)
        );
    }
    let waiting =
        effects.iter().filter(|effect| matches!(effect.state, EffectState::Dead | EffectState::Ambiguous));
    let waiting = waiting.count();
    if waiting > 0 {
        println!(
            "\n{waiting} envoi(s) attendent une décision : « nexus outbox retry ID » ou « nexus outbox discard ID »."
        );
    }
    Ok(())
}

fn story(effect: &StoredEffect, zone: &TimeZone) -> String {
    let time = |instant| short_time(instant, zone);
    let mut parts = vec![format!("demandé le {}", time(effect.created_at))];
    match effect.state {
        EffectState::Pending if effect.attempt > 0 => {
            parts.push(format!("essai {}, prochain le {}", effect.attempt, time(effect.run_at)));
        }
        _ => {}
    }
    if let Some(settled) = effect.settled_at {
        parts.push(format!("réglé le {}", time(settled)));
    } else if let Some(reason) = &effect.reason {
        parts.push(reason.sentence());
    }
    if effect.settled_at.is_none() && !effect.has_payload {
        parts.push("expiré, contenu effacé".to_owned());
    }
    parts.join(" ; ")
}

async fn decide_all(services: &Services, ids: &[EffectId], decision: PersonDecision) -> Result<(), Failure> {
    let actor = Permit::system(Action::ReadAdministration).audit_name();
    let mut refused = None;
    for id in ids {
        match decide(services.store.as_ref(), &SystemClock, &actor, id, decision).await {
            Ok(state) => println!("{id} : {}", state.label()),
            Err(error) => {
                let failure = Failure::domain(error);
                if ids.len() > 1 {
                    eprintln!("{id} : {}", failure.sentence());
                }
                refused = Some(failure);
            }
        }
    }
    refused.map_or(Ok(()), Err)
}

async fn mails(
    services: &Services,
    zone: &TimeZone,
    to: Option<&str>,
    limit: u32,
    json: bool,
) -> Result<(), Failure> {
    let (user, address) = match to {
        Some(to) if to.contains('@') => (None, Some(to.to_owned())),
        Some(to) => {
            let wrong = |_| {
                Failure::Told(
                    ErrorCode::InvalidField,
                    "Ce n'est ni une adresse ni un identifiant.".to_owned(),
                )
            };
            (Some(UserId::parse(to).map_err(wrong)?), None)
        }
        None => (None, None),
    };
    let lines = services.store.mail_log(&MailLogFilter { user, address, limit }).await?;
    if json {
        return print_json(&lines);
    }
    if lines.is_empty() {
        println!("Aucun courriel.");
    }
    for line in &lines {
        let when = short_time(line.sent_at.unwrap_or(line.created_at), zone);
        let account = line.user_id.as_ref().map_or("sans compte", UserId::as_str);
        let why = line.error_code.as_ref().map_or_else(String::new, |code| format!(" : {}", code.sentence()));
        println!(
            "{when}  {:<24} {} ({account})  {}{why}\n                  {} · message {}",
            line.template,
            line.recipient,
            line.status.label(),
            line.id,
            line.message_id
        );
    }
    Ok(())
}

async fn test(services: &Services, to: &str) -> Result<(), Failure> {
    let now = SystemClock.now();
    let id = EffectId::generate(&RandomIds);
    let to = MailTo::Address { address: to.to_owned(), name: String::new() };
    let key = format!("delivery_test:{id}");
    let effect = NewEffect::mail(&RandomIds, now, key, to, MailMessage::DeliveryTest { at: now });
    let mut tx = services.store.begin().await?;
    tx.add(&effect).await?;
    tx.commit().await?;
    println!("{} : en file ; « nexus worker » ou « nexus serve » l'envoie.", effect.id);
    Ok(())
}
