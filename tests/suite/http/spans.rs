//! Spans of requests, as a collector receives them by OTLP.

use crate::command_line::Folder;

#[cfg(feature = "otlp")]
mod exported;

#[cfg(not(feature = "otlp"))]
#[test]
fn a_program_without_the_exporter_says_what_it_lacks() {
    let folder = Folder::new();
    folder
        .run("config --otlp-endpoint http://localhost:4318")
        .failed(2, &["otlp-endpoint", "--features otlp"]);
}

#[test]
fn what_is_no_address_of_a_collector_is_refused() {
    let folder = Folder::new();
    for odd in ["localhost:4318", "https://localhost:4318", "http://"] {
        folder
            .run(&format!("config --otlp-endpoint {odd}"))
            .failed(2, &["otlp-endpoint"]);
    }
}
