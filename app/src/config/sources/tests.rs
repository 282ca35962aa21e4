//! Which source wins, and what is said about values that are not valid.

use std::path::Path;

use super::{Source, Sources};
use crate::config::{Config, ConfigError, Entry, Flags};

/// Reads the settings from an environment and a file that are made up.
fn read(
    flags: &Flags,
    environment: &[(&str, &str)],
    file: &str,
) -> Result<(Config, Vec<Entry>), ConfigError> {
    let lookup = |name: &str| {
        let pair = environment.iter().find(|(key, _)| *key == name);
        pair.map(|(_, value)| (*value).to_owned())
    };
    Config::read(&Sources::from_text(
        flags,
        &lookup,
        Path::new("m.toml"),
        file,
    )?)
}

fn message(flags: &Flags, environment: &[(&str, &str)], file: &str) -> String {
    read(flags, environment, file).unwrap_err().to_string()
}

fn bind_flag(text: &str) -> Flags {
    Flags {
        bind: Some(text.to_owned()),
        ..Flags::default()
    }
}

#[test]
fn the_first_source_that_has_a_value_wins() {
    let environment = [("BIND", "127.0.0.1:2")];
    let file = "bind = '127.0.0.1:3'";
    let port =
        |flags: &Flags, environment, file| read(flags, environment, file).unwrap().0.bind.port();
    assert_eq!(port(&bind_flag("127.0.0.1:1"), &environment, file), 1);
    assert_eq!(port(&Flags::default(), &environment, file), 2);
    assert_eq!(port(&Flags::default(), &[], file), 3);
    assert_eq!(port(&Flags::default(), &[], ""), 8080);
}

#[test]
fn every_setting_tells_where_it_came_from() {
    let (_, entries) = read(&bind_flag("127.0.0.1:1"), &[("LOG", "warn")], "workers = 3").unwrap();
    let source = |name| {
        &entries
            .iter()
            .find(|entry| entry.name == name)
            .unwrap()
            .source
    };
    assert_eq!(entries.len(), Config::NAMES.len());
    assert_eq!(*source("bind"), Source::Flag);
    assert_eq!(*source("log"), Source::Environment);
    assert_eq!(*source("workers"), Source::File("m.toml".into()));
    assert_eq!(*source("max_events"), Source::Default);
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let (config, _) = read(&Flags::default(), &[("BIND", "")], "").unwrap();
    assert_eq!(config.bind.port(), 8080);
}

#[test]
fn a_value_that_is_not_valid_names_the_setting_its_source_and_what_would_do() {
    assert_eq!(
        message(&bind_flag("here"), &[], ""),
        "bind, from the flag --bind: \"here\" is not an IP address and a port, such as 127.0.0.1:8080"
    );
    assert_eq!(
        message(&Flags::default(), &[("MAX_EVENTS", "0")], ""),
        "max_events, from the environment variable MAX_EVENTS: \"0\" is not a whole number from 1 to 1000000"
    );
    assert_eq!(
        message(&Flags::default(), &[], "secure_cookies = 7"),
        "secure_cookies, from the file m.toml: \"7\" is not true or false"
    );
}

#[test]
fn only_a_bad_flag_is_a_usage_error() {
    let bad_flag = read(&bind_flag("x"), &[], "").unwrap_err();
    let bad_variable = read(&Flags::default(), &[("BIND", "x")], "").unwrap_err();
    assert!(bad_flag.is_usage());
    assert!(!bad_variable.is_usage());
}

#[test]
fn an_unknown_key_in_the_file_is_named() {
    let message = message(&Flags::default(), &[], "bnd = 'x'");
    assert!(message.starts_with(
        "m.toml: there is no setting \"bnd\"; the settings are database_url, database_auth_token,"
    ));
}

#[test]
fn a_file_that_is_no_toml_is_named() {
    let message = message(&Flags::default(), &[], "bind");
    assert!(message.starts_with("m.toml: it is not TOML: "), "{message}");
}

#[test]
fn a_password_in_a_url_that_is_not_supported_is_not_repeated() {
    let environment = [("DATABASE_URL", "mysql://ada:secret@db/metrics")];
    let message = message(&Flags::default(), &environment, "");
    assert!(message.contains("mysql"), "{message}");
    assert!(!message.contains("secret"), "{message}");
}
