#[derive(DimensionValue)]
#[dimension(crate = ::renamed)]
pub struct Region {
    name: String,
}

// ---- expands to ----

#[automatically_derived]
impl ::renamed::DimensionValue for Region {
    const KIND: ::renamed::DimensionKind = <String as ::renamed::DimensionValue>::KIND;
    const FORMER_WORDS: &'static [(
        &'static ::core::primitive::str,
        &'static ::core::primitive::str,
    )] = <String as ::renamed::DimensionValue>::FORMER_WORDS;
    fn to_value(&self) -> ::renamed::Value<'_> {
        <String as ::renamed::DimensionValue>::to_value(&self.name)
    }
}
