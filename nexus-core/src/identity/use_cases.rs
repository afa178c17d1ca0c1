//! What people, the office and links do with accounts.
//!
//! Every use-case that changes something is one transaction: lock, decide, write, mail into the outbox, audit row, commit.
//! Passwords are hashed before it begins.

mod activation;
mod administration;
mod administrators;
mod children;
mod coaches;
mod context;
mod email_change;
mod error;
mod links;
mod own_account;
mod passwords;
mod profiles;
mod proof;
mod registering;
mod second_factor;
mod sign_in;

pub use activation::{Activate, Activated, activate_account};
pub use administration::{
    NewUser, UpdateUser, create_user, delete_user, disable_user, enable_user, invite_again, list_users,
    remove_second_factor, update_user,
};
pub use administrators::{
    InvitedAdministrator, NewAdministrator, create_administrator, invite_administrator_again,
};
pub use children::{GivenConsent, give_consent, give_consent_by_link, invite_child, withdraw_consent};
pub use coaches::{NewCoach, UpdateCoach, create_coach, delete_coach, list_coaches, update_coach};
pub use context::{Behalf, IdentityContext, IdentitySettings};
pub use email_change::{RequestEmailChange, confirm_email, request_email_change};
pub use error::IdentityError;
pub use own_account::{read_account, sign_out_everywhere};
pub use passwords::{ChangePassword, change_password, request_password_reset, reset_password};
pub use registering::{Registered, register_family};
pub use second_factor::{
    BegunSecondFactor, begin_second_factor, confirm_second_factor, disable_second_factor,
    renew_recovery_codes,
};
pub use sign_in::{SignIn, SignInError, SignedIn, purge_attempts, sign_in};
