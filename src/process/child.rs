//! What happens in the child between fork and exec, which takes `unsafe`. It knows nothing of what is
//! run.
#![allow(unsafe_code)]

use std::io;

use rustix::process::Signal;

/// Gives what a child is to do between fork and exec: die with webterm, forget webterm's signal
/// dispositions and mask, and keep no descriptor but 0 to 2.
///
/// It makes system calls only (prctl, getppid, sigaction, sigprocmask and close_range), which are all
/// async-signal-safe; it neither allocates nor locks.
pub(crate) fn set_free() -> impl FnMut() -> io::Result<()> + Send + Sync + 'static {
    let parent = rustix::process::getpid();
    move || {
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        // The parent may have died before the line above took effect.
        if rustix::process::getppid() != Some(parent) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        default_signals();
        close_others()
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
    if done == 0 {
        return Ok(());
    }
    Err(io::Error::last_os_error())
}
