//! `man`: the manual, from what the commands say about themselves.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;
use serde_json::json;

use super::Cli;
use super::output::Output;

#[derive(Args)]
pub(super) struct Manual {
    /// Write a page for each command into this folder [default: print the page of the program itself]
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

impl Manual {
    pub(super) fn run(&self, output: Output) -> anyhow::Result<()> {
        let mut command = Cli::command();
        // Now, so that each command knows its whole name.
        command.build();
        match &self.dir {
            None => {
                let page = page(&command)?;
                output.answer(&json!({"page": page}), || page.trim_end().to_owned())
            }
            Some(folder) => {
                fs::create_dir_all(folder).with_context(|| unwritable(folder))?;
                let mut files = Vec::new();
                write(&command, folder, &mut files)?;
                output.answer(&json!({"files": files}), || {
                    format!("Wrote {} pages to {}.", files.len(), folder.display())
                })
            }
        }
    }
}

/// A page of a command and of those below it, which are called `app-keys-add.1`.
fn write(command: &Command, folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let file = folder.join(format!("{name}.1"));
    fs::write(&file, page(command)?).with_context(|| unwritable(folder))?;
    files.push(file);
    let below = command.get_subcommands();
    below
        .filter(|command| command.get_name() != "help")
        .try_for_each(|command| write(command, folder, files))
}

fn page(command: &Command) -> anyhow::Result<String> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    Ok(String::from_utf8(page)?)
}

fn unwritable(folder: &Path) -> String {
    format!("--dir: {} cannot be written to", folder.display())
}
