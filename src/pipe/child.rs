//! What takes `unsafe`: having the child set itself free, as the leader of a session. It knows nothing
//! of what is run.
#![allow(unsafe_code)]

use tokio::process::Command;

use crate::process;

/// The command with what its process does between fork and exec.
pub(super) fn prepare(command: &mut Command) -> &mut Command {
    let mut set_free = process::set_free();
    let in_child = move || {
        // So that all that it starts can be found, and no terminal is left to it.
        rustix::process::setsid()?;
        set_free()
    };
    // SAFETY: the closure makes async-signal-safe system calls only.
    unsafe { command.pre_exec(in_child) }
}
