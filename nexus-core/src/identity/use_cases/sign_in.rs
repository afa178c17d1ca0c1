use super::context::{Behalf, IdentityContext};
use super::proof::{Attempt, Begun};
use super::second_factor::{FactorProof, seal_again};
use crate::identity::account::Account;
use crate::identity::email_address::EmailAddress;
use crate::identity::origin::Origin;
use crate::identity::password::{HashingError, PasswordHash, Verdict};
use crate::identity::profile::Profile;
use crate::identity::throttle::{KNOWN_FOR, PLACE};
use crate::{CoachId, Coded, ErrorCode, ParentId, Role, StoreError, StudentId, Tx, UserId};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::json;

/// Somebody signs in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The address, as it was typed; empty when it is missing.
    pub email: String,
    /// The password; empty when it is missing.
    pub password: SecretString,
    /// The code of the second factor, or a recovery code.
    pub code: Option<String>,
    /// Where the request comes from.
    pub from: Origin,
}

/// Who signed in, with what a session holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// His account.
    pub user: UserId,
    /// His address.
    pub email: String,
    /// First name; empty when there is none.
    pub first_name: String,
    /// Family name; empty when there is none.
    pub last_name: String,
    /// What he is.
    pub role: Role,
    /// His record, when he is a pupil.
    pub student: Option<StudentId>,
    /// His own profile when he is a parent, his parent's when he is a pupil.
    pub parent: Option<ParentId>,
    /// His profile, when he is a coach.
    pub coach: Option<CoachId>,
    /// The version under which his sessions count.
    pub session_version: u32,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// Nobody has the address, the password or the code is wrong, the account is closed or was never opened. Which of them is
    /// told to nobody.
    #[error("the sign-in failed")]
    Failed,
    /// Two accounts of the existing application have this address, letters' case aside: somebody has to settle it. Looks like
    /// any other failure from outside.
    #[error("the address belongs to more than one account")]
    Ambiguous,
    /// The password is right, and a code is asked for.
    #[error("a code of the second factor is needed")]
    SecondFactorRequired,
    /// Too many failures; later it is tried again.
    #[error("too many attempts")]
    Throttled {
        /// How long to wait.
        wait: SignedDuration,
    },
    /// The password could not be compared.
    #[error(transparent)]
    Hashing(#[from] HashingError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Coded for SignInError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Failed | Self::Ambiguous => ErrorCode::SignInFailed,
            Self::SecondFactorRequired => ErrorCode::SecondFactorRequired,
            Self::Throttled { .. } => ErrorCode::TooManyAttempts,
            Self::Hashing(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}

/// Finds out who somebody is, by his password and, when he has one, his second factor.
///
/// Every refusal is the same work: one comparison, one audit row. A hash of the existing application is replaced by one of
/// today, in the transaction of the sign-in.
///
/// # Errors
/// See [`SignInError`]; that a code is needed is told only to whoever has the password.
pub async fn sign_in(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    command: &SignIn,
) -> Result<SignedIn, SignInError> {
    let Ok(address) = EmailAddress::parse(&command.email) else {
        context.hasher.verify(command.password.clone(), None).await?;
        return Err(SignInError::Failed);
    };
    let attempt = match Attempt::begin(context, &address, &command.from).await? {
        Begun::Attempt(attempt) => attempt,
        Begun::Wait(wait) => return Err(SignInError::Throttled { wait }),
    };
    // Twice: another sign-in of the same moment may have replaced the hash of the existing application.
    for _ in 0..2 {
        let candidate = Candidate::find(context, &address, command.code.as_deref()).await?;
        let stored = candidate.password();
        let verdict = context.hasher.verify(command.password.clone(), stored.clone()).await?;
        let (Candidate::Account { account, factor }, true) = (&candidate, verdict.is_right()) else {
            refuse(context, behalf, &candidate).await?;
            let ambiguous = matches!(candidate, Candidate::Ambiguous);
            return Err(if ambiguous { SignInError::Ambiguous } else { SignInError::Failed });
        };
        let rehashed = match verdict {
            Verdict::RightButOutdated => Some(context.hasher.hash_again(command.password.clone()).await?),
            Verdict::Right | Verdict::Wrong => None,
        };
        let admission = Admission { account, stored, rehashed, factor, attempt: &attempt };
        if let Some(signed_in) = admit(context, behalf, &admission).await? {
            return Ok(signed_in);
        }
    }
    Err(SignInError::Failed)
}

/// Whoever an address may stand for.
enum Candidate {
    /// Nobody, or nobody who could sign in; with the account, when there is one.
    Nobody(Option<UserId>),
    /// Two accounts at once.
    Ambiguous,
    /// Somebody whose password is to be compared.
    Account { account: Box<Account>, factor: FactorProof },
}

impl Candidate {
    async fn find(
        context: &IdentityContext,
        address: &EmailAddress,
        code: Option<&str>,
    ) -> Result<Self, StoreError> {
        let mut accounts = context.store.accounts_at(address).await?;
        let (Some(account), more) = (accounts.pop(), accounts.len()) else { return Ok(Self::Nobody(None)) };
        if more > 0 {
            return Ok(Self::Ambiguous);
        }
        if !account.is_active() {
            return Ok(Self::Nobody(Some(account.id)));
        }
        // Before the password is compared: after it, a wrong code would take another time than a wrong password.
        match FactorProof::look_at(context, &account, code, context.now()).await? {
            FactorProof::Wrong => Ok(Self::Nobody(Some(account.id))),
            factor => Ok(Self::Account { account: Box::new(account), factor }),
        }
    }

    fn password(&self) -> Option<PasswordHash> {
        match self {
            Self::Account { account, .. } => account.password.clone(),
            Self::Nobody(_) | Self::Ambiguous => None,
        }
    }

    const fn user(&self) -> Option<&UserId> {
        match self {
            Self::Account { account, .. } => Some(&account.id),
            Self::Nobody(user) => user.as_ref(),
            Self::Ambiguous => None,
        }
    }
}

async fn refuse(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    candidate: &Candidate,
) -> Result<(), StoreError> {
    let mut event = behalf.event("SIGN_IN_FAILED", context.now());
    if let Some(user) = candidate.user() {
        event = event.about("user", user.as_str());
    }
    if matches!(candidate, Candidate::Ambiguous) {
        event = event.with(json!({"reason": "ambiguous_address"}));
    }
    let mut tx = context.store.begin().await?;
    tx.record(&event).await?;
    tx.commit().await
}

/// A sign-in whose password was found right.
struct Admission<'a> {
    account: &'a Account,
    stored: Option<PasswordHash>,
    rehashed: Option<PasswordHash>,
    factor: &'a FactorProof,
    attempt: &'a Attempt,
}

