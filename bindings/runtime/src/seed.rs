//! `nexus seed`: a believable school in a database that is disposable, with passwords that nobody knows before.
//!
//! Everything is written in one transaction, so that a database holds the whole school or nothing of it.

mod badges;
mod calendar;
mod catalogue;
mod credits;
mod lessons;
mod letters;
mod members;
mod money;
mod pages;
mod password;
mod people;

use crate::configuration::Configuration;
use crate::services::Services;
use calendar::Calendar;
use jiff::Timestamp;
use members::Entrant;
use nexus_core::audit::AuditEvent;
use nexus_core::identity::password::{
    HashingError, NewPassword, PasswordHash, PasswordHasher, PasswordProblem,
};
use nexus_core::ledger::LedgerError;
use nexus_core::seed::{SeedDecision, SeedRefused, SeedRow, SeedValue, may_seed};
use nexus_core::{Coded, ErrorCode, Role, SecretSource, StoreError, StudentId, Tx, UserId};
use secrecy::SecretString;
use serde_json::json;

/// Accounts that do not make a database somebody's: those of a seed, and those of `nexus demo`.
const OWN: [&str; 2] = ["seed-", "demo-"];

/// An account of the school.
#[derive(Debug, Clone)]
pub struct SeededAccount {
    /// What its owner is.
    pub role: Role,
    /// First name and family name.
    pub name: String,
    /// The address to sign in with.
    pub email: String,
    /// The password, when it was drawn now: it is kept nowhere. Absent for a pupil who has not opened his account yet.
    pub password: Option<SecretString>,
}

/// What a seed did.
#[derive(Debug, Clone)]
pub enum Seeded {
    /// It wrote the school.
    Written(Vec<SeededAccount>),
    /// Nothing: the school was written then, and its passwords were shown then.
    Already(Timestamp, Vec<SeededAccount>),
    /// It drew new passwords for a school that was there.
    Reset(Vec<SeededAccount>),
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SeedError {
    /// The database is not to be filled.
    #[error(transparent)]
    Refused(#[from] SeedRefused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Credits did not move.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A password could not be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingError),
    /// A drawn password was refused by the rule for passwords.
    #[error("a drawn password was refused")]
    Password(#[from] PasswordProblem),
    /// A made-up identifier or address is none.
    #[error("the school holds something that cannot be read")]
    School,
}

impl Coded for SeedError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Refused(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Ledger(error) => error.code(),
            Self::Hashing(error) => error.code(),
            Self::Password(_) | Self::School => ErrorCode::Internal,
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::Refused(error) => error.sentence(),
            Self::Store(error) => error.sentence(),
            Self::Ledger(error) => error.sentence(),
            Self::Hashing(error) => error.sentence(),
            Self::Password(_) | Self::School => self.code().sentence().to_owned(),
        }
    }
}

/// What a seed leans on.
struct Seed<'a> {
    hasher: &'a dyn PasswordHasher,
    secrets: &'a dyn SecretSource,
    production: bool,
    allowed: bool,
}

/// Whether made-up people may be written here at all.
///
/// # Errors
/// [`SeedError::Refused`] with the reason; nothing is changed in any case.
pub async fn check_disposable(services: &Services, configuration: &Configuration) -> Result<(), SeedError> {
    let (production, allowed) = (configuration.is_production(), configuration.seed_allowed);
    decide(&mut *services.store.begin().await?, production, allowed).await.map(drop)
}

/// Writes the school, once. With `reset_passwords`, draws new passwords for the accounts of a school that is there.
///
/// # Errors
/// [`SeedError`]; nothing is written then.
pub async fn seed(
    services: &Services,
    configuration: &Configuration,
    hasher: &dyn PasswordHasher,
    secrets: &dyn SecretSource,
    reset_passwords: bool,
) -> Result<Seeded, SeedError> {
    let (production, allowed) = (configuration.is_production(), configuration.seed_allowed);
    if production || !allowed {
        // Told before anything is connected to.
        may_seed(production, allowed, None, Vec::new())?;
    }
    let seed = Seed { hasher, secrets, production, allowed };
    let calendar = Calendar::new(services.bilans.clock.now(), &configuration.zone);
    let mut entrants = members::entrants(&calendar).ok_or(SeedError::School)?;
    // Looked at before the schema is touched and before the passwords, which take seconds; and again in the transaction that
    // writes.
    let decision = seed.decide(&mut *services.store.begin().await?).await?;
    if let (SeedDecision::AlreadyWritten(since), false) = (decision, reset_passwords) {
        return Ok(Seeded::Already(since, told(&entrants, Vec::new())));
    }
    services.store.migrate().await?;
    let passwords = seed.draw(&entrants).await?;
    for (entrant, drawn) in entrants.iter_mut().zip(&passwords) {
        entrant.account.password = drawn.as_ref().map(|(_, hash)| hash.clone());
    }
    let shown = passwords.into_iter().map(|drawn| drawn.map(|(password, _)| password)).collect();
    let accounts = told(&entrants, shown);
    let mut tx = services.store.begin().await?;
    match seed.decide(&mut *tx).await? {
        SeedDecision::Write => {
            write(&mut *tx, &calendar, entrants).await?;
            tx.commit().await?;
            Ok(Seeded::Written(accounts))
        }
        SeedDecision::AlreadyWritten(_) if reset_passwords => {
            reset(&mut *tx, &calendar, &entrants).await?;
            tx.commit().await?;
            Ok(Seeded::Reset(accounts))
        }
        // Another seed was faster; its passwords are the ones that hold.
        SeedDecision::AlreadyWritten(since) => {
            Ok(Seeded::Already(since, accounts.into_iter().map(SeededAccount::without_password).collect()))
        }
    }
}

