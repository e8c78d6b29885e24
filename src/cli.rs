//! The command line as it is typed: names, help, defaults, variables. It knows nothing of what the
//! options do; `config` makes of it what was meant.

mod access;
mod audit;
mod bytes;
mod host;
mod limits;
mod lines;
mod record;
mod replay;
mod sandbox;
mod sessions;
mod tls;
mod watch;

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::{FalseyValueParser, Styles, styling::AnsiColor};
use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, ValueEnum, ValueHint};

use crate::session::SizePolicy;
use crate::size::TermSize;

pub use access::AccessOptions;
pub use audit::AuditArgs;
pub use host::HostOptions;
pub use limits::LimitOptions;
pub use lines::LinesArgs;
pub use record::{RecordArgs, RecordFormat};
pub use replay::ReplayArgs;
pub use sandbox::SandboxArgs;
pub use sessions::{ModeOption, SessionArgs};
pub use tls::TlsArgs;
pub use watch::WatchArgs;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const AFTER_HELP: &str = "\
Examples:
  webterm -w bash            a shell that everyone who opens the address can type into
  webterm htop               a dashboard that nobody can type into
  webterm -w tmux new -A     a tmux session to work in together
  webterm -w --mode named    as many shells as are asked for, each in a tab
  webterm --replay demo.cast a recording, as if it were live
  webterm --viewers          who is there, in a webterm that is running already

Exit status: the command's own, or 128 and the signal's number where a signal ended it; with
--replay what is recorded of it, else 0;
0 when a signal stopped webterm; 126 and 127 where the command can't be run or found;
2 for a wrong command line; 1 for anything else.";

/// Share a terminal over the web
///
/// Starts COMMAND on a pseudo-terminal and serves a page that shows it, live, to everyone who opens
/// the address, or to each viewer one of his own (--mode). Viewers can only look, unless
/// --permit-write is given. webterm ends with COMMAND.
#[derive(Debug, Parser)]
#[command(
    name = "webterm",
    version,
    styles = STYLES,
    after_help = AFTER_HELP,
    max_term_width = 100,
    args_override_self = true,
    override_usage = "webterm [OPTIONS] [COMMAND [ARGS]...]"
)]
pub struct Cli {
    /// The command to share, and its arguments
    ///
    /// Everything from COMMAND on belongs to it, options too. Without COMMAND it is the shell that
    /// the variable SHELL names, else /bin/sh.
    #[arg(value_name = "COMMAND", trailing_var_arg = true, value_hint = ValueHint::CommandWithArguments)]
    pub command: Vec<OsString>,

    /// Let viewers type into the terminal
    ///
    /// Without it nothing that a viewer sends reaches the command: no key, no report of the mouse or
    /// of focus, no answer of his terminal; and nobody resizes it, but under --size viewers. What is
    /// on the screen is not kept secret from viewers. Whoever can type can do whatever you can do in
    /// that terminal.
    #[arg(
        short = 'w',
        long,
        alias = "writable",
        env = "WEBTERM_PERMIT_WRITE",
        help_heading = "Terminal",
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub permit_write: bool,

