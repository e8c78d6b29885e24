//! The options that say who is let in, as they are typed. It knows nothing of what they do.

use std::convert::Infallible;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args, ValueHint};
use secrecy::SecretString;

use crate::access::OriginPattern;

// No doc comment: clap would print it as the description of the whole command.
#[derive(Debug, Args)]
#[expect(missing_docs)]
pub struct AccessOptions {
    /// Ask for this user and password
    ///
    /// May be given more than once. USER alone asks for the password on the terminal. What is typed
    /// on the command line can be seen in the list of processes until webterm has wiped it:
    /// WEBTERM_CREDENTIAL, --credential-file and USER alone are safer. Who logs in may do what
    /// --permit-write says.
    #[arg(
        short = 'c',
        long,
        env = "WEBTERM_CREDENTIAL",
        hide_env_values = true,
        help_heading = "Access",
        value_name = "USER:PASSWORD",
        value_parser = keep_secret
    )]
    pub credential: Vec<SecretString>,

    /// Ask for a user and password, and let this user type
    ///
    /// Needs --permit-write. Together with --view-credential some may type and others only look.
    #[arg(
        long,
        env = "WEBTERM_WRITE_CREDENTIAL",
        hide_env_values = true,
        help_heading = "Access",
        value_name = "USER:PASSWORD",
        value_parser = keep_secret
    )]
    pub write_credential: Vec<SecretString>,

    /// Ask for a user and password, and let this user only look
    ///
    /// Also where --permit-write lets others type.
    #[arg(
        long,
        env = "WEBTERM_VIEW_CREDENTIAL",
        hide_env_values = true,
        help_heading = "Access",
        value_name = "USER:PASSWORD",
        value_parser = keep_secret
    )]
    pub view_credential: Vec<SecretString>,

    /// Ask for one of the users and passwords in this file
    ///
    /// Each line is USER:HASH, with a hash as `htpasswd -nB USER` (bcrypt) or `argon2` write it; lines
    /// that begin with # say nothing. Nobody else may be able to read the file (mode 0600). SIGHUP
    /// has it read anew; who is no longer in it is thrown out.
    #[arg(
        long,
        env = "WEBTERM_CREDENTIAL_FILE",
        help_heading = "Access",
        value_name = "FILE",
        value_hint = ValueHint::FilePath
    )]
    pub credential_file: Option<PathBuf>,

    /// Share at a secret address that nobody can guess
    ///
    /// Everything else answers as if there were nothing. With --permit-write two addresses are
    /// printed: one to type, and one only to look.
    #[arg(
        short = 'r',
        long,
        env = "WEBTERM_RANDOM_URL",
        help_heading = "Access",
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub random_url: bool,

    /// Make secret addresses so many characters long
    ///
    /// Each is one of 64: 22 characters are 132 random bits, and 11, the fewest, 66.
    #[arg(
        long,
        env = "WEBTERM_RANDOM_URL_LENGTH",
        help_heading = "Access",
        value_name = "CHARACTERS",
        default_value_t = 22,
        value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(11..=128)
    )]
    pub random_url_length: usize,

    /// Print a second secret address that only shows
    ///
    /// Whoever has it can by no means type. It comes with --random-url anyway, and brings it along.
    #[arg(
        long,
        env = "WEBTERM_VIEW_URL",
        help_heading = "Access",
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub view_url: bool,

    /// Let pages of other sites connect, whose origin matches this expression
    ///
    /// May be given more than once. The expression must match all of an origin, such as
    /// https://terms\.example. By default only our own page may connect; behind a proxy that speaks
    /// TLS its address is another origin.
    #[arg(
        long,
        env = "WEBTERM_WS_ORIGIN",
        help_heading = "Access",
        value_name = "REGEX"
    )]
    pub ws_origin: Vec<OriginPattern>,

    /// Let everyone who can reach this machine type
    ///
    /// Without it, --permit-write on an address beyond this machine is refused, unless a password, a
    /// secret address or a client certificate is asked for.
    #[arg(
        long,
        env = "WEBTERM_INSECURE",
        help_heading = "Access",
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub insecure: bool,
}

/// Takes any text: clap would show one that is refused. `config` reads it.
fn keep_secret(text: &str) -> Result<SecretString, Infallible> {
    Ok(text.into())
}
