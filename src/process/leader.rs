//! The program as leader of its session, and how the whole session is brought to an end. It knows
//! processes and signals, no terminals.

use std::time::Duration;

use rustix::process::{Pid, Signal};
use tokio::process::Child;
use tokio::time::Instant;

use super::status::Status;

/// How long a session is given to end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// Before any signal.
    quiet: Duration,
    /// After a SIGHUP.
    hangup: Duration,
    /// After a SIGTERM.
    terminate: Duration,
}

impl Patience {
    /// For a program that people work with: together with [`KILLED`] less than the 5 s within which
    /// everything must be gone.
    pub(crate) const LONG: Self = Self {
        quiet: Duration::ZERO,
        hangup: Duration::from_millis(2000),
        terminate: Duration::from_millis(1500),
    };

    /// For one of many programs, whose client has left: together less than the second within which it
    /// must be gone. The end of its input comes first, and is all that most need.
    pub(crate) const SHORT: Self = Self {
        quiet: Duration::from_millis(250),
        hangup: Duration::from_millis(200),
        terminate: Duration::from_millis(200),
    };
}

/// How long a kill may take until all are gone.
const KILLED: Duration = Duration::from_secs(1);

/// How often it is looked whether the session's processes are gone: they are no children of ours,
/// so nothing tells us.
const LOOK: Duration = Duration::from_millis(20);

/// The process that leads a session. All processes of the session carry its number, also those in
/// other process groups (a shell's background jobs).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leader(Option<Pid>);

impl Leader {
    pub(crate) fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| Pid::from_raw(id.cast_signed())))
    }

    /// Its number.
    pub(crate) fn pid(self) -> Option<Pid> {
        self.0
    }

    /// Ends the session: SIGHUP, then SIGTERM, then SIGKILL, each to all that is left of it.
    pub(crate) async fn end(self, patience: Patience) {
        if !patience.quiet.is_zero() && self.is_gone_within(patience.quiet).await {
            return;
        }
        let steps = [
            (Signal::HUP, patience.hangup),
            (Signal::TERM, patience.terminate),
        ];
        for (signal, patience) in steps {
            self.signal(signal);
            if self.is_gone_within(patience).await {
                return;
            }
        }
        self.kill().await;
    }

    /// Kills the session: again and again, for one that is being killed may have had a child
    /// meanwhile.
    pub(crate) async fn kill(self) {
        let deadline = Instant::now() + KILLED;
        self.signal(Signal::KILL);
        while !self.is_gone_within(LOOK).await && Instant::now() < deadline {
            self.signal(Signal::KILL);
        }
    }

    fn signal(self, signal: Signal) {
        for pid in self.members() {
            // It may have ended since it was listed; that is what we want of it.
            let _ = rustix::process::kill_process(pid, signal);
            if signal != Signal::KILL {
                let _ = rustix::process::kill_process(pid, Signal::CONT);
            }
        }
    }

    async fn is_gone_within(self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        while !self.is_gone() {
            if Instant::now() >= deadline {
                return false;
            }
            tokio::time::sleep(LOOK).await;
        }
        true
    }

    /// All processes are looked at only once the leader is gone: that costs milliseconds.
    fn is_gone(self) -> bool {
        let is_led = |leader| rustix::process::test_kill_process(leader).is_ok();
        !self.0.is_some_and(is_led) && self.members().is_empty()
    }

    /// The session's living processes; where /proc can't be read, the leader while it is there.
    fn members(self) -> Vec<Pid> {
        let Some(leader) = self.0 else {
            return Vec::new();
        };
        let Ok(processes) = std::fs::read_dir("/proc") else {
            let is_there = rustix::process::test_kill_process(leader).is_ok();
            return is_there.then_some(leader).into_iter().collect();
        };
        processes
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(Pid::from_raw)
            .filter(|pid| Status::of(*pid).is_some_and(|status| status.session == leader))
            .collect()
    }
}
