//! The people that a bilan concerns. Accounts, sign-in and rights come with identity.

use crate::rights::Scope;
use crate::{ParentId, StoreError, StudentId, UserId};
use async_trait::async_trait;

/// Somebody's account, as far as a bilan needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// His account.
    pub id: UserId,
    /// Unique address.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
}

/// A parent and his profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// The parent's profile.
    pub id: ParentId,
    /// The parent.
    pub parent: Person,
}

/// A pupil to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStudent {
    /// His identifier.
    pub id: StudentId,
    /// The pupil's own account.
    pub person: Person,
    /// His family.
    pub family: ParentId,
    /// Level he enters: `premiere` or `terminale`; other values are kept as they are.
    pub grade: Option<String>,
    /// School, as the family wrote it.
    pub school: Option<String>,
}

/// A pupil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Student {
    /// His identifier.
    pub id: StudentId,
    /// First name; empty when the account has none.
    pub first_name: String,
    /// Family name; empty when the account has none.
    pub last_name: String,
    /// Level he enters, as stored.
    pub grade: Option<String>,
    /// School, as the family wrote it.
    pub school: Option<String>,
}

/// People inside a transaction.
#[async_trait]
pub trait DirectoryTx: Send {
    /// Writes a parent; does nothing when his profile already exists.
    async fn save_family(&mut self, family: &Family) -> Result<(), StoreError>;
    /// Writes a pupil; does nothing when he already exists.
    async fn save_student(&mut self, student: &NewStudent) -> Result<(), StoreError>;
    /// Reads a pupil that the scope reaches.
    async fn student(&mut self, id: &StudentId, scope: &Scope) -> Result<Option<Student>, StoreError>;
}
