//! A way to a server that can be cut.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Passes connections on for as long as it is whole.
pub(super) struct Wire {
    address: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    is_cut: bool,
    connections: Vec<TcpStream>,
}

impl Wire {
    /// Leads to an address.
    pub(super) fn to(address: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let wire = Self {
            address: listener.local_addr().expect("it is bound").to_string(),
            state: Arc::default(),
        };
        let (state, target) = (Arc::clone(&wire.state), address.to_owned());
        thread::spawn(move || {
            for incoming in listener.incoming() {
                // Whoever comes while it is cut is hung up on.
                drop(incoming.and_then(|incoming| pass_on(incoming, &target, &state)));
            }
        });
        wire
    }

    /// Where it begins, as `127.0.0.1:PORT`.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Ends all connections, and refuses others.
    pub(super) fn cut(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_cut = true;
        for connection in state.connections.drain(..) {
            drop(connection.shutdown(Shutdown::Both));
        }
    }

    /// Passes connections on again.
    pub(super) fn mend(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_cut = false;
    }
}

fn pass_on(incoming: TcpStream, target: &str, state: &Mutex<State>) -> io::Result<()> {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    if state.is_cut {
        return Ok(());
    }
    let outgoing = TcpStream::connect(target)?;
    state.connections.push(incoming.try_clone()?);
    state.connections.push(outgoing.try_clone()?);
    copy(incoming.try_clone()?, outgoing.try_clone()?);
    copy(outgoing, incoming);
    Ok(())
}

/// Copies until one of the two ends, and then ends the other.
fn copy(mut from: TcpStream, mut to: TcpStream) {
    thread::spawn(move || {
        drop(io::copy(&mut from, &mut to));
        drop(to.shutdown(Shutdown::Both));
    });
}
