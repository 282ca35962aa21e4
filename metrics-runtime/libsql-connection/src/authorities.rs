//! Whose word is taken for a server being the one that was asked.

use std::env;
use std::fs;
use std::path::Path;

use ureq::tls::{PemItem, RootCerts, parse_pem};

/// What names a file of certificates elsewhere, too.
pub(crate) const FILE: &str = "SSL_CERT_FILE";

/// Those that browsers know, which are compiled in; or those of a file instead, for a server with a certificate of
/// one's own.
pub(crate) fn trusted() -> Result<RootCerts, String> {
    match env::var_os(FILE).filter(|file| !file.is_empty()) {
        Some(file) => of_file(Path::new(&file)),
        None => Ok(RootCerts::WebPki),
    }
}

fn of_file(file: &Path) -> Result<RootCerts, String> {
    let refuse = |reason: &str| format!("{FILE}, {}, {reason}", file.display());
    let pem = fs::read(file).map_err(|error| refuse(&format!("cannot be read: {error}")))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&pem) {
        let item = item.map_err(|error| refuse(&format!("is no PEM: {error}")))?;
        if let PemItem::Certificate(certificate) = item {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(refuse("has no certificate in PEM"));
    }
    Ok(certificates.into())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use ureq::tls::RootCerts;

    use super::of_file;

    fn of(text: &str) -> Result<RootCerts, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("authorities.pem");
        fs::write(&file, text).unwrap();
        of_file(&file)
    }

    #[test]
    fn a_file_of_certificates_is_trusted_and_nobody_else() {
        let one = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let found = of(&format!("The first:\n{one}\n{one}")).unwrap();
        assert!(matches!(found, RootCerts::Specific(certificates) if certificates.len() == 2));
    }

    #[test]
    fn a_file_without_any_is_refused_by_its_name() {
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        for text in ["", "nonsense", key] {
            let error = of(text).unwrap_err();
            assert!(error.contains("authorities.pem"), "{error}");
            assert!(error.ends_with("has no certificate in PEM"), "{error}");
        }
        let missing = of_file("/nowhere.pem".as_ref()).unwrap_err();
        assert!(missing.contains("cannot be read"), "{missing}");
    }
}
