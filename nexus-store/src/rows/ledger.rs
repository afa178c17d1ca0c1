use crate::columns::Instant;
use jiff::Timestamp;
use nexus_core::ledger::{
    CreditRequest, Credits, Hold, HoldState, LooseMovement, Lot, LotId, LotOrigin, Movement, MovementId,
    MovementKind, MovementLine, Pupil, RequestLine, RequestState, Wallet, WalletId,
};
use nexus_core::{SessionId, StoreError, StudentId, UserId};
use sqlx::types::Json;

fn credits(thousandths: i64) -> Result<Credits, StoreError> {
    Credits::from_milli(thousandths).ok_or(StoreError::Corrupt("an amount of credits is out of range"))
}

fn owner(text: String) -> Result<UserId, StoreError> {
    UserId::parse(text).map_err(|_| StoreError::Corrupt("an identifier is malformed"))
}

#[derive(sqlx::FromRow)]
pub(crate) struct WalletRow {
    id: i64,
    owner: String,
    balance: i64,
    in_quarantine: bool,
    lots: Json<Vec<ListedLot>>,
    loose: Json<Vec<ListedMovement>>,
}

impl WalletRow {
    pub(crate) const fn id(&self) -> i64 {
        self.id
    }

    pub(crate) fn owner(&self) -> &str {
        &self.owner
    }
}

/// A wallet that is held, and the number of a new movement.
#[derive(sqlx::FromRow)]
pub(crate) struct HeldWalletRow {
    #[sqlx(flatten)]
    pub(crate) wallet: WalletRow,
    pub(crate) new_movement: i64,
}

/// The same of somebody who may have no wallet.
#[derive(sqlx::FromRow)]
pub(crate) struct WalletBesideRow {
    id: Option<i64>,
    owner: Option<String>,
    balance: Option<i64>,
    in_quarantine: bool,
    lots: Json<Vec<ListedLot>>,
    loose: Json<Vec<ListedMovement>>,
    new_movement: Option<i64>,
}

impl WalletBesideRow {
    pub(crate) fn into_held(self) -> Option<HeldWalletRow> {
        let Self { in_quarantine, lots, loose, .. } = self;
        let (id, owner, balance) = (self.id?, self.owner?, self.balance?);
        let wallet = WalletRow { id, owner, balance, in_quarantine, lots, loose };
        Some(HeldWalletRow { wallet, new_movement: self.new_movement? })
    }
}

/// Id, origin, amount, what remains, end, beginning, key.
type ListedLot = (i64, String, i64, i64, Option<i64>, i64, String);
/// Id, what it moved, when.
type ListedMovement = (i64, i64, i64);

fn instant(milliseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(milliseconds)
        .map_err(|_| StoreError::Corrupt("an instant is out of the calendar"))
}

