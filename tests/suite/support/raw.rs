//! HTTP as it is on the wire, for what no client would say.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::app::{PATIENCE, TestApp};

/// A connection on which a test says what it likes.
pub(crate) struct Raw(TcpStream);

impl Raw {
    pub(crate) fn to(app: &TestApp) -> Self {
        let stream = TcpStream::connect(app.address()).expect("the server accepts connections");
        let limited = stream.set_read_timeout(Some(PATIENCE));
        limited.expect("a time limit can be set");
        Self(stream)
    }

    pub(crate) fn say(&mut self, text: &str) {
        let said = self.0.write_all(text.as_bytes());
        said.expect("the connection is open");
    }

    /// Says something that the server may have stopped listening to.
    pub(crate) fn mumble(&mut self, text: &str) {
        drop(self.0.write_all(text.as_bytes()));
    }

    /// All that comes until the server closes the connection.
    pub(crate) fn until_closed(mut self) -> String {
        let mut said = String::new();
        let read = self.0.read_to_string(&mut said);
        read.expect("the server closes the connection");
        said
    }

    /// The next answer, to the last byte of its body.
    pub(crate) fn answer(&mut self) -> String {
        let mut said = String::new();
        while !said.ends_with("\r\n\r\n") {
            said.push(char::from(self.byte()));
        }
        for _ in 0..content_length(&said) {
            said.push(char::from(self.byte()));
        }
        said
    }

    fn byte(&mut self) -> u8 {
        let mut byte = [0];
        self.0.read_exact(&mut byte).expect("the answer goes on");
        byte[0]
    }

    /// Whether there is something to be read.
    pub(crate) fn is_answered(&self) -> bool {
        let block = |block: bool| {
            let set = self.0.set_nonblocking(!block);
            set.expect("a socket can do both");
        };
        block(false);
        let peeked = self.0.peek(&mut [0]);
        block(true);
        peeked.is_ok()
    }
}

fn content_length(head: &str) -> usize {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let mut lengths = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    lengths
        .next()
        .map_or(0, |(_, length)| length.parse().expect("a length"))
}
