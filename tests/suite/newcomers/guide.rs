//! The guide in `docs/`: every page is a story of its own, and every link leads somewhere.

use std::fs;
use std::path::{Path, PathBuf};

use super::root;
use super::story::{Story, blocks};
use crate::command_line::binary;

/// Stands in for `cargo run`: the binary that was built with these tests.
fn run_what_is_built(_workspace: &Path) -> String {
    format!(
        "#!/bin/sh\nset -eu\nwhile [ $# -gt 0 ]; do case \"$1\" in run|-q|--release) shift;; --) shift; break;; *) break;; esac; done\n\
         exec {} \"$@\"\n",
        binary().display()
    )
}

/// The pages of the guide.
fn pages() -> Vec<PathBuf> {
    let files = fs::read_dir(root().join("docs")).expect("the guide is there");
    let files = files.map(|file| file.expect("it can be listed").path());
    let pages: Vec<_> = files
        .filter(|file| file.extension().is_some_and(|extension| extension == "md"))
        .collect();
    assert!(pages.len() > 1, "the guide has pages");
    pages
}

#[test]
fn every_command_of_the_guide_does_what_the_guide_says() {
    for page in pages() {
        let text = fs::read_to_string(&page).expect("it can be read");
        let blocks = blocks(&text);
        if blocks.is_empty() {
            continue;
        }
        println!("{}", page.display());
        let mut story = Story::begin(run_what_is_built);
        for block in &blocks {
            story.follow(block);
        }
    }
}

#[test]
fn every_link_of_the_documentation_leads_to_a_file() {
    let named = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];
    let named = named.map(|name| root().join(name));
    for page in named.into_iter().chain(pages()) {
        let text = fs::read_to_string(&page).expect("it can be read");
        let folder = page.parent().expect("it is in a folder");
        for link in text.split("](").skip(1) {
            let link = link.split([')', '#']).next().unwrap_or_default();
            let is_file = !link.is_empty() && !link.contains("://");
            assert!(
                !is_file || folder.join(link).exists(),
                "{}: {link}",
                page.display()
            );
        }
    }
}
