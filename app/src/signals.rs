//! What the process is asked from outside: to end, or to begin anew.

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Ctrl-C, or SIGTERM, which service managers send.
    End,
    /// SIGHUP: end, and begin anew with the program and the settings that are there by then.
    Restart,
}

pub use system::{Signals, restart};

#[cfg(unix)]
mod system {
    use std::io::{self, IsTerminal};
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    use actix_web::rt::signal::unix::{Signal, SignalKind, signal};

    use super::Request;

    /// The signals that the process takes.
    pub struct Signals {
        interrupt: Signal,
        terminate: Signal,
        hangup: Signal,
        /// What SIGHUP means: a terminal that is closed sends it, too, and whoever closed it wants an end.
        of_hangup: Request,
    }

    impl Signals {
        /// Takes them from now on.
        ///
        /// # Errors
        ///
        /// When the operating system does not let it.
        pub fn new() -> io::Result<Self> {
            let of_hangup = match io::stdin().is_terminal() || io::stderr().is_terminal() {
                true => Request::End,
                false => Request::Restart,
            };
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hangup: signal(SignalKind::hangup())?,
                of_hangup,
            })
        }

        /// The next one.
        pub async fn next(&mut self) -> Request {
            tokio::select! {
                _ = self.interrupt.recv() => Request::End,
                _ = self.terminate.recv() => Request::End,
                _ = self.hangup.recv() => self.of_hangup,
            }
        }
    }

    /// Becomes the program that this process was started with, with the same arguments and the same id. Answers only
    /// when that is not possible.
    #[must_use]
    pub fn restart() -> io::Error {
        let mut arguments = std::env::args_os();
        match arguments.next() {
            Some(program) => Command::new(program).args(arguments).exec(),
            None => io::Error::other("it is not known what this process was started with"),
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;

    use actix_web::rt::signal::ctrl_c;

    use super::Request;

    /// The signals that the process takes.
    pub struct Signals;

    impl Signals {
        /// Takes them from now on.
        ///
        /// # Errors
        ///
        /// None, here.
        pub fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// The next one.
        pub async fn next(&mut self) -> Request {
            if ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            Request::End
        }
    }

    /// Nothing asks for it here.
    #[must_use]
    pub fn restart() -> io::Error {
        io::ErrorKind::Unsupported.into()
    }
}
