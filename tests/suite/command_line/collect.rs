//! `app collect`: the keys of satellites, counted from the application's own table, also when it is killed at any point.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use chrono::{DateTime, NaiveTime, SecondsFormat, TimeDelta, Utc};
use serde_json::Value;

use super::{Folder, binary};

/// The steps of counting a window, then the one that a recount has besides.
const POINTS: [&str; 4] = ["collecting", "moved", "counted", "collected"];
const POINT_OF_A_RECOUNT: &str = "emptied";

/// A folder with a team.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.json("teams add --name web --id web");
    folder
}

/// Gives keys, so many hours ago.
fn give(folder: &Folder, keys: usize, hours: i64) {
    give_at(folder, keys, Utc::now() - TimeDelta::hours(hours));
}

/// Gives keys, at a moment that lies behind.
fn give_at(folder: &Folder, keys: usize, moment: DateTime<Utc>) {
    for _ in 0..keys {
        folder.json("keys add --satellite sat --team web");
    }
    folder.json("keys add --satellite everywhere");
    folder.sql(&format!(
        "UPDATE satellite_keys SET created_at = {} WHERE created_at > {}",
        moment.timestamp(),
        Utc::now().timestamp() - 600
    ));
}

/// How many keys were given and revoked, which every interval must agree on.
fn counted(folder: &Folder) -> [Value; 2] {
    let of = |interval: &str| {
        let query = format!("query satellite_keys --range 7d --interval {interval}");
        let summary = folder.json(&query)["summary"].clone();
        ["total_given_count", "total_revoked_count"].map(|total| summary[total].clone())
    };
    let [quarters, hours, days] = ["15m", "1h", "1d"].map(of);
    assert_eq!((&quarters, &quarters), (&hours, &days));
    quarters
}

/// Runs a command until it stops at a fault point, and kills it there. `./test` builds the program with the feature
/// `fault-points`.
fn kill_at(folder: &Folder, point: &str, arguments: &str) {
    let mut process = Command::new(binary())
        .args(arguments.split_whitespace())
        .current_dir(folder.path())
        .env_clear()
        .env("DATABASE_URL", folder.url())
        .env("METRICS_FAULT_POINT", point)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let stderr = BufReader::new(process.stderr.take().expect("it is piped"));
    let stopped = stderr
        .lines()
        .map_while(Result::ok)
        .any(|line| line.contains("stopped at the fault point"));
    assert!(stopped, "{arguments} stops when it has {point}");
    process.kill().expect("it is parked");
    process.wait().expect("it ends");
}

#[test]
fn counts_are_exact_after_a_kill_between_each_two_steps() {
    for point in POINTS {
        let folder = folder();
        give(&folder, 2, 30);
        give(&folder, 1, 5);
        for _ in 0..2 {
            kill_at(&folder, point, "collect satellite_keys");
        }
        folder.json("collect satellite_keys");
        assert_eq!(counted(&folder)[0], 3, "after two kills at {point}");
    }
}

#[test]
fn a_recount_is_exact_after_a_kill_between_each_two_steps() {
    let folder = folder();
    give(&folder, 3, 5);
    folder.json("collect");
    // Each day is counted in a transaction of its own: all that is counted anew lies in the first.
    let noon = (Utc::now() - TimeDelta::days(1)).date_naive();
    let noon = noon.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(12);
    for (round, point) in (1..).zip(POINTS.into_iter().chain([POINT_OF_A_RECOUNT])) {
        give_at(&folder, 1, noon);
        let from = noon.to_rfc3339_opts(SecondsFormat::Secs, true);
        let recount = format!("collect satellite_keys --from {from}");
        kill_at(&folder, point, &recount);
        let counted_then = counted(&folder)[0].as_i64().expect("a number");
        let done = i64::from(point == "collected");
        assert_eq!(counted_then, 2 + round + done, "all or nothing at {point}");
        folder.json(&recount);
        assert_eq!(counted(&folder)[0], 3 + round, "after a kill at {point}");
    }
}

fn hours_ago(hours: i64) -> String {
    let moment = Utc::now() - TimeDelta::hours(hours);
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[test]
fn keys_are_counted_when_they_were_given_and_revoked() {
    let folder = folder();
    give(&folder, 3, 5);
    folder.sql("UPDATE satellite_keys SET revoked_at = created_at + 3600 WHERE id = (SELECT min(id) FROM satellite_keys WHERE satellite_id = 'sat')");
    let document = folder.json("collect");
    let report = &document["metrics"][0];
    assert_eq!(
        (&report["metric"], &report["events"]),
        (&"satellite_keys".into(), &4.into())
    );
    assert_eq!(report["to"], report["collected_until"]);
    assert_eq!(counted(&folder), [3, 1], "those of no team are left out");
    let again = folder.run("collect").ok().stdout;
    assert!(
        again.contains("COLLECTED UNTIL (UTC)") && again.contains("satellite_keys  -"),
        "{again}"
    );
}

#[test]
fn what_was_counted_goes_with_the_team_and_stays_when_keys_are_gone() {
    let folder = folder();
    folder.json("teams add --name api --id api");
    folder.json("keys add --satellite sat --team api");
    give(&folder, 2, 5);
    folder.json("collect");
    folder.sql("DELETE FROM satellite_keys WHERE team_id = 'web'");
    assert_eq!(counted(&folder)[0], 3);
    folder.sql("DELETE FROM teams WHERE id = 'web'");
    assert_eq!(counted(&folder)[0], 1);
}

#[test]
fn mistakes_are_told_with_their_flag() {
    let folder = folder();
    let fails = |arguments: &str, parts: &[&str]| {
        folder.run(arguments).failed(2, parts);
    };
    fails("collect nothing", &["there is no metric \"nothing\""]);
    fails(
        "collect server_installations",
        &["METRIC: server_installations is recorded, and not collected"],
    );
    fails("collect --from 2026-01-01T00:00:00Z", &["METRIC"]);
    fails(
        "collect satellite_keys --to 2026-01-01T00:00:00Z",
        &["--from"],
    );
    fails("collect satellite_keys --from yesterday", &["RFC 3339"]);
    let backwards = "--from 2026-01-02T00:00:00Z --to 2026-01-01T00:00:00Z";
    fails(
        &format!("collect satellite_keys {backwards}"),
        &["--from: it must be before --to"],
    );
    folder
        .run(&format!("collect satellite_keys --from {}", hours_ago(2)))
        .failed(
            1,
            &["is not collected yet: run `app collect satellite_keys` first"],
        );
    folder.json("collect");
    let ahead = format!(
        "collect satellite_keys --from {} --to {}",
        hours_ago(2),
        hours_ago(-1)
    );
    folder
        .run(&ahead)
        .failed(1, &["satellite_keys: it is collected up to"]);
}

#[test]
fn the_key_of_a_satellite_cannot_report_them() {
    let folder = folder();
    folder.write(
        "keys.csv",
        "timestamp,team_id,satellite_id,given_count\n2026-11-23T00:00:00Z,web,sat,1\n",
    );
    folder
        .run("import satellite_keys keys.csv")
        .failed(1, &["satellite_keys is counted by its collector"]);
}
