//! Who may do what: one table of actions, roles and relations, and the decision that is made from it.
//!
//! Rights are denied unless the table grants them. A grant always comes with a [`Scope`]: the relation between the person and
//! what he touches. The scope is handed to the store, which makes it part of the query, so that what is out of scope does not exist.

mod decision;
mod scope;
mod table;

pub use decision::{Denied, Permit, authorize};
pub use scope::{PUPIL_WINDOW, Scope};
pub use table::{Action, Caller, Relation};
