//! The story in the README, word by word.

use std::fs;
use std::path::Path;

use super::story::{Story, blocks};
use super::{root, target};

/// The section that tells it.
const TITLE: &str = "## Add your own metric in five minutes";

/// Stands in for `cargo run`: the workspace is built as the story goes on, and the binary run.
fn build_and_run(workspace: &Path) -> String {
    format!(
        "#!/bin/sh\nset -eu\nwhile [ $# -gt 0 ]; do case \"$1\" in run|-q|--release) shift;; --) shift; break;; *) break;; esac; done\n\
         cd {workspace} && CARGO_TARGET_DIR={target} {cargo} build --quiet --package app\nexec {target}/debug/app \"$@\"\n",
        workspace = workspace.display(),
        target = target("readme").display(),
        cargo = env!("CARGO"),
    )
}

#[test]
fn a_metric_of_ones_own_takes_a_struct_a_line_and_the_commands_of_the_readme() {
    let readme = fs::read_to_string(root().join("README.md")).expect("it is there");
    let section = readme.split(TITLE).nth(1).expect("the section is there");
    let blocks = blocks(section.split("\n## ").next().expect("it ends"));
    assert!(blocks.len() >= 6, "the story has its steps");
    let mut story = Story::begin(build_and_run);
    for block in &blocks {
        story.follow(block);
    }
}
