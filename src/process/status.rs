//! What /proc tells of a process. It knows no terminals.

use rustix::process::Pid;

/// Where a process that lives belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status {
    /// The process that leads its group.
    pub(crate) group: Pid,
    /// The process that leads its session.
    pub(crate) session: Pid,
}

impl Status {
    /// What there is to tell of a process; `None` where it is dead or gone.
    pub(crate) fn of(pid: Pid) -> Option<Self> {
        let path = format!("/proc/{}/stat", pid.as_raw_nonzero());
        Self::parse(&std::fs::read(path).ok()?)
    }

    /// Reads the third, fifth and sixth field of a `/proc/PID/stat` (proc_pid_stat(5)). The fields
    /// are counted from the last parenthesis, for the second holds the program's own words: any
    /// bytes, and of a long name the first 15, which may end inside a character.
    fn parse(stat: &[u8]) -> Option<Self> {
        let stat = String::from_utf8_lossy(stat);
        let (_, fields) = stat.rsplit_once(") ")?;
        let mut fields = fields.split(' ');
        let state = fields.next()?;
        let _parent = fields.next()?;
        let mut ids = fields.map(|id| id.parse().ok().filter(|id| *id > 0));
        // Of a process that dies at this moment, -1.
        let status = Self {
            group: Pid::from_raw(ids.next()??)?,
            session: Pid::from_raw(ids.next()??)?,
        };
        (state != "Z" && state != "X").then_some(status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn group_and_session_of_a_process_are_read_past_its_name() {
        for (stat, ids) in [
            (&b"42 (sh) S 1 41 40 34816 42 4194304"[..], Some((41, 40))),
            (b"42 (a) Z 9 9 9 (b) R 1 41 40 34816 42", Some((41, 40))),
            (b"42 (\xff\n) S 0 41 40 34816 42", Some((41, 40))),
            (b"42 (sh) Z 1 41 40 34816 42 4194304", None),
            (b"42 (sh) R 0 -1 -1 0 -1 4194304", None),
            (b"42 (sh) S 0 0 0 0 -1 4194304", None),
            (b"42 (sh) X 1 41 40 34816 42 4194304", None),
            (b"42 (sh) S 1", None),
            (b"", None),
        ] {
            let status = Status::parse(stat);
            let got = status.map(|status| [status.group, status.session]);
            let got = got.map(|ids| ids.map(|id| id.as_raw_nonzero().get()));
            assert_eq!(got.map(|[group, session]| (group, session)), ids);
        }
    }

    // Which session it is can't be asked otherwise: for one that was begun outside a container's
    // process namespace, getsid(2) says 0.
    #[test]
    fn only_a_process_that_is_there_has_a_session() {
        let pid = |raw| Pid::from_raw(raw).unwrap();
        let own = std::fs::read("/proc/self/stat").unwrap();
        assert_eq!(Status::of(rustix::process::getpid()), Status::parse(&own));
        assert_eq!(Status::of(pid(i32::MAX)), None);
    }
}
