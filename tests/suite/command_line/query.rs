//! `query`: tables for people, documents for programs, and mistakes told by their flags.

use super::{Folder, csv};

const HOUR: &str = "--start 2023-11-14T22:00:00Z --end 2023-11-14T23:00:00Z";

fn with_flights() -> Folder {
    let folder = Folder::new();
    folder.write(
        "flights.csv",
        csv(&[
            "2023-11-14T22:13:20Z,AA,JFK,BOS,1200,3",
            "2023-11-14T22:40:00Z,AA,LGA,BOS,5,0",
            "2023-11-14T22:40:00Z,BB,JFK,SFO,7000,9",
        ]),
    );
    folder.run("import flight_departures flights.csv").ok();
    folder
}

#[test]
fn a_table_has_grouped_digits_a_summary_and_a_drawing_and_no_colour_in_a_pipe() {
    let folder = with_flights();
    let shown = folder
        .run(&format!("query flight_departures {HOUR} --interval 15m"))
        .ok()
        .stdout;
    for part in [
        "TIME (UTC)",
        "2023-11-14 22:00",
        "1,200",
        "7,005",
        "8,205",
        "·",
    ] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    assert!(!shown.contains('\x1b'));
}

#[test]
fn filters_of_one_dimension_widen_each_other_and_those_of_several_narrow() {
    let folder = with_flights();
    let total = |filter| super::total(&folder, "departures", filter);
    assert_eq!(total(""), 8_205);
    assert_eq!(total("--filter carrier=AA"), 1_205);
    assert_eq!(total("--filter carrier=AA --filter carrier=BB"), 8_205);
    assert_eq!(total("--filter carrier=AA --filter origin=JFK"), 1_200);
    assert_eq!(total("--filter carrier=ZZ"), 0);
}

#[test]
fn a_document_is_the_data_of_a_response() {
    let folder = with_flights();
    let series = folder.json(&format!(
        "query flight_departures {HOUR} --filter carrier=AA"
    ));
    assert_eq!(series["metric_type"], "flight_departures");
    assert_eq!(series["time_range"]["interval"], "1h");
    assert_eq!(series["filters"]["carrier"], "AA");
    assert_eq!(
        series["buckets"][0]["timestamp"],
        "2023-11-14T22:00:00.000Z"
    );
    assert_eq!(series["buckets"][0]["departures"], 1_205);
    assert_eq!(series["summary"]["peak_departures"], 1_205);
}

#[test]
fn groups_come_largest_first_and_without_those_that_have_nothing() {
    let folder = with_flights();
    let groups = |arguments: &str| {
        let document = folder.json(&format!("query flight_departures {HOUR} {arguments}"));
        let groups = document["groups"].as_array().expect("a list").clone();
        let shown = groups.iter().map(|group| {
            let total = &group["summary"]["total_departures"];
            let name = group["value"].as_str().or(group["kind"].as_str());
            format!("{} {total}", name.expect("a name"))
        });
        shown.collect::<Vec<_>>()
    };
    assert_eq!(groups("--group-by carrier"), ["BB 7000", "AA 1205"]);
    assert_eq!(
        groups("--group-by origin --filter carrier=AA"),
        ["JFK 1200", "LGA 5"]
    );
    assert_eq!(groups("--group-by dest --filter dest=BOS"), ["BOS 1205"]);
    assert_eq!(groups("--group-by dest --filter carrier=ZZ"), [""; 0]);
    assert_eq!(
        groups("--group-by carrier --top 1"),
        ["BB 7000", "other 1205"]
    );
    let shown = folder
        .run(&format!(
            "query flight_departures {HOUR} --group-by carrier"
        ))
        .ok()
        .stdout;
    assert!(
        shown.contains("CARRIER") && shown.contains("7,000"),
        "{shown}"
    );
}

