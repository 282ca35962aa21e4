//! The story in the README, word by word: its files are written, its differences applied, its commands run.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{patch, root, target};

/// A fenced block of the story: its language, what is to be done with it, and its text.
struct Block {
    role: String,
    text: String,
}

/// The blocks of the section, in order.
fn story() -> Vec<Block> {
    let readme = fs::read_to_string(root().join("README.md")).expect("it is there");
    let section = readme
        .split("## Add your own metric in five minutes")
        .nth(1)
        .expect("the section is there");
    let section = section.split("\n## ").next().expect("it ends");
    let mut blocks = Vec::new();
    for (index, part) in section.split("\n```").enumerate() {
        if index % 2 == 1 {
            let (role, text) = part.split_once('\n').unwrap_or((part, ""));
            blocks.push(Block {
                role: role.to_owned(),
                text: text.to_owned(),
            });
        }
    }
    blocks
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

/// Where the story's commands find `cargo run`: the binary that was built once, as the story goes on.
fn stand_in_for_cargo(folder: &Path, workspace: &Path) -> PathBuf {
    let bin = folder.join("bin");
    fs::create_dir(&bin).expect("can be made");
    let script = format!(
        "#!/bin/sh\nset -eu\nwhile [ $# -gt 0 ]; do case \"$1\" in run|-q|--release) shift;; --) shift; break;; *) break;; esac; done\n\
         cd {workspace} && CARGO_TARGET_DIR={target} {cargo} build --quiet --package app\nexec {target}/debug/app \"$@\"\n",
        workspace = workspace.display(),
        target = target("readme").display(),
        cargo = env!("CARGO"),
    );
    fs::write(bin.join("cargo"), script).expect("can be written");
    Command::new("chmod")
        .arg("+x")
        .arg(bin.join("cargo"))
        .status()
        .expect("chmod runs");
    bin
}

struct Story {
    workspace: PathBuf,
    path: String,
    address: Option<String>,
    server: Option<Child>,
    /// What the last commands printed.
    printed: String,
}

impl Story {
    fn follow(&mut self, block: &Block) {
        match block.role.split_once(' ').unwrap_or((&block.role, "")) {
            ("rust", role) => self.write(role, &block.text),
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

    fn has_printed(&self, expected: &str) {
        for line in expected.lines() {
            assert!(
                self.printed.contains(line),
                "expected {line:?} in:\n{}",
                self.printed
            );
        }
    }
}

impl Drop for Story {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            drop(server.kill());
            drop(server.wait());
        }
    }
}

#[test]
fn a_metric_of_ones_own_takes_a_struct_a_line_and_the_commands_of_the_readme() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = folder.path().join("metrics");
    copy_workspace(&workspace);
    let bin = stand_in_for_cargo(folder.path(), &workspace);
    let path = format!(
        "{}:{}",
        bin.display(),
        std::env::var("PATH").expect("it is set")
    );
    let mut story = Story {
        workspace,
        path,
        address: None,
        server: None,
        printed: String::new(),
    };
    // One shell for the commands that follow each other, as in one terminal.
    let blocks = story_of_one_terminal(self::story());
    assert!(blocks.len() >= 6, "the story has its steps");
    for block in &blocks {
        story.follow(block);
    }
}

/// Joins the commands after the server has started: they share a variable.
fn story_of_one_terminal(blocks: Vec<Block>) -> Vec<Block> {
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
