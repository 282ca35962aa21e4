//! Series as streams of server-sent events: each of the three series routes, and several series in one stream.

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::address::{Address, Door};
use super::asker::Asker;
use super::error::ApiError;
use super::host::Host;
use super::params::Params;
use super::state::Inner;
use super::viewer::{Viewer, Wish};

/// How many series a stream may carry: they are all named in its address.
pub(super) const MOST_SERIES: usize = 64;

pub(super) async fn own<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    one(api, request, Door::Own(path.into_inner())).await
}

pub(super) async fn team<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (team_id, path) = path.into_inner();
    one(api, request, Door::Team { team_id, path }).await
}

pub(super) async fn everyone<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    one(api, request, Door::Everyone(path.into_inner())).await
}

async fn one<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    door: Door,
) -> Result<HttpResponse, ApiError> {
    let wish = Wish {
        asker: Asker::of(&api, &request),
        addresses: vec![Address::of(door, &request)],
        numbered: false,
        wrong: None,
    };
    open(api, request, wish).await
}

pub(super) async fn several<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (addresses, wrong) = named(Params::parse(request.query_string()));
    let wish = Wish {
        asker: Asker::of(&api, &request),
        addresses,
        numbered: true,
        wrong,
    };
    open(api, request, wish).await
}

/// The series that a query names, and what is wrong with it.
fn named(mut params: Params) -> (Vec<Address>, Option<ApiError>) {
    let unreadable = params.check_text();
    let names = params.all("series");
    let addresses: Vec<_> = names
        .iter()
        .take(MOST_SERIES)
        .filter_map(|name| Address::parse(name))
        .collect();
    let wrong = unreadable
        .and_then(|()| params.finish(&["series"]))
        .and_then(|()| check_names(names.len(), addresses.len()));
    (addresses, wrong.err())
}

/// At least one series, not too many, and each an address of one.
fn check_names(given: usize, understood: usize) -> Result<(), ApiError> {
    let message = match given {
        0 => "series is missing: name at least one by its address below the API, percent-encoded".to_owned(),
        more if more > MOST_SERIES => format!("a stream carries {MOST_SERIES} series at most: open another one for the others"),
        all if all > understood => {
            "series is the address of a series below the API, such as admin/metrics/PATH?interval=1h, percent-encoded".to_owned()
        }
        _ => return Ok(()),
    };
    Err(ApiError::invalid("series", message))
}

async fn open<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    wish: Wish<H>,
) -> Result<HttpResponse, ApiError> {
    let viewer = web::block(move || Viewer::enter(api, wish)).await??;
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        // Proxies that gather an answer before they pass it on would gather for ever.
        .insert_header(("X-Accel-Buffering", "no"));
    Ok(match request.method() == Method::HEAD {
        true => response.finish(),
        false => response.body(viewer.events()),
    })
}
