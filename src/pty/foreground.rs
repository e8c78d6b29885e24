//! What runs in the foreground of a terminal, and where, as /proc tells it. It knows nothing of what
//! is typed or printed.

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Weak;

use rustix::fs::{AtFlags, CWD, StatxFlags};
use rustix::process::Pid;
use tokio::io::unix::AsyncFd;

use crate::backend::{Locate, Place};
use crate::process::{Leader, Status};

/// The longest name that the kernel keeps of a process, in bytes (`TASK_COMM_LEN`, with a zero).
const MAX_NAME: usize = 15;

/// What the kernel adds to the path of what was removed.
const REMOVED: &[u8] = b" (deleted)";

/// How many processes are looked at to find one of the foreground: more than a shell has jobs.
const MOST: usize = 64;

/// The foreground of a terminal.
#[derive(Debug)]
pub(super) struct Foreground {
    terminal: Weak<AsyncFd<OwnedFd>>,
    leader: Leader,
}

impl Foreground {
    /// The foreground of `terminal`, whose session `leader` leads.
    pub(super) fn new(terminal: Weak<AsyncFd<OwnedFd>>, leader: Leader) -> Self {
        Self { terminal, leader }
    }

    /// The process in the foreground, if there is one that can be found.
    fn process(&self, leader: Pid) -> Option<Pid> {
        let terminal = self.terminal.upgrade()?;
        let group = rustix::termios::tcgetpgrp(&*terminal).ok()?;
        let sought = Status {
            group,
            session: leader,
        };
        let leads = Status::of(group) == Some(sought);
        if leads { Some(group) } else { member(sought) }
    }
}

impl Locate for Foreground {
    fn place(&self) -> Place {
        let is_over = self.terminal.strong_count() == 0;
        let leader = self.leader.pid().filter(|_| !is_over);
        // Its number may be another's, once it is gone.
        let is_there = |pid: &Pid| Status::of(*pid).is_some_and(|status| status.session == *pid);
        let Some(leader) = leader.filter(is_there) else {
            return Place::default();
        };
        let process = self.process(leader).unwrap_or(leader);
        Place {
            // Where a process is that runs as somebody else is not told; the shell around it is.
            cwd: cwd_of(process).or_else(|| cwd_of(leader)),
            program: name_of(process).or_else(|| name_of(leader)),
        }
    }
}

/// A living member of a group whose leader is gone, as in `cat file | less`: the first that is found
/// among the descendants of the session's leader.
fn member(sought: Status) -> Option<Pid> {
    let mut parents = vec![sought.session];
    let mut looked_at = 0;
    while let Some(parent) = parents.pop() {
        for child in children_of(parent) {
            if Status::of(child) == Some(sought) {
                return Some(child);
            }
            looked_at += 1;
            if looked_at == MOST {
                return None;
            }
            parents.push(child);
        }
    }
    None
}

/// A process' children, where the kernel tells them (`CONFIG_PROC_CHILDREN`).
fn children_of(parent: Pid) -> Vec<Pid> {
    let id = parent.as_raw_nonzero();
    let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
    let children = children.unwrap_or_default();
    let ids = children.split_whitespace().filter_map(|id| id.parse().ok());
    ids.filter_map(Pid::from_raw).collect()
}

fn cwd_of(pid: Pid) -> Option<PathBuf> {
    let link = format!("/proc/{}/cwd", pid.as_raw_nonzero());
    let path = std::fs::read_link(&link).ok()?;
    let path = match is_removed(&link) {
        true => before_removal(path),
        false => path,
    };
    path.is_absolute().then_some(path)
}

/// Whether nothing leads any more to the directory that is linked: its name may end as if. What the
/// file system knows already will do: one over the network, or of a process, might never answer.
fn is_removed(link: &str) -> bool {
    let flags = AtFlags::STATX_DONT_SYNC;
    let told = rustix::fs::statx(CWD, link, flags, StatxFlags::NLINK);
    told.is_ok_and(|told| told.stx_nlink == 0)
}

fn before_removal(path: PathBuf) -> PathBuf {
    let mut bytes = path.into_os_string().into_vec();
    if bytes.ends_with(REMOVED) {
        bytes.truncate(bytes.len() - REMOVED.len());
    }
    OsString::from_vec(bytes).into()
}

/// The name of a process: what it was started as, unless it gave itself another. The command line
/// would tell more, but to read it may wait for the process.
fn name_of(pid: Pid) -> Option<String> {
    let id = pid.as_raw_nonzero();
    let mut name = std::fs::read(format!("/proc/{id}/comm")).ok()?;
    name.pop_if(|last| *last == b'\n');
    if name.len() == MAX_NAME
        && let Ok(program) = std::fs::read_link(format!("/proc/{id}/exe"))
        && let Some(whole) = whole_name(&name, &before_removal(program))
    {
        name = whole;
    }
    let name = String::from_utf8_lossy(&name).into_owned();
    (!name.is_empty()).then_some(name)
}

/// The whole of a name that was cut, where it is that of the program's file.
fn whole_name(cut: &[u8], program: &Path) -> Option<Vec<u8>> {
    let name = program.file_name()?.as_bytes();
    name.starts_with(cut).then(|| name.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_name_is_made_whole_by_the_program_that_it_begins() {
        for (cut, program, whole) in [
            (
                "a-name-of-15-by",
                "/bin/a-name-of-15-bytes",
                Some("a-name-of-15-bytes"),
            ),
            (
                "a-name-of-15-by",
                "/bin/a-name-of-15-by",
                Some("a-name-of-15-by"),
            ),
            ("a-name-of-15-by", "/usr/bin/python3", None),
            ("a-name-of-15-by", "/", None),
        ] {
            let got = whole_name(cut.as_bytes(), Path::new(program));
            assert_eq!(got.as_deref(), whole.map(str::as_bytes), "{program}");
        }
    }

    #[test]
    fn of_a_removed_directory_the_path_is_what_it_was() {
        for (path, before) in [
            ("/tmp/x (deleted)", "/tmp/x"),
            ("/tmp/x (deleted) (deleted)", "/tmp/x (deleted)"),
            ("/tmp/x", "/tmp/x"),
        ] {
            assert_eq!(before_removal(path.into()), Path::new(before));
        }
    }

    #[test]
    fn what_is_not_there_has_no_name_no_directory_and_no_children() {
        let nobody = Pid::from_raw(i32::MAX).unwrap();
        assert_eq!(name_of(nobody), None);
        assert_eq!(cwd_of(nobody), None);
        assert!(children_of(nobody).is_empty());
    }
}
