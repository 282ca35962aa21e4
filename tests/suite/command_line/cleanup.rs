//! `cleanup`: what is past its retention, counted or deleted.

use chrono::Utc;
use serde_json::Value;

use super::Folder;

/// Activity of now and, by moving it, of a week ago: three days are kept.
fn with_old_activity() -> Folder {
    let folder = Folder::new();
    folder
        .run("users add --email ann@example.com --id ann")
        .ok();
    folder.run("teams add --name One --id one").ok();
    let now = Utc::now().timestamp();
    folder.write(
        "activity.csv",
        format!(
            "timestamp,user_id,team_id,satellite_id,auth_identifier,request_count\n{now},ann,one,s,key,5\n"
        ),
    );
    folder.run("import mcp_client_activity activity.csv").ok();
    folder.sql(
        "UPDATE mcp_client_activity_metrics SET bucket_timestamp = bucket_timestamp - 7 * 86400",
    );
    folder.run("import mcp_client_activity activity.csv").ok();
    folder
}

fn rows(document: &Value) -> Vec<u64> {
    let metrics = document["metrics"].as_array().expect("a list");
    let intervals = metrics
        .iter()
        .flat_map(|metric| metric["intervals"].as_array().expect("a list"));
    intervals
        .map(|interval| interval["rows"].as_u64().expect("a number"))
        .collect()
}

#[test]
fn a_dry_run_counts_what_the_next_run_deletes_once() {
    let folder = with_old_activity();
    let dry = folder.json("cleanup mcp_client_activity --dry-run");
    assert_eq!(
        (&dry["dry_run"], rows(&dry)),
        (&Value::Bool(true), vec![1, 1])
    );
    assert_eq!(
        rows(&folder.json("cleanup mcp_client_activity --dry-run")),
        [1, 1]
    );
    assert_eq!(rows(&folder.json("cleanup mcp_client_activity")), [1, 1]);
    assert_eq!(rows(&folder.json("cleanup mcp_client_activity")), [0, 0]);
    let kept = folder.json("query mcp_client_activity --range 2h");
    assert_eq!(kept["summary"]["total_request_count"], 5);
}

#[test]
fn without_a_metric_all_are_cleaned_and_the_table_names_each() {
    let folder = with_old_activity();
    let shown = folder.run("cleanup").ok().stdout;
    for part in [
        "KEPT FROM (UTC)",
        "flight_departures",
        "server_installations",
        "Deleted 2 rows.",
    ] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    let again = folder.run("cleanup").ok().stdout;
    assert!(again.contains("Nothing is past its retention."), "{again}");
}

#[test]
fn one_row_is_one_row_in_words() {
    let folder = with_old_activity();
    let days_ago = Utc::now().timestamp() - 5 * 86_400;
    folder.sql(&format!(
        "DELETE FROM mcp_client_activity_metrics WHERE bucket_interval = 900 AND bucket_timestamp < {days_ago}"
    ));
    for (arguments, words) in [
        (
            "cleanup --dry-run",
            "1 row is past retention; nothing was deleted",
        ),
        ("cleanup", "Deleted 1 row."),
    ] {
        let shown = folder.run(arguments).ok().stdout;
        assert!(shown.contains(words), "{words} is not in {shown}");
    }
}

#[test]
fn an_unknown_metric_lists_those_there_are() {
    Folder::new()
        .run("cleanup nothing")
        .failed(2, &["\"nothing\"", "flight_departures"]);
}
