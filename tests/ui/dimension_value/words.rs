//! Every variant has a word of its own.

use metrics_runtime::DimensionValue;

#[derive(DimensionValue)]
enum Transport {
    Stdio,
    #[dimension(rename = "stdio")]
    Pipe,
    StreamableHTTP,
    StreamableHttp,
    #[dimension(rename = "")]
    Unknown,
    #[dimension(renamed = "x", rename)]
    Sse,
}

#[derive(DimensionValue)]
#[dimension(rename = "region", crat = ::metrics_runtime)]
struct Region(#[dimension(rename = "x")] String);

fn main() {}