#[test]
fn a_comparison_tells_what_the_range_before_came_to() {
    let folder = with_flights();
    let later = "--start 2023-11-14T23:00:00Z --end 2023-11-15T00:00:00Z";
    let shown = |arguments: &str| {
        let query = format!("query flight_departures {arguments} --compare");
        folder.run(&query).ok().stdout
    };
    let now = shown(later);
    for part in [
        "Compared with 2023-11-14 22:00 to 2023-11-14 23:00 UTC",
        "8,205",
        "-8,205",
        "-100.0 %",
    ] {
        assert!(now.contains(part), "{part} is not in {now}");
    }
    assert!(shown(&format!("{later} --group-by carrier")).contains("-8,205"));
    let first = shown(&format!("{HOUR} --group-by carrier"));
    assert!(first.contains("+8,205"), "{first}");
    let gone = folder.run("query server_installations --range 20d --compare");
    let gone = gone.ok().stdout;
    assert!(gone.contains("nothing to compare with"), "{gone}");
    let document = folder.json(&format!("query flight_departures {later} --compare"));
    let change = &document["previous"]["change"]["departures"];
    assert_eq!(change["absolute"], -8_205);
}

#[test]
fn a_bucket_that_is_not_final_is_marked() {
    let folder = with_flights();
    let past = folder.run(&format!("query flight_departures {HOUR}")).ok();
    assert!(!past.stdout.contains('*'), "{}", past.stdout);
    let now = folder.run("query flight_departures --range 1h").ok().stdout;
    assert!(now.contains(" *") && now.contains("* not final"), "{now}");
}

#[test]
fn a_metric_without_rows_is_zeros() {
    let folder = Folder::new();
    let series = folder.json("query server_installations --range 3h");
    assert_eq!(series["summary"]["total_installation_count"], 0);
    folder
        .run("query server_installations --group-by server_id")
        .ok();
}

#[test]
fn mistakes_are_told_by_their_flags_before_a_database_is_made() {
    let folder = Folder::new();
    let fails = |arguments: &str, parts: &[&str]| {
        folder.run(&format!("query {arguments}")).failed(2, parts);
    };
    fails(
        "nothing",
        &["\"nothing\"", "flight_departures", "server_installations"],
    );
    fails(
        "flight_departures --range 3x",
        &["--range", "\"3x\"", "24h"],
    );
    fails(
        "flight_departures --interval 7m",
        &["--interval", "'7m'", "15m"],
    );
    fails(
        "flight_departures --filter tail=N1",
        &["--filter tail", "carrier, origin, dest"],
    );
    fails(
        "flight_departures --filter carrier",
        &["--filter", "equals sign"],
    );
    fails(
        "flight_departures --filter carrier=TOO-LONG-A-CODE",
        &["--filter carrier", "8"],
    );
    fails(
        "flight_departures --group-by tail",
        &["--group-by", "carrier, origin, dest"],
    );
    fails(
        "flight_departures --group-by carrier --top 0",
        &["--top", "1 to 100"],
    );
    fails(
        "flight_departures --interval 1d --tz Mars/Olympus",
        &["--tz", "Europe/Berlin"],
    );
    fails(
        "flight_departures --start yesterday",
        &["--start", "RFC 3339"],
    );
    fails("flight_departures --end 2023-11-14T22:00:00Z", &["--start"]);
    fails(
        "flight_departures --range 1h --start 2023-11-14T22:00:00Z",
        &["--range", "--start"],
    );
    let backwards = "--start 2023-11-14T22:00:00Z --end 2023-11-14T21:00:00Z";
    fails(
        &format!("flight_departures {backwards}"),
        &["--start", "before end"],
    );
    assert!(!folder.path().join("metrics.db").exists());
}

#[test]
fn a_range_that_asks_for_too_much_says_what_would_do() {
    let folder = Folder::new();
    folder
        .run("query flight_departures --range 2000d")
        .failed(2, &["--interval", "interval 1d would do"]);
    folder
        .run("query mcp_client_activity --range 30d")
        .failed(2, &["--range", "3 days"]);
}
