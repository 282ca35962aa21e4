//! Every URL, on one page.

use actix_web::guard::{self, Guard};
use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, Route};

use metrics_runtime::web::Api;

use crate::dashboard;
use crate::error::{AppError, AppResult};
use crate::handlers::{auth, health, jobs, me, not_found, openapi, prometheus};
use crate::host::AppHost;

/// Mounts all routes.
pub fn configure(service: &mut ServiceConfig, api: &Api<AppHost>) {
    service
        .service(post("/api/auth/login", auth::login))
        .service(post("/api/auth/logout", auth::logout))
        .service(get("/api/users/me", me::show))
        .service(get_and_post("/api/admin/jobs", jobs::list, jobs::run))
        .service(get("/api/admin/jobs/{id}", jobs::show))
        .service(post("/api/admin/jobs/{id}/retry", jobs::retry))
        .service(get("/health/live", health::live))
        .service(get("/health/ready", health::ready))
        .service(get("/metrics", prometheus::show))
        .service(get("/", dashboard::index))
        .service(get("/assets/{name}", dashboard::asset))
        // Before the scope, whose own description knows its own routes only.
        .service(get("/api/openapi.json", openapi::show))
        .service(get("/api/docs", dashboard::docs))
        // What follows from the declared metrics: see `metrics_runtime::web::ROUTES`.
        .service(web::scope("/api").configure(|scope| api.configure(scope)))
        .default_service(web::to(not_found));
}

fn get<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .route(read(handler))
        .default_service(not_allowed("GET, HEAD"))
}

fn post<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .route(web::method(Method::POST).to(handler))
        .default_service(not_allowed("POST"))
}

fn get_and_post<F, Args, G, Other>(path: &str, reader: F, writer: G) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
    G: Handler<Other>,
    Other: FromRequest + 'static,
    G::Output: Responder + 'static,
{
    web::resource(path)
        .route(read(reader))
        .route(web::method(Method::POST).to(writer))
        .default_service(not_allowed("GET, HEAD, POST"))
}

/// HEAD is GET without the body, which the server leaves out by itself.
fn read<F, Args>(handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::route().guard(guard_get_or_head()).to(handler)
}

fn guard_get_or_head() -> impl Guard {
    guard::Any(guard::Get()).or(guard::Head())
}

fn not_allowed(allowed: &'static str) -> Route {
    web::to(move |request: HttpRequest| async move {
        let method = request.method().to_string();
        AppResult::<HttpResponse>::Err(AppError::MethodNotAllowed { method, allowed })
    })
}
