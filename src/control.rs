//! The control socket: how the host asks a running webterm who is there, and has it act. It knows
//! its place, its messages and who may ask; it knows neither the server nor the command line.
//!
//! The host is whoever runs as the same user on the same machine. Each webterm listens on a socket
//! that is named by its process, in a directory that only this user can enter (requirement R30); each
//! connection is one request and one answer, a line of JSON each.

mod client;
mod listener;
mod message;
mod place;

use std::time::Duration;

pub use client::{AskError, Instance, ask, instances};
pub use listener::{Listener, OpenError, SocketFile};
pub use message::{About, Answer, Guest, Request};
pub use place::Place;

/// How long a request and its answer may take together: it is all on one machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most bytes of a request.
const MAX_REQUEST: u64 = 4 * 1024;

/// The most bytes of an answer: some hundred for each of the viewers that there can be.
const MAX_ANSWER: u64 = 4 * 1024 * 1024;

#[cfg(test)]
mod tests;
