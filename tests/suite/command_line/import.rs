//! `import`: what is counted, what is rejected, and what an import says before it writes anything.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Folder, csv, total};

const GOOD: &str = "2023-11-14T22:13:20Z,AA,JFK,BOS,1,10";

#[test]
fn bad_lines_are_rejected_by_number_and_the_rest_is_imported() {
    let folder = Folder::new();
    let lines = [
        GOOD,
        "",
        "tomorrow,AA,JFK,BOS,1,10",
        "2023-11-14T22:13:20Z,AA,JFK,BOS,-1,10",
        "2023-11-14T22:13:20Z,AA,JFK,BOS,1.5,10",
        "2023-11-14T22:13:20Z,AA,JFK",
        "nothing",
        "2023-11-14T22:13:20Z,\"AA,JFK,BOS,1,10",
        "2023-11-14T22:13:20Z,MUCH-TOO-LONG,JFK,BOS,1,10",
        "2123-11-14T22:13:20Z,AA,JFK,BOS,1,10",
        "1923-11-14T22:13:20Z,AA,JFK,BOS,1,10",
        "1700000000,\"AA\",JFK,BOS,1,",
    ];
    folder.write("flights.csv", csv(&lines));
    let expected = [
        "line 4: timestamp \"tomorrow\"",
        "line 5: departures: a counter cannot be negative",
        "line 6: departures: a counter is a whole number",
        "line 7: the line has 3 values, the header has 6 columns",
        "line 8: the line has 1 value, the header has 6 columns",
        "line 9: a quote is opened and not closed",
        "line 10: carrier: the value has 13 characters",
        "line 11: timestamp",
        "line 12: timestamp is older",
        "9 lines were rejected",
    ];
    folder
        .run("import flight_departures flights.csv")
        .failed(1, &expected);
    assert_eq!(total(&folder, "departures", ""), 2);
    assert_eq!(total(&folder, "miles", ""), 10);
}

#[test]
fn a_document_names_every_rejected_line_and_is_the_only_thing_on_standard_output() {
    let folder = Folder::new();
    let bad = ["never,AA,JFK,BOS,1,10"; 150];
    folder.write("flights.csv", csv(&[&[GOOD], bad.as_slice()].concat()));
    let done = folder
        .run("import flight_departures flights.csv --json")
        .failed(1, &["150 lines"]);
    let document = done.document();
    assert_eq!(document["imported"], 1);
    assert_eq!(document["rejected"], 150);
    assert_eq!(document["lines"], 151);
    let rejected = document["rejected_lines"].as_array().expect("a list");
    assert_eq!(rejected.len(), 150);
    assert_eq!(rejected[149]["line"], 152);
    assert_eq!(rejected[149]["reason"], "invalid_timestamp");
    folder
        .run("import flight_departures flights.csv")
        .failed(1, &["line 102:", "50 more lines", "--json"]);
}

#[test]
fn a_quoted_value_may_run_over_several_lines() {
    let folder = Folder::new();
    let header = "timestamp,carrier,origin,dest,departures,comment\r\n";
    let lines = "1700000000,AA,JFK,BOS,1,\"late,\r\n\r\nvery \"\"late\"\"\"\r\nx,AA,JFK,BOS,1,\r\n";
    folder.write("flights.csv", format!("\u{feff}{header}{lines}"));
    folder.run("import flight_departures flights.csv").failed(
        1,
        &[
            "line 5: timestamp \"x\"",
            "columns comment: they were ignored",
            "miles",
        ],
    );
    assert_eq!(total(&folder, "departures", ""), 1);
}

