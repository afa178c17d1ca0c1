use super::context::{Behalf, IdentityContext};
use super::error::IdentityError;
use super::proof::{Proof, prove_password};
use crate::identity::account::{Account, SealedSecret, SecondFactor};
use crate::identity::email_address::EmailAddress;
use crate::identity::origin::Origin;
use crate::identity::recovery_code::RecoveryCode;
use crate::identity::totp::TotpSecret;
use crate::mail::{MailMessage, MailTo};
use crate::outbox::NewEffect;
use crate::{Checksum, StoreError, Tx};
use jiff::Timestamp;
use secrecy::SecretString;

/// What a code is worth, before the account is held.
pub(super) enum FactorProof {
    /// No code was given, or none is asked for.
    NotGiven,
    /// A code of this secret that was right a moment ago, and its step.
    Code(SealedSecret, u64),
    /// A recovery code that was unused a moment ago.
    Recovery(Checksum),
    /// No code of this account.
    Wrong,
}

impl FactorProof {
    /// Looks at a code, without holding anything. Where no second factor is asked for, a code is ignored.
    pub(super) async fn look_at(
        context: &IdentityContext,
        account: &Account,
        code: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let code = code.map(str::trim).filter(|code| !code.is_empty());
        let (SecondFactor::On { secret, last_step }, Some(code)) = (&account.second_factor, code) else {
            return Ok(Self::NotGiven);
        };
        let opened = open(context, account, secret);
        if let Some(step) = opened.and_then(|opened| opened.accept(code, now, *last_step)) {
            return Ok(Self::Code(secret.clone(), step));
        }
        let Some(digest) = RecoveryCode::parse(code).map(|code| code.digest(&account.id)) else {
            return Ok(Self::Wrong);
        };
        let known = context.store.has_recovery_code(&account.id, &digest).await?;
        Ok(if known { Self::Recovery(digest) } else { Self::Wrong })
    }

    /// Uses the code up, on the account that is held: a code opens once, whoever else presents it meanwhile. `false` when the
    /// account asks for a second factor and this is none.
    pub(super) async fn spend(
        &self,
        tx: &mut dyn Tx,
        account: &mut Account,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if !account.has_second_factor() {
            return Ok(true);
        }
        match self {
            Self::Code(seen, step) => Ok(account.second_factor.use_step(seen, *step)),
            Self::Recovery(digest) => tx.use_recovery_code(&account.id, digest, now).await,
            Self::NotGiven | Self::Wrong => Ok(false),
        }
    }
}

/// Where a secret is kept: it opens nothing anywhere else.
fn place(account: &Account) -> String {
    format!("totp {}", account.id)
}

fn open(context: &IdentityContext, account: &Account, secret: &SealedSecret) -> Option<TotpSecret> {
    let bytes = context.sealer.open(&place(account), secret.as_stored())?;
    TotpSecret::from_bytes(&bytes)
}

/// Seals the secret of somebody who signs in with the secret of today, when a former one sealed it: once everybody has signed in,
/// the former one can be dropped.
pub(super) fn seal_again(context: &IdentityContext, account: &mut Account) {
    let place = place(account);
    if let SecondFactor::On { secret, .. } = &mut account.second_factor
        && let Some(again) = context.sealer.seal_again(&place, secret.as_stored(), context.secrets.as_ref())
    {
        *secret = SealedSecret::from_stored(again);
    }
}

/// What somebody shows to his authenticator.
#[derive(Debug)]
pub struct BegunSecondFactor {
    /// `otpauth://totp/…`, to be scanned.
    pub uri: SecretString,
    /// The secret in base32, to be typed.
    pub secret: SecretString,
}

/// Draws a secret for whoever asks. It counts once a code of it was typed; until then, beginning again draws another one.
///
/// # Errors
/// [`IdentityError::SecondFactorOn`] when one counts already; [`IdentityError::WrongPassword`].
pub async fn begin_second_factor(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    password: &SecretString,
    from: &Origin,
) -> Result<BegunSecondFactor, IdentityError> {
    let account = own_account(context, behalf).await?;
    if account.has_second_factor() {
        return Err(IdentityError::SecondFactorOn);
    }
    let proof = prove_password(context, &account, password, from).await?;
    let secret = TotpSecret::generate(context.secrets.as_ref());
    let sealed = context.sealer.seal(&place(&account), secret.expose(), context.secrets.as_ref());
    let address = EmailAddress::parse(&account.email).map_err(|_| IdentityError::AccountNotFound)?;

    let now = context.now();
    let mut tx = context.store.begin().await?;
    let mut account = hold(&proof, tx.as_mut()).await?;
    if account.has_second_factor() {
        return Err(IdentityError::SecondFactorOn);
    }
    account.second_factor = SecondFactor::Pending(SealedSecret::from_stored(sealed));
    tx.save_account(&account).await?;
    tx.record(&behalf.event_of(&account, "TOTP_BEGIN", now)).await?;
    tx.commit().await?;
    Ok(BegunSecondFactor {
        uri: secret.enrolment_uri(&context.settings.school, &address),
        secret: secret.to_base32(),
    })
}

