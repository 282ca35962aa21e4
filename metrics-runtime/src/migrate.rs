//! Migrations from the declared metrics.
//!
//! A lock file, committed beside the migrations, says what they amount to. [`Project::generate`] compares it with
//! the registry and writes what is missing, for every backend; [`Project::check`] only compares.

mod diff;
mod lock;
mod project;

pub use crate::backend::Backend;
pub use crate::sql::RuntimeTables;
pub use diff::{Change, Drift};
pub use project::{ApplyError, Generated, MigrateError, Project};
