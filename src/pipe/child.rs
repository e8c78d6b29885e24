//! What takes `unsafe`: having the child set itself free, as the leader of a session. It knows nothing
//! of what is run.
#![allow(unsafe_code)]

use tokio::process::Command;

use crate::process::{self, Fence};

/// The command with what its process does between fork and exec, behind a fence if it is to have one.
pub(super) fn prepare(command: &mut Command, fence: Option<Fence>) -> &mut Command {
    let mut set_free = process::set_free(fence);
    let in_child = move || {
        // So that all that it starts can be found, and no terminal is left to it.
        rustix::process::setsid()?;
        set_free()
    };
    // SAFETY: the closure makes async-signal-safe system calls only.
    unsafe { command.pre_exec(in_child) }
}
