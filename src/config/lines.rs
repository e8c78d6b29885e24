//! What was meant by the options for programs that talk in lines.

use anyhow::bail;

use crate::cli::LinesArgs;
use crate::registry::{Mode, Plan};
use crate::server::{Errors, LinesPlan};

/// How programs talk in lines, if they do.
pub(super) fn plan(typed: &LinesArgs, sessions: Plan) -> anyhow::Result<Option<LinesPlan>> {
    if !typed.lines {
        if typed.lines_stderr {
            bail!("--lines-stderr means nothing without --lines; give that as well");
        }
        return Ok(None);
    }
    if sessions.mode != Mode::Shared {
        bail!("--lines starts the command for each connection, and has no --mode; leave one out");
    }
    Ok(Some(LinesPlan {
        most: sessions.most,
        max_line: typed.max_line.0,
        errors: match typed.lines_stderr {
            true => Errors::Sent,
            false => Errors::Logged,
        },
    }))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::cli::Cli;
    use crate::config::Config;

    use super::*;

    fn resolve(words: &[&str]) -> Option<LinesPlan> {
        let cli = Cli::parse_from([&["webterm"], words].concat());
        Config::resolve(cli).unwrap().lines
    }

    #[test]
    fn lines_take_the_place_of_sessions() {
        assert_eq!(resolve(&["cat"]), None);
        let words = ["--lines", "--max-line", "2K", "--max-sessions", "7", "cat"];
        let expected = LinesPlan {
            most: 7,
            max_line: 2048,
            errors: Errors::Logged,
        };
        assert_eq!(resolve(&words), Some(expected));
        let sent = resolve(&["--lines", "--lines-stderr", "cat"]);
        assert_eq!(sent.unwrap().errors, Errors::Sent);
        for (words, part) in [
            (vec!["webterm", "--lines-stderr", "cat"], "--lines;"),
            (vec!["webterm", "--lines", "--mode", "per-viewer"], "--mode"),
        ] {
            let error = Config::resolve(Cli::parse_from(words)).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}
