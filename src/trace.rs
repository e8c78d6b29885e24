//! The log for the operator, on standard error. It knows lines and levels, not what is logged.

use std::io::{self, IsTerminal};

use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};

/// How many lines may wait for a standard error that nobody reads. Past that they are lost: a log
/// that is stuck, or a terminal that was stopped, must not stop the sessions.
const MOST_LINES: usize = 1000;

/// Starts to log what `--verbose`, given so often, asks for. What is logged last is written when the
/// guard is dropped.
pub fn start(verbose: u8) -> WorkerGuard {
    let level = match verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(MOST_LINES)
        .lossy(true)
        .finish(io::stderr());
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(writer)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .log_internal_errors(false)
        .init();
    guard
}
