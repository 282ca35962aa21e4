//! The dashboard: a page, its style and its scripts, compiled into the binary and served as they are, or gzipped.
//!
//! What it shows follows from `GET /api/metrics` alone, so that a new metric appears without a line in here. The page
//! about the API, whose files are called `docs`, follows from `GET /api/openapi.json` in the same way.

use std::sync::{LazyLock, OnceLock};

use actix_web::http::header::{self, ContentEncoding, ETag, EntityTag, Header, IfNoneMatch};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use flate2::Compression;
use sha2::{Digest, Sha256};

use crate::error::{AppError, AppResult};
use crate::gzip;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// The page: what it shows is up to the address.
const INDEX: &[u8] = include_bytes!("dashboard/index.html");

/// A file of the dashboard.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    body: &'static [u8],
    etag: String,
    /// The body for browsers that take it gzipped, once one has asked.
    gzipped: OnceLock<Vec<u8>>,
}

macro_rules! assets {
    ($($name:literal as $content_type:ident,)+) => {
        [$(Asset::new($name, $content_type, include_bytes!(concat!("dashboard/", $name))),)+]
    };
}

static ASSETS: LazyLock<[Asset; 39]> = LazyLock::new(|| {
    assets![
        "index.html" as HTML,
        "dashboard.css" as CSS,
        "components.css" as CSS,
        "chart.css" as CSS,
        "print.css" as CSS,
        "docs.html" as HTML,
        "docs.css" as CSS,
        "favicon.svg" as SVG,
        "main.js" as JAVASCRIPT,
        "api.js" as JAVASCRIPT,
        "cards.js" as JAVASCRIPT,
        "chart.js" as JAVASCRIPT,
        "chart_input.js" as JAVASCRIPT,
        "chart_panel.js" as JAVASCRIPT,
        "controls.js" as JAVASCRIPT,
        "docs.js" as JAVASCRIPT,
        "docs_answer.js" as JAVASCRIPT,
        "docs_fields.js" as JAVASCRIPT,
        "docs_json.js" as JAVASCRIPT,
        "docs_operation.js" as JAVASCRIPT,
        "docs_schema.js" as JAVASCRIPT,
        "dom.js" as JAVASCRIPT,
        "downloads.js" as JAVASCRIPT,
        "exact.js" as JAVASCRIPT,
        "filters.js" as JAVASCRIPT,
        "format.js" as JAVASCRIPT,
        "live.js" as JAVASCRIPT,
        "messages.js" as JAVASCRIPT,
        "metric_page.js" as JAVASCRIPT,
        "panels.js" as JAVASCRIPT,
        "period.js" as JAVASCRIPT,
        "scale.js" as JAVASCRIPT,
        "series.js" as JAVASCRIPT,
        "shell.js" as JAVASCRIPT,
        "sign_in.js" as JAVASCRIPT,
        "table.js" as JAVASCRIPT,
        "terminal.js" as JAVASCRIPT,
        "view.js" as JAVASCRIPT,
        "zone.js" as JAVASCRIPT,
    ]
});

/// `GET /`
///
/// # Errors
///
/// None: the page is always there.
pub async fn index(request: HttpRequest) -> AppResult<HttpResponse> {
    serve(&request, "index.html")
}

/// `GET /api/docs`: the operations of `/api/openapi.json`, to browse and to try.
///
/// # Errors
///
/// None: the page is always there.
pub async fn docs(request: HttpRequest) -> AppResult<HttpResponse> {
    serve(&request, "docs.html")
}

/// Wherever there is nothing. People who have mistyped an address get the page, which says so.
///
/// # Errors
///
/// 404, for all who did not ask for a page.
pub async fn nowhere(request: HttpRequest) -> AppResult<HttpResponse> {
    let accepted = request.headers().get(header::ACCEPT);
    let takes_pages = accepted.is_some_and(|types| types.as_bytes().starts_with(b"text/html"));
    if !takes_pages || request.path().starts_with("/api/") {
        return Err(AppError::NotFound(request.path().to_owned()));
    }
    Ok(HttpResponse::NotFound()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_TYPE, HTML))
        .body(INDEX))
}

/// `GET /assets/{name}`
///
/// # Errors
///
/// 404, when the dashboard has no such file.
pub async fn asset(request: HttpRequest, name: Path<String>) -> AppResult<HttpResponse> {
    serve(&request, &name)
}

fn serve(request: &HttpRequest, name: &str) -> AppResult<HttpResponse> {
    let asset = ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .ok_or_else(|| AppError::NotFound(request.path().to_owned()))?;
    let gzip = gzip::is_taken(request);
    let etag = EntityTag::new_strong(match gzip {
        true => format!("{}-gzip", asset.etag),
        false => asset.etag.clone(),
    });
    let known = is_known(request, &etag);
    let mut response = match known {
        true => HttpResponse::NotModified(),
        false => HttpResponse::Ok(),
    };
    response
        .insert_header(ETag(etag))
        // Kept, but asked about each time: a new version of the application shows at once.
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::CONTENT_TYPE, asset.content_type));
    Ok(match (known, gzip) {
        (true, _) => response.finish(),
        (false, true) => response
            .insert_header(ContentEncoding::Gzip)
            .body(asset.gzipped()),
        (false, false) => response.body(asset.body),
    })
}

/// Whether the browser has this very version already.
fn is_known(request: &HttpRequest, etag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(etag)),
        Err(_) => false,
    }
}

impl Asset {
    fn new(name: &'static str, content_type: &'static str, body: &'static [u8]) -> Self {
        let hash = Sha256::digest(body);
        Self {
            name,
            content_type,
            body,
            etag: hash[..12]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            gzipped: OnceLock::new(),
        }
    }

    fn gzipped(&'static self) -> &'static [u8] {
        self.gzipped
            .get_or_init(|| gzip::pack(self.body, Compression::best()))
    }
}

#[cfg(test)]
mod tests {
    use super::ASSETS;

    #[test]
    fn every_file_that_is_named_in_another_is_there() {
        let texts = ASSETS
            .iter()
            .map(|asset| std::str::from_utf8(asset.body).unwrap());
        let quoted = texts.flat_map(|text| text.split(['"', '\'']));
        let named = quoted.filter_map(|text| {
            text.strip_prefix("/assets/")
                .or_else(|| text.strip_prefix("./"))
        });
        for name in named {
            let found = ASSETS.iter().any(|asset| asset.name == name);
            assert!(found, "{name} is not among the assets");
        }
    }

    #[test]
    fn nothing_is_styled_or_scripted_inline() {
        for page in ASSETS
            .iter()
            .filter(|asset| asset.content_type == super::HTML)
        {
            let text = std::str::from_utf8(page.body).unwrap();
            for inline in ["style=", "<style", "<script>", "onclick=", "javascript:"] {
                assert!(!text.contains(inline), "{} has {inline}", page.name);
            }
        }
    }
}
