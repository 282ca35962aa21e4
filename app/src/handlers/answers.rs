//! What is answered when all went well: the form of every answer that is JSON.

use actix_web::HttpResponse;
use serde::Serialize;
use serde_json::json;

/// What was asked for.
pub fn data(data: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(json!({"success": true, "data": data}))
}

/// That it is done, and no more.
pub fn done() -> HttpResponse {
    HttpResponse::Ok().json(json!({"success": true}))
}
