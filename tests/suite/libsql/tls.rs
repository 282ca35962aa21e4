//! TLS before a server of libSQL's, as a proxy ends it in production; and whose word is taken for it.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::command_line::binary;
use crate::support::libsql::Sqld;

/// How long one side is listened to before the other has its turn: either may speak next.
const TURN: Duration = Duration::from_millis(2);

/// A certificate for `localhost`, of its own authority, with its key. Both were made by
/// `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=NAME
/// -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE`.
const OURS: &str = include_str!("ours.pem");
const ANOTHER: &str = include_str!("another.pem");

/// A listener with one of them, which goes with the process of the tests.
struct Terminator {
    port: u16,
}

impl Terminator {
    /// One that hands on what it hears to a server that speaks plain HTTP.
    fn before(server: &Sqld, pem: &str) -> Self {
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).expect("it has one");
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).expect("it has one");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has them")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("the key is that of the certificate");
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let (config, upstream) = (Arc::new(config), server.url().replace("http://", ""));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (config, upstream) = (Arc::clone(&config), upstream.clone());
                // Who does not trust it hangs up: that is the client's to tell.
                thread::spawn(move || drop(forward(config, client, &upstream)));
            }
        });
        Self { port }
    }
}

fn forward(config: Arc<ServerConfig>, client: TcpStream, upstream: &str) -> io::Result<()> {
    let mut server = TcpStream::connect(upstream)?;
    for side in [&client, &server] {
        side.set_read_timeout(Some(TURN))?;
    }
    let session = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut client = StreamOwned::new(session, client);
    while hand_on(&mut client, &mut server)? && hand_on(&mut server, &mut client)? {}
    Ok(())
}

/// Whether there may be more to come.
fn hand_on(from: &mut impl Read, to: &mut impl Write) -> io::Result<bool> {
    let mut heard = [0; 16 * 1024];
    match from.read(&mut heard) {
        Ok(0) => Ok(false),
        Ok(length) => {
            to.write_all(&heard[..length])?;
            to.flush()?;
            Ok(true)
        }
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Ok(true)
        }
        Err(error) => Err(error),
    }
}

/// What becomes of a command that needs the database at an address, with these authorities and no others.
fn apply(url: &str, authorities: Option<&Path>) -> Output {
    let mut command = Command::new(binary());
    command
        .args(["migrations", "apply"])
        .env_clear()
        .env("DATABASE_URL", url);
    if let Some(file) = authorities {
        command.env("SSL_CERT_FILE", file);
    }
    command.output().expect("the binary runs")
}

#[track_caller]
fn refused(output: &Output, reason: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for words in [reason, "SSL_CERT_FILE"] {
        assert!(said.contains(words), "{words}\n{said}");
    }
}

#[test]
fn a_certificate_is_taken_from_the_authority_that_is_named_and_from_no_other() {
    let server = Sqld::new();
    let [ours, another] = [OURS, ANOTHER].map(|pem| Terminator::before(&server, pem));
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, OURS).expect("the folder can be written to");

    let url = format!("https://localhost:{}", ours.port);
    let applied = apply(&url, Some(&file));
    let said = String::from_utf8_lossy(&applied.stderr);
    assert_eq!(applied.status.code(), Some(0), "{said}");

    refused(&apply(&url, None), "UnknownIssuer");
    let url = format!("https://localhost:{}", another.port);
    refused(&apply(&url, Some(&file)), "certificate");
    // It is ours, and not for this name.
    let url = format!("https://127.0.0.1:{}", ours.port);
    refused(&apply(&url, Some(&file)), "certificate");
}
