//! What can be a dimension, and how it is stored.

use metrics_runtime::{DimensionKind, DimensionValue, TimeSeriesMetric, Value};

#[derive(DimensionValue)]
enum Transport {
    Stdio,
    StreamableHttp,
    #[dimension(rename = "server-sent events", renamed_from("sse", "events"))]
    Sse,
    #[dimension(renamed_from = "kind")]
    r#Type,
}

#[derive(DimensionValue)]
struct Region(String);

#[derive(DimensionValue)]
struct Port {
    number: u16,
}

/// A newtype of a newtype.
#[derive(DimensionValue)]
struct Via(Transport);

type Zone = Region;

fn text(value: &str) -> Value<'_> {
    Value::Text(value.into())
}

#[test]
fn an_enum_is_stored_as_words() {
    let words = &["stdio", "streamable_http", "server-sent events", "type"];
    assert_eq!(Transport::KIND, DimensionKind::Enum(words));
    assert_eq!(Transport::Stdio.to_value(), text("stdio"));
    assert_eq!(
        Transport::StreamableHttp.to_value(),
        text("streamable_http")
    );
    assert_eq!(Transport::Sse.to_value(), text("server-sent events"));
    assert_eq!(Transport::Type.to_value(), text("type"));
}

#[test]
fn an_enum_says_which_words_have_taken_over_from_others() {
    let former = [
        ("sse", "server-sent events"),
        ("events", "server-sent events"),
        ("kind", "type"),
    ];
    assert_eq!(Transport::FORMER_WORDS, former);
    assert_eq!(Via::FORMER_WORDS, former, "so does a newtype of it");
    assert_eq!(Region::FORMER_WORDS, []);
}

#[test]
fn a_newtype_is_stored_as_what_it_wraps() {
    assert_eq!(Region::KIND, DimensionKind::Text);
    assert_eq!(Region("eu".to_owned()).to_value(), text("eu"));
    assert_eq!(Port::KIND, DimensionKind::Integer);
    assert_eq!(Port { number: 80 }.to_value(), Value::Integer(80));
    assert_eq!(Via::KIND, Transport::KIND);
    assert_eq!(Via(Transport::Sse).to_value(), text("server-sent events"));
}

/// Every kind of dimension.
#[derive(TimeSeriesMetric)]
struct Everything {
    #[dimension]
    transport: Transport,
    #[dimension(max_len = 12)]
    zone: Zone,
    #[dimension]
    port: self::Port,
    #[dimension]
    via: Via,
    #[dimension]
    shared: std::sync::Arc<str>,
    #[dimension]
    fixed: &'static str,
    #[dimension]
    secure: bool,
    #[counter]
    count: u64,
}

#[test]
fn a_trait_bound_decides_so_aliases_and_paths_are_dimensions_too() {
    let dimensions = Everything::SCHEMA.dimensions.iter();
    let kinds: Vec<_> = dimensions.map(|dimension| dimension.kind).collect();
    assert_eq!(
        kinds,
        [
            Transport::KIND,
            DimensionKind::Text,
            DimensionKind::Integer,
            Transport::KIND,
            DimensionKind::Text,
            DimensionKind::Text,
            DimensionKind::Boolean,
        ]
    );
    assert_eq!(Everything::SCHEMA.dimensions[1].max_len, 12);
}