impl SeededAccount {
    fn without_password(self) -> Self {
        Self { password: None, ..self }
    }
}

fn told(entrants: &[Entrant], passwords: Vec<Option<SecretString>>) -> Vec<SeededAccount> {
    let account = |(entrant, password): (&Entrant, Option<SecretString>)| SeededAccount {
        role: entrant.role(),
        name: format!("{} {}", entrant.account.first_name, entrant.account.last_name),
        email: entrant.account.email.as_str().to_owned(),
        password,
    };
    entrants.iter().zip(passwords.into_iter().chain(std::iter::repeat(None))).map(account).collect()
}

impl Seed<'_> {
    async fn decide(&self, tx: &mut dyn Tx) -> Result<SeedDecision, SeedError> {
        decide(tx, self.production, self.allowed).await
    }

    /// A password and its hash for each account that is open.
    async fn draw(
        &self,
        entrants: &[Entrant],
    ) -> Result<Vec<Option<(SecretString, PasswordHash)>>, SeedError> {
        let mut passwords = Vec::new();
        for entrant in entrants {
            if !entrant.is_open {
                passwords.push(None);
                continue;
            }
            let mut chance = [0; password::BYTES];
            self.secrets.fill(&mut chance);
            let drawn = password::readable(&chance);
            let account = &entrant.account;
            let owner = [account.email.as_str(), &account.first_name, &account.last_name];
            let hash = self.hasher.hash(NewPassword::parse(&drawn, &owner)?).await?;
            passwords.push(Some((drawn, hash)));
        }
        Ok(passwords)
    }
}

async fn decide(tx: &mut dyn Tx, production: bool, allowed: bool) -> Result<SeedDecision, SeedError> {
    let mark = tx.lock_seed().await?;
    let foreign = tx.foreign_rows(&OWN).await?;
    Ok(may_seed(production, allowed, mark, foreign)?)
}

async fn write(tx: &mut dyn Tx, calendar: &Calendar, entrants: Vec<Entrant>) -> Result<(), SeedError> {
    let addresses: Vec<_> = entrants.iter().map(|entrant| entrant.account.email.clone()).collect();
    tx.lock_addresses(&addresses.iter().collect::<Vec<_>>()).await?;
    tx.lock_pseudonyms().await?;
    let accounts = entrants.len();
    for entrant in entrants {
        if !tx.insert_member(&entrant.into_member()).await? {
            return Err(SeedRefused::NotDisposable(vec![("users", 1)]).into());
        }
    }
    let rows: Vec<SeedRow> =
        [catalogue::rows, lessons::rows, money::rows, badges::rows, letters::rows, pages::rows]
            .into_iter()
            .flat_map(|rows| rows(calendar))
            .collect();
    for row in &rows {
        tx.insert_seed_row(row).await?;
    }
    for (pupil, row) in lessons::totals() {
        tx.update_seed_row(&student(pupil), &row).await?;
    }
    let movements = credits::write(&mut *tx, calendar).await?;
    tx.mark_seed(calendar.now).await?;
    let event = AuditEvent::new("system", "SEED", calendar.now);
    tx.record(&event.with(json!({"accounts": accounts, "rows": rows.len(), "movements": movements}))).await?;
    Ok(())
}

/// Gives the accounts of the school new passwords, which closes their sessions; nobody else's account is touched.
async fn reset(tx: &mut dyn Tx, calendar: &Calendar, entrants: &[Entrant]) -> Result<(), SeedError> {
    let mut changed = 0;
    for entrant in entrants {
        let Some(hash) = entrant.account.password.clone() else { continue };
        let Some(mut account) = tx.lock_account(&entrant.account.id).await? else { continue };
        // Somebody who was forgotten stays forgotten.
        if account.deleted_at.is_some() {
            continue;
        }
        account.set_password(hash, calendar.now);
        tx.save_account(&account).await?;
        changed += 1;
    }
    let event = AuditEvent::new("system", "SEED_PASSWORDS", calendar.now);
    tx.record(&event.with(json!({"accounts": changed}))).await?;
    Ok(())
}

/// The pupils of the school who have answered a questionnaire: their records, and whether what came of it was published.
pub fn seeded_bilans() -> Vec<(StudentId, bool)> {
    let read = |(pupil, published): (&str, bool)| Some((StudentId::parse(student(pupil)).ok()?, published));
    [("aya", true), ("yassine", false)].into_iter().filter_map(read).collect()
}

fn user(slug: &str) -> String {
    format!("seed-user-{slug}")
}

fn user_id(slug: &str) -> Option<UserId> {
    UserId::parse(user(slug)).ok()
}

fn student(slug: &str) -> String {
    format!("seed-student-{slug}")
}

fn coach(slug: &str) -> String {
    format!("seed-coach-{slug}")
}

/// RFC 2606: nobody ever has such an address.
fn address(slug: &str) -> String {
    format!("{slug}@nexus-essai.example")
}

/// Thousandths of a credit as the columns of the existing application hold them.
fn decimal_credits(thousandths: i64) -> SeedValue {
    SeedValue::Decimal(thousandths as f64 / 1_000.0)
}

#[cfg(test)]
mod tests;
