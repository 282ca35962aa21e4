//! A word that is gone has one successor.

use metrics_runtime::DimensionValue;

#[derive(DimensionValue)]
enum Transport {
    #[dimension(renamed_from = "http")]
    Stdio,
    Http,
    #[dimension(renamed_from("sse", "pipe"))]
    Stream,
    #[dimension(renamed_from = "sse")]
    Socket,
    #[dimension(renamed_from())]
    Carrier,
    #[dimension(renamed_from("pigeon", 5))]
    Post,
    #[dimension(renamed_from)]
    Other,
}

fn main() {}
