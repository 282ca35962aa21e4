//! `completions`: what a shell needs to complete this command line.

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use serde_json::json;

use super::Cli;
use super::output::Output;

#[derive(Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// Asks for no settings: shells run it when they start, wherever that is.
    pub(super) fn run(&self, output: Output) -> anyhow::Result<()> {
        let mut script = Vec::new();
        let mut command = Cli::command();
        let name = command.get_name().to_owned();
        clap_complete::generate(self.shell, &mut command, name, &mut script);
        let script = String::from_utf8(script)?;
        let answer = json!({"shell": self.shell.to_string(), "script": script});
        output.answer(&answer, || script.trim_end().to_owned())
    }
}
