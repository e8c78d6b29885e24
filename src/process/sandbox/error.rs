//! Why a program can't be confined. It knows the words only.

use std::io;
use std::path::PathBuf;

/// Why a program can't be confined as it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The kernel can't hold it.
    #[error(
        "{option} needs Landlock {version} (Linux {linux}), and this kernel has {present}; leave the option out, or use a kernel that has it"
    )]
    Unsupported {
        /// The option that asks for it.
        option: &'static str,
        /// The version of Landlock's interface that it takes.
        version: u8,
        /// The kernel that brought it.
        linux: &'static str,
        /// What there is.
        present: &'static str,
    },
    /// The system gives no network namespace.
    #[error(
        "--no-net needs a network namespace, and the system refuses it: {0}; allow user namespaces to everybody (user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns), or leave the option out"
    )]
    Network(io::Error),
    /// What is named is not there, or can't be opened.
    #[error("{option} names {path:?}: {reason}{remedy}")]
    Path {
        /// The option.
        option: &'static str,
        /// As it was typed.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
        /// What may have been meant.
        remedy: String,
    },
    /// The command itself is not among what may be executed.
    #[error("--allow-exec does not allow the command itself; give --allow-exec {0:?} as well")]
    Command(PathBuf),
    /// A script is allowed, and what runs it is not.
    #[error(
        "{script:?} is a script for {interpreter:?}, which --allow-exec does not allow; give --allow-exec {interpreter:?} as well (it will run any script)"
    )]
    Interpreter {
        /// The script.
        script: PathBuf,
        /// What its first line names.
        interpreter: PathBuf,
    },
    /// The system has nothing left for it.
    #[error("cannot confine the command: {0}")]
    System(io::Error),
}
