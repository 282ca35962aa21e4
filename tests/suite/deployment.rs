//! What `deploy/` says about the program holds, and is understood by what reads it.

use std::path::Path;
use std::process::Command;
use std::{fs, path::PathBuf};

use app::config::Config;

use crate::command_line::{Folder, binary};

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../deploy")
        .join(name);
    fs::read_to_string(path).expect("it is there")
}

/// What follows a key, each time that it stands at the beginning of a line.
fn values<'a>(text: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines().filter_map(move |line| line.strip_prefix(key))
}

fn assert_are_settings<'a>(assignments: impl Iterator<Item = &'a str>) {
    let mut count = 0;
    for assignment in assignments {
        let (name, _) = assignment.split_once('=').expect("a name and a value");
        let setting = name.to_ascii_lowercase();
        assert!(
            Config::NAMES.contains(&setting.as_str()),
            "{name} is no setting"
        );
        count += 1;
    }
    assert!(count > 1, "there are assignments");
}

/// The settings hold what is written there, and the command exists.
fn assert_runs(assignments: &[&str], arguments: &[&str]) {
    let folder = Folder::new();
    let run = |arguments: &[&str]| {
        let assignments = assignments
            .iter()
            .map(|text| text.split_once('=').expect("two parts"));
        let output = Command::new(binary())
            .args(arguments)
            .current_dir(folder.path())
            .env_clear()
            .envs(assignments)
            .output();
        let output = output.expect("the binary runs");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    };
    run(&["config"]);
    run(&[arguments, &["--help"]].concat());
}

#[test]
fn the_unit_names_settings_and_a_command_that_exist() {
    let unit = file("metrics.service");
    assert_are_settings(values(&unit, "Environment="));
    let assignments: Vec<_> = values(&unit, "Environment=").collect();
    let start = values(&unit, "ExecStart=").next().expect("a command");
    let arguments: Vec<_> = start.split(' ').skip(1).collect();
    assert_runs(&assignments, &arguments);
    assert_runs(&assignments, &["users", "add"]);
}

#[test]
fn the_unit_and_the_container_wait_for_longer_than_an_end_takes() {
    let settings = Folder::new().json("config");
    let seconds = |name: &str| {
        let settings = settings["settings"].as_array().expect("a list");
        let setting = settings.iter().find(|setting| setting["name"] == name);
        let value = setting.expect("it is a setting")["value"]
            .as_str()
            .expect("text");
        let seconds = value.strip_suffix('s').expect("seconds");
        seconds.parse::<u64>().expect("a number")
    };
    let most = seconds("shutdown_delay") + seconds("shutdown_timeout") + 5;
    for (name, before) in [
        ("metrics.service", "\nTimeoutStopSec="),
        ("Containerfile", "--stop-timeout "),
    ] {
        let text = file(name);
        let (_, after) = text.split_once(before).expect("a limit");
        let patience = after.split_whitespace().next().expect("seconds");
        let patience: u64 = patience.parse().expect("a number");
        assert!(
            patience >= most,
            "{name}: {patience} s, and it may take {most} s"
        );
    }
}

/// The unit with the program that was built, which is asked for.
fn unit_of_this_build(folder: &Folder) -> PathBuf {
    let built = binary().display().to_string();
    let unit = file("metrics.service").replace("/usr/local/bin/app", &built);
    folder.write("metrics.service", unit);
    folder.path().join("metrics.service")
}

#[test]
fn systemd_understands_the_unit() {
    let folder = Folder::new();
    let verify = Command::new("systemd-analyze")
        .arg("verify")
        .arg(unit_of_this_build(&folder))
        .output();
    let verified = verify.expect("systemd-analyze runs: it comes with systemd");
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success(), "{said}");
    assert!(!said.contains("metrics.service"), "{said}");
}

#[test]
fn the_container_names_settings_and_commands_that_exist() {
    let container = file("Containerfile");
    assert_are_settings(values(&container, "ENV "));
    let assignments: Vec<_> = values(&container, "ENV ").collect();
    let command = |key| {
        let words = values(&container, key).next().expect("a command");
        let words: Vec<String> = serde_json::from_str(words).expect("a list of words");
        words
    };
    assert_eq!(command("ENTRYPOINT "), ["app"]);
    let health = container
        .split("CMD [\"app\", ")
        .nth(1)
        .expect("a check of its health");
    assert!(health.starts_with("\"health\"]"), "{health}");
    assert_runs(&assignments, &["health"]);
    let serve = command("CMD ");
    assert_runs(
        &assignments,
        &serve.iter().map(String::as_str).collect::<Vec<_>>(),
    );
}

#[test]
fn the_container_is_built_with_features_that_exist() {
    let manifest = file("../app/Cargo.toml");
    let container = file("Containerfile");
    let named: Vec<_> = container.split("FEATURES=").skip(1).collect();
    assert_eq!(named.len(), 2, "by default, and in the comment");
    for list in named {
        let list = list.split_whitespace().next().expect("a list");
        for feature in list.split(',') {
            let declared = values(&manifest, feature).any(|rest| rest.starts_with(" = ["));
            assert!(declared, "{feature} is no feature");
        }
    }
}