    /// Set the terminal's size: auto, viewers, or COLSxROWS
    ///
    /// auto: the smallest window among the viewers who may type decides; where there is none the
    /// size stays as it was, and begins as that of the terminal that webterm is started in, else as
    /// 120x36. viewers: the largest window of all viewers decides. COLSxROWS, such as 100x30: it is
    /// fixed, within 2 to 2000 columns and 1 to 1000 rows. Every page scales its font so that the
    /// whole terminal fills its window.
    #[arg(
        long,
        env = "WEBTERM_SIZE",
        help_heading = "Terminal",
        value_name = "SIZE",
        default_value = "auto",
        value_parser = parse_size
    )]
    pub size: SizeOption,

    /// Set TERM for the command
    ///
    /// The name of a terminfo entry that describes what the page understands.
    #[arg(
        long,
        env = "WEBTERM_TERM",
        help_heading = "Terminal",
        value_name = "NAME",
        default_value = "xterm-256color"
    )]
    pub term: String,

    /// Start the command in this directory
    ///
    /// By default it starts in the directory that webterm is started in.
    #[arg(long, env = "WEBTERM_CWD", help_heading = "Terminal", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub cwd: Option<PathBuf>,

    /// Set a variable in the command's environment
    ///
    /// May be given more than once. In WEBTERM_ENV each line holds one. The command inherits
    /// webterm's environment without WEBTERM_ variables and what describes the terminal around.
    #[arg(
        long,
        env = "WEBTERM_ENV",
        help_heading = "Terminal",
        value_name = "KEY=VALUE",
        value_delimiter = '\n',
        value_parser = parse_variable
    )]
    pub env: Vec<(String, String)>,

    /// Keep so much output for viewers that are behind
    ///
    /// In bytes, or with K, M or G behind the number for KiB, MiB or GiB; from 1M to 1G. A viewer
    /// that needs output which is no longer kept is shown the present screen instead.
    #[arg(
        long,
        env = "WEBTERM_BUFFER",
        help_heading = "Terminal",
        value_name = "SIZE",
        default_value = "2M",
        value_parser = parse_buffer
    )]
    pub buffer: usize,

    /// Keep so many lines above the screen
    ///
    /// A viewer that comes late gets as many of them as its own terminal keeps: the page 1000.
    #[arg(
        long,
        env = "WEBTERM_SCROLLBACK",
        help_heading = "Terminal",
        value_name = "LINES",
        default_value_t = 10_000,
        value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(0..=1_000_000)
    )]
    pub scrollback: usize,

    /// Show the page in these colours
    ///
    /// Programs that ask the terminal for its colours are told these.
    #[arg(
        long,
        env = "WEBTERM_THEME",
        help_heading = "Terminal",
        value_name = "THEME",
        value_enum,
        default_value_t = ThemeOption::Dark
    )]
    pub theme: ThemeOption,

    /// Listen on this address
    ///
    /// An IPv4 or IPv6 address of this machine, or a name for one. 0.0.0.0 and :: are all of its
    /// addresses. Beyond 127.0.0.1 everyone who can reach the machine can open the page.
    #[arg(
        short = 'a',
        long,
        env = "WEBTERM_ADDRESS",
        help_heading = "Server",
        value_name = "ADDRESS",
        default_value = "127.0.0.1",
        value_hint = ValueHint::Hostname
    )]
    pub address: String,

    /// Listen on this port
    ///
    /// 0 takes a free one; the address that is printed names it.
    #[arg(
        short = 'p',
        long,
        env = "WEBTERM_PORT",
        help_heading = "Server",
        value_name = "PORT",
        default_value_t = 8080
    )]
    pub port: u16,

    /// Let requests be for this name, besides addresses, localhost and this machine's name
    ///
    /// May be given more than once; in WEBTERM_ALLOW_HOST names are separated by commas. It is the
    /// name in the address that a browser opens, for example that of a proxy in front. Requests for
    /// other names are refused, for any web page can give its own name the address of this machine.
    #[arg(
        long,
        env = "WEBTERM_ALLOW_HOST",
        help_heading = "Server",
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = parse_host,
        value_hint = ValueHint::Hostname
    )]
    pub allow_host: Vec<String>,

    #[command(flatten)]
    #[expect(missing_docs)]
    pub sessions: SessionArgs,

    #[command(flatten)]
    #[expect(missing_docs)]
    pub record: RecordArgs,
    /// A recording in the place of a command.
    #[command(flatten)]
    pub replay: ReplayArgs,

    /// Who is let in.
    #[command(flatten)]
    pub access: AccessOptions,

    /// Bounds on what viewers and strangers may keep busy.
    #[command(flatten)]
    pub limits: LimitOptions,

    #[command(flatten)]
    #[expect(missing_docs)]
    pub tls: TlsArgs,

    #[command(flatten)]
    #[expect(missing_docs)]
    pub watch: WatchArgs,

    #[command(flatten)]
    #[expect(missing_docs)]
    pub sandbox: SandboxArgs,

    /// The audit log.
    #[command(flatten)]
    pub audit: AuditArgs,

    /// Print no status lines
    ///
    /// Errors and warnings are still printed, on standard error.
    #[arg(
        short = 'q',
        long,
        env = "WEBTERM_QUIET",
        help_heading = "Output",
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub quiet: bool,

    /// Log more; give it again for still more
    ///
    /// Once: who comes and goes. Twice: what is unusual about a connection. Three times: everything.
    /// The log goes to standard error. In WEBTERM_VERBOSE a number says how often.
    #[arg(
        short = 'v',
        long,
        env = "WEBTERM_VERBOSE",
        help_heading = "Output",
        action = ArgAction::Count
    )]
    pub verbose: u8,

    /// What is asked of a webterm that is running already.
    #[command(flatten)]
    pub host: HostOptions,
}

impl Cli {
    /// Reads the command line; ends the process where it is wrong, or asks for help.
    pub fn read() -> Self {
        let mut command = Self::command();
        let matches = command.get_matches_mut();
        let cli = Self::from_arg_matches(&matches);
        let checked = || {
            audit::check(&command, &matches)?;
            host::check(&command, &matches)
        };
        let sound = cli.and_then(|cli| checked().map(|()| cli));
        sound.unwrap_or_else(|error| error.format(&mut command).exit())
    }
}

/// The value of `--theme`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ThemeOption {
    /// Light text on a dark ground
    Dark,
    /// Dark text on a light ground
    Light,
}

/// The value of `--size`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SizeOption {
    /// Whose window decides.
    pub policy: SizePolicy,
    /// The size to begin with, where one is given.
    pub size: Option<TermSize>,
}

fn parse_size(text: &str) -> Result<SizeOption, String> {
    let of = |policy, size| Ok(SizeOption { policy, size });
    match text {
        "auto" => of(SizePolicy::Writers, None),
        "viewers" => of(SizePolicy::Viewers, None),
        _ => match text.parse() {
            Ok(size) => of(SizePolicy::Fixed, Some(size)),
            Err(error) => Err(format!("{error}; or auto, or viewers")),
        },
    }
}

fn parse_buffer(text: &str) -> Result<usize, String> {
    bytes::within(1 << 20..=1 << 30)(text).map(|size| size.0)
}

fn parse_host(text: &str) -> Result<String, String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let is_one = !text.is_empty() && text.chars().all(is_name);
    match is_one || text.parse::<IpAddr>().is_ok() {
        true => Ok(text.to_owned()),
        false => Err(
            "write a name alone, such as terms.example, without scheme, port or wildcard \
             (a name beyond ASCII as its xn-- form)"
                .to_owned(),
        ),
    }
}

fn parse_variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() && !text.contains('\0') => {
            Ok((key.to_owned(), value.to_owned()))
        }
        _ => Err("write KEY=VALUE, such as LANG=C.UTF-8".to_owned()),
    }
}

#[cfg(test)]
mod tests;
