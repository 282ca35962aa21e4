//! Every URL, on one page.

use actix_web::guard::{self, Guard};
use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, Route};

use metrics_runtime::web::Api;

use crate::dashboard;
use crate::error::{AppError, AppResult};
use crate::handlers::me::{password, sessions};
use crate::handlers::{
    audit, auth, health, jobs, keys, me, not_found, openapi, prometheus, teams, users,
};
use crate::host::AppHost;

/// Mounts all routes.
pub fn configure(service: &mut ServiceConfig, api: &Api<AppHost>) {
    service
        .service(post("/api/auth/login", auth::login))
        .service(post("/api/auth/logout", auth::logout))
        .service(get("/api/users/me", me::show))
        .service(post("/api/users/me/password", password::change))
        .service(get_and_delete(
            "/api/users/me/sessions",
            sessions::list,
            sessions::end_others,
        ))
        .service(delete("/api/users/me/sessions/{id}", sessions::end))
        .service(get_and_post("/api/admin/users", users::list, users::add))
        .service(get("/api/admin/users/{id}", users::show))
        .service(post("/api/admin/users/{id}/disable", users::disable))
        .service(post("/api/admin/users/{id}/enable", users::enable))
        .service(post("/api/admin/users/{id}/password", users::reset))
        .service(get_and_post("/api/admin/teams", teams::list, teams::add))
        .service(get("/api/teams/{team_id}/members", teams::members))
        .service(put_and_delete(
            "/api/teams/{team_id}/members/{user_id}",
            teams::set_member,
            teams::remove_member,
        ))
        .service(get_and_post("/api/admin/keys", keys::list, keys::add))
        .service(delete("/api/admin/keys/{id}", keys::revoke))
        .service(post("/api/admin/keys/{id}/rotate", keys::rotate))
        .service(get("/api/admin/audit", audit::list))
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

fn delete<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .route(web::method(Method::DELETE).to(handler))
        .default_service(not_allowed("DELETE"))
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

fn get_and_delete<F, Args, G, Other>(path: &str, reader: F, remover: G) -> Resource
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
        .route(web::method(Method::DELETE).to(remover))
        .default_service(not_allowed("GET, HEAD, DELETE"))
}

fn put_and_delete<F, Args, G, Other>(path: &str, writer: F, remover: G) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
    G: Handler<Other>,
    Other: FromRequest + 'static,
    G::Output: Responder + 'static,
{
    web::resource(path)
        .route(web::method(Method::PUT).to(writer))
        .route(web::method(Method::DELETE).to(remover))
        .default_service(not_allowed("PUT, DELETE"))
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
