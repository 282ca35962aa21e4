//! Routes, ingestion, catalogue and OpenAPI, to mount into an actix-web application that exists already.
//!
//! [`Host`] is what the application answers, [`Api`] what it mounts, [`ROUTES`] what it gets.

mod error;
mod host;

mod routes;

mod address;
mod params;

mod admission;
mod question;

mod live;

mod keys;
mod state;

mod asker;

mod catalogue;
mod ingest;
mod series;
mod viewer;

mod stream;

mod openapi;

mod api;

pub use api::Api;
pub use error::ApiError;
pub use host::{Caller, Host, HostError, Satellite, TeamRole};
pub use openapi::document as openapi_document;
pub use routes::{Endpoint, ROUTES, RouteSpec};
pub use state::ApiLimits;