/// Opens the session, unless the password is no longer the one that was compared.
async fn admit(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    admission: &Admission<'_>,
) -> Result<Option<SignedIn>, SignInError> {
    let now = context.now();
    let mut tx = context.store.begin().await?;
    let held = tx.lock_account(&admission.account.id).await?;
    // Closed, or given another hash, while the present one was compared.
    let Some(mut account) = held.filter(|held| held.is_active() && held.password == admission.stored) else {
        return Ok(None);
    };
    if account.has_second_factor() && matches!(admission.factor, FactorProof::NotGiven) {
        return Err(SignInError::SecondFactorRequired);
    }
    if !admission.factor.spend(tx.as_mut(), &mut account, now).await? {
        return Err(SignInError::Failed);
    }
    if let Some(hash) = &admission.rehashed {
        account.password = Some(hash.clone());
    }
    seal_again(context, &mut account);
    tx.save_account(&account).await?;
    admission.attempt.succeeded(tx.as_mut()).await?;
    let signed_in = describe(tx.as_mut(), &account).await?;
    let event = behalf.event_of(&account, "SIGN_IN", now);
    let details = json!({
        "secondFactor": account.has_second_factor(),
        "recoveryCode": matches!(admission.factor, FactorProof::Recovery(_)),
        "rehashed": admission.rehashed.is_some(),
    });
    tx.record(&event.with(details)).await?;
    tx.commit().await?;
    Ok(Some(signed_in))
}

async fn describe(tx: &mut dyn Tx, account: &Account) -> Result<SignedIn, StoreError> {
    let (mut student, mut parent, mut coach) = (None, None, None);
    match tx.profile(account).await? {
        Some(Profile::Pupil(pupil)) => (student, parent) = (Some(pupil.id), Some(pupil.guardian)),
        Some(Profile::Parent(profile)) => parent = Some(profile.id),
        Some(Profile::Coach(profile)) => coach = Some(profile.id),
        None => {}
    }
    Ok(SignedIn {
        user: account.id.clone(),
        email: account.email.clone(),
        first_name: account.first_name.clone(),
        last_name: account.last_name.clone(),
        role: account.role,
        student,
        parent,
        coach,
        session_version: account.session_version,
    })
}

/// Forgets the attempts that no rule looks at any more; returns how many there were.
pub async fn purge_attempts(context: &IdentityContext) -> Result<u64, StoreError> {
    let now = context.now();
    let ago = |duration| now.checked_sub(duration).unwrap_or(Timestamp::MIN);
    let mut tx = context.store.begin().await?;
    let purged = tx.purge_attempts(ago(PLACE.memory), ago(KNOWN_FOR)).await?;
    tx.commit().await?;
    Ok(purged)
}
