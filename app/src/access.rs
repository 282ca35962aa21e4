//! Who may do what: the permissions that there are, who holds them, and every decision.
//!
//! Nothing in here asks a database, so that a decision is a line of a table: see the tests of [`can`].

mod decision;
mod permissions;

pub use decision::{Action, Person, Principal, Refusal, Scope, can};
pub use permissions::{Permission, PermissionEntry, Permissions};
