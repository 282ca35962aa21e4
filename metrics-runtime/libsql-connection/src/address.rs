//! Where a server is, and what it lets us in by.

use std::fmt;

/// The server and the token, from `libsql://HOST`, `https://HOST` or `http://HOST`, with `?authToken=TOKEN` if there
/// is one.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Without a slash at its end.
    base: String,
    token: Option<String>,
}

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidAddress {
    /// It has another scheme, or none.
    Scheme,
    /// It names no host.
    Host,
    /// It has a parameter other than `authToken`.
    Parameter,
    /// It has a user or a password.
    Credentials,
}

impl fmt::Display for InvalidAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Scheme => "it begins with none of libsql://, https:// and http://",
            Self::Host => "it names no host",
            Self::Parameter => "it has a parameter other than authToken",
            Self::Credentials => "it has a user or a password, where libSQL takes a token",
        })
    }
}

impl std::error::Error for InvalidAddress {}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn read(text: &str) -> Result<Self, InvalidAddress> {
        let (address, parameters) = text.split_once('?').unwrap_or((text, ""));
        let (scheme, rest) = address.split_once("://").ok_or(InvalidAddress::Scheme)?;
        let scheme = match scheme {
            "libsql" | "https" => "https",
            "http" => "http",
            _ => return Err(InvalidAddress::Scheme),
        };
        let rest = rest.trim_end_matches('/');
        let host = rest.split('/').next().unwrap_or_default();
        if host.is_empty() || host.starts_with(':') {
            return Err(InvalidAddress::Host);
        }
        if host.contains('@') {
            return Err(InvalidAddress::Credentials);
        }
        let base = format!("{scheme}://{rest}");
        let token = token(parameters)?;
        Ok(Self { base, token })
    }

    /// The same, let in by `token`.
    #[must_use]
    pub fn with_token(self, token: &str) -> Self {
        let token = Some(token.to_owned());
        Self { token, ..self }
    }

    /// As [`LibsqlConnection`](crate::LibsqlConnection) is established by: with the token.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.token {
            Some(token) => format!("{}?authToken={token}", self.base),
            None => self.base.clone(),
        }
    }

    /// Whether it has a token.
    #[must_use]
    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Whether somebody between this machine and the server could read along.
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        let Some(rest) = self.base.strip_prefix("http://") else {
            return false;
        };
        let host = rest.split('/').next().unwrap_or_default();
        let name = match host.strip_prefix('[') {
            Some(v6) => v6.split(']').next(),
            None => host.split(':').next(),
        };
        !matches!(name, Some("localhost" | "::1")) && !host.starts_with("127.")
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }
}

/// The token stays out of logs and messages.
impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.base)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

fn token(parameters: &str) -> Result<Option<String>, InvalidAddress> {
    let mut token = None;
    for parameter in parameters.split('&').filter(|text| !text.is_empty()) {
        match parameter.split_once('=') {
            Some(("authToken", value)) => token = Some(value.to_owned()),
            _ => return Err(InvalidAddress::Parameter),
        }
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::{Address, InvalidAddress};

    #[test]
    fn libsql_stands_for_https_and_the_token_is_never_shown() {
        let address = Address::read("libsql://db-org.turso.io/?authToken=s3cret").unwrap();
        assert_eq!(address.base(), "https://db-org.turso.io");
        assert_eq!(address.token(), Some("s3cret"));
        assert!(!format!("{address} {address:?}").contains("s3cret"));
        assert_eq!(Address::read(&address.url()), Ok(address));
    }

    #[test]
    fn only_plain_http_to_another_machine_is_exposed() {
        for (url, exposed) in [
            ("http://127.0.0.1:8080", false),
            ("http://localhost", false),
            ("http://[::1]:8080", false),
            ("libsql://example.com", false),
            ("http://example.com:8080", true),
            ("http://localhost.example.com", true),
        ] {
            assert_eq!(Address::read(url).unwrap().is_exposed(), exposed, "{url}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_a_reason() {
        for (text, reason) in [
            ("db.turso.io", InvalidAddress::Scheme),
            ("ws://db.turso.io", InvalidAddress::Scheme),
            ("libsql://", InvalidAddress::Host),
            ("http://:8080", InvalidAddress::Host),
            ("http://h?tls=0", InvalidAddress::Parameter),
            ("http://me:pw@h", InvalidAddress::Credentials),
        ] {
            assert_eq!(Address::read(text), Err(reason), "{text}");
        }
    }
}
