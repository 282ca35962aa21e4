//! Where spans are sent.

use std::fmt;

use super::kinds::Setting;

/// A collector of spans, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(Option<String>);

impl Endpoint {
    /// The variable that programs of all kinds take it from.
    pub const STANDARD: &'static str = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// Its address, without the path that says what is sent.
    #[must_use]
    pub fn get(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl Setting for Endpoint {
    fn read(text: &str) -> Result<Self, String> {
        let address = text
            .strip_prefix("http://")
            .map(|rest| rest.trim_end_matches('/'));
        match address {
            None if text.is_empty() => Ok(Self(None)),
            Some(address) if !address.is_empty() && cfg!(feature = "otlp") => {
                Ok(Self(Some(format!("http://{address}"))))
            }
            Some(_) if cfg!(not(feature = "otlp")) => {
                Err("needs a program that was built with --features otlp".to_owned())
            }
            _ => Err(format!(
                "{text:?} is not the address of a collector, such as http://localhost:4318; one that wants TLS is \
                 reached through a collector beside this process"
            )),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.get().unwrap_or_default())
    }
}
