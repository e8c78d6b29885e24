//! The options that say how connections are encrypted, as they are typed. It knows nothing of what
//! they do.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args, ValueHint};

// No doc comment: clap would print it as the description of the whole command.
#[derive(Debug, Args)]
#[expect(missing_docs)]
pub struct TlsArgs {
    /// Encrypt connections with TLS
    ///
    /// The addresses that are printed then begin with https. Without --tls-crt and --tls-key the
    /// certificate is self-signed: it is made once, for the names and addresses that this machine is
    /// reached under, and kept in $XDG_STATE_HOME/webterm, else ~/.local/state/webterm. Browsers warn
    /// of it; compare its SHA-256 fingerprint, which is printed, with the one that they show.
    #[arg(
        short = 't',
        long,
        env = "WEBTERM_TLS",
        help_heading = "TLS",
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub tls: bool,

    /// Use the certificate in this file; implies --tls
    ///
    /// In PEM: the server's own certificate first, then those between it and its authority. When the
    /// file or that of --tls-key changes, both are read again for new connections; what is broken or
    /// has ended is refused at the start, and later leaves in force what was.
    #[arg(
        long,
        env = "WEBTERM_TLS_CRT",
        help_heading = "TLS",
        value_name = "FILE",
        requires = "tls_key",
        value_hint = ValueHint::FilePath
    )]
    pub tls_crt: Option<PathBuf>,

    /// Use the private key in this file, that of --tls-crt
    ///
    /// In PEM, not encrypted. Keep it from other users: chmod 600.
    #[arg(
        long,
        env = "WEBTERM_TLS_KEY",
        help_heading = "TLS",
        value_name = "FILE",
        requires = "tls_crt",
        value_hint = ValueHint::FilePath
    )]
    pub tls_key: Option<PathBuf>,

    /// Let in only who has a certificate of an authority in this file; implies --tls
    ///
    /// In PEM, one or more certificates. Each viewer must show a certificate that one of them has
    /// signed and that has not ended; its common name, or else its fingerprint, names the viewer. The
    /// file is read again when it changes.
    #[arg(
        long,
        env = "WEBTERM_TLS_CA_CRT",
        help_heading = "TLS",
        value_name = "FILE",
        value_hint = ValueHint::FilePath
    )]
    pub tls_ca_crt: Option<PathBuf>,
}