impl TryFrom<WalletRow> for Wallet {
    type Error = StoreError;
    fn try_from(row: WalletRow) -> Result<Self, StoreError> {
        let lot = |(id, origin, amount, remaining, expires_at, created_at, key)| {
            let expires_at: Option<i64> = expires_at;
            let expires_at = expires_at.map(instant).transpose()?.map(Instant);
            let created_at = Instant(instant(created_at)?);
            LotRow { id, origin, amount, remaining, expires_at, created_at, key }.try_into()
        };
        let movement = |(id, delta, at)| {
            Ok(LooseMovement { id: MovementId(id), delta: credits(delta)?, at: instant(at)? })
        };
        let mut lots = row.lots.0.into_iter().map(lot).collect::<Result<Vec<Lot>, StoreError>>()?;
        let mut loose = row.loose.0.into_iter().map(movement).collect::<Result<Vec<_>, StoreError>>()?;
        lots.sort_unstable_by_key(|lot| lot.id);
        loose.sort_unstable_by_key(|movement| movement.id);
        Ok(Self {
            id: WalletId(row.id),
            owner: owner(row.owner)?,
            balance: credits(row.balance)?,
            in_quarantine: row.in_quarantine,
            lots,
            loose,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct LotRow {
    id: i64,
    origin: String,
    amount: i64,
    remaining: i64,
    expires_at: Option<Instant>,
    created_at: Instant,
    key: String,
}

impl TryFrom<LotRow> for Lot {
    type Error = StoreError;
    fn try_from(row: LotRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: LotId(row.id),
            origin: LotOrigin::parse(&row.origin)
                .ok_or(StoreError::Corrupt("the origin of a lot is unknown"))?,
            amount: credits(row.amount)?,
            remaining: credits(row.remaining)?,
            expires_at: row.expires_at.map(|end| end.0),
            created_at: row.created_at.0,
            key: row.key,
        })
    }
}

/// A lot, and what a movement did to it.
#[derive(sqlx::FromRow)]
pub(crate) struct PartRow {
    #[sqlx(flatten)]
    lot: LotRow,
    delta: i64,
}

impl TryFrom<PartRow> for (Lot, Credits) {
    type Error = StoreError;
    fn try_from(row: PartRow) -> Result<Self, StoreError> {
        Ok((Lot::try_from(row.lot)?, credits(row.delta)?))
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct MovementRow {
    id: i64,
    wallet: i64,
    owner: String,
    kind: Option<String>,
    delta: i64,
    description: String,
    lesson: Option<String>,
    key: Option<String>,
    actor: Option<String>,
    reverses: Option<i64>,
    at: Instant,
}

impl TryFrom<MovementRow> for Movement {
    type Error = StoreError;
    fn try_from(row: MovementRow) -> Result<Self, StoreError> {
        let kind = |text: String| {
            MovementKind::parse(&text).ok_or(StoreError::Corrupt("the kind of a movement is unknown"))
        };
        let lesson =
            |text| SessionId::parse(text).map_err(|_| StoreError::Corrupt("an identifier is malformed"));
        Ok(Self {
            id: MovementId(row.id),
            wallet: WalletId(row.wallet),
            owner: owner(row.owner)?,
            kind: row.kind.map(kind).transpose()?,
            delta: credits(row.delta)?,
            description: row.description,
            lesson: row.lesson.map(lesson).transpose()?,
            key: row.key,
            actor: row.actor,
            reverses: row.reverses.map(MovementId),
            at: row.at.0,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct LineRow {
    #[sqlx(flatten)]
    movement: MovementRow,
    expires_at: Option<Instant>,
}

impl TryFrom<LineRow> for MovementLine {
    type Error = StoreError;
    fn try_from(row: LineRow) -> Result<Self, StoreError> {
        Ok(Self { movement: row.movement.try_into()?, expires_at: row.expires_at.map(|end| end.0) })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct PupilRow {
    id: String,
    user: String,
    first_name: String,
    last_name: String,
    email: String,
    grade: Option<String>,
    school: Option<String>,
}

fn student(text: String) -> Result<StudentId, StoreError> {
    StudentId::parse(text).map_err(|_| StoreError::Corrupt("an identifier is malformed"))
}

impl TryFrom<PupilRow> for Pupil {
    type Error = StoreError;
    fn try_from(row: PupilRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: student(row.id)?,
            user: owner(row.user)?,
            first_name: row.first_name,
            last_name: row.last_name,
            email: row.email,
            grade: row.grade,
            school: row.school,
        })
    }
}

/// A pupil, and what he can spend.
#[derive(sqlx::FromRow)]
pub(crate) struct PupilCreditsRow {
    #[sqlx(flatten)]
    pupil: PupilRow,
    balance: i64,
}

impl TryFrom<PupilCreditsRow> for (Pupil, Credits) {
    type Error = StoreError;
    fn try_from(row: PupilCreditsRow) -> Result<Self, StoreError> {
        Ok((row.pupil.try_into()?, credits(row.balance)?))
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct RequestRow {
    request: String,
    student: String,
    amount: i64,
    reason: Option<String>,
    status: String,
    requested_by: String,
    created_at: Instant,
}

impl TryFrom<RequestRow> for CreditRequest {
    type Error = StoreError;
    fn try_from(row: RequestRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.request,
            student: student(row.student)?,
            amount: credits(row.amount)?,
            reason: row.reason,
            state: RequestState::parse(&row.status).ok_or(StoreError::Corrupt("a status is unknown"))?,
            requested_by: owner(row.requested_by)?,
            created_at: row.created_at.0,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct RequestLineRow {
    #[sqlx(flatten)]
    request: RequestRow,
    #[sqlx(flatten)]
    pupil: PupilRow,
    parent_first_name: String,
    parent_last_name: String,
    parent_email: String,
}

impl TryFrom<RequestLineRow> for RequestLine {
    type Error = StoreError;
    fn try_from(row: RequestLineRow) -> Result<Self, StoreError> {
        Ok(Self {
            request: row.request.try_into()?,
            pupil: row.pupil.try_into()?,
            parent: (row.parent_first_name, row.parent_last_name, row.parent_email),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct HoldRow {
    id: String,
    owner: String,
    amount: i64,
    state: String,
    movement: i64,
    deadline: Instant,
    created_at: Instant,
    settled_at: Option<Instant>,
}

impl TryFrom<HoldRow> for Hold {
    type Error = StoreError;
    fn try_from(row: HoldRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            owner: owner(row.owner)?,
            amount: credits(row.amount)?,
            state: HoldState::parse(&row.state).ok_or(StoreError::Corrupt("a state is unknown"))?,
            movement: MovementId(row.movement),
            deadline: row.deadline.0,
            created_at: row.created_at.0,
            settled_at: row.settled_at.map(|at| at.0),
        })
    }
}
