//! What all commands share: settings, the database, and the catalogue.

use super::Folder;

#[test]
fn a_wrong_setting_is_named_with_its_source() {
    let folder = Folder::new();
    folder
        .run("query flight_departures --max-buckets none")
        .failed(2, &["--max-buckets", "none"]);
    folder.write("metrics.toml", "max_bukkets = 3\n");
    folder
        .run("query flight_departures")
        .failed(1, &["metrics.toml", "max_bukkets"]);
}

#[test]
fn a_database_that_cannot_be_opened_is_named_with_the_remedy() {
    let folder = Folder::new();
    folder.write("events.csv", super::csv(&[]));
    for command in [
        "query flight_departures",
        "cleanup",
        "import flight_departures events.csv",
    ] {
        folder
            .run(&format!(
                "{command} --database-url sqlite:nowhere/metrics.db"
            ))
            .failed(1, &["nowhere/metrics.db", "--database-url"]);
    }
}

#[test]
fn every_declared_metric_is_listed_with_what_follows_from_it() {
    let folder = Folder::new();
    let document = folder.json("metrics list");
    let metrics = document["metrics"].as_array().expect("a list");
    let flights = metrics
        .iter()
        .find(|metric| metric["type"] == "flight_departures")
        .expect("flights are declared");
    assert_eq!(metrics.len(), 4);
    assert_eq!(flights["table"], "flight_departures_metrics");
    assert_eq!(
        flights["permission"],
        "metrics.flight_departures_metrics.view"
    );
    assert_eq!(flights["routes"].as_array().map(Vec::len), Some(3));
    assert_eq!(flights["intervals"][0]["interval"], "15m");
    assert_eq!(flights["dimensions"][0]["role"], "team");
    assert_eq!(flights["measures"][3]["unit"], "minutes");
    assert!(flights["cleanup"].is_string());
    let collected = metrics
        .iter()
        .filter(|metric| metric["collect"].is_string());
    let collected: Vec<_> = collected.map(|metric| &metric["type"]).collect();
    assert_eq!(collected, ["satellite_keys"]);
}

#[test]
fn the_list_for_people_fits_a_terminal_and_needs_no_database() {
    let folder = Folder::new();
    let listed = folder.run("metrics list").ok().stdout;
    for part in [
        "server_installations",
        "30d",
        "/api/admin/metrics/server-installs",
        "0 3 * * *",
    ] {
        assert!(listed.contains(part), "{part} is not in {listed}");
    }
    assert!(listed.lines().all(|line| line.chars().count() <= 100));
    assert!(!folder.path().join("metrics.db").exists());
}

#[test]
fn a_server_that_cannot_be_reached_is_named_without_its_password() {
    let folder = Folder::new();
    let url = "postgres://ada:s3cret@127.0.0.1:1/metrics?connect_timeout=2";
    let done = folder.run(&format!("migrations status --database-url {url}"));
    done.failed(1, &["postgres://ada@127.0.0.1:1/metrics", "--database-url"])
        .keeps_quiet_about("s3cret");
    let settings = folder
        .run(&format!("config --json --database-url {url}"))
        .ok();
    let document = settings.document();
    let shown = &document["settings"][0];
    assert_eq!(
        shown["value"],
        "postgres://ada@127.0.0.1:1/metrics?connect_timeout=2"
    );
    settings.keeps_quiet_about("s3cret");
}

#[test]
fn a_server_that_must_speak_tls_names_what_to_build() {
    let url = "postgres://ada:s3cret@db/metrics?sslmode=verify-full";
    Folder::new()
        .run(&format!("migrations status --database-url {url}"))
        .failed(2, &["sslmode=verify-full", "--features postgres-tls"])
        .keeps_quiet_about("s3cret");
}
