//! The routes described in OpenAPI 3.1, with a schema for each metric.

mod catalogue;
mod examples;
mod paths;
mod schemas;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};

use super::host::Host;
use super::state::Inner;
use crate::registry::Registry;
use paths::{add_paths, catalogue_path, description_path, ingestion_path, several_streams_path};
use schemas::{add_schemas, shared_schemas};

pub(super) async fn serve<H: Host>(api: Data<Inner<H>>, request: HttpRequest) -> HttpResponse {
    // Wherever the routes were mounted, this one was mounted beside them.
    let prefix = request.path().trim_end_matches("/openapi.json");
    HttpResponse::Ok().json(document(api.registry(), prefix))
}

/// The description of the routes of `registry`, mounted at `prefix`. An application that has more routes adds them.
#[must_use]
pub fn document(registry: &Registry, prefix: &str) -> Value {
    let mut paths = Map::new();
    let mut schemas = shared_schemas();
    for layout in registry.metrics() {
        add_paths(&mut paths, prefix, layout);
        add_schemas(&mut schemas, layout.schema);
    }
    paths.insert(format!("{prefix}/metrics"), catalogue_path());
    paths.insert(format!("{prefix}/metrics/events"), ingestion_path(registry));
    paths.insert(
        format!("{prefix}/metrics/stream"),
        several_streams_path(registry),
    );
    paths.insert(format!("{prefix}/openapi.json"), description_path());
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Metrics", "version": env!("CARGO_PKG_VERSION")},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
                "satelliteKey": {"type": "http", "scheme": "bearer"},
            },
        },
    })
}