#[test]
fn columns_that_do_not_fit_are_an_error_before_a_database_is_made() {
    let folder = Folder::new();
    folder.write("flights.csv", csv(&[GOOD]));
    folder.write("twice.csv", "timestamp,carrier,carrier,origin,dest,miles\n");
    folder.write("undivided.csv", "timestamp;carrier;origin;dest\n");
    folder.write("nothing.csv", "");
    folder.write("no_dest.csv", "timestamp,carrier,origin,miles\n");
    folder.write("no_measure.csv", "timestamp,carrier,origin,dest\n");
    let fails = |arguments: &str, parts: &[&str]| {
        folder
            .run(&format!("import flight_departures {arguments}"))
            .failed(2, parts);
    };
    fails(
        "flights.csv --time-column at",
        &["--time-column", "\"at\"", "carrier"],
    );
    fails(
        "flights.csv --map tail=carrier",
        &["--map tail=carrier", "delay_minutes"],
    );
    fails(
        "flights.csv --map timestamp=at",
        &["--map timestamp=at", "--time-column"],
    );
    fails(
        "flights.csv --map miles=length",
        &["--map miles=length", "\"length\""],
    );
    fails(
        "flights.csv --map miles=a --map miles=b",
        &["--map miles=b", "once"],
    );
    fails("flights.csv --map miles", &["--map", "equals sign"]);
    fails("flights.csv --batch-id=", &["--batch-id"]);
    fails("twice.csv", &["\"carrier\" twice"]);
    fails("undivided.csv", &["timestamp;carrier;origin;dest"]);
    fails("nothing.csv", &["does not name columns"]);
    fails("no_dest.csv", &["the dimension dest", "--map dest=COLUMN"]);
    fails("no_measure.csv", &["any measure", "departures"]);
    fails("flights", &["--format", "ndjson"]);
    fails("-", &["--format"]);
    fails("flights.csv --format xml", &["--format", "ndjson"]);
    folder
        .run("import nothing flights.csv")
        .failed(2, &["\"nothing\"", "flight_departures"]);
    folder
        .run("import flight_departures none.csv")
        .failed(1, &["none.csv"]);
    assert!(!folder.path().join("metrics.db").exists());
}

#[test]
fn fields_are_read_from_the_columns_that_they_are_mapped_to() {
    let folder = Folder::new();
    folder.write(
        "other.csv",
        "at,airline,origin,dest,n\n1700000000,AA,JFK,BOS,7\n",
    );
    folder
        .run("import flight_departures other.csv --time-column at --map carrier=airline --map miles=n")
        .ok()
        .said(&["departures", "counted as 0"]);
    assert_eq!(total(&folder, "miles", "--filter carrier=AA"), 7);
}

#[test]
fn objects_on_lines_are_read_with_the_same_mapping() {
    let folder = Folder::new();
    let lines = [
        r#"{"at":"2023-11-14T22:13:20Z","airline":"AA","origin":"JFK","dest":"BOS","miles":3,"tail":"N1"}"#,
        r#"{"at":1700000000,"airline":"AA","origin":"JFK","dest":"BOS","miles":4}"#,
        r#"{"at":1700000000,"airline":"AA","origin":"JFK","dest":"BOS","miles":4.5}"#,
        r#"{"at":1700000000,"airline":"AA","airline":"BB","origin":"JFK","dest":"BOS"}"#,
        r#"{"at":1700000000,"airline":"AA","origin":"JFK"}"#,
        r#"{"airline":"AA","origin":"JFK","dest":"BOS"}"#,
        "[1]",
        "{",
    ];
    let expected = [
        "line 3: miles",
        "line 4: carrier is given twice",
        "line 5: dest is missing",
        "line 6: at is missing",
        "line 7: not a JSON object",
        "line 8: not a JSON object",
        "columns tail: they were ignored",
    ];
    let arguments =
        "import flight_departures - --format ndjson --time-column at --map carrier=airline";
    let arguments: Vec<_> = arguments.split(' ').collect();
    folder
        .run_with(&arguments, &lines.join("\n"))
        .failed(1, &expected);
    assert_eq!(total(&folder, "miles", ""), 7);
}

#[test]
fn objects_without_a_needed_column_are_an_error_before_anything_is_written() {
    let folder = Folder::new();
    folder.write(
        "flights.ndjson",
        r#"{"timestamp":1700000000,"carrier":"AA","origin":"JFK","miles":1}"#,
    );
    folder
        .run("import flight_departures flights.ndjson")
        .failed(2, &["the dimension dest", "--map dest=COLUMN"]);
    folder
        .run("import flight_departures flights.ndjson --map dest=origin --map miles=length")
        .failed(2, &["--map miles=length"]);
    assert_eq!(total(&folder, "miles", ""), 0);
}

