//! What happens by itself, or because somebody asked for it: jobs.
//!
//! A job is a row. Each time of a schedule becomes one ([`Timetable`]), whichever instance is first to see that the
//! time has come; of times that were missed, the latest only. An instance takes a job for as long as its lease says,
//! and renews the lease while it runs (`attempt`). Who is not heard of loses the job to another instance; what fails
//! is tried again, after a while. Work may therefore begin more than once, and must be such that this does no harm;
//! it ends once, as the row says.
//!
//! A new kind of job is a file here, and a line in [`Kind`].

mod attempt;
mod clean_up_accounts;
mod clean_up_jobs;
mod clean_up_metric;
mod collect_metric;
mod instance;
mod kind;
mod schedule;
mod timetable;
mod view;

use actix_web::web::Data;
use metrics_runtime::Recorder;

use crate::state::State;

pub use collect_metric::{Extent, collect_metric};
pub use instance::{Jobs, start};
pub use kind::{Kind, UnknownSubject};
pub use timetable::Timetable;
pub use view::{AttemptView, JobView};

/// What jobs work with.
#[derive(Clone)]
pub struct Environment {
    /// The settings, the metrics and the database.
    pub state: Data<State>,
    /// The way in for events, and what cleans up.
    pub recorder: Recorder,
}
