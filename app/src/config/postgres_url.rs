//! The address of a PostgreSQL server, in the form that libpq reads.

use std::fmt;
use std::net::IpAddr;

/// The values of `sslmode` that are not content without TLS.
const TLS_ONLY: [&str; 3] = ["require", "verify-ca", "verify-full"];

/// Parameters that hold a secret.
const SECRETS: [&str; 2] = ["password", "sslpassword"];

/// `postgres://user:password@host:port/database?parameter=value`. It shows itself without secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    text: String,
}

impl PostgresUrl {
    /// Reads a URL. What is wrong with it is said here, since libpq repeats the part that it stumbles over, which may
    /// be the password.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let url = Self {
            text: text.to_owned(),
        };
        let (address, parameters) = url.halves();
        let encoded = "a character such as @, /, : or % in a name or a password is written as %40, %2F, %3A or %25";
        let (authority, path) = address.split_once('/').unwrap_or((address, ""));
        if !has_sound_escapes(text)
            || authority.matches('@').count() > 1
            || path.contains(['@', '/'])
        {
            return Err(format!("this is no URL of a database: {encoded}"));
        }
        if !parameters.is_empty()
            && parameters
                .split('&')
                .any(|pair| pair.matches('=').count() != 1)
        {
            return Err("what follows the ? must be parameters, as in ?sslmode=prefer".to_owned());
        }
        url.check_tls()?;
        Ok(url)
    }

    /// The URL with parameters added that it does not have itself.
    #[must_use]
    pub fn with_defaults(
        &self,
        defaults: impl IntoIterator<Item = (&'static str, String)>,
    ) -> String {
        let mut text = self.text.clone();
        for (name, value) in defaults {
            if self.parameter(name).is_none() {
                let separator = if text.contains('?') { '&' } else { '?' };
                text.push_str(&format!("{separator}{name}={value}"));
            }
        }
        text
    }

    /// Whether every host is this machine: none, a socket, a loopback address, or `localhost`.
    #[must_use]
    pub fn is_local(&self) -> bool {
        let (address, _) = self.halves();
        let authority = address.split('/').next().unwrap_or_default();
        let hosts = authority.rsplit('@').next().unwrap_or_default();
        let named = self.parameter("host").unwrap_or(hosts);
        named.split(',').all(is_this_machine)
    }

    fn check_tls(&self) -> Result<(), String> {
        let mode = self.parameter("sslmode").unwrap_or_default();
        if cfg!(feature = "postgres-tls") || !TLS_ONLY.contains(&mode) {
            return Ok(());
        }
        Err(format!(
            "sslmode={mode} asks for TLS, which this program was built without: build it with \
             `cargo build --release --features postgres-tls`, which needs OpenSSL's headers, or connect through a \
             tunnel with sslmode=disable"
        ))
    }

    /// What comes before the `?`, without the scheme, and what comes after it.
    fn halves(&self) -> (&str, &str) {
        let (_, rest) = self.text.split_once("://").unwrap_or(("", &self.text));
        rest.split_once('?').unwrap_or((rest, ""))
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        let (_, parameters) = self.halves();
        let mut pairs = parameters
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs.find_map(|(key, value)| (key == name).then_some(value))
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, parameters) = self.halves();
        let scheme = self.text.split("://").next().unwrap_or_default();
        write!(formatter, "{scheme}://")?;
        match address.split_once('@') {
            Some((user, rest)) => {
                let user = user.split(':').next().unwrap_or_default();
                write!(formatter, "{user}@{rest}")?;
            }
            None => formatter.write_str(address)?,
        }
        let is_shown = |pair: &&str| !SECRETS.contains(&pair.split('=').next().unwrap_or_default());
        let mut separator = '?';
        for pair in parameters
            .split('&')
            .filter(|pair| !pair.is_empty())
            .filter(is_shown)
        {
            write!(formatter, "{separator}{pair}")?;
            separator = '&';
        }
        Ok(())
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Whether each `%` is followed by two hexadecimal digits that are not those of a NUL.
fn has_sound_escapes(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit) && digits != b"00")
    })
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let socket =
        name.is_empty() || name.starts_with('/') || name.to_ascii_lowercase().starts_with("%2f");
    let loopback = name
        .parse()
        .is_ok_and(|address: IpAddr| address.is_loopback());
    socket || loopback || name == "localhost"
}

#[cfg(test)]
mod tests {
    use super::PostgresUrl;

    fn url(text: &str) -> PostgresUrl {
        PostgresUrl::read(text).unwrap()
    }

    #[test]
    fn it_shows_itself_without_secrets() {
        for (given, shown) in [
            (
                "postgres://ada:s3@db:5432/metrics",
                "postgres://ada@db:5432/metrics",
            ),
            ("postgresql://ada@db/metrics", "postgresql://ada@db/metrics"),
            (
                "postgres:///metrics?host=/tmp&password=s3",
                "postgres:///metrics?host=/tmp",
            ),
            (
                "postgres://db/m?password=s3&sslmode=prefer&sslpassword=s3",
                "postgres://db/m?sslmode=prefer",
            ),
        ] {
            assert_eq!(url(given).to_string(), shown);
            assert_eq!(format!("{:?}", url(given)), shown);
        }
    }

    #[test]
    fn what_is_malformed_is_refused_without_being_repeated() {
        for odd in [
            "postgres://ada:s3@cret@db/metrics",
            "postgres://ada:s3/cret@db/metrics",
            "postgres://ada:s3%cret@db/metrics",
            "postgres://ada:s3%00@db/metrics",
            "postgres://ada:s3@db/metrics?sslmode",
        ] {
            let message = PostgresUrl::read(odd).unwrap_err();
            assert!(!message.contains("s3"), "{odd}: {message}");
        }
    }

    #[test]
    fn only_hosts_of_this_machine_are_local() {
        for local in [
            "postgres:///metrics",
            "postgres://localhost/metrics",
            "postgres://ada@127.0.0.1:5433/metrics",
            "postgres://[::1]:5433/metrics",
            "postgres://%2Fvar%2Frun/metrics",
            "postgres:///metrics?host=/tmp",
        ] {
            assert!(url(local).is_local(), "{local}");
        }
        for distant in [
            "postgres://db/metrics",
            "postgres://ada:s3@10.0.0.7/metrics",
            "postgres://localhost,db/metrics",
            "postgres:///metrics?host=db",
            "postgres://[2001:db8::1]/metrics",
        ] {
            assert!(!url(distant).is_local(), "{distant}");
        }
    }

    #[test]
    fn defaults_do_not_replace_what_was_given() {
        let defaults = || [("connect_timeout", "5".to_owned()), ("a", "b".to_owned())];
        assert_eq!(
            url("postgres:///m?connect_timeout=9").with_defaults(defaults()),
            "postgres:///m?connect_timeout=9&a=b"
        );
        assert_eq!(
            url("postgres:///m").with_defaults(defaults()),
            "postgres:///m?connect_timeout=5&a=b"
        );
    }

    #[cfg(not(feature = "postgres-tls"))]
    #[test]
    fn tls_that_is_asked_for_names_the_feature() {
        for mode in ["require", "verify-ca", "verify-full"] {
            let message =
                PostgresUrl::read(&format!("postgres://db/m?sslmode={mode}")).unwrap_err();
            assert!(message.contains("postgres-tls"), "{message}");
        }
        assert!(PostgresUrl::read("postgres://db/m?sslmode=prefer").is_ok());
    }
}
