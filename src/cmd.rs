//! What webterm does, as whole jobs. Each is told what was meant, and gives the exit status.

mod auditing;
mod confining;
mod examine;
mod host;
mod hosting;
mod launcher;
mod replaying;
mod share;

use tokio::runtime::{Builder, Runtime};

use crate::config::{Config, Examination, Order};
use crate::process::{SandboxError, SpawnError};

/// Why a job failed, and the exit status that tells it.
#[derive(Debug)]
pub struct Failure {
    /// The exit status: 126 or 127 where the command can't be run or found, 2 for a wrong command
    /// line, else 1.
    pub status: u8,
    /// The reason, for people.
    pub error: anyhow::Error,
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        if let Some(refusal) = error.downcast_ref::<SandboxError>() {
            let status = match refusal {
                SandboxError::Command(_) | SandboxError::Interpreter { .. } => 2,
                SandboxError::Unsupported { .. }
                | SandboxError::Network(_)
                | SandboxError::Path { .. }
                | SandboxError::System(_) => 1,
            };
            return Self { status, error };
        }
        let status = match error.downcast_ref::<SpawnError>() {
            Some(SpawnError::NotFound(_)) => 127,
            Some(SpawnError::NotExecutable { .. }) => 126,
            Some(
                SpawnError::Directory { .. } | SpawnError::Terminal(_) | SpawnError::System(_),
            )
            | None => 1,
        };
        Self { status, error }
    }
}

impl Failure {
    /// What was asked for can't be meant, or should not be.
    pub fn usage(error: anyhow::Error) -> Self {
        Self { status: 2, error }
    }
}

/// Does what was meant; gives the exit status.
pub fn run(config: Config) -> Result<u8, Failure> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    // On this thread, which lives as long as the process: the program dies with the thread that
    // started it.
    let readers = readers()?;
    let status = runtime.block_on(share::share(config, readers.handle()));
    readers.shutdown_background();
    runtime.shutdown_background();
    status
}

/// Has a webterm that is running already do what is ordered; gives the exit status.
pub fn host(order: &Order) -> Result<u8, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(host::host(order))
}

/// Says whether an audit log is as it was written; gives the exit status.
pub fn examine(examination: &Examination) -> Result<u8, Failure> {
    examine::examine(examination)
}

/// The runtime on which programs' terminals are read: one thread, see [`crate::pty::spawn`].
fn readers() -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("readers")
        .enable_all()
        .build()
}
