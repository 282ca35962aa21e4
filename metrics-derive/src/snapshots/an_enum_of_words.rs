#[derive(DimensionValue)]
pub enum Transport {
    Stdio,
    #[dimension(renamed_from("http", "https"))]
    StreamableHttp,
    #[dimension(rename = "server-sent events", renamed_from = "sse")]
    Sse,
}

// ---- expands to ----

#[automatically_derived]
impl ::metrics_runtime::DimensionValue for Transport {
    const KIND: ::metrics_runtime::DimensionKind = ::metrics_runtime::DimensionKind::Enum(
        &["stdio", "streamable_http", "server-sent events"],
    );
    const FORMER_WORDS: &'static [(
        &'static ::core::primitive::str,
        &'static ::core::primitive::str,
    )] = &[
        ("http", "streamable_http"),
        ("https", "streamable_http"),
        ("sse", "server-sent events"),
    ];
    fn to_value(&self) -> ::metrics_runtime::Value<'_> {
        ::metrics_runtime::Value::Text(
            ::core::convert::From::from(
                match self {
                    Self::Stdio => "stdio",
                    Self::StreamableHttp => "streamable_http",
                    Self::Sse => "server-sent events",
                },
            ),
        )
    }
}
