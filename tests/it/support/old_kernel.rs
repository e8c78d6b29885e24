//! A kernel that is older, or does not let everybody do everything: some of its system calls are
//! answered by the test (seccomp_unotify(2)).
#![allow(unsafe_code)]

use std::io;
use std::os::fd::AsRawFd;
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

/// What is different about it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OldKernel {
    /// It has no Landlock: the call fails with this number.
    WithoutLandlock(i32),
    /// Its Landlock is of this version.
    Landlock(i64),
    /// It gives nobody a namespace.
    WithoutNamespaces,
}

/// Where the child keeps the filter's descriptor for the parent.
const PLACE: i32 = 100;

impl OldKernel {
    /// Starts `command` on it. What the child and its children ask is answered as long as the test
    /// runs.
    pub(crate) fn spawn(self, command: &mut Command) -> Child {
        let call = match self {
            Self::WithoutLandlock(_) | Self::Landlock(_) => libc::SYS_landlock_create_ruleset,
            Self::WithoutNamespaces => libc::SYS_unshare,
        };
        // SAFETY: the closure makes system calls only.
        unsafe { command.pre_exec(move || filter(call)) };
        let child = command.spawn().unwrap();
        let listener = listener(&child).unwrap();
        std::thread::spawn(move || while self.answer(&listener).is_ok() {});
        child
    }

    fn answer(self, listener: &OwnedFd) -> io::Result<()> {
        // SAFETY: both are plain numbers, for which zero is a value, and as large as the kernel
        // takes them to be.
        unsafe {
            let mut asked: libc::seccomp_notif = std::mem::zeroed();
            let fd = listener.as_raw_fd();
            checked(libc::ioctl(fd, libc::SECCOMP_IOCTL_NOTIF_RECV, &raw mut asked).into())?;
            let mut answer: libc::seccomp_notif_resp = std::mem::zeroed();
            answer.id = asked.id;
            // The version is asked for without a list of rights.
            match (self, asked.data.args[0]) {
                (Self::WithoutLandlock(error), _) => answer.error = -error,
                (Self::WithoutNamespaces, _) => answer.error = -libc::EPERM,
                (Self::Landlock(version), 0) => answer.val = version,
                (Self::Landlock(_), _) => {
                    answer.flags = libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE as u32;
                }
            }
            checked(libc::ioctl(fd, libc::SECCOMP_IOCTL_NOTIF_SEND, &raw mut answer).into())?;
        }
        Ok(())
    }
}

/// In the child: has a system call answered by whoever has the descriptor.
fn filter(call: libc::c_long) -> io::Result<()> {
    let number = u32::try_from(call).unwrap();
    let statement = |code: u32, jt, jf, k| libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    };
    let mut program = [
        statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        statement(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, number),
        statement(libc::BPF_RET, 0, 0, libc::SECCOMP_RET_USER_NOTIF),
        statement(libc::BPF_RET, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog {
        len: 4,
        filter: program.as_mut_ptr(),
    };
    // SAFETY: system calls on memory that lives until they are done.
    unsafe {
        checked(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0).into())?;
        let fd = checked(libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            libc::SECCOMP_FILTER_FLAG_NEW_LISTENER,
            &raw const program,
        ))?;
        checked(libc::dup2(i32::try_from(fd).unwrap(), PLACE).into())?;
    }
    Ok(())
}

/// The descriptor that the child keeps.
fn listener(child: &Child) -> io::Result<OwnedFd> {
    // SAFETY: system calls without pointers, which give descriptors that nobody else has.
    unsafe {
        let process = checked(libc::syscall(libc::SYS_pidfd_open, child.id(), 0))?;
        let process = OwnedFd::from_raw_fd(i32::try_from(process).unwrap());
        let fd = checked(libc::syscall(
            libc::SYS_pidfd_getfd,
            process.as_raw_fd(),
            PLACE,
            0,
        ))?;
        Ok(OwnedFd::from_raw_fd(i32::try_from(fd).unwrap()))
    }
}

fn checked(done: libc::c_long) -> io::Result<libc::c_long> {
    match done < 0 {
        true => Err(io::Error::last_os_error()),
        false => Ok(done),
    }
}
