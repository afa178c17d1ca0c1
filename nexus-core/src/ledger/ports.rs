use super::{
    CreditRequest, Credits, Entry, FormerTransaction, Hold, ImportOutcome, Lot, Movement, MovementId,
    MovementKind, Part, Pupil, RequestDecision, RequestLine, Wallet, WalletId, WalletReading,
};
use crate::rights::Scope;
use crate::{SessionId, Store, StoreError, StudentId, UserId};
use async_trait::async_trait;
use jiff::Timestamp;

/// The ledger inside a transaction.
///
/// # Contract
/// * What [`lock_wallet`](Self::lock_wallet) returned stays true until the end of the transaction: nobody else moves credits of
///   the wallet meanwhile, the existing application included.
/// * [`append_movement`](Self::append_movement) is the only way in which a balance and what lots have left change, both by the
///   same amount. Neither ever falls below zero, nor does a lot hold more than it was opened with.
/// * Movements and their parts are never changed and never removed.
#[async_trait]
pub trait LedgerTx: Send {
    /// Holds somebody's wallet, which is made when he has none; the account must exist.
    async fn lock_wallet(&mut self, owner: &UserId, now: Timestamp) -> Result<Wallet, StoreError>;

    /// The movement of a wallet that has this key, the existing application's included.
    async fn movement_by_key(&mut self, wallet: WalletId, key: &str) -> Result<Option<Movement>, StoreError>;

    /// The movement of a kind of a lesson; there is at most one usage and one refund.
    async fn lesson_movement(
        &mut self,
        lesson: &SessionId,
        kind: MovementKind,
    ) -> Result<Option<Movement>, StoreError>;

    /// A movement.
    async fn movement(&mut self, id: MovementId) -> Result<Option<Movement>, StoreError>;

    /// The movement that undoes another one.
    async fn reversal_of(&mut self, id: MovementId) -> Result<Option<Movement>, StoreError>;

    /// The two movements of the transfer that a movement is part of: the one that took, the one that gave.
    async fn transfer_of(&mut self, id: MovementId) -> Result<Option<(MovementId, MovementId)>, StoreError>;

    /// Says that two movements are one transfer.
    async fn link_transfer(
        &mut self,
        taken: MovementId,
        given: MovementId,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// The lots that a movement touched, as they are now, and what it did to each; in the order in which it did.
    async fn movement_lots(&mut self, id: MovementId) -> Result<Vec<(Lot, Credits)>, StoreError>;

    /// Writes a movement of a wallet that is held.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when its key, lesson or reversal is taken: somebody else wrote it through another wallet.
    async fn append_movement(&mut self, wallet: &Wallet, entry: &Entry) -> Result<Movement, StoreError>;

    /// Says which lots a movement of the existing application filled or emptied; the wallet is held.
    async fn attach_parts(
        &mut self,
        wallet: &Wallet,
        movement: MovementId,
        parts: &[Part],
    ) -> Result<(), StoreError>;

    /// Owners of wallets that hold a lot that is over, or a movement that no lot knows of; at most so many.
    async fn wallets_to_settle(&mut self, now: Timestamp, most: u32) -> Result<Vec<UserId>, StoreError>;

    /// Whether a scope reaches the wallet of an account that was not forgotten.
    async fn reaches_wallet(&mut self, scope: &Scope, owner: &UserId) -> Result<bool, StoreError>;

    /// A pupil whom the scope reaches.
    async fn wallet_pupil(&mut self, scope: &Scope, student: &StudentId)
    -> Result<Option<Pupil>, StoreError>;

    /// What something costs (`credit_usage`).
    async fn usage_price(&mut self, key: &str) -> Result<Option<Credits>, StoreError>;

    /// Writes a request for credits.
    async fn insert_credit_request(&mut self, request: &CreditRequest) -> Result<(), StoreError>;

    /// Reads a request and holds it.
    async fn lock_credit_request(&mut self, id: &str) -> Result<Option<CreditRequest>, StoreError>;

    /// Writes what was decided about a request that is held and waits.
    async fn decide_credit_request(&mut self, id: &str, decision: &RequestDecision)
    -> Result<(), StoreError>;

    /// Writes a hold.
    async fn insert_hold(&mut self, hold: &Hold) -> Result<(), StoreError>;

    /// Reads a hold and holds it.
    async fn lock_hold(&mut self, id: &str) -> Result<Option<Hold>, StoreError>;

    /// Writes where a hold stands.
    async fn save_hold(&mut self, hold: &Hold) -> Result<(), StoreError>;

    /// Holds that wait and whose time is over; at most so many.
    async fn holds_over(&mut self, now: Timestamp, most: u32) -> Result<Vec<String>, StoreError>;
}

/// A store of credits.
///
/// # Contract
/// * Reads see a committed state, the last one, and never wait for a writer.
/// * Whom a scope does not reach is absent.
#[async_trait]
pub trait LedgerStore: Store {
    /// A pupil whom the scope reaches.
    async fn pupil_of_ledger(&self, scope: &Scope, student: &StudentId) -> Result<Option<Pupil>, StoreError>;

    /// Every pupil whose account was not forgotten, by family name, with what he can spend.
    async fn pupils_with_credits(&self, now: Timestamp) -> Result<Vec<(Pupil, Credits)>, StoreError>;

    /// Somebody's wallet with its newest movements, at most so many; absent when he never had one.
    async fn read_wallet(&self, owner: &UserId, most: u32) -> Result<Option<WalletReading>, StoreError>;

    /// The requests that wait, oldest first.
    async fn waiting_credit_requests(&self) -> Result<Vec<RequestLine>, StoreError>;
}

/// The part of a transaction that takes over what the existing application wrote into its own ledger.
#[async_trait]
pub trait CreditImportTx: Send {
    /// Accounts of pupils with rows that nobody looked at yet; at most so many.
    async fn former_owners(&mut self, most: u32) -> Result<Vec<UserId>, StoreError>;

    /// The rows of an account that nobody looked at yet, oldest first.
    async fn former_transactions(&mut self, owner: &UserId) -> Result<Vec<FormerTransaction>, StoreError>;

    /// Notes what became of a row: it is never looked at again.
    async fn note_import(
        &mut self,
        transaction: &str,
        outcome: ImportOutcome,
        movement: Option<MovementId>,
        at: Timestamp,
    ) -> Result<(), StoreError>;
}
