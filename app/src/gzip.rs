//! What is sent gzipped, to those who take it.

use std::io::Write;

use actix_web::HttpMessage;
use actix_web::http::header::{AcceptEncoding, Encoding, Header};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Whether who asks takes gzip, and rather than no encoding.
pub(crate) fn is_taken(request: &impl HttpMessage) -> bool {
    let offered = [Encoding::gzip(), Encoding::identity()];
    AcceptEncoding::parse(request)
        .is_ok_and(|accepted| accepted.negotiate(offered.iter()) == Some(Encoding::gzip()))
}

/// The body, gzipped.
pub(crate) fn pack(body: &[u8], effort: Compression) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), effort);
    let written = encoder.write_all(body);
    written
        .and_then(|()| encoder.finish())
        .expect("memory can be written to")
}
