//! The HTTP server: what it is built from, where it listens, and how it ends.

use std::any::Any;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::rt::time::sleep;
use actix_web::web::{Data, PayloadConfig};
use actix_web::{App, HttpServer};

use metrics_runtime::Recorder;
use metrics_runtime::web::Api;

use crate::host::AppHost;
use crate::middleware::{
    gzip_json, hang_up_on_unread, identify, limit_request, measure, refuse, security_headers,
};
use crate::routes;
use crate::signals::{Request, Signals};
use crate::state::State;

/// How long it may take to end jobs, and to write what was accepted, after the last request.
const CLOSING: Duration = Duration::from_secs(5);

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
    let (config, connections) = (state.config.clone(), state.traffic.connections.clone());
    let write_timeout = config.write_timeout.duration();
    let build = move || {
        App::new()
            .app_data(state.clone())
            .app_data(Data::new(recorder.clone()))
            .app_data(Data::new(api.clone()))
            .app_data(PayloadConfig::new(state.config.max_body_bytes.get()))
            .wrap(from_fn(gzip_json))
            .wrap(from_fn(limit_request))
            .wrap(from_fn(refuse))
            .wrap(security_headers())
            .wrap(from_fn(measure))
            .wrap(from_fn(identify))
            .wrap(from_fn(hang_up_on_unread))
            .configure(|service| routes::configure(service, &api))
    };
    let server = HttpServer::new(build)
        .workers(config.workers.get())
        // What keeps slow clients, and many of them, from taking the place of the others.
        .backlog(u32::try_from(config.backlog.get()).unwrap_or(u32::MAX))
        .max_connections(config.max_connections.get())
        .keep_alive(config.keep_alive.duration())
        .client_request_timeout(config.header_timeout.duration())
        .on_connect(move |connection, of_connection| {
            of_connection.insert(connections.one());
            give_up_after(connection, write_timeout);
        })
        .shutdown_timeout(config.shutdown_timeout.duration().as_secs())
        // Its own handling of Ctrl-C drops the requests that are being answered: see `run`.
        .disable_signals()
        .bind(config.bind)
        .map_err(|reason| refused(config.bind, reason))?;
    let bound = server.addrs().first().copied().unwrap_or(config.bind);
    Ok((server.run(), bound))
}

/// Lets the system end a connection whose other side takes nothing, neither of an answer nor of a stream, for so long:
/// the server itself would wait, and keep what it has to send.
#[cfg(target_os = "linux")]
fn give_up_after(connection: &dyn Any, time: Duration) {
    if let Some(stream) = connection.downcast_ref::<TcpStream>() {
        let limited = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(time));
        limited.unwrap_or_else(|error| tracing::debug!(%error, "a connection has no time limit"));
    }
}

#[cfg(not(target_os = "linux"))]
fn give_up_after(_connection: &dyn Any, _time: Duration) {}

/// Answers requests until the process is asked to end, and then those that are being answered. Answers that have no
/// end of their own are ended by `end_streams`. Answers what was asked for.
///
/// # Errors
///
/// When the server fails.
pub async fn run(server: Server, state: &State, end_streams: impl Fn()) -> io::Result<Request> {
    let (mut signals, handle) = (Signals::new()?, server.handle());
    let mut server = actix_web::rt::spawn(server);
    let asked = tokio::select! {
        ended = &mut server => return ended?.map(|()| Request::End),
        asked = signals.next() => asked,
    };
    tracing::info!("asked to end: requests that are being answered will be finished");
    let config = &state.config;
    let most = config.shutdown_delay.duration() + config.shutdown_timeout.duration() + CLOSING;
    actix_web::rt::spawn(end_at_once(signals, most));
    // Whoever sends requests here is told first, and goes elsewhere before nobody listens any more.
    state.stop();
    sleep(config.shutdown_delay.duration()).await;
    end_streams();
    handle.stop(true).await;
    server.await??;
    Ok(asked)
}

/// Ends the process without further ado when it is asked a second time, or takes longer than was promised. What was
/// acknowledged is committed in any case.
async fn end_at_once(mut signals: Signals, most: Duration) {
    tokio::select! {
        _ = signals.next() => tracing::warn!("asked to end again: what is not finished is cut off"),
        () = sleep(most) => tracing::error!("it takes too long to end: what is not finished is cut off"),
    }
    std::process::exit(1);
}

fn refused(address: SocketAddr, reason: io::Error) -> BindError {
    match reason.kind() {
        io::ErrorKind::AddrInUse => BindError::InUse(address),
        _ => BindError::Refused { address, reason },
    }
}
