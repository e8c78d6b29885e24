//! The program as leader of its session, and how the whole session is brought to an end. It knows
//! processes and signals, no terminals.

use std::time::Duration;

use rustix::process::{Pid, Signal};
use tokio::process::Child;
use tokio::time::Instant;

/// What a session is asked to end with, and how long it is given before the next: together with
/// [`KILLED`] less than the 5 s within which everything must be gone.
const STEPS: [(Signal, Duration); 2] = [
    (Signal::HUP, Duration::from_millis(2000)),
    (Signal::TERM, Duration::from_millis(1500)),
];

/// How long a kill may take until all are gone.
const KILLED: Duration = Duration::from_secs(1);

/// How often it is looked whether the session's processes are gone: they are no children of ours,
/// so nothing tells us.
const LOOK: Duration = Duration::from_millis(20);

/// The process that leads a session. All processes of the session carry its number, also those in
/// other process groups (a shell's background jobs).
#[derive(Debug, Clone, Copy)]
pub(super) struct Leader(Option<Pid>);

impl Leader {
    pub(super) fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| Pid::from_raw(id.cast_signed())))
    }

    /// Ends the session: SIGHUP, then SIGTERM, then SIGKILL, each to all that is left of it.
    pub(super) async fn end(self) {
        for (signal, patience) in STEPS {
            self.signal(signal);
            if self.is_gone_within(patience).await {
                return;
            }
        }
        self.kill().await;
    }

    /// Kills the session: again and again, for one that is being killed may have had a child
    /// meanwhile.
    pub(super) async fn kill(self) {
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
        while !self.members().is_empty() {
            if Instant::now() >= deadline {
                return false;
            }
            tokio::time::sleep(LOOK).await;
        }
        true
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
            .filter(|pid| session_of(*pid) == Some(leader.as_raw_nonzero().get()))
            .filter_map(Pid::from_raw)
            .collect()
    }
}

/// The session of a process that lives.
fn session_of(pid: i32) -> Option<i32> {
    session_in(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// The session in a `/proc/PID/stat`, its sixth field (proc_pid_stat(5)), unless the process is
/// dead. The fields are counted from the last parenthesis, for the second holds the program's own
/// words.
fn session_in(stat: &str) -> Option<i32> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    let state = fields.next()?;
    let session = fields.nth(2)?.parse().ok()?;
    (state != "Z" && state != "X").then_some(session)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_of_a_process_is_read_past_its_name() {
        for (stat, session) in [
            ("42 (sh) S 1 41 40 34816 42 4194304", Some(40)),
            ("42 (a) Z 9 9 9 (b) R 1 41 40 34816 42", Some(40)),
            ("42 (sh) Z 1 41 40 34816 42 4194304", None),
            ("42 (sh) X 1 41 40 34816 42 4194304", None),
            ("42 (sh) S 1", None),
            ("", None),
        ] {
            assert_eq!(session_in(stat), session, "{stat}");
        }
    }

    // Which session it is can't be asked otherwise: for one that was begun outside a container's
    // process namespace, getsid(2) says 0.
    #[test]
    fn only_a_process_that_is_there_has_a_session() {
        let own = rustix::process::getpid().as_raw_nonzero().get();
        assert!(session_of(own).is_some());
        assert_eq!(session_of(i32::MAX), None);
    }
}
