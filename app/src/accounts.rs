//! What people do, over HTTP and on the command line, that the audit log tells: to accounts, teams, keys, sessions and
//! jobs. Each is one transaction, with its entry in it.

mod by_hand;
mod keys;
mod passwords;
mod people;
mod sessions;
mod sign_in;
mod teams;
mod view;

pub use by_hand::{clean_up, recount, request_job, retry_job};
pub use keys::{NewKey, revoke_key, rotate_key};
pub use passwords::{PasswordChange, reset_password};
pub use people::{NewAccount, disable, enable, ensure_administrator};
pub use sessions::{end_other_sessions, end_session, sign_out};
pub use sign_in::{Admitted, Candidate, PasswordCheck, SignIn, refused};
pub use teams::{add_team, remove_member, set_member};
pub use view::{AccountView, EntryView, KeyView, SessionView};
