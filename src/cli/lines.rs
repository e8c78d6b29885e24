//! Programs that talk in lines, as it is typed. What it means, `server::LinesPlan` says.

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args};

use super::bytes::{self, Size};

const HEADING: &str = "Lines";

/// The options under the heading "Lines".
#[derive(Debug, Clone, Args)]
pub struct LinesArgs {
    /// Run the command on pipes, once for each connection, and send its lines
    ///
    /// In the place of a terminal: each line that it prints is a text message, and each message, with
    /// --permit-write, a line of its input. The connection closes when it ends, and within a second of
    /// the connection it is ended. It is told who is connected by variables such as REMOTE_ADDR and
    /// QUERY_STRING. What it prints should not wait in a buffer (python3 -u, stdbuf -oL).
    /// --max-sessions bounds how many run; webterm goes on until a signal stops it.
    #[arg(
        long,
        env = "WEBTERM_LINES",
        help_heading = HEADING,
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub lines: bool,

    /// With --lines, send lines of standard error as well
    ///
    /// As binary messages of UTF-8, so that they can be told apart; the page shows them in another
    /// colour. Without it they go to the log. To mix both, have a shell do it: sh -c 'COMMAND 2>&1'.
    #[arg(
        long,
        env = "WEBTERM_LINES_STDERR",
        help_heading = HEADING,
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub lines_stderr: bool,

    /// With --lines, close the connection of a command that prints a longer line
    ///
    /// In bytes, or with K or M behind the number; from 1K to 64M. It is closed with code 1011.
    #[arg(
        long,
        env = "WEBTERM_MAX_LINE",
        help_heading = HEADING,
        value_name = "SIZE",
        default_value = "1M",
        value_parser = bytes::within(1024..=64 * 1024 * 1024)
    )]
    pub max_line: Size,
}
