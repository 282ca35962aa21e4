//! Where settings come from, and in which order they are asked for.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};
use toml::{Table, Value};

use super::kinds::Setting;
use super::{Config, ConfigError, Flags};

/// The file that is read when it exists and no other was named.
const DEFAULT_FILE: &str = "metrics.toml";

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The command line.
    Flag,
    /// The environment.
    Environment,
    /// A TOML file.
    File(PathBuf),
    /// The table of settings.
    Default,
}

impl Source {
    /// The source of one setting, as a person would look for it.
    #[must_use]
    pub fn described(&self, name: &str) -> String {
        match self {
            Self::Flag => format!("the flag {}", flag(name)),
            Self::Environment => format!("the environment variable {}", variable(name)),
            Self::File(file) => format!("the file {}", file.display()),
            Self::Default => "the default".to_owned(),
        }
    }
}

/// One setting that holds, fit to be shown: kinds that hold a secret leave it out of their `Display`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The setting.
    pub name: &'static str,
    /// Its value as text.
    pub value: String,
    /// Where the value came from.
    #[serde(serialize_with = "as_described")]
    pub source: Source,
}

/// The sources, first one first.
pub struct Sources<'a> {
    flags: &'a Flags,
    environment: &'a dyn Fn(&str) -> Option<String>,
    file: PathBuf,
    table: Table,
}

impl<'a> Sources<'a> {
    /// Opens the sources; `file` must exist, unless it is left out.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is no TOML, or has a key that is no setting.
    pub fn open(
        flags: &'a Flags,
        environment: &'a dyn Fn(&str) -> Option<String>,
        file: Option<&Path>,
    ) -> Result<Self, ConfigError> {
        let path = file.unwrap_or(Path::new(DEFAULT_FILE));
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == ErrorKind::NotFound && file.is_none() => String::new(),
            Err(error) => return Err(file_error(path, &format!("it cannot be read: {error}"))),
            Ok(text) => text,
        };
        Self::from_text(flags, environment, path, &text)
    }

    fn from_text(
        flags: &'a Flags,
        environment: &'a dyn Fn(&str) -> Option<String>,
        file: &Path,
        text: &str,
    ) -> Result<Self, ConfigError> {
        let table: Table = toml::from_str(text)
            .map_err(|error| file_error(file, &format!("it is not TOML: {}", one_line(&error))))?;
        if let Some(key) = table
            .keys()
            .find(|key| !Config::NAMES.contains(&key.as_str()))
        {
            let key = key.clone();
            return Err(ConfigError::UnknownKey {
                file: file.to_owned(),
                key,
            });
        }
        Ok(Self {
            flags,
            environment,
            file: file.to_owned(),
            table,
        })
    }

    /// Reads one setting, and notes where it came from.
    pub(super) fn read<T: Setting>(
        &self,
        name: &'static str,
        default: &str,
        entries: &mut Vec<Entry>,
    ) -> Result<T, ConfigError> {
        let (text, source) = self.find(name, default);
        let value = T::read(&text).map_err(|reason| {
            let origin = source.clone();
            ConfigError::Invalid {
                name,
                origin,
                reason,
            }
        })?;
        entries.push(Entry {
            name,
            value: value.to_string(),
            source,
        });
        Ok(value)
    }

    fn find(&self, name: &str, default: &str) -> (String, Source) {
        // A variable that is set to nothing is how container tools say "not set".
        let variable = || (self.environment)(&variable(name)).filter(|text| !text.is_empty());
        if let Some(text) = self.flags.given(name) {
            (text.to_owned(), Source::Flag)
        } else if let Some(text) = variable() {
            (text, Source::Environment)
        } else if let Some(value) = self.table.get(name) {
            (as_text(value), Source::File(self.file.clone()))
        } else {
            (default.to_owned(), Source::Default)
        }
    }
}

/// The line of `--help` about a setting.
pub(super) fn help(name: &str, about: &str, default: &str) -> String {
    let variable = variable(name);
    match default {
        "" => format!("{about} [{variable}]"),
        default => format!("{about} [{variable}, default {default}]"),
    }
}

fn flag(name: &str) -> String {
    format!("--{}", name.replace('_', "-"))
}

fn variable(name: &str) -> String {
    name.to_ascii_uppercase()
}

/// Numbers and switches may be written as such: one reader serves every source.
fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(switch) => switch.to_string(),
        // No kind reads these: the name of the type is what the message will say.
        other => other.type_str().to_owned(),
    }
}

fn file_error(file: &Path, reason: &str) -> ConfigError {
    ConfigError::File {
        file: file.to_owned(),
        reason: reason.to_owned(),
    }
}

fn one_line(error: &toml::de::Error) -> String {
    error
        .message()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn as_described<S: Serializer>(source: &Source, serializer: S) -> Result<S::Ok, S::Error> {
    match source {
        Source::Flag => serializer.serialize_str("flag"),
        Source::Environment => serializer.serialize_str("environment"),
        Source::File(_) => serializer.serialize_str("file"),
        Source::Default => serializer.serialize_str("default"),
    }
}

#[cfg(test)]
mod tests;
