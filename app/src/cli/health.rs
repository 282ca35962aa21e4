//! `health`: whether the service is ready, for what only looks at exit codes, such as a container's health check.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::{Context as _, ensure};
use serde_json::json;

use super::context::Context;
use crate::wire;

pub(super) fn run(context: &Context) -> anyhow::Result<()> {
    let address = reachable(context.config.bind);
    let answer = wire::get(address, "/health/ready");
    let answer = answer.with_context(|| format!("nobody answers at {address}"))?;
    ensure!(answer.status == 200, "it is not ready: {}", answer.body);
    let document = json!({"address": format!("http://{address}"), "status": "ready"});
    let words = || format!("http://{address} is ready.");
    context.output.answer(&document, words)
}

/// Who listens on all addresses listens on this machine's own.
fn reachable(bind: SocketAddr) -> SocketAddr {
    let ip = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, bind.port())
}
