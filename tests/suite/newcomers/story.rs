//! A text whose blocks are executed one after the other: its files are written, its differences applied, its commands
//! run, and what it says they print is looked for.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::{patch, root};

/// A fenced block of the story: its language, what is to be done with it, and its text.
pub(super) struct Block {
    pub(super) role: String,
    pub(super) text: String,
}

/// The fenced blocks of a text, in order; commands that follow each other share a terminal.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (index, part) in text.split("\n```").enumerate() {
        if index % 2 == 1 {
            let (role, text) = part.split_once('\n').unwrap_or((part, ""));
            blocks.push(Block {
                role: role.to_owned(),
                text: text.to_owned(),
            });
        }
    }
    in_one_terminal(blocks)
}

/// A copy of what is committed or about to be, so that the story does not change this checkout.
fn copy_workspace(to: &Path) {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the files");
    for file in String::from_utf8(listed.stdout)
        .expect("names are text")
        .lines()
    {
        // Data and tests are not needed to build the application, except for the packages to be there.
        let from = root().join(file);
        if from.is_file() {
            let to = to.join(file);
            fs::create_dir_all(to.parent().expect("it is in a folder")).expect("can be made");
            fs::copy(from, to).expect("can be copied");
        }
    }
}

/// A terminal in a copy of the workspace.
pub(super) struct Story {
    workspace: PathBuf,
    path: String,
    address: Option<String>,
    server: Option<Child>,
    /// What the last commands printed.
    printed: String,
    _folder: TempDir,
}

impl Story {
    /// A story whose `cargo` is a script; `cargo` writes it for the copy of the workspace.
    pub(super) fn begin(cargo: impl FnOnce(&Path) -> String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (workspace, bin) = (folder.path().join("metrics"), folder.path().join("bin"));
        copy_workspace(&workspace);
        fs::create_dir(&bin).expect("can be made");
        let script = bin.join("cargo");
        fs::write(&script, cargo(&workspace)).expect("can be written");
        fs::set_permissions(&script, Permissions::from_mode(0o755)).expect("it is ours");
        let path = std::env::var("PATH").expect("it is set");
        Self {
            workspace,
            path: format!("{}:{path}", bin.display()),
            address: None,
            server: None,
            printed: String::new(),
            _folder: folder,
        }
    }

    pub(super) fn follow(&mut self, block: &Block) {
        match block.role.split_once(' ').unwrap_or((&block.role, "")) {
            ("rust", role) if role.starts_with("from=") => quotes(role, &block.text),
            ("rust" | "toml", role) => self.write(role, &block.text),
            ("yaml", "workflow") => self.run(&steps(&block.text)),
            ("diff", role) => self.patch(role, &block.text),
            ("sh", "run") => self.run(&block.text),
            ("sh", "serve") => self.serve(&block.text),
            ("text", "prints") => self.has_printed(&block.text),
            other => panic!("the story has a block that nobody executes: {other:?}"),
        }
    }

    fn file(&self, role: &str) -> PathBuf {
        self.workspace.join(
            role.strip_prefix("file=")
                .expect("the block names its file"),
        )
    }

    fn write(&self, role: &str, text: &str) {
        fs::write(self.file(role), format!("{text}\n")).expect("can be written");
    }

    fn patch(&self, role: &str, difference: &str) {
        let text = fs::read_to_string(self.file(role)).expect("it is there");
        fs::write(self.file(role), patch::apply(&text, difference)).expect("can be written");
    }

    fn command(&self, script: &str) -> Command {
        // The story's own port may be in use where the test runs.
        let address = self.address.as_deref().unwrap_or("http://127.0.0.1:8080");
        let script = script.replace("http://127.0.0.1:8080", address);
        let mut command = Command::new("bash");
        command
            .args(["-euo", "pipefail", "-c", &script])
            .current_dir(&self.workspace)
            .env("PATH", &self.path);
        command
    }

    fn run(&mut self, script: &str) {
        let output = self.command(script).output().expect("bash runs");
        self.printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{script}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn serve(&mut self, script: &str) {
        let mut server = self.command(&format!("exec {script}"));
        let mut server = server
            .env("BIND", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash runs");
        let mut out = BufReader::new(server.stdout.take().expect("it is piped"));
        let mut line = String::new();
        while self.address.is_none() {
            line.clear();
            assert!(
                out.read_line(&mut line).expect("it is text") > 0,
                "the server ended before it said where it is"
            );
            let word = line
                .split_whitespace()
                .find(|word| word.starts_with("http://"));
            self.address = word.map(|word| word.trim_end_matches('/').to_owned());
        }
        self.server = Some(server);
    }

    /// Columns are as wide as their longest value, so that runs of blanks do not count.
    fn has_printed(&self, expected: &str) {
        let printed: Vec<_> = self.printed.lines().map(without_columns).collect();
        for line in expected.lines().map(without_columns) {
            assert!(
                printed.iter().any(|printed| printed.contains(&line)),
                "expected {line:?} in:\n{}",
                self.printed
            );
        }
    }
}

fn without_columns(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Checks that a block is a part of a file that is compiled, word by word.
fn quotes(role: &str, text: &str) {
    let file = role
        .strip_prefix("from=")
        .expect("the block names its file");
    let source = fs::read_to_string(root().join(file)).expect("it is there");
    assert!(source.contains(text.trim_end()), "{file} has no\n{text}");
}

/// The commands of a workflow.
fn steps(workflow: &str) -> String {
    let commands = workflow
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("- run: "));
    commands.collect::<Vec<_>>().join("\n")
}

impl Drop for Story {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            drop(server.kill());
            drop(server.wait());
        }
    }
}

/// Joins the commands after the server has started: they share a variable.
fn in_one_terminal(blocks: Vec<Block>) -> Vec<Block> {
    let mut joined: Vec<Block> = Vec::new();
    for block in blocks {
        match joined.last_mut() {
            Some(last) if last.role == "sh run" && block.role == "sh run" => {
                last.text.push('\n');
                last.text.push_str(&block.text);
            }
            _ => joined.push(block),
        }
    }
    joined
}
