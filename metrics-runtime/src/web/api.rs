//! What an application mounts.

use std::sync::Arc;

use actix_web::guard::{self, fn_guard};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{Route, Scope};

use super::error::ApiError;
use super::host::Host;
use super::keys::Keys;
use super::live::Live;
use super::routes::{Endpoint, ROUTES};
use super::state::{ApiLimits, Inner};
use super::{catalogue, ingest, openapi, series, stream};
use crate::recorder::Recorder;
use crate::store::Store;

/// The routes of the registered metrics, for a host.
///
/// ```no_run
/// use actix_web::{App, web};
/// use metrics_runtime::web::{Api, Host};
/// use metrics_runtime::{Recorder, Store};
///
/// fn routes<H: Host>(host: H, store: Store, recorder: Recorder) -> Api<H> {
///     Api::new(host, store, recorder)
/// }
/// # fn mount<H: Host>(api: Api<H>) {
/// // In the closure of `HttpServer::new`:
/// App::new().service(web::scope("/api").configure(|scope| api.configure(scope)));
/// # }
/// ```
pub struct Api<H> {
    pub(super) inner: Arc<Inner<H>>,
}

impl<H> Clone for Api<H> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
        }
    }
}

impl<H: Host> Api<H> {
    /// The routes of the metrics that `recorder` knows, read from `store`.
    pub fn new(host: H, store: Store, recorder: Recorder) -> Self {
        Self::with_limits(host, store, recorder, ApiLimits::default())
    }

    /// [`new`](Self::new) with limits of the application's own.
    pub fn with_limits(host: H, store: Store, recorder: Recorder, limits: ApiLimits) -> Self {
        let host = Arc::new(host);
        Self {
            inner: Arc::new(Inner {
                live: Live::new(store.clone(), limits.room()),
                keys: Arc::new(Keys::new(Arc::clone(&host))),
                host,
                store,
                recorder,
                limits,
            }),
        }
    }

    /// How many streams are open.
    #[must_use]
    pub fn open_streams(&self) -> usize {
        self.inner.live.streams()
    }

    /// Ends the streams that are open, and begins no others. A server that waits until all answers are complete
    /// would wait for ever for those: call it before.
    pub fn end_streams(&self) {
        self.inner.live.close();
    }

    /// Mounts [`ROUTES`] into a scope of the application, usually `/api`.
    pub fn configure(&self, scope: &mut ServiceConfig) {
        scope.app_data(Data::from(Arc::clone(&self.inner)));
        for routes in ROUTES.chunk_by(|one, next| one.parts().0 == next.parts().0) {
            let below = routes.iter().map(|route| {
                web::resource(route.parts().1)
                    .guard(fn_guard(|asked| route.ends_as(asked.head().uri.path())))
                    .route(handler::<H>(route.endpoint))
                    .default_service(not_allowed(route.allowed()))
            });
            scope.service(below.fold(web::scope(routes[0].parts().0), Scope::service));
        }
    }
}

/// HEAD is GET without the body, which the server leaves out by itself.
fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn handler<H: Host>(endpoint: Endpoint) -> Route {
    match endpoint {
        Endpoint::Catalogue => get().to(catalogue::list::<H>),
        Endpoint::Ingest => web::post().to(ingest::ingest::<H>),
        Endpoint::OwnSeries => get().to(series::own::<H>),
        Endpoint::TeamSeries => get().to(series::team::<H>),
        Endpoint::AllSeries => get().to(series::everyone::<H>),
        Endpoint::OwnStream => get().to(stream::own::<H>),
        Endpoint::TeamStream => get().to(stream::team::<H>),
        Endpoint::AllStream => get().to(stream::everyone::<H>),
        Endpoint::SeveralStreams => get().to(stream::several::<H>),
        Endpoint::OpenApi => get().to(openapi::serve::<H>),
    }
}

fn not_allowed(allowed: &'static str) -> Route {
    web::to(move || async move { Err::<&str, _>(ApiError::not_allowed(allowed)) })
}
