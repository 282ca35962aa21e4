//! Migrations from the declared metrics.
//!
//! A lock file, committed beside the migrations, says what they amount to. [`Project::generate`] compares it with
//! the registry, plans what is missing, and writes it for every backend; [`Project::check`] only compares.

mod apply;
mod change;
mod error;
mod history;
mod inspect;
mod lock;
mod loss;
mod plan;
mod progress;
mod project;
mod reading;
mod render;
mod revert;
mod script;
mod statements;
mod watch;

pub use crate::backend::{Backend, Scale};
pub use crate::sql::RuntimeTables;
pub use crate::transition::Transition;
pub use apply::{Exclusive, apply, pending, unknown_versions};
pub use change::Change;
pub use error::{ApplyError, MigrateError, RevertError};
pub use inspect::InspectError;
pub(crate) use inspect::{differences, expected, unfinished};
pub use loss::Loss;
pub use plan::{Plan, Step};
pub use project::{Generated, Project};
pub use revert::revert;
pub use script::{Script, Scripts};
