//! What a newcomer does: follows the README, mounts the routes into an application, starts a crate of their own.

mod guide;
mod patch;
mod readme;
mod story;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ureq::http::Method;

use crate::support::app::http::{Answer, Client};

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package is in the workspace")
        .to_owned()
}

/// Where the builds of these tests go: beside the ordinary ones, so that they do not replace what other tests run.
fn target(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn a_crate_of_ones_own_needs_the_runtime_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let scratch = root().join("tests/scratch");
    let manifest = fs::read_to_string(scratch.join("Cargo.toml.in")).expect("it is there");
    let runtime = root().join("metrics-runtime");
    let manifest = manifest.replace(
        "{metrics-runtime}",
        runtime.to_str().expect("the path is text"),
    );
    fs::write(folder.path().join("Cargo.toml"), manifest).expect("can be written");
    fs::create_dir(folder.path().join("src")).expect("can be made");
    fs::copy(
        scratch.join("src/main.rs"),
        folder.path().join("src/main.rs"),
    )
    .expect("can be copied");
    // The same versions as in the workspace, which are on this machine already.
    fs::copy(root().join("Cargo.lock"), folder.path().join("Cargo.lock")).expect("can be copied");
    let run = Command::new(env!("CARGO"))
        .args(["run", "--quiet"])
        .current_dir(folder.path())
        .env("CARGO_TARGET_DIR", target("scratch"))
        .output()
        .expect("cargo runs");
    let (out, err) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    assert!(run.status.success(), "{err}");
    assert_eq!(
        out,
        "generated: - create the recorder's own metrics_batches\n- create the recorder's own metrics_journal\n- create the recorder's own metrics_watermarks\n- create coffee_metrics for coffee\n\
         recorded: 3\n\
         cups in brno: 5, of which filter: 3\n\
         cleaned up now: 0\n\
         cleaned up later: 6\n"
    );
    assert!(!err.contains("warning"), "{err}");
}

#[test]
fn a_host_with_a_sign_in_of_its_own_serves_its_metrics() {
    let folder = tempfile::tempdir().expect("a folder");
    let example = std::env::current_exe().expect("this test runs");
    let example = example
        .parent()
        .and_then(Path::parent)
        .expect("it lies in deps")
        .join("examples/host");
    assert!(
        example.exists(),
        "build it first: cargo build -p metrics-runtime --example host --features web"
    );
    let source =
        fs::read_to_string(root().join("metrics-runtime/examples/host.rs")).expect("it is there");
    assert!(source.lines().count() < 60, "a host is a small thing");
    let mut host = Command::new(example)
        .arg(folder.path().join("data"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut address = String::new();
    BufReader::new(host.stdout.take().expect("piped"))
        .read_line(&mut address)
        .expect("it says where it is");
    let client = Client::new();
    let ask = |team: &str, who: &[&str]| {
        let path = format!("/api/users/me/metrics/page-view?team_id={team}&time_range=1h");
        let request = client.request(Method::GET, &format!("{}{path}", address.trim()));
        who.iter()
            .fold(request, |request, name| request.header("X-User", *name))
            .send()
    };
    let answers = [
        ask("web", &["ann"]),
        ask("web", &["bob"]),
        ask("ops", &["ann"]),
        ask("web", &[]),
    ];
    host.kill().expect("it was running");
    host.wait().expect("it ends");
    let total = |answer: &Answer| answer.data()["summary"]["total_views"].clone();
    assert_eq!(
        answers.each_ref().map(|answer| answer.status),
        [200, 200, 403, 401]
    );
    assert_eq!(
        (total(&answers[0]), total(&answers[1])),
        (1.into(), 0.into())
    );
}
