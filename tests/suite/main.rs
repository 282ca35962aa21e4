//! One integration binary: a module for each subject.

mod support;

mod architecture;
mod cleanup;
mod clients;
mod collect;
mod command_line;
#[cfg(feature = "postgres")]
mod copying;
mod crash;
mod dimension_values;
mod groups;
mod histories;
#[cfg(feature = "libsql")]
mod libsql;
mod migrations;
mod model;
mod newcomers;
#[cfg(feature = "postgres")]
mod postgres;
mod registry;
mod schedules;
mod time;
mod writer;
mod zones;

mod declaration;
mod demo;
mod deployment;

mod http;

mod dashboard;