#[test]
fn gzip_is_recognised_whatever_the_file_is_called() {
    let folder = Folder::new();
    let mut zipped = GzEncoder::new(Vec::new(), Compression::default());
    zipped
        .write_all(csv(&[GOOD]).as_bytes())
        .expect("memory can be written to");
    let zipped = zipped.finish().expect("memory can be written to");
    for name in ["flights.csv", "flights.csv.gz"] {
        folder.write(name, &zipped);
        folder.run(&format!("import flight_departures {name}")).ok();
    }
    folder.write("cut.csv.gz", &zipped[..zipped.len() - 9]);
    folder
        .run("import flight_departures cut.csv.gz")
        .failed(1, &["nothing was imported", "cannot be read any further"]);
    assert_eq!(total(&folder, "departures", ""), 2);
}

#[test]
fn what_a_batch_id_stands_for_is_not_counted_again() {
    let folder = Folder::new();
    folder.write("flights.csv", csv(&[GOOD, "never,AA,JFK,BOS,1,10", GOOD]));
    let import = "import flight_departures flights.csv --batch-id monday --json";
    let first = folder
        .run(import)
        .failed(1, &["1 line was rejected"])
        .document();
    let second = folder
        .run(import)
        .failed(1, &["1 line was rejected"])
        .document();
    folder
        .run("import flight_departures flights.csv --batch-id monday")
        .failed(1, &["line 3: ", "when the batch id was first used"]);
    assert_eq!(
        (&first["imported"], &first["recorded_before"]),
        (&2.into(), &0.into())
    );
    assert_eq!(
        (&second["imported"], &second["recorded_before"]),
        (&0.into(), &2.into())
    );
    assert_eq!(first["rejected_lines"], second["rejected_lines"]);
    assert_eq!(total(&folder, "departures", ""), 2);
    folder
        .run("import flight_departures flights.csv --batch-id tuesday")
        .failed(1, &[]);
    assert_eq!(total(&folder, "departures", ""), 4);
}

#[test]
fn an_import_that_was_interrupted_goes_on_where_it_stopped() {
    let folder = Folder::new();
    let import = "import flight_departures flights.csv --batch-id all";
    folder.write("flights.csv", csv(&[GOOD; 10_000]));
    folder.run(import).ok();
    folder.write("flights.csv", csv(&[GOOD; 10_500]));
    let document = folder.json(import);
    assert_eq!(
        (&document["imported"], &document["recorded_before"]),
        (&500.into(), &10_000.into())
    );
    assert_eq!(total(&folder, "departures", ""), 10_500);
}

#[test]
fn a_file_that_has_changed_under_its_batch_id_is_refused() {
    let folder = Folder::new();
    folder.write("flights.csv", csv(&[GOOD; 3]));
    folder
        .run("import flight_departures flights.csv --batch-id all")
        .ok();
    folder.write("flights.csv", csv(&[GOOD; 5]));
    folder
        .run("import flight_departures flights.csv --batch-id all")
        .failed(
            1,
            &["--batch-id", "3 lines", "now has 5", "under another id"],
        );
    assert_eq!(total(&folder, "departures", ""), 3);
}

#[test]
fn nothing_is_counted_of_a_file_that_has_changed_under_its_batch_id_from_there_on() {
    let folder = Folder::new();
    let import = "import flight_departures flights.csv --batch-id all";
    folder.write("flights.csv", csv(&[GOOD; 100]));
    folder.run(import).ok();
    // Several chunks follow the one that has changed.
    folder.write("flights.csv", csv(&[GOOD; 45_000]));
    let refused = folder.run(import);
    refused.failed(
        1,
        &[
            "100 lines were recorded from line 2 on",
            "nothing more was counted",
        ],
    );
    assert_eq!(total(&folder, "departures", ""), 100);
}
