//! The command line as it is typed: names, help, defaults, variables. It knows nothing of what the
//! options do; `config` makes of it what was meant.

mod access;
mod bytes;
mod host;
mod limits;
mod lines;
mod sessions;
mod tls;

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::{FalseyValueParser, Styles, styling::AnsiColor};
use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, ValueEnum, ValueHint};

use crate::session::SizePolicy;
use crate::size::TermSize;

pub use access::AccessOptions;
pub use host::HostOptions;
pub use limits::LimitOptions;
pub use lines::LinesArgs;
pub use sessions::{ModeOption, SessionArgs};
pub use tls::TlsArgs;

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
  webterm --viewers          who is there, in a webterm that is running already

Exit status: the command's own, or 128 and the signal's number where a signal ended it;
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

    /// Who is let in.
    #[command(flatten)]
    pub access: AccessOptions,

    /// Bounds on what viewers and strangers may keep busy.
    #[command(flatten)]
    pub limits: LimitOptions,

    #[command(flatten)]
    #[expect(missing_docs)]
    pub tls: TlsArgs,

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
        let sound = cli.and_then(|cli| host::check(&command, &matches).map(|()| cli));
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
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_parse_from([&["webterm"], words].concat())
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_option_has_help_a_heading_and_a_variable() {
        let command = Cli::command();
        for option in command.get_arguments().filter(|arg| !arg.is_positional()) {
            let name = option.get_long().unwrap();
            assert!(option.get_help().is_some(), "--{name} has no line for -h");
            assert!(
                option.get_long_help().is_some(),
                "--{name} has no paragraph for --help"
            );
            assert!(
                option.get_help_heading().is_some(),
                "--{name} has no heading"
            );
            let variable = format!("WEBTERM_{}", name.to_uppercase().replace('-', "_"));
            let env = option.get_env().and_then(|env| env.to_str());
            assert_eq!(env, Some(variable.as_str()), "--{name}");
            assert!(!option.is_hide_set(), "--{name} is hidden");
            let line = option.get_help().unwrap().to_string();
            assert!(!line.ends_with('.'), "--{name}: one line without full stop");
        }
    }

    #[test]
    fn there_are_no_subcommands() {
        assert_eq!(Cli::command().get_subcommands().count(), 0);
        for word in ["help", "share", "serve"] {
            assert_eq!(parse(&[word]).unwrap().command, [word]);
        }
    }

    #[test]
    fn from_the_command_on_everything_belongs_to_it() {
        let cli = parse(&["-w", "bash", "-l", "-w", "--port", "1", "--", "x"]).unwrap();
        assert!(cli.permit_write);
        assert_eq!(cli.port, 8080);
        assert_eq!(cli.command, ["bash", "-l", "-w", "--port", "1", "--", "x"]);
        assert_eq!(
            parse(&["htop", "-d", "5"]).unwrap().command,
            ["htop", "-d", "5"]
        );
        assert_eq!(parse(&["--", "-odd"]).unwrap().command, ["-odd"]);
        assert!(parse(&[]).unwrap().command.is_empty());
    }

    #[test]
    fn an_unknown_option_before_the_command_is_an_error() {
        let error = parse(&["--wirtable", "bash"]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("--wirtable"), "{error}");
    }

    #[test]
    fn sizes_are_words_or_numbers() {
        let size = |text: &str| parse(&["--size", text]).map(|cli| cli.size);
        assert_eq!(size("auto").unwrap().policy, SizePolicy::Writers);
        assert_eq!(size("viewers").unwrap().policy, SizePolicy::Viewers);
        let fixed = size("100x30").unwrap();
        assert_eq!(fixed.policy, SizePolicy::Fixed);
        assert_eq!(fixed.size, TermSize::new(100, 30));
        let error = size("100").unwrap_err().to_string();
        assert!(
            error.contains("COLSxROWS") && error.contains("viewers"),
            "{error}"
        );
    }

    #[test]
    fn a_buffer_has_a_unit_and_bounds() {
        let buffer = |text: &str| parse(&["--buffer", text]).map(|cli| cli.buffer);
        assert_eq!(buffer("8M").unwrap(), 8 * 1024 * 1024);
        assert_eq!(buffer("2000000").unwrap(), 2_000_000);
        assert_eq!(buffer("1G").unwrap(), 1 << 30);
        for text in ["1K", "2G", "", "M", "x", "1.5M", "8m", "99999999999999G"] {
            let error = buffer(text).unwrap_err().to_string();
            assert!(error.contains("1M to 1G"), "{text}: {error}");
        }
    }

    #[test]
    fn scrollback_is_bounded() {
        let scrollback = |text: &str| parse(&["--scrollback", text]).map(|cli| cli.scrollback);
        assert_eq!(scrollback("0").unwrap(), 0);
        assert!(scrollback("1000001").is_err());
    }

    #[test]
    fn a_limit_out_of_bounds_is_told_the_bounds() {
        for (option, bad, bounds) in [
            ("--max-message", ["31K", "65M"], "32K to 64M"),
            ("--max-input", ["63K", "2G"], "64K to 1G"),
            ("--max-header", ["7K", "257K"], "8K to 256K"),
            ("--max-frames", ["99", "1000001"], "100..=1000000"),
            ("--max-resizes", ["0", "1001"], "1..=1000"),
            ("--max-viewers", ["0", "100001"], "1..=100000"),
            ("--max-connections", ["0", "100001"], "1..=100000"),
            ("--max-per-address", ["0", "100001"], "1..=100000"),
            ("--header-timeout", ["0", "3601"], "1..=3600"),
            ("--login-timeout", ["0", "3601"], "1..=3600"),
        ] {
            for value in bad {
                let error = parse(&[option, value]).unwrap_err().to_string();
                assert!(error.contains(bounds) && error.contains(option), "{error}");
            }
        }
    }

    #[test]
    fn a_host_is_a_name_alone() {
        let hosts = |text: &str| parse(&["--allow-host", text]).map(|cli| cli.allow_host);
        assert_eq!(hosts("a.example,b").unwrap(), ["a.example", "b"]);
        assert_eq!(hosts("fd00::1").unwrap(), ["fd00::1"]);
        for text in ["*", "http://a", "a:80", "", "[::1]", "ü.example"] {
            let error = hosts(text).unwrap_err().to_string();
            assert!(error.contains("a name alone"), "{text}: {error}");
        }
    }

    #[test]
    fn variables_are_pairs() {
        let env = |text: &str| parse(&["--env", text]).map(|cli| cli.env);
        assert_eq!(env("A=b=c").unwrap(), [("A".into(), "b=c".into())]);
        assert_eq!(env("A=").unwrap(), [("A".into(), String::new())]);
        for text in ["A", "=b", ""] {
            assert!(
                env(text).unwrap_err().to_string().contains("KEY=VALUE"),
                "{text}"
            );
        }
    }

    #[test]
    fn of_an_option_given_twice_the_last_counts() {
        assert_eq!(parse(&["-p", "1", "-p", "2"]).unwrap().port, 2);
        let env = parse(&["--env", "A=1", "--env", "B=2"]).unwrap().env;
        assert_eq!(env.len(), 2);
    }

    #[test]
    fn a_certificate_and_its_key_come_together() {
        assert!(parse(&["--tls-crt", "a", "--tls-key", "b"]).is_ok());
        for option in ["--tls-crt", "--tls-key"] {
            let error = parse(&[option, "a"]).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{option}");
        }
    }

    #[test]
    fn writable_is_another_name_for_permit_write() {
        assert!(parse(&["--writable"]).unwrap().permit_write);
        assert!(!parse(&[]).unwrap().permit_write);
    }
}
