use super::context::{BilanContext, audit_event};
use super::error::BilanError;
use crate::bilan::{BankReference, Bilan};
use crate::lifecycle::{BilanEvent, BilanState};
use crate::questionnaire::{Bank, Level, Subject, read_level};
use jiff::Timestamp;
use nexus_core::rights::Permit;
use nexus_core::{BilanId, StudentId};

/// A pupil starts a bilan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartBilan {
    /// The pupil.
    pub student: StudentId,
    /// Slug of the bank; when absent, `subject` and `level` choose it.
    pub bank: Option<String>,
    /// The subject, when no bank is named.
    pub subject: Option<Subject>,
    /// The level that the pupil enters, when no bank is named.
    pub level: Option<Level>,
}

/// Opens an attempt.
///
/// # Errors
/// [`BilanError::AttemptAlreadyOpen`] names the attempt that is open; an expired one is closed and does not count.
pub async fn start(
    context: &BilanContext,
    permit: &Permit,
    command: &StartBilan,
) -> Result<Bilan, BilanError> {
    let bank = choose_bank(context, command)?;
    let now = context.now();
    let mut tx = context.store.begin_bilan().await?;
    let student = tx.student(&command.student, permit.scope()).await?.ok_or(BilanError::StudentNotFound)?;
    check_level(bank, student.grade.as_deref())?;

    if let Some(mut open) = tx.open_attempt(&command.student, &bank.slug).await? {
        if !expire_when_due(&mut open, now)? {
            return Err(BilanError::AttemptAlreadyOpen { open: open.id.to_string() });
        }
        tx.save_bilan(&open).await?;
    }

    let id = BilanId::generate(context.ids.as_ref());
    let bilan = Bilan {
        // The order of options is as unpredictable as an identifier, and stays the same for the whole attempt.
        seed: context.ids.next_id(),
        id,
        student: command.student.clone(),
        bank: BankReference {
            slug: bank.slug.clone(),
            version: bank.version.clone(),
            checksum: bank.checksum(),
        },
        subject: bank.subject,
        level: bank.level,
        state: BilanState::Draft,
        revision: 0,
        report_revision: 0,
        created_at: now,
        expires_at: now.checked_add(context.settings.time_to_answer).unwrap_or(Timestamp::MAX),
        submitted_at: None,
        failure: None,
    };
    if !tx.insert_bilan(&bilan).await? {
        // Another request was faster on a store that does not serialise writers.
        let open = tx.open_attempt(&command.student, &bank.slug).await?;
        let open = open.map_or_else(String::new, |open| open.id.to_string());
        return Err(BilanError::AttemptAlreadyOpen { open });
    }
    tx.record(&audit_event(permit, "BILAN_START", &bilan, now)).await?;
    tx.commit().await?;
    Ok(bilan)
}

/// Closes a draft whose time is over; tells whether it did.
pub(super) fn expire_when_due(bilan: &mut Bilan, now: Timestamp) -> Result<bool, BilanError> {
    let due = bilan.state == BilanState::Draft && now >= bilan.expires_at;
    if due {
        bilan.apply(BilanEvent::Expire)?;
    }
    Ok(due)
}

fn choose_bank<'catalogue>(
    context: &'catalogue BilanContext,
    command: &StartBilan,
) -> Result<&'catalogue Bank, BilanError> {
    let bank = match (&command.bank, command.subject, command.level) {
        (Some(slug), ..) => context.catalogue.bank(slug),
        (None, Some(subject), Some(level)) => context.catalogue.bank_for(subject, level),
        _ => None,
    };
    bank.ok_or(BilanError::UnknownBank)
}

/// A pupil whose level is unknown may take any bank: the level then comes from the bank.
fn check_level(bank: &Bank, grade: Option<&str>) -> Result<(), BilanError> {
    match (bank.level, grade.and_then(read_level)) {
        (Some(expected), Some(actual)) if expected != actual => Err(BilanError::LevelMismatch),
        _ => Ok(()),
    }
}
