//! The log for the operator, on standard error. It knows lines and levels, not what is logged.

mod bound;

use std::io::{self, IsTerminal};

use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use bound::{Bound, Summaries};

/// How many lines may wait for a standard error that nobody reads. Past that they are lost: a log
/// that is stuck, or a terminal that was stopped, must not stop the sessions.
const MOST_LINES: usize = 1000;

/// Keeps the log alive. What is logged last is written when it is dropped.
#[derive(Debug)]
pub struct Guard {
    /// Dropped first, for it has something to log.
    _summaries: Summaries,
    _worker: WorkerGuard,
}

/// Starts to log what `--verbose`, given so often, asks for.
pub fn start(verbose: u8) -> Guard {
    let level = match verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let (writer, worker) = NonBlockingBuilder::default()
        .buffered_lines_limit(MOST_LINES)
        .lossy(true)
        .finish(io::stderr());
    let bound = Bound::default();
    let summaries = bound.summaries();
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(writer)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .log_internal_errors(false);
    tracing_subscriber::registry()
        .with(lines)
        .with(bound)
        .with(level)
        .init();
    Guard {
        _summaries: summaries,
        _worker: worker,
    }
}
