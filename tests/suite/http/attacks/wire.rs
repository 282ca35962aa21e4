//! A connection on which anything can be said, also what no client would say.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use ureq::http::{HeaderMap, HeaderName, HeaderValue};

use crate::support::app::http::Answer;
use crate::support::app::{PATIENCE, TestApp};

/// A connection to the application.
pub(super) struct Wire(TcpStream);

impl Wire {
    pub(super) fn to(app: &TestApp) -> Self {
        let stream = TcpStream::connect(app.address()).expect("the server listens");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a socket has timeouts");
        Self(stream)
    }

    /// Sends bytes as they are. Whoever has been refused may find the connection closed.
    pub(super) fn say(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).is_ok()
    }

    /// Says no more to a server that has not taken what was said before for so long.
    pub(super) fn give_up_after(&self, time: Duration) {
        let limited = self.0.set_write_timeout(Some(time));
        limited.expect("a socket has timeouts");
    }

    /// All that is answered until the server closes the connection.
    pub(super) fn answers(self) -> Vec<Answer> {
        let mut reader = BufReader::new(self.0);
        std::iter::from_fn(|| answer(&mut reader)).collect()
    }
}

/// Sends something on a connection of its own, and answers all that came back.
pub(super) fn exchange(app: &TestApp, bytes: impl AsRef<[u8]>) -> Vec<Answer> {
    let mut wire = Wire::to(app);
    wire.say(bytes);
    wire.answers()
}

/// Sends one request on a connection of its own, and answers the one answer to it.
pub(super) fn ask(app: &TestApp, bytes: impl AsRef<[u8]>) -> Answer {
    let mut answers = exchange(app, &bytes);
    let said = String::from_utf8_lossy(bytes.as_ref());
    let shown: String = said.chars().take(200).collect();
    assert_eq!(answers.len(), 1, "{shown} is answered once");
    answers.remove(0)
}

/// The head of a request after which the connection ends, up to where more headers go.
pub(super) fn head(method_and_target: &str) -> String {
    format!("{method_and_target} HTTP/1.1\r\nHost: app\r\nConnection: close\r\n")
}

/// The next answer; `None` when the connection has ended, however it did.
fn answer(reader: &mut BufReader<TcpStream>) -> Option<Answer> {
    let line = line(reader)?;
    let status = line.split(' ').nth(1)?.parse().expect("a status");
    let mut headers = HeaderMap::new();
    loop {
        let line = self::line(reader)?;
        let Some((name, value)) = line.split_once(": ") else {
            break;
        };
        let name: HeaderName = name.parse().expect("the name of a header");
        headers.append(name, HeaderValue::from_str(value).expect("a header"));
    }
    let length = headers.get("content-length");
    let length = length.map_or(0, |length| {
        let length = length.to_str().expect("a number");
        length.parse().expect("a number")
    });
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Answer {
        status,
        headers,
        body: String::from_utf8(body).expect("text"),
    })
}

fn line(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    match reader.read_line(&mut line) {
        Ok(0) => None,
        Ok(_) => Some(line.trim_end().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
            panic!("the server neither answers nor ends the connection")
        }
        // It was closed while there was something left to be read.
        Err(_) => None,
    }
}
