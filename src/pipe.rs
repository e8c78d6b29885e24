//! A program on pipes, as a [`Backend`], with its standard error beside. It knows nothing of lines,
//! and nothing of who is at the other ends.

mod child;
mod reader;
mod task;

use std::ffi::OsString;
use std::process::Stdio;

use tokio::process::Command;
use tokio::sync::{mpsc, oneshot};

use crate::backend::{self, Backend, Output};
use crate::process::{Leader, Program, SpawnError};

use reader::Reader;
use task::PipeTask;

/// What programs are told of a terminal: that there is none that could do more than print.
const TERM: &str = "dumb";

/// A program on pipes.
#[derive(Debug)]
pub struct Pipes {
    /// Its standard output and input. It has no size. Once nobody holds the input's end any more, its
    /// input ends.
    pub backend: Backend,
    /// Its standard error, in chunks as those of its output.
    pub errors: mpsc::Receiver<Output>,
    /// Arrives, or is dropped, when all processes of its session are gone.
    pub gone: oneshot::Receiver<()>,
}

/// Starts `program` as the leader of its own session, with `variables` set in its environment last,
/// and none of the inherited ones that `hidden` names.
///
/// When it is asked to end, its input ends at once, and within a second whatever is left of its
/// session is ended by signals. The same goes for what it leaves behind when it ends by itself.
///
/// The parent-death signal is tied to the calling thread, so call this from one that lives as long
/// as the process, and within the runtime that is to do the rest.
pub fn spawn(
    program: &Program,
    hidden: &[&str],
    variables: &[(&'static str, String)],
) -> Result<Pipes, SpawnError> {
    program.check_directory()?;
    let mut command = command(program, hidden, variables);
    let mut child = child::prepare(&mut command, program.fence(None)?)
        .spawn()
        .map_err(|error| program.not_started(error))?;
    let (backend, feed) = backend::pair();
    let (errors_out, errors) = mpsc::channel(2);
    let (gone_out, gone) = oneshot::channel();
    let (ended, has_ended) = tokio::sync::watch::channel(());
    let readers = [
        child
            .stdout
            .take()
            .map(|pipe| tokio::spawn(Reader::new(pipe, feed.output).run(has_ended.clone()))),
        child
            .stderr
            .take()
            .map(|pipe| tokio::spawn(Reader::new(pipe, errors_out).run(has_ended))),
    ];
    let task = PipeTask {
        leader: Leader::of(&child),
        stdin: child.stdin.take(),
        child,
        input: feed.input,
        requests: feed.requests,
        ended,
        readers,
        exit: feed.exit,
        gone: gone_out,
    };
    tokio::spawn(task.run());
    Ok(Pipes {
        backend,
        errors,
        gone,
    })
}

fn command(program: &Program, hidden: &[&str], variables: &[(&'static str, String)]) -> Command {
    let mut command = Command::new(&program.name);
    command
        .args(&program.args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let outer = [OsString::from("COLORTERM")];
    for name in Program::hidden_variables().chain(outer) {
        command.env_remove(name);
    }
    for name in hidden {
        command.env_remove(name);
    }
    command.env("TERM", TERM);
    if let Some((dir, absolute)) = program.cwd.as_ref().zip(program.absolute_directory()) {
        command.current_dir(dir).env("PWD", absolute);
    }
    command.envs(program.env.iter().map(|(key, value)| (key, value)));
    command.envs(variables.iter().map(|(key, value)| (key, value)));
    command
}

#[cfg(test)]
mod tests;
