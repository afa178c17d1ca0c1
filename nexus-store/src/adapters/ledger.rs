use super::scope::within;
use super::{BackendTx, dialect, store_error};
use crate::columns::{Instant, json_object};
use crate::rows::ledger::{HeldWalletRow, HoldRow, MovementRow, PartRow, PupilRow, RequestRow};
use crate::statements::ledger as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::ledger::{
    CreditRequest, Credits, Entry, Hold, LedgerTx, Lot, Movement, MovementId, MovementKind, NewLot, Part,
    Place, Pupil, RequestDecision, Wallet, WalletId,
};
use nexus_core::rights::Scope;
use nexus_core::{SessionId, StoreError, StudentId, UserId};

/// A wallet that is held, with the number of a new movement.
const SELECT_HELD_WALLET: &str =
    sql::select_wallet!(", ", dialect::new_number!("credit_tx"), " AS new_movement");

/// Movements, in their order, under numbers that are theirs already.
const INSERT_MOVEMENT: &str = concat!(
    r#"INSERT INTO credit_tx ("id", "walletId", "#,
    dialect::credits_column!("delta"),
    r#", "kind", "reason", "sessionId", "externalId", "actor", "reversalOf", "endedLotId", "at") SELECT "#,
    dialect::field!("id", number),
    ", ",
    dialect::field!("wallet", number),
    ", ",
    dialect::credits_value!(dialect::field!("delta", number)),
    ", ",
    dialect::field!("kind"),
    ", ",
    dialect::field!("description"),
    ", ",
    dialect::field!("lesson"),
    ", ",
    dialect::field!("key"),
    ", ",
    dialect::field!("actor"),
    ", ",
    dialect::field!("reverses", number),
    ", ",
    dialect::field!("ends", number),
    ", ",
    dialect::field!("at", instant),
    " FROM ",
    dialect::rows!("$1"),
    " ORDER BY ",
    dialect::row_number!()
);

const NEW_MOVEMENT: &str = concat!("SELECT ", dialect::new_number!("credit_tx"));

