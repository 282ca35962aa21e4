//! What the command line says about itself, and how it looks.

use std::process::Command;

use super::{Folder, binary};

#[test]
fn every_shell_learns_every_command() {
    let folder = Folder::new();
    // A shell starts anywhere, also beside settings that are wrong.
    folder.write("metrics.toml", "no = \"setting\"");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = folder.run(&format!("completions {shell}")).ok().stdout;
        for word in ["migrations", "group-by", "satellite"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    folder
        .run("completions fihs")
        .failed(2, &["a similar value exists: 'fish'"]);
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let folder = Folder::new();
    let files = folder.json("man --dir pages")["files"].clone();
    assert!(
        files.as_array().is_some_and(|files| files.len() > 20),
        "{files}"
    );
    let page = std::fs::read_to_string(folder.path().join("pages/app-keys-add.1"));
    let page = page.expect("a command in a command has a page");
    assert!(page.contains(".TH") && page.contains("satellite"), "{page}");
    assert!(folder.run("man").ok().stdout.contains(".SH NAME"));
}

#[test]
fn a_mistake_is_told_together_with_what_was_meant() {
    let folder = Folder::new();
    folder
        .run("query server-installs")
        .failed(2, &["did you mean server_installations?"]);
    folder
        .run("query coffee")
        .failed(2, &["there are flight_departures, "]);
    folder
        .run("migrations aply")
        .failed(2, &["a similar subcommand exists: 'apply'"]);
}

/// What a command prints to a terminal.
fn in_a_terminal(folder: &Folder, command: &str, no_color: &str) -> String {
    let command = format!("{} {command}", binary().display());
    let printed = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .current_dir(folder.path())
        .env("NO_COLOR", no_color)
        .output()
        .expect("script runs");
    String::from_utf8_lossy(&printed.stdout).into_owned()
}

#[test]
fn tables_are_coloured_for_people_who_like_it_and_plain_for_everybody_else() {
    let folder = Folder::new();
    for command in ["config", "migrations status", "cleanup --dry-run --log off"] {
        assert!(
            in_a_terminal(&folder, command, "").contains("\x1b[1m"),
            "{command}"
        );
        assert!(
            !in_a_terminal(&folder, command, "1").contains('\x1b'),
            "{command}"
        );
        assert!(
            !folder.run(command).ok().stdout.contains('\x1b'),
            "{command}"
        );
    }
}
