//! A small load generator: keep-alive connections that send the next request as soon as they have the answer.

use std::sync::Arc;
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::producers::runtime;
use crate::settings::ROUND;

/// Requests a second over so many connections, which go through `requests` from different places on.
pub(crate) fn requests_per_second(
    address: &str,
    requests: &Arc<Vec<Vec<u8>>>,
    connections: usize,
) -> f64 {
    let started = Instant::now();
    let answered = runtime().block_on(async {
        let mut tasks = JoinSet::new();
        for first in 0..connections {
            let (address, requests) = (address.to_owned(), Arc::clone(requests));
            tasks.spawn(async move { ask_on(&address, &requests, first, started).await });
        }
        tasks.join_all().await.into_iter().sum::<usize>()
    });
    answered as f64 / started.elapsed().as_secs_f64()
}

/// The body of the answer to one request.
pub(crate) fn ask(address: &str, request: &[u8]) -> Vec<u8> {
    runtime().block_on(async { Connection::open(address).await.ask(request).await.to_vec() })
}

async fn ask_on(address: &str, requests: &[Vec<u8>], connection: usize, started: Instant) -> usize {
    let mut answered = 0;
    let mut requests = requests.iter().cycle().skip(connection * 7);
    let mut connection = Connection::open(address).await;
    while started.elapsed() < ROUND {
        connection.ask(requests.next().expect("has no end")).await;
        answered += 1;
    }
    answered
}

struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("it listens");
        stream.set_nodelay(true).expect("TCP can");
        Self {
            stream,
            received: Vec::with_capacity(1 << 17),
        }
    }

    /// Sends a request and waits for the whole answer, which must be a success. Answers its body.
    async fn ask(&mut self, request: &[u8]) -> &[u8] {
        self.stream.write_all(request).await.expect("is sent");
        self.received.clear();
        loop {
            let read = self.stream.read_buf(&mut self.received).await;
            assert!(read.expect("is received") > 0, "the server hung up");
            if let Some(body) = body_of(&self.received) {
                let end = self.received.len();
                return &self.received[end - body..];
            }
        }
    }
}

/// The length of the body, once all of it is here.
fn body_of(answer: &[u8]) -> Option<usize> {
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&answer[..head]).expect("a head is ASCII");
    assert!(
        text.starts_with("HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(answer)
    );
    let lengths = text.lines().filter_map(|line| line.split_once(": "));
    let mut lengths = lengths.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let (_, length) = lengths.next().expect("a length is said");
    let length = length.parse().expect("it is a number");
    (answer.len() == head + length).then_some(length)
}
