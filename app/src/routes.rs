//! Every URL, on one page.

use actix_web::Route;
use actix_web::guard::{self, Guard};
use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig, to};
use actix_web::{HttpRequest, HttpResponse};

use metrics_runtime::web::Api;

use crate::dashboard;
use crate::error::{AppError, AppResult};
use crate::handlers::me::{password, sessions};
use crate::handlers::{
    audit, auth, health, jobs, keys, me, openapi, permissions, prometheus, roles, teams, users,
};
use crate::host::AppHost;

/// What everything begins with that is asked for by programs.
const API: &str = "/api";

/// A route of the application's own.
#[derive(Debug, Clone, Copy)]
pub struct RouteSpec {
    /// The method.
    pub method: &'static str,
    /// The whole path.
    pub path: &'static str,
    /// What answers.
    handler: fn() -> Route,
}

/// The application's own routes; the methods of a path one after the other. What follows from the declared metrics is
/// in `metrics_runtime::web::ROUTES`.
pub const ROUTES: &[RouteSpec] = &[
    post("/api/auth/login", || to(auth::login)),
    post("/api/auth/logout", || to(auth::logout)),
    get("/api/users/me", || to(me::show)),
    post("/api/users/me/password", || to(password::change)),
    get("/api/users/me/sessions", || to(sessions::list)),
    delete("/api/users/me/sessions", || to(sessions::end_others)),
    delete("/api/users/me/sessions/{id}", || to(sessions::end)),
    get("/api/admin/users", || to(users::list)),
    post("/api/admin/users", || to(users::add)),
    get("/api/admin/users/{id}", || to(users::show)),
    post("/api/admin/users/{id}/disable", || to(users::disable)),
    post("/api/admin/users/{id}/enable", || to(users::enable)),
    post("/api/admin/users/{id}/password", || to(users::reset)),
    put("/api/users/{id}/role", || to(users::give_role)),
    get("/api/roles", || to(roles::list)),
    post("/api/roles", || to(roles::create)),
    get("/api/roles/{id}", || to(roles::show)),
    put("/api/roles/{id}", || to(roles::change)),
    delete("/api/roles/{id}", || to(roles::delete)),
    get("/api/permissions", || to(permissions::list)),
    get("/api/admin/teams", || to(teams::list)),
    post("/api/admin/teams", || to(teams::add)),
    get("/api/teams/{team_id}/members", || to(teams::members)),
    put("/api/teams/{team_id}/members/{user_id}", || {
        to(teams::set_member)
    }),
    delete("/api/teams/{team_id}/members/{user_id}", || {
        to(teams::remove_member)
    }),
    get("/api/admin/keys", || to(keys::list)),
    post("/api/admin/keys", || to(keys::add)),
    delete("/api/admin/keys/{id}", || to(keys::revoke)),
    post("/api/admin/keys/{id}/rotate", || to(keys::rotate)),
    get("/api/admin/audit", || to(audit::list)),
    get("/api/admin/jobs", || to(jobs::list)),
    post("/api/admin/jobs", || to(jobs::run)),
    get("/api/admin/jobs/{id}", || to(jobs::show)),
    post("/api/admin/jobs/{id}/retry", || to(jobs::retry)),
    get("/health/live", || to(health::live)),
    get("/health/ready", || to(health::ready)),
    get("/metrics", || to(prometheus::show)),
    get("/", || to(dashboard::index)),
    get("/assets/{name}", || to(dashboard::asset)),
    // Comes before that of the metrics, which describes their routes only.
    get("/api/openapi.json", || to(openapi::show)),
    get("/api/docs", || to(dashboard::docs)),
];

/// Mounts all routes. Those of metrics, which are asked for most, come before addresses with a part that varies: these
/// are matched against one pattern after the other.
pub fn configure(service: &mut ServiceConfig, api: &Api<AppHost>) {
    let paths = ROUTES.chunk_by(|one, next| one.path == next.path);
    let (of_api, others): (Vec<_>, Vec<_>) =
        paths.partition(|routes| routes[0].path.starts_with(API));
    let (varying, fixed): (Vec<_>, Vec<_>) = of_api
        .into_iter()
        .partition(|routes| routes[0].path.contains('{'));
    let scope = web::scope(API).configure(|scope| {
        mount(scope, &fixed);
        api.configure(scope);
        mount(scope, &varying);
    });
    mount(service, &others);
    service
        .service(scope)
        .default_service(to(dashboard::nowhere));
}

fn mount(service: &mut ServiceConfig, paths: &[&[RouteSpec]]) {
    for routes in paths {
        let path = routes[0].path;
        let mut resource = web::resource(path.strip_prefix(API).unwrap_or(path));
        for route in *routes {
            resource = resource.route((route.handler)().guard(route.guard()));
        }
        service.service(resource.default_service(not_allowed(routes)));
    }
}

const fn get(path: &'static str, handler: fn() -> Route) -> RouteSpec {
    route("GET", path, handler)
}

const fn post(path: &'static str, handler: fn() -> Route) -> RouteSpec {
    route("POST", path, handler)
}

const fn put(path: &'static str, handler: fn() -> Route) -> RouteSpec {
    route("PUT", path, handler)
}

const fn delete(path: &'static str, handler: fn() -> Route) -> RouteSpec {
    route("DELETE", path, handler)
}

const fn route(method: &'static str, path: &'static str, handler: fn() -> Route) -> RouteSpec {
    RouteSpec {
        method,
        path,
        handler,
    }
}

impl RouteSpec {
    /// The methods that it takes: HEAD is GET without the body, which the server leaves out by itself.
    fn methods(&self) -> Vec<&'static str> {
        match self.method {
            "GET" => vec!["GET", "HEAD"],
            method => vec![method],
        }
    }

    fn guard(&self) -> impl Guard + use<> {
        let methods = self.methods();
        guard::fn_guard(move |context| {
            let method: &Method = &context.head().method;
            methods.contains(&method.as_str())
        })
    }
}

/// The answer to all other methods.
fn not_allowed(routes: &[RouteSpec]) -> Route {
    let methods: Vec<_> = routes.iter().flat_map(RouteSpec::methods).collect();
    let allowed = methods.join(", ");
    to(move |request: HttpRequest| {
        let (method, allowed) = (request.method().to_string(), allowed.clone());
        async move { AppResult::<HttpResponse>::Err(AppError::MethodNotAllowed { method, allowed }) }
    })
}
