//! The command line: a file for each command.
//!
//! What a command answers goes to standard output, as a sentence or, with `--json`, as exactly one JSON document;
//! everything else goes to standard error. The exit code is 0, 1 for a failure, and 2 when the command line itself is
//! wrong.

mod arguments;
mod audit;
mod backup;
mod cleanup;
mod collect;
mod completions;
mod config;
mod context;
mod copy;
mod demo;
mod figures;
mod health;
mod import;
mod jobs;
mod keys;
mod man;
mod members;
mod metrics;
mod migrations;
mod output;
mod query;
mod restore;
mod roles;
mod serve;
mod teams;
mod users;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{ConfigError, Flags};
use arguments::Usage;
use context::Context;
use output::Output;

/// Product metrics in your own database: API, accounts and keys.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Print one JSON document on standard output
    #[arg(long, global = true)]
    json: bool,
    /// Read settings from this TOML file [default: metrics.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Settings")]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: Flags,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests (what happens without a command, too)
    Serve(serve::Serve),
    /// Answer requests about a made-up world with live traffic, in a database of its own
    Demo(demo::Demo),
    /// Add people, give them roles, and say who may sign in
    #[command(subcommand)]
    Users(users::Users),
    /// Show what people may do everywhere, and make roles for it
    #[command(subcommand)]
    Roles(roles::Roles),
    /// Add teams
    #[command(subcommand)]
    Teams(teams::Teams),
    /// Put people into teams, and take them out
    #[command(subcommand)]
    Members(members::Members),
    /// Give keys to satellites, replace them, and take them away
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Show what happens by itself, and have it happen now
    #[command(subcommand)]
    Jobs(jobs::Jobs),
    /// Show what was done, and by whom
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Show the settings that hold, and where each came from
    Config,
    /// Bring the database up to date
    #[command(subcommand)]
    Migrations(migrations::Migrations),
    /// Show what is declared
    #[command(subcommand)]
    Metrics(metrics::Metrics),
    /// Show a metric over time
    Query(query::Query),
    /// Record the events of a file
    Import(import::Import),
    /// Delete what is past its retention
    Cleanup(cleanup::Cleanup),
    /// Count what is collected from the application's own tables
    Collect(collect::Collect),
    /// Copy everything to another database, whatever its backend
    Copy(copy::Copy),
    /// Copy the database while it is in use
    Backup(backup::Backup),
    /// Put a copy in the place of the database
    Restore(restore::Restore),
    /// Ask the service whether it is ready
    Health,
    /// Print what a shell needs to complete this command line
    Completions(completions::Completions),
    /// Print the manual, or write a page for each command
    Man(man::Manual),
}

/// Does what the command line says.
#[must_use]
pub fn run() -> ExitCode {
    let Err(error) = execute(Cli::parse()) else {
        return ExitCode::SUCCESS;
    };
    // Nothing is left to be done when standard error is closed too.
    let _ = writeln!(std::io::stderr(), "error: {error:#}");
    ExitCode::from(exit_code(&error))
}

/// 2 for a wrong command line, and where a command says so itself; 1 for all other failures.
fn exit_code(error: &anyhow::Error) -> u8 {
    let settings = error
        .downcast_ref::<ConfigError>()
        .is_some_and(ConfigError::is_usage);
    let usage = settings || error.is::<Usage>();
    let check = error.downcast_ref::<migrations::CheckFailed>();
    check.map_or(
        if usage { 2 } else { 1 },
        migrations::CheckFailed::exit_code,
    )
}

fn execute(cli: Cli) -> anyhow::Result<()> {
    let command = cli
        .command
        .unwrap_or(Command::Serve(serve::Serve::default()));
    let settings = match &command {
        Command::Completions(command) => return command.run(Output::new(cli.json)),
        Command::Man(command) => return command.run(Output::new(cli.json)),
        Command::Demo(_) => demo::settings(cli.settings),
        _ => cli.settings,
    };
    let context = Context::new(&settings, cli.config.as_deref(), cli.json)?;
    match command {
        Command::Serve(command) => command.run(context),
        Command::Demo(command) => command.run(context),
        Command::Users(command) => command.run(&context),
        Command::Roles(command) => command.run(&context),
        Command::Teams(command) => command.run(&context),
        Command::Members(command) => command.run(&context),
        Command::Keys(command) => command.run(&context),
        Command::Jobs(command) => command.run(&context),
        Command::Audit(command) => command.run(&context),
        Command::Config => config::run(&context),
        Command::Migrations(command) => command.run(&context),
        Command::Metrics(command) => command.run(&context),
        Command::Query(command) => command.run(&context),
        Command::Import(command) => command.run(&context),
        Command::Cleanup(command) => command.run(&context),
        Command::Collect(command) => command.run(&context),
        Command::Copy(command) => command.run(&context),
        Command::Backup(command) => command.run(&context),
        Command::Restore(command) => command.run(&context),
        Command::Health => health::run(&context),
        // Answered above, without settings.
        Command::Completions(_) | Command::Man(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
