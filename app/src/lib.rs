//! The metrics application: accounts, roles, keys, API and command line around `metrics-runtime`.
//!
//! Modules in reading order; each uses only those above it.

pub mod clock;
pub mod malformed;

pub mod config;
pub mod histogram;
pub mod spans;

pub mod logging;

pub mod credentials;
pub mod values;

pub mod database;
pub mod schema;

pub mod access;
pub mod models;

pub mod metrics;

pub mod accounts;
pub mod roles;

pub mod error;

pub mod traffic;

pub mod presence;
pub mod state;

pub mod fault;
pub mod jobs;

pub mod host;
pub mod json_body;
pub mod passwords;
pub mod session;

mod gzip;

pub mod dashboard;
pub mod handlers;
pub mod middleware;

pub mod routes;
pub mod signals;

pub mod server;

pub mod wire;

pub mod demo;

pub mod cli;
