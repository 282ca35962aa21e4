//! How far it is, for whoever watches.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::input::Input;
use crate::cli::figures::counted;

/// A bar on standard error with the rate and the remaining time; nothing where that is no terminal.
pub(super) struct Progress {
    bar: ProgressBar,
    read: Arc<AtomicU64>,
}

impl Progress {
    pub(super) fn start(input: &Input) -> Self {
        // What comes through a pipe has no end in sight: then there is a count and a rate only.
        let template = match input.size {
            Some(_) => "{bar:32} {percent:>3}%  {msg}  {bytes_per_sec}  {eta} left",
            None => "{spinner} {bytes}  {msg}  {bytes_per_sec}",
        };
        let style = ProgressStyle::with_template(template)
            .expect("the template is one")
            .progress_chars("█▌ ");
        let bar = ProgressBar::with_draw_target(input.size, ProgressDrawTarget::stderr());
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(200));
        let read = Arc::clone(&input.read);
        Self { bar, read }
    }

    /// Shows how many lines are done with.
    pub(super) fn show(&self, lines: usize) {
        let (lines, rate) = (counted(lines, "line", "lines"), self.rate(lines));
        self.bar.set_message(format!("{lines} ({rate}/s)"));
        self.bar.set_position(self.read.load(Ordering::Relaxed));
    }

    fn rate(&self, lines: usize) -> u128 {
        let elapsed = self.bar.elapsed().as_millis().max(1);
        u128::try_from(lines).unwrap_or(0) * 1_000 / elapsed
    }

    /// Takes the bar away: the answer says how it ended.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
