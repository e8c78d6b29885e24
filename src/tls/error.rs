//! What can be wrong with certificates and keys, in words for the person who gave them.

use std::io;
use std::path::PathBuf;

use super::certificate::Invalid;

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file that was given is not as it should be.
    #[error(transparent)]
    File(#[from] FileError),
    /// Our own certificate can't be made or trusted.
    #[error(transparent)]
    Own(#[from] OwnError),
    /// What should not happen with files that passed.
    #[error("TLS can't be set up: {0}")]
    Broken(String),
}

impl From<rustls::Error> for TlsError {
    fn from(error: rustls::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

/// What is wrong with a file that was given.
#[derive(Debug, thiserror::Error)]
#[error("{option} {}: {problem}", path.display())]
pub struct FileError {
    /// The option that names it.
    pub option: &'static str,
    /// The file.
    pub path: PathBuf,
    /// What is wrong, and what to do.
    pub problem: Problem,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// It is not there.
    #[error("there is no such file; name one that holds {0} in PEM")]
    Missing(&'static str),
    /// It is there, but can't be read.
    #[error("it can't be read: {0}; give the user who runs webterm the right to")]
    Unreadable(io::Error),
    /// It is longer than such files are.
    #[error("it is longer than 1 MiB; name a file that holds {0} in PEM and nothing else")]
    TooLong(&'static str),
    /// It has no PEM in it.
    #[error("it is not PEM; convert it first, see openssl-x509(1) and openssl-pkey(1)")]
    NotPem,
    /// The PEM is cut or changed.
    #[error("its PEM is damaged; get the file anew")]
    Damaged,
    /// It holds something else.
    #[error("it holds no certificate but {0}; name the file of the certificate")]
    NoCertificate(&'static str),
    /// It holds something else.
    #[error("it holds no key but {0}; name the file of the private key")]
    NoKey(&'static str),
    /// A passphrase would be needed.
    #[error("the key is encrypted; decrypt it first: openssl pkey -in FILE -out NEW")]
    Encrypted,
    /// rustls does not take it.
    #[error(
        "the key is of a kind that is not supported; use ECDSA, Ed25519, or RSA from 2048 bits"
    )]
    Unsupported,
    /// What is between BEGIN and END isn't a certificate.
    #[error("certificate {0} in it can't be understood; get the file anew")]
    Malformed(usize),
    /// It fits no certificate.
    #[error("it is the key of another certificate than the one in {}; name the two that belong together", .0.display())]
    Mismatch(PathBuf),
    /// Another certificate than the server's comes first.
    #[error(
        "the chain is in the wrong order; put the server's own certificate first, then the one that signed it, and so on"
    )]
    Order,
    /// A certificate that has no part in the chain.
    #[error(
        "certificate {0} in it did not sign the one before; leave it out, or put the missing one between them"
    )]
    Stranger(usize),
    /// It isn't valid now.
    #[error("the certificate {0}; get a new one, or set this machine's clock")]
    Invalid(Invalid),
}

/// Why our own certificate can't be made or trusted.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    /// Somebody else could have put a key there that he knows.
    #[error("{} belongs to another user; remove it, or set XDG_STATE_HOME to a directory of your own", .0.display())]
    NotOurs(PathBuf),
    /// It may lead anywhere.
    #[error("{} is a symbolic link or no ordinary file; remove it, or set XDG_STATE_HOME to another directory", .0.display())]
    NotPlain(PathBuf),
    /// It can't be kept; the one in memory will do.
    #[error("{}: {reason}", path.display())]
    Unkept {
        /// What can't be read or written.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// The maker of certificates failed.
    #[error("no certificate can be made: {0}")]
    Unmade(#[from] rcgen::Error),
}
