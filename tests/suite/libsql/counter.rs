//! Counts the questions that a server is asked, on their way to it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Passes everything on, and counts the questions.
pub(super) struct Counter {
    url: String,
    questions: Arc<AtomicUsize>,
}

impl Counter {
    /// One before the server at a URL.
    pub(super) fn before(url: &str) -> Self {
        let server = url.strip_prefix("http://").expect("it is a URL").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("it is bound");
        let questions = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&questions);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(&server).expect("the server listens");
                pass_on(client, server, &counted);
            }
        });
        Self {
            url: format!("http://{address}"),
            questions,
        }
    }

    /// Where it listens.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// How many there have been.
    pub(super) fn questions(&self) -> usize {
        self.questions.load(Ordering::SeqCst)
    }
}

fn pass_on(client: TcpStream, server: TcpStream, questions: &Arc<AtomicUsize>) {
    let clone = |stream: &TcpStream| stream.try_clone().expect("a socket can be shared");
    let (there, back) = ((clone(&client), clone(&server)), (server, client));
    let counted = Arc::clone(questions);
    thread::spawn(move || {
        copy(there, |bytes| {
            // The head of a question is written at once.
            let asked = bytes.windows(5).filter(|bytes| bytes == b"POST ").count();
            counted.fetch_add(asked, Ordering::SeqCst);
        });
    });
    thread::spawn(move || copy(back, |_| {}));
}

fn copy((mut from, mut to): (TcpStream, TcpStream), look: impl Fn(&[u8])) {
    let mut buffer = vec![0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        look(&buffer[..length]);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    // The other end may be gone already.
    drop(to.shutdown(Shutdown::Write));
}
