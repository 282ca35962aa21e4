//! HTTP as it is on the wire, for what no client would say.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::app::{PATIENCE, TestApp};

/// A connection on which a test says what it likes.
pub(crate) struct Raw(TcpStream);

impl Raw {
    pub(crate) fn to(app: &TestApp) -> Self {
        Self(TcpStream::connect(app.address()).expect("the server accepts connections"))
    }

    pub(crate) fn say(&mut self, text: &str) {
        let said = self.0.write_all(text.as_bytes());
        said.expect("the connection is open");
    }

    /// All that comes until the server closes the connection.
    pub(crate) fn until_closed(mut self) -> String {
        self.wait_at_most(PATIENCE);
        let mut said = String::new();
        let read = self.0.read_to_string(&mut said);
        read.expect("the server closes the connection");
        said
    }

    /// The next bytes that come, or nothing for a moment.
    pub(crate) fn soon(&mut self) -> Option<String> {
        self.wait_at_most(Duration::from_millis(300));
        let mut bytes = [0; 1024];
        let count = self.0.read(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes[..count]).into_owned())
    }

    fn wait_at_most(&self, time: Duration) {
        let limited = self.0.set_read_timeout(Some(time));
        limited.expect("a time limit can be set");
    }
}
