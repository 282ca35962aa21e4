#[derive(DimensionValue)]
pub enum Transport {
    Stdio,
    StreamableHttp,
    #[dimension(rename = "server-sent events")]
    Sse,
}

// ---- expands to ----

#[automatically_derived]
impl ::metrics_runtime::DimensionValue for Transport {
    const KIND: ::metrics_runtime::DimensionKind = ::metrics_runtime::DimensionKind::Enum(
        &["stdio", "streamable_http", "server-sent events"],
    );
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