/// Balances that move, by the sum of what moves each; one that would fall below zero stays.
pub(super) const MOVE_BALANCE: &str = concat!(
    "UPDATE credit_wallets SET ",
    dialect::credits_column!("balance"),
    " = ",
    dialect::credits_value!(r#"credit_wallets."balanceMilli" + moved.delta"#),
    r#", "updatedAt" = moved.at FROM (SELECT "#,
    dialect::field!("wallet", number),
    " AS wallet, CAST(sum(",
    dialect::field!("delta", number),
    ") AS BIGINT) AS delta, max(",
    dialect::field!("at", instant),
    ") AS at FROM ",
    dialect::rows!("$1"),
    r#" GROUP BY 1) AS moved
WHERE credit_wallets."id" = moved.wallet AND credit_wallets."balanceMilli" + moved.delta >= 0"#
);

const INSERT_LOT: &str = concat!(
    r#"INSERT INTO credit_lots ("walletId", "origin", "#,
    dialect::credits_column!("amount"),
    r#", "expiresAt", "key", "parentLotId", "createdAt") VALUES ($1, $2, "#,
    dialect::credits_value!("$3"),
    r#", $4, $5, $6, $7) RETURNING CAST("id" AS BIGINT)"#
);

/// What movements do to lots, in their order; the trigger of the table moves what a lot has left.
const INSERT_PARTS: &str = concat!(
    r#"INSERT INTO credit_tx_lots ("txId", "lotId", "#,
    dialect::credits_column!("delta"),
    ") SELECT ",
    dialect::field!("movement", number),
    ", ",
    dialect::field!("lot", number),
    ", ",
    dialect::credits_value!(dialect::field!("delta", number)),
    " FROM ",
    dialect::rows!("$1"),
    " ORDER BY ",
    dialect::row_number!()
);

/// What the ledger is read after.
pub(super) const LEDGER_ROWS: [&str; 3] = [INSERT_MOVEMENT, MOVE_BALANCE, INSERT_PARTS];

const INSERT_REQUEST: &str = concat!(
    r#"INSERT INTO credit_requests ("id", "studentId", "#,
    dialect::credits_column!("amount"),
    r#", "reason", "status", "requestedBy", "createdAt") VALUES ($1, $2, "#,
    dialect::credits_value!("$3"),
    ", $4, $5, $6, $7)"
);

const LOCK_REQUEST: &str = concat!(
    "SELECT ",
    crate::statements::ledger::request_columns!(),
    r#" FROM credit_requests r WHERE r."id" = $1"#,
    dialect::for_update!("r")
);

const INSERT_HOLD: &str = concat!(
    r#"INSERT INTO credit_holds ("id", "userId", "#,
    dialect::credits_column!("amount"),
    r#", "state", "txId", "deadline", "createdAt") VALUES ($1, $2, "#,
    dialect::credits_value!("$3"),
    ", $4, $5, $6, $7)"
);

const LOCK_HOLD: &str = concat!(crate::statements::ledger::hold_columns!(), dialect::for_update!());

/// What a movement met that somebody else wrote at the same time.
#[derive(Debug, thiserror::Error)]
#[error("the key, the lesson or the reversal of the movement is taken")]
pub(super) struct Taken;

/// Whether the database refused a movement because somebody else wrote one of the same cause.
pub(super) fn taken(error: &sqlx::Error) -> Option<Taken> {
    let database = error.as_database_error()?;
    // PostgreSQL names the rule, SQLite the columns of its table.
    let name = database.constraint().unwrap_or_else(|| database.message());
    (database.is_unique_violation() && name.contains("credit_tx")).then_some(Taken)
}

/// The numbers of movements that wait to be written.
#[derive(Debug, Default)]
pub(super) struct MovementNumbers {
    /// One that nobody has yet.
    free: Option<i64>,
    /// The last one that was given: SQLite does not know of it before the movement is written.
    last: i64,
}

/// A wallet that is held and that is read along with something else, since it is asked for next.
///
/// It is given once: who holds a wallet changes it only by what [`LedgerTx::lock_wallet`] gave him.
#[derive(Default)]
pub(super) enum WalletBeside {
    #[default]
    Nobody,
    /// Whose it is.
    Expected(UserId),
    Read(Box<HeldWalletRow>),
}

impl WalletBeside {
    /// Has the wallet of somebody read at the next occasion.
    pub(super) fn expect(&mut self, owner: &UserId) {
        *self = Self::Expected(owner.clone());
    }

    pub(super) fn expected(&self) -> Option<String> {
        match self {
            Self::Expected(owner) => Some(owner.to_string()),
            Self::Nobody | Self::Read(_) => None,
        }
    }

    /// Keeps a wallet until it is asked for.
    pub(super) fn read(&mut self, wallet: Option<HeldWalletRow>) {
        *self = wallet.map_or(Self::Nobody, |wallet| Self::Read(Box::new(wallet)));
    }

    /// The wallet of somebody, if it was read; and no other one from now on.
    fn take(&mut self, owner: &UserId) -> Option<HeldWalletRow> {
        match std::mem::take(self) {
            Self::Read(row) if row.wallet.owner() == owner.as_str() => Some(*row),
            _ => None,
        }
    }
}

#[async_trait]
impl LedgerTx for BackendTx {
    async fn lock_wallet(&mut self, owner: &UserId, now: Timestamp) -> Result<Wallet, StoreError> {
        self.write_ledger().await?;
        if let Some(wallet) = self.held_wallet(owner).await? {
            return Ok(wallet);
        }
        sqlx::query(sql::INSERT_WALLET)
            .bind(owner.as_str())
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        self.held_wallet(owner).await?.ok_or(StoreError::Corrupt("a wallet is gone"))
    }

    async fn movement_by_key(&mut self, wallet: WalletId, key: &str) -> Result<Option<Movement>, StoreError> {
        self.write_ledger().await?;
        let row: Option<MovementRow> = sqlx::query_as(sql::SELECT_BY_KEY)
            .bind(wallet.0)
            .bind(key)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(Movement::try_from).transpose()
    }

    async fn lesson_movement(
        &mut self,
        lesson: &SessionId,
        kind: MovementKind,
    ) -> Result<Option<Movement>, StoreError> {
        self.write_ledger().await?;
        let row: Option<MovementRow> = sqlx::query_as(sql::SELECT_OF_LESSON)
            .bind(lesson.as_str())
            .bind(kind.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(Movement::try_from).transpose()
    }

    async fn movement(&mut self, id: MovementId) -> Result<Option<Movement>, StoreError> {
        self.one_movement(sql::SELECT_MOVEMENT, id).await
    }

    async fn reversal_of(&mut self, id: MovementId) -> Result<Option<Movement>, StoreError> {
        self.one_movement(sql::SELECT_REVERSAL, id).await
    }

    async fn transfer_of(&mut self, id: MovementId) -> Result<Option<(MovementId, MovementId)>, StoreError> {
        self.write_ledger().await?;
        let pair: Option<(i64, i64)> = sqlx::query_as(sql::SELECT_TRANSFER)
            .bind(id.0)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(pair.map(|(taken, given)| (MovementId(taken), MovementId(given))))
    }

    async fn link_transfer(
        &mut self,
        taken: MovementId,
        given: MovementId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_ledger().await?;
        sqlx::query(sql::INSERT_TRANSFER)
            .bind(taken.0)
            .bind(given.0)
            .bind(Instant(at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn movement_lots(&mut self, id: MovementId) -> Result<Vec<(Lot, Credits)>, StoreError> {
        self.write_ledger().await?;
        let rows: Vec<PartRow> = sqlx::query_as(sql::SELECT_PARTS)
            .bind(id.0)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn append_movement(&mut self, wallet: &Wallet, entry: &Entry) -> Result<Movement, StoreError> {
        let delta = entry.delta().ok_or(StoreError::Corrupt("a movement is out of range"))?;
        self.wallet_beside = WalletBeside::Nobody;
        let id = self.new_movement().await?;
        let at = entry.at.as_millisecond();
        let row = json_object!({
            "id": id.0, "wallet": wallet.id.0, "delta": delta.milli(), "kind": entry.kind.as_str(),
            "description": entry.description, "lesson": entry.lesson, "key": entry.key, "actor": entry.actor,
            "reverses": entry.reverses.map(|movement| movement.0), "ends": entry.ends.map(|lot| lot.0), "at": at,
        })?;
        self.late.add(INSERT_MOVEMENT, row);
        if !entry.balance_stands {
            let row = json_object!({ "wallet": wallet.id.0, "delta": delta.milli(), "at": at })?;
            self.late.add_change(MOVE_BALANCE, row, wallet.id.0);
        }
        self.attach_parts(wallet, id, &entry.parts).await?;
        Ok(Movement {
            id,
            wallet: wallet.id,
            owner: wallet.owner.clone(),
            kind: Some(entry.kind),
            delta,
            description: entry.description.clone(),
            lesson: entry.lesson.clone(),
            key: entry.key.clone(),
            actor: Some(entry.actor.clone()),
            reverses: entry.reverses,
            at: entry.at,
        })
    }

    async fn attach_parts(
        &mut self,
        wallet: &Wallet,
        movement: MovementId,
        parts: &[Part],
    ) -> Result<(), StoreError> {
        self.wallet_beside = WalletBeside::Nobody;
        for part in parts {
            let lot = match &part.place {
                Place::Lot(lot) => lot.0,
                Place::New(lot) => self.open_lot(wallet, lot).await?,
            };
            let row = json_object!({ "movement": movement.0, "lot": lot, "delta": part.delta.milli() })?;
            self.late.add(INSERT_PARTS, row);
        }
        Ok(())
    }

    async fn wallets_to_settle(&mut self, now: Timestamp, most: u32) -> Result<Vec<UserId>, StoreError> {
        self.write_ledger().await?;
        let owners: Vec<String> = sqlx::query_scalar(sql::SELECT_TO_SETTLE)
            .bind(Instant(now))
            .bind(i64::from(most))
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let read =
            |owner| UserId::parse(owner).map_err(|_| StoreError::Corrupt("an identifier is malformed"));
        owners.into_iter().map(read).collect()
    }

    async fn reaches_wallet(&mut self, scope: &Scope, owner: &UserId) -> Result<bool, StoreError> {
        let (mut own, mut parent) = (None, None);
        match scope {
            Scope::Own { user, .. } => own = Some(user.to_string()),
            Scope::Children { parent: own } => parent = Some(own.to_string()),
            Scope::Any | Scope::Pupils { .. } | Scope::Nothing => {}
        }
        let found: Option<i32> = sqlx::query_scalar(sql::REACHES_WALLET)
            .bind(*scope == Scope::Any)
            .bind(own)
            .bind(parent)
            .bind(owner.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(found.is_some())
    }

    async fn wallet_pupil(
        &mut self,
        scope: &Scope,
        student: &StudentId,
    ) -> Result<Option<Pupil>, StoreError> {
        let query = within::<PupilRow>(scope, sql::SELECT_PUPIL).bind(student.to_string());
        let row = query.fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(Pupil::try_from).transpose()
    }

    async fn usage_price(&mut self, key: &str) -> Result<Option<Credits>, StoreError> {
        let whole: Option<i64> = sqlx::query_scalar(sql::SELECT_USAGE_PRICE)
            .bind(key)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let read = |whole| Credits::whole(whole).ok_or(StoreError::Corrupt("a price is out of range"));
        whole.map(read).transpose()
    }

    async fn insert_credit_request(&mut self, request: &CreditRequest) -> Result<(), StoreError> {
        sqlx::query(INSERT_REQUEST)
            .bind(&request.id)
            .bind(request.student.as_str())
            .bind(request.amount.milli())
            .bind(&request.reason)
            .bind(request.state.as_str())
            .bind(request.requested_by.as_str())
            .bind(Instant(request.created_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn lock_credit_request(&mut self, id: &str) -> Result<Option<CreditRequest>, StoreError> {
        let row: Option<RequestRow> =
            sqlx::query_as(LOCK_REQUEST).bind(id).fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(CreditRequest::try_from).transpose()
    }

    async fn decide_credit_request(
        &mut self,
        id: &str,
        decision: &RequestDecision,
    ) -> Result<(), StoreError> {
        sqlx::query(sql::DECIDE_REQUEST)
            .bind(id)
            .bind(decision.state.as_str())
            .bind(decision.by.as_ref().map(UserId::as_str))
            .bind(&decision.reason)
            .bind(Instant(decision.at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn insert_hold(&mut self, hold: &Hold) -> Result<(), StoreError> {
        self.write_ledger().await?;
        sqlx::query(INSERT_HOLD)
            .bind(&hold.id)
            .bind(hold.owner.as_str())
            .bind(hold.amount.milli())
            .bind(hold.state.as_str())
            .bind(hold.movement.0)
            .bind(Instant(hold.deadline))
            .bind(Instant(hold.created_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn lock_hold(&mut self, id: &str) -> Result<Option<Hold>, StoreError> {
        let row: Option<HoldRow> =
            sqlx::query_as(LOCK_HOLD).bind(id).fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(Hold::try_from).transpose()
    }

    async fn save_hold(&mut self, hold: &Hold) -> Result<(), StoreError> {
        sqlx::query(sql::SAVE_HOLD)
            .bind(&hold.id)
            .bind(hold.state.as_str())
            .bind(hold.settled_at.map(Instant))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn holds_over(&mut self, now: Timestamp, most: u32) -> Result<Vec<String>, StoreError> {
        sqlx::query_scalar(sql::SELECT_HOLDS_OVER)
            .bind(Instant(now))
            .bind(i64::from(most))
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)
    }
}

impl BackendTx {
    /// Writes what waits to be written in the ledger: the first step of whatever reads it.
    pub(super) async fn write_ledger(&mut self) -> Result<(), StoreError> {
        self.write_late_rows_of(&LEDGER_ROWS).await
    }

    /// Holds a wallet and reads it, in this order: what a lot has left is then what it stays.
    async fn held_wallet(&mut self, owner: &UserId) -> Result<Option<Wallet>, StoreError> {
        let mut row = self.wallet_beside.take(owner);
        if row.is_none() {
            dialect::hold_wallet(self, owner.as_str()).await?;
            row = sqlx::query_as(SELECT_HELD_WALLET)
                .bind(owner.as_str())
                .fetch_optional(&mut *self.tx)
                .await
                .map_err(store_error)?;
        }
        let Some(row) = row else { return Ok(None) };
        self.numbers.free = Some(row.new_movement);
        row.wallet.try_into().map(Some)
    }

    /// The number of a movement that is about to be written.
    async fn new_movement(&mut self) -> Result<MovementId, StoreError> {
        let free = match self.numbers.free.take() {
            Some(free) => free,
            None => sqlx::query_scalar(NEW_MOVEMENT).fetch_one(&mut *self.tx).await.map_err(store_error)?,
        };
        self.numbers.last = free.max(self.numbers.last + 1);
        Ok(MovementId(self.numbers.last))
    }

    async fn one_movement(
        &mut self,
        statement: &'static str,
        id: MovementId,
    ) -> Result<Option<Movement>, StoreError> {
        self.write_ledger().await?;
        let row: Option<MovementRow> =
            sqlx::query_as(statement).bind(id.0).fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(Movement::try_from).transpose()
    }

    async fn open_lot(&mut self, wallet: &Wallet, lot: &NewLot) -> Result<i64, StoreError> {
        sqlx::query_scalar(INSERT_LOT)
            .bind(wallet.id.0)
            .bind(lot.origin.as_str())
            .bind(lot.amount.milli())
            .bind(lot.expires_at.map(Instant))
            .bind(&lot.key)
            .bind(lot.parent.map(|parent| parent.0))
            .bind(Instant(lot.created_at))
            .fetch_one(&mut *self.tx)
            .await
            .map_err(store_error)
    }
}
