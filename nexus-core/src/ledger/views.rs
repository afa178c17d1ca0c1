use super::{Credits, Movement, Wallet};
use crate::{StudentId, UserId};
use jiff::Timestamp;

/// A pupil as the pages about credits show him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pupil {
    /// His record.
    pub id: StudentId,
    /// His account.
    pub user: UserId,
    /// First name; empty when the account has none.
    pub first_name: String,
    /// Family name; empty when the account has none.
    pub last_name: String,
    /// His address.
    pub email: String,
    /// Level he enters.
    pub grade: Option<String>,
    /// School.
    pub school: Option<String>,
}

/// A movement, and when the credits that it gave end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovementLine {
    /// The movement.
    pub movement: Movement,
    /// The first end of what it gave.
    pub expires_at: Option<Timestamp>,
}

/// A wallet that was read without being held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletReading {
    /// The wallet as it is stored: what is over may still be in it.
    pub wallet: Wallet,
    /// Its movements, newest first.
    pub movements: Vec<MovementLine>,
}

impl WalletReading {
    /// What can be spent: the balance without what is over and was not ended yet.
    pub fn balance(&self, now: Timestamp) -> Credits {
        let over = self.wallet.lots.iter().filter(|lot| lot.is_over(now)).map(|lot| lot.remaining);
        Credits::sum(over).and_then(|over| self.wallet.balance.checked_sub(over)).unwrap_or_default()
    }
}

/// What became of a family's request for credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// Nobody has decided.
    Pending,
    /// The credits were given.
    Approved,
    /// They were not.
    Rejected,
}

impl RequestState {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Approved => "APPROVED",
            Self::Rejected => "REJECTED",
        }
    }

    /// Reads a stored name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Approved, Self::Rejected].into_iter().find(|state| state.as_str() == text)
    }
}

/// A family's request for credits. It is no movement: nothing of it counts before somebody has decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditRequest {
    /// Its identifier.
    pub id: String,
    /// For which pupil.
    pub student: StudentId,
    /// How many credits.
    pub amount: Credits,
    /// Why, in the family's words.
    pub reason: Option<String>,
    /// Where it stands.
    pub state: RequestState,
    /// Who asked.
    pub requested_by: UserId,
    /// When.
    pub created_at: Timestamp,
}

/// A decision about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestDecision {
    /// What was decided.
    pub state: RequestState,
    /// By whom; absent for the system.
    pub by: Option<UserId>,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A request that waits, with the people whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLine {
    /// The request.
    pub request: CreditRequest,
    /// The pupil.
    pub pupil: Pupil,
    /// Whoever asked: first name, family name, address.
    pub parent: (String, String, String),
}
