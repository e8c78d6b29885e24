//! Which sessions there are to be, as it is typed. What that means, `registry::Plan` says.

use std::ops::RangeInclusive;

use clap::builder::RangedU64ValueParser;
use clap::{Args, ValueEnum};

use super::lines::LinesArgs;

const HEADING: &str = "Sessions";

/// What a time may be, in seconds: up to a year.
const TIME: RangeInclusive<u64> = 0..=31_536_000;

/// The options under the heading "Sessions".
#[derive(Debug, Clone, Args)]
pub struct SessionArgs {
    /// Share one terminal, give each viewer one, or make them on request
    ///
    /// shared: everyone who opens the address sees the same terminal, and webterm ends with its
    /// command. per-viewer: COMMAND is started anew for each viewer, and ends when he is gone for
    /// longer than --grace. named: viewers who may type open as many as they like, each by its own
    /// name, and everyone sees them; it needs --permit-write. In the last two webterm goes on until a
    /// signal stops it.
    #[arg(
        long,
        env = "WEBTERM_MODE",
        help_heading = HEADING,
        value_name = "MODE",
        value_enum,
        default_value_t = ModeOption::Shared
    )]
    pub mode: ModeOption,

    /// Let at most so many terminals be open
    ///
    /// From 1 to 10000. Each runs a COMMAND. Who wants one more is refused.
    #[arg(
        long,
        env = "WEBTERM_MAX_SESSIONS",
        help_heading = HEADING,
        value_name = "NUMBER",
        default_value_t = 100,
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=10_000)
    )]
    pub max_sessions: usize,

    /// Close a terminal that was idle for so long
    ///
    /// In seconds; 0: never. It is idle while nobody is attached to it, and nothing is typed or
    /// printed. The terminal of --mode shared is never closed, and that of a page in --mode per-viewer
    /// after --grace.
    #[arg(
        long,
        env = "WEBTERM_IDLE_TIMEOUT",
        help_heading = HEADING,
        value_name = "SECONDS",
        default_value_t = 300,
        value_parser = RangedU64ValueParser::<u64>::new().range(TIME)
    )]
    pub idle_timeout: u64,

    /// Keep a viewer's own terminal so long for him to come back
    ///
    /// In seconds, for --mode per-viewer: a page that lost its connection, or is loaded again, comes
    /// back to its terminal within this time. After it the terminal is closed.
    #[arg(
        long,
        env = "WEBTERM_GRACE",
        help_heading = HEADING,
        value_name = "SECONDS",
        default_value_t = 60,
        value_parser = RangedU64ValueParser::<u64>::new().range(TIME)
    )]
    pub grace: u64,

    /// Programs that talk in lines, in the place of terminals.
    #[command(flatten)]
    pub lines: LinesArgs,
}

/// The value of `--mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModeOption {
    /// One terminal, for everybody
    Shared,
    /// One for each viewer
    PerViewer,
    /// As many as are asked for, each by its name
    Named,
}
