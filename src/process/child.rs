//! What happens in the child between fork and exec, which takes `unsafe`. It knows nothing of what is
//! run.
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::Signal;

use super::sandbox::Network;

/// Gives what a child is to do between fork and exec: die with webterm, forget webterm's signal
/// dispositions and mask, keep no descriptor but 0 to 2, and stay behind its fence, if it has one.
///
/// It makes system calls only (prctl, getppid, sigaction, sigprocmask, close_range and those of
/// [`Fence`]), which are all async-signal-safe; it neither allocates nor locks.
pub(crate) fn set_free(
    fence: Option<Fence>,
) -> impl FnMut() -> io::Result<()> + Send + Sync + 'static {
    let parent = rustix::process::getpid();
    move || {
        // First, for a change of credentials can take the signal below back.
        if let Some(fence) = &fence {
            fence.leave_network()?;
        }
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        // The parent may have died before the line above took effect.
        if rustix::process::getppid() != Some(parent) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        default_signals();
        close_others()?;
        fence.as_ref().map_or(Ok(()), Fence::close)
    }
}

/// What holds a child, ready to be put up around it.
#[derive(Debug)]
pub(crate) struct Fence {
    /// Landlock's list of what is held back and allowed.
    ruleset: OwnedFd,
    /// What the child writes about itself to be who it was in a namespace of its own, if it is to
    /// have no network.
    identity: Option<Identity>,
}

/// The lines of user_namespaces(7): that this user and group are themselves.
#[derive(Debug)]
struct Identity {
    user: String,
    group: String,
}

impl Fence {
    pub(super) fn new(ruleset: OwnedFd, network: Network) -> Self {
        let user = rustix::process::geteuid().as_raw();
        let group = rustix::process::getegid().as_raw();
        let identity = || Identity {
            user: format!("{user} {user} 1"),
            group: format!("{group} {group} 1"),
        };
        Self {
            ruleset,
            identity: (network == Network::Closed).then(identity),
        }
    }

    /// Gives the child a network that leads nowhere. Landlock alone would leave UDP, ICMP and
    /// multipath TCP open. It takes a user namespace as well, but for root.
    fn leave_network(&self) -> io::Result<()> {
        let Some(identity) = &self.identity else {
            return Ok(());
        };
        if unshare(libc::CLONE_NEWNET).is_ok() {
            return Ok(());
        }
        unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNET)?;
        write(c"/proc/self/setgroups", b"deny")?;
        write(c"/proc/self/uid_map", identity.user.as_bytes())?;
        write(c"/proc/self/gid_map", identity.group.as_bytes())
    }

    /// Puts it up: from here on it holds the child and all that it starts, and nothing gives them
    /// more rights (no set-user-ID program does).
    fn close(&self) -> io::Result<()> {
        // SAFETY: system calls without pointers. The crate's own `restrict_self` allocates.
        let done = unsafe {
            match libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) {
                0 => libc::syscall(
                    libc::SYS_landlock_restrict_self,
                    self.ruleset.as_raw_fd(),
                    0,
                ),
                refused => refused.into(),
            }
        };
        outcome(done)
    }
}

/// Has a child put up a fence and go no further; tells what the system said to it.
pub(super) fn rehearse(fence: Fence) -> io::Result<()> {
    let mut set_free = set_free(Some(fence));
    let in_child = move || {
        set_free()?;
        Err(io::Error::from_raw_os_error(libc::ECANCELED))
    };
    let mut command = Command::new("/");
    // SAFETY: the closure makes async-signal-safe system calls only.
    match unsafe { command.pre_exec(in_child) }.spawn() {
        Err(error) if error.raw_os_error() == Some(libc::ECANCELED) => Ok(()),
        Err(error) => Err(error),
        // A directory is never executed.
        Ok(_) => Err(io::ErrorKind::Unsupported.into()),
    }
}

fn unshare(what: libc::c_int) -> io::Result<()> {
    // SAFETY: a system call without pointers.
    outcome(unsafe { libc::unshare(what) }.into())
}

fn write(file: &CStr, text: &[u8]) -> io::Result<()> {
    let flags = libc::O_WRONLY | libc::O_CLOEXEC;
    // SAFETY: the name ends with a NUL, and the text is as long as is said; the descriptor is closed
    // by nobody else.
    unsafe {
        let fd = libc::open(file.as_ptr(), flags);
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        let written = outcome(libc::write(fd, text.as_ptr().cast(), text.len()) as libc::c_long);
        libc::close(fd);
        written
    }
}

/// Of a system call that gives a negative number where it fails.
fn outcome(done: libc::c_long) -> io::Result<()> {
    match done < 0 {
        true => Err(io::Error::last_os_error()),
        false => Ok(()),
    }
}

/// Dispositions that were ignored stay so over exec: a server in a script's background inherits an
/// ignored SIGINT, with which Ctrl-C would do nothing.
fn default_signals() {
    // The kernel's own form of `struct sigaction`, all zero: the default disposition, no flags. The
    // C library's `sigaction` refuses the signals that it uses itself, ignored or not.
    let default = [0_u64; 4];
    let mask_size = size_of::<u64>();
    // SAFETY: system calls on memory that is at least as large as what they read; a signal that
    // can't be changed (SIGKILL, SIGSTOP) is refused and stays as it is.
    unsafe {
        for signal in 1..=64 {
            let none = std::ptr::null_mut::<u64>();
            libc::syscall(
                libc::SYS_rt_sigaction,
                signal,
                default.as_ptr(),
                none,
                mask_size,
            );
        }
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
    }
}

/// Marks rather than closes: the descriptor over which a failed exec is reported must live until
/// the exec succeeds.
fn close_others() -> io::Result<()> {
    // SAFETY: a system call without pointers.
    let done = unsafe {
        libc::syscall(
            libc::SYS_close_range,
            3,
            libc::c_uint::MAX,
            libc::CLOSE_RANGE_CLOEXEC,
        )
    };
    outcome(done)
}
