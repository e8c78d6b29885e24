//! The signals that stop webterm, or have it read files anew. It knows nothing of what is stopped or
//! read.

use std::io;

use tokio::signal::unix::{self, SignalKind, signal};

/// What SIGHUP is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hangup {
    /// It stops webterm.
    Stops,
    /// There are files to read anew. It stops webterm only when it comes from a terminal that is
    /// gone.
    Reloads,
}

/// A signal that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Stop; the signal's name.
    Stop(&'static str),
    /// Read files anew.
    Reload,
}

/// SIGINT, SIGTERM and SIGHUP, from the moment on that this is made.
#[derive(Debug)]
pub struct Signals {
    interrupt: unix::Signal,
    terminate: unix::Signal,
    /// Missing where it is of no use: it was ignored when webterm was started, as `nohup` has it, and
    /// there is nothing to read anew.
    hangup: Option<unix::Signal>,
    /// Held so that a file which may not grow any more fails to be written, and does not end us
    /// (SIGXFSZ, setrlimit(2)); programs that are started have it as it was.
    _too_large: unix::Signal,
    stops: HangupStops,
}

/// When SIGHUP stops webterm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HangupStops {
    Always,
    WhenTerminalIsGone,
    Never,
}

impl Signals {
    /// Begins to listen; the process no longer dies of them.
    pub fn new(hangup: Hangup) -> io::Result<Self> {
        let is_ignored = is_ignored(SignalKind::hangup());
        let stops = match hangup {
            _ if is_ignored => HangupStops::Never,
            Hangup::Reloads if has_terminal() => HangupStops::WhenTerminalIsGone,
            Hangup::Reloads => HangupStops::Never,
            Hangup::Stops => HangupStops::Always,
        };
        let is_of_use = hangup == Hangup::Reloads || !is_ignored;
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: is_of_use
                .then(|| signal(SignalKind::hangup()))
                .transpose()?,
            _too_large: signal(SignalKind::from_raw(libc::SIGXFSZ))?,
            stops,
        })
    }

    /// Waits for the next of them.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Stop("SIGINT"),
            _ = self.terminate.recv() => Signal::Stop("SIGTERM"),
            () = received(&mut self.hangup) => self.hung_up(),
        }
    }

    /// Waits for the next that stops; gives its name.
    pub async fn stop(&mut self) -> &'static str {
        loop {
            if let Signal::Stop(name) = self.next().await {
                return name;
            }
        }
    }

    fn hung_up(&self) -> Signal {
        match self.stops {
            HangupStops::WhenTerminalIsGone if has_terminal() => Signal::Reload,
            HangupStops::Never => Signal::Reload,
            HangupStops::Always | HangupStops::WhenTerminalIsGone => Signal::Stop("SIGHUP"),
        }
    }
}

async fn received(signal: &mut Option<unix::Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// Whether this process has a terminal around it that is still there (tty(4)).
fn has_terminal() -> bool {
    std::fs::File::open("/dev/tty").is_ok()
}

/// Whether this process ignores a signal (proc_pid_status(5)).
fn is_ignored(kind: SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (kind.as_raw_value() - 1) & 1 == 1)
}
