#[derive(DimensionValue)]
pub enum Transport<T> {
    Stdio,
    Http(T),
}

// ---- expands to ----

::core::compile_error! {
    "a dimension value cannot be generic: write a type for each use"
}
::core::compile_error! {
    "`Http` carries data, which a word cannot: remove the fields, and make them dimensions of their own"
}
#[automatically_derived]
impl<T> ::metrics_runtime::DimensionValue for Transport<T> {
    const KIND: ::metrics_runtime::DimensionKind = ::metrics_runtime::DimensionKind::Text;
    fn to_value(&self) -> ::metrics_runtime::Value<'_> {
        ::metrics_runtime::Value::Integer(0)
    }
}
