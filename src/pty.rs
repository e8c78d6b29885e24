//! A program on a pseudo-terminal, as a [`Backend`]. It knows nothing of sessions and viewers.

mod child;
mod foreground;
mod reader;
mod task;
mod trickle;
mod writer;

use std::os::fd::AsFd;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::backend::{self, Backend};
use crate::process::{Leader, Program, SpawnError};
use crate::size::TermSize;

use child::TerminalError;
use foreground::Foreground;
use reader::Reader;
use task::PtyTask;
use writer::Writer;

/// Starts `program` as the leader of its own session on its own terminal of the given size.
///
/// What it prints is read on the runtime `readers`, which should have a single thread for all
/// programs: where several threads wait on one poll, each piece that the kernel hands out while one
/// of them reads wakes another for nothing, and a flood is a quarter slower.
///
/// The parent-death signal is tied to the calling thread, so call this from one that lives as long
/// as the process, and within the runtime that is to do the rest.
pub fn spawn(program: &Program, size: TermSize, readers: &Handle) -> Result<Backend, SpawnError> {
    program.check_directory()?;
    let (master, slave) = child::open_terminal(size)?;
    let writer = Writer::new(child::register_to_write(&master)?);
    let terminal = {
        let _on_readers = readers.enter();
        child::register_to_read(master)?
    };
    let fence = program.fence(Some(slave.as_fd()))?;
    let child = child::prepare(command(program), fence)
        .spawn(slave)
        .map_err(|error| program.not_started(TerminalError::from(error).into_io()))?;
    let leader = Leader::of(&child);
    let (mut backend, feed) = backend::pair();
    backend.locator = Arc::new(Foreground::new(writer.terminal(), leader));
    let (ended, has_ended) = oneshot::channel();
    let task = PtyTask {
        writer,
        leader,
        child,
        input: feed.input,
        requests: feed.requests,
        ended,
        reading: readers.spawn(Reader::new(terminal, feed.output).run(has_ended)),
        exit: feed.exit,
    };
    tokio::spawn(task.run());
    Ok(backend)
}

fn command(program: &Program) -> pty_process::Command {
    let mut command = pty_process::Command::new(&program.name).args(&program.args);
    for name in Program::hidden_variables() {
        command = command.env_remove(name);
    }
    command = command
        .env("TERM", &program.term)
        .env("COLORTERM", "truecolor");
    if let Some((dir, absolute)) = program.cwd.as_ref().zip(program.absolute_directory()) {
        command = command.current_dir(dir).env("PWD", absolute);
    }
    command.envs(program.env.iter().map(|(key, value)| (key, value)))
}
