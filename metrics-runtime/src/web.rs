//! Routes, ingestion, catalogue and OpenAPI, to mount into an actix-web application that exists already.

mod host;

pub use host::{Caller, Host, HostError, Satellite, TeamRole};
