#[derive(DimensionValue)]
#[dimension(crate = ::renamed)]
pub struct Region {
    name: String,
}

// ---- expands to ----

#[automatically_derived]
impl ::renamed::DimensionValue for Region {
    const KIND: ::renamed::DimensionKind = <String as ::renamed::DimensionValue>::KIND;
    fn to_value(&self) -> ::renamed::Value<'_> {
        <String as ::renamed::DimensionValue>::to_value(&self.name)
    }
}
