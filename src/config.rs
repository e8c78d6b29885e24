//! What was meant by the command line: the one place where it is resolved. Nothing below knows
//! `cli`.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::Cli;
use crate::pty::Program;
use crate::right::Right;
use crate::session::SessionOptions;
use crate::size::TermSize;

/// What webterm is to do.
#[derive(Debug, Clone)]
pub struct Config {
    /// The program to share.
    pub program: Program,
    /// What everyone who comes may do.
    pub right: Right,
    /// The session's size and memory.
    pub session: SessionOptions,
    /// The address to listen on.
    pub address: String,
    /// The port to listen on; 0 for a free one.
    pub port: u16,
    /// The names that requests may be for, besides addresses and localhost.
    pub names: Vec<String>,
    /// Whether status lines are printed.
    pub talk: Talk,
}

/// Whether status lines are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Talk {
    /// They are.
    Status,
    /// Only warnings and errors.
    Quiet,
}

impl Config {
    /// Resolves the command line; what it leaves open comes from the environment: the shell from
    /// `SHELL`, the size from the terminal around.
    pub fn resolve(cli: Cli) -> Self {
        let mut words = cli.command.into_iter();
        let name = words
            .next()
            .unwrap_or_else(|| shell(std::env::var_os("SHELL")));
        let program = Program {
            name,
            args: words.collect(),
            term: cli.term,
            cwd: cli.cwd,
            env: cli
                .env
                .into_iter()
                .map(|(k, v)| (k.into(), v.into()))
                .collect(),
        };
        Self {
            program,
            right: match cli.permit_write {
                true => Right::Write,
                false => Right::View,
            },
            session: SessionOptions {
                size: cli
                    .size
                    .size
                    .or_else(terminal_around)
                    .unwrap_or(TermSize::DEFAULT),
                policy: cli.size.policy,
                buffer: cli.buffer,
                scrollback: cli.scrollback,
            },
            names: cli
                .allow_host
                .into_iter()
                .chain([cli.address.clone()])
                .collect(),
            address: cli.address,
            port: cli.port,
            talk: match cli.quiet {
                true => Talk::Quiet,
                false => Talk::Status,
            },
        }
    }

    /// The command as a person would type it.
    pub fn command_line(&self) -> String {
        let program = &self.program;
        let words = std::iter::once(&program.name).chain(&program.args);
        words
            .map(|word| quoted(&word.to_string_lossy()))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn shell(variable: Option<OsString>) -> OsString {
    let named = variable.filter(|shell| Path::new(shell).is_absolute());
    named.unwrap_or_else(|| PathBuf::from("/bin/sh").into())
}

/// The size of the terminal that webterm is started in, if it is started in one.
fn terminal_around() -> Option<TermSize> {
    let of = |size: rustix::termios::Winsize| TermSize::new(size.ws_col, size.ws_row);
    [
        rustix::termios::tcgetwinsize(io::stderr()),
        rustix::termios::tcgetwinsize(io::stdout()),
        rustix::termios::tcgetwinsize(io::stdin()),
    ]
    .into_iter()
    .find_map(|size| of(size.ok()?))
}

/// A word as a shell would need it, with control characters made visible.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    let visible: String = word
        .chars()
        .flat_map(|c| match c {
            '\'' => "'\\''".chars().collect::<Vec<_>>(),
            c if c.is_control() => c.escape_default().collect(),
            c => vec![c],
        })
        .collect();
    format!("'{visible}'")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::session::SizePolicy;

    use super::*;

    fn resolve(words: &[&str]) -> Config {
        Config::resolve(Cli::parse_from([&["webterm"], words].concat()))
    }

    #[test]
    fn nobody_may_type_unless_permitted() {
        assert_eq!(resolve(&["bash"]).right, Right::View);
        assert_eq!(resolve(&["-w", "bash"]).right, Right::Write);
    }

    #[test]
    fn without_a_command_it_is_the_shell() {
        assert_eq!(shell(Some("/bin/zsh".into())), "/bin/zsh");
        assert_eq!(shell(Some("".into())), "/bin/sh");
        assert_eq!(shell(None), "/bin/sh");
    }

    #[test]
    fn a_fixed_size_is_begun_with_and_kept() {
        let session = resolve(&["--size", "100x30"]).session;
        assert_eq!(session.policy, SizePolicy::Fixed);
        assert_eq!(session.size, TermSize::new(100, 30).unwrap());
    }

    #[test]
    fn the_command_is_shown_as_it_would_be_typed() {
        let config = resolve(&["sh", "-c", "echo 'a b'\n"]);
        assert_eq!(config.command_line(), r"sh -c 'echo '\''a b'\''\n'");
        assert_eq!(resolve(&["htop", "-d", "5"]).command_line(), "htop -d 5");
    }
}