/// Makes the second factor count, once its first code was typed; gives the recovery codes, which are never shown again.
///
/// # Errors
/// [`IdentityError::WrongCode`]; [`IdentityError::SecondFactorOff`] when none was begun.
pub async fn confirm_second_factor(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    code: &str,
) -> Result<Vec<RecoveryCode>, IdentityError> {
    let user = behalf.user().ok_or(IdentityError::AccountNotFound)?;
    let codes = RecoveryCode::generate(context.secrets.as_ref());
    let now = context.now();
    let mut tx = context.store.begin().await?;
    let mut account = tx.lock_account(user).await?.ok_or(IdentityError::AccountNotFound)?;
    let secret = match &account.second_factor {
        SecondFactor::Pending(secret) => secret.clone(),
        SecondFactor::On { .. } => return Err(IdentityError::SecondFactorOn),
        SecondFactor::Off => return Err(IdentityError::SecondFactorOff),
    };
    let step = open(context, &account, &secret).and_then(|opened| opened.accept(code, now, None));
    let Some(step) = step else { return Err(IdentityError::WrongCode) };
    account.second_factor = SecondFactor::On { secret, last_step: Some(step) };
    tx.save_account(&account).await?;
    write_codes(tx.as_mut(), &account, &codes, now).await?;
    tell_second_factor(context, tx.as_mut(), &account, now).await?;
    tx.record(&behalf.event_of(&account, "TOTP_ENABLE", now)).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Takes the second factor away; asks for the password and for a code, of the authenticator or of recovery.
///
/// # Errors
/// [`IdentityError::WrongPassword`], [`IdentityError::WrongCode`]; [`IdentityError::SecondFactorOff`] when there is none.
pub async fn disable_second_factor(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    password: &SecretString,
    code: &str,
    from: &Origin,
) -> Result<(), IdentityError> {
    let account = own_account(context, behalf).await?;
    if !account.has_second_factor() {
        return Err(IdentityError::SecondFactorOff);
    }
    let factor = FactorProof::look_at(context, &account, Some(code), context.now()).await?;
    let proof = prove_password(context, &account, password, from).await?;
    if matches!(factor, FactorProof::Wrong | FactorProof::NotGiven) {
        // The attempt was counted: codes are not guessed one after the other.
        return Err(IdentityError::WrongCode);
    }
    let now = context.now();
    let mut tx = context.store.begin().await?;
    let mut account = hold(&proof, tx.as_mut()).await?;
    if !factor.spend(tx.as_mut(), &mut account, now).await? {
        return Err(IdentityError::WrongCode);
    }
    forget_second_factor(context, tx.as_mut(), &mut account, now).await?;
    tx.record(&behalf.event_of(&account, "TOTP_DISABLE", now)).await?;
    tx.commit().await?;
    Ok(())
}

/// Draws other recovery codes; the former ones open nothing any more.
///
/// # Errors
/// [`IdentityError::WrongPassword`]; [`IdentityError::SecondFactorOff`] when there is no second factor.
pub async fn renew_recovery_codes(
    context: &IdentityContext,
    behalf: Behalf<'_>,
    password: &SecretString,
    from: &Origin,
) -> Result<Vec<RecoveryCode>, IdentityError> {
    let account = own_account(context, behalf).await?;
    let codes = RecoveryCode::generate(context.secrets.as_ref());
    let proof = prove_password(context, &account, password, from).await?;
    let now = context.now();
    let mut tx = context.store.begin().await?;
    let account = hold(&proof, tx.as_mut()).await?;
    if !account.has_second_factor() {
        return Err(IdentityError::SecondFactorOff);
    }
    write_codes(tx.as_mut(), &account, &codes, now).await?;
    tx.record(&behalf.event_of(&account, "RECOVERY_CODES_RENEW", now)).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Writes that an account has no second factor and no recovery code any more, and tells its owner.
pub(super) async fn forget_second_factor(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    account: &mut Account,
    now: Timestamp,
) -> Result<(), StoreError> {
    account.second_factor = SecondFactor::Off;
    tx.save_account(account).await?;
    write_codes(tx, account, &[], now).await?;
    tell_second_factor(context, tx, account, now).await
}

async fn own_account(context: &IdentityContext, behalf: Behalf<'_>) -> Result<Account, IdentityError> {
    let user = behalf.user().ok_or(IdentityError::AccountNotFound)?;
    context.store.account(user).await?.ok_or(IdentityError::AccountNotFound)
}

async fn hold(proof: &Proof, tx: &mut dyn Tx) -> Result<Account, IdentityError> {
    proof.hold(tx).await?.ok_or(IdentityError::WrongPassword)
}

async fn write_codes(
    tx: &mut dyn Tx,
    account: &Account,
    codes: &[RecoveryCode],
    now: Timestamp,
) -> Result<(), StoreError> {
    let digests: Vec<Checksum> = codes.iter().map(|code| code.digest(&account.id)).collect();
    tx.replace_recovery_codes(&account.id, &digests, now).await
}

async fn tell_second_factor(
    context: &IdentityContext,
    tx: &mut dyn Tx,
    account: &Account,
    now: Timestamp,
) -> Result<(), StoreError> {
    if account.mailbox().is_none() {
        return Ok(());
    }
    let key = format!("second_factor:{}:{}", account.id, context.ids.next_id());
    let message = MailMessage::SecondFactorChanged { on: account.has_second_factor(), at: now };
    let to = MailTo::Person(account.id.clone());
    tx.add(&NewEffect::mail(context.ids.as_ref(), now, key, to, message)).await
}
