//! The HTTP server: what it is built from, where it listens, and how it ends.

use std::io;
use std::net::SocketAddr;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::rt::signal::ctrl_c;
use actix_web::web::{Data, PayloadConfig};
use actix_web::{App, HttpServer};

use metrics_runtime::Recorder;
use metrics_runtime::web::Api;

use crate::host::AppHost;
use crate::middleware::{
    limit_request, log_request, refuse_cross_site, refuse_nul, security_headers,
};
use crate::routes;
use crate::state::State;

/// Why the server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Somebody else listens there.
    #[error("port {} on {} is in use: choose another with --bind or BIND", .0.port(), .0.ip())]
    InUse(SocketAddr),
    /// The operating system says no.
    #[error("{address} cannot be served on ({reason}): choose another with --bind or BIND")]
    Refused {
        /// The setting `bind`.
        address: SocketAddr,
        /// What it says.
        reason: io::Error,
    },
}

/// Listens on the address of the settings, and returns the server together with the address it got.
///
/// # Errors
///
/// When the address is in use, or not one of this machine's.
pub fn bind(
    state: Data<State>,
    recorder: Recorder,
    api: Api<AppHost>,
) -> Result<(Server, SocketAddr), BindError> {
    let config = state.config.clone();
    let build = move || {
        App::new()
            .app_data(state.clone())
            .app_data(Data::new(recorder.clone()))
            .app_data(PayloadConfig::new(state.config.max_body_bytes.get()))
            .wrap(from_fn(limit_request))
            .wrap(from_fn(refuse_nul))
            .wrap(from_fn(refuse_cross_site))
            .wrap(security_headers())
            .wrap(from_fn(log_request))
            .configure(|service| routes::configure(service, &api))
    };
    let server = HttpServer::new(build)
        .workers(config.workers.get())
        // What keeps slow clients, and many of them, from taking the place of the others.
        .backlog(u32::try_from(config.backlog.get()).unwrap_or(u32::MAX))
        .max_connections(config.max_connections.get())
        .keep_alive(config.keep_alive.duration())
        .client_request_timeout(config.header_timeout.duration())
        .shutdown_timeout(config.shutdown_timeout.duration().as_secs())
        // Its own handling of Ctrl-C drops the requests that are being answered: see `run`.
        .disable_signals()
        .bind(config.bind)
        .map_err(|reason| refused(config.bind, reason))?;
    let bound = server.addrs().first().copied().unwrap_or(config.bind);
    Ok((server.run(), bound))
}

/// Answers requests until the process is asked to end, and then those that are being answered. Answers that have no
/// end of their own are ended by `end_streams`.
///
/// # Errors
///
/// When the server fails.
pub async fn run(server: Server, end_streams: impl Fn() + Clone + 'static) -> io::Result<()> {
    let (end, handle) = (end_streams.clone(), server.handle());
    actix_web::rt::spawn(end_after(interrupted(), handle, end));
    actix_web::rt::spawn(end_after(terminated(), server.handle(), end_streams));
    server.await
}

async fn end_after(signal: impl Future<Output = ()>, server: ServerHandle, end_streams: impl Fn()) {
    signal.await;
    tracing::info!("asked to end: requests that are being answered will be finished");
    end_streams();
    server.stop(true).await;
}

/// Ctrl-C.
async fn interrupted() {
    if ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// What service managers send.
#[cfg(unix)]
async fn terminated() {
    use actix_web::rt::signal::unix::{SignalKind, signal};

    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => drop(terminated.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

fn refused(address: SocketAddr, reason: io::Error) -> BindError {
    match reason.kind() {
        io::ErrorKind::AddrInUse => BindError::InUse(address),
        _ => BindError::Refused { address, reason },
    }
}
