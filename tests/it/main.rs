//! The integration tests: one binary, so that it links once. What is tested where:
//!
//! - `access`: who is let in, to what, and what is told of it
//! - `audit`: the audit log: what is in it, rotation, chains, disks that are full, verifying
//! - `cli`: the command line, its errors and exit statuses, the status lines
//! - `pty`: what the program finds around it
//! - `place`: where the program is at work, and what has the keyboard
//! - `session`: output to all, input from few, late and slow viewers
//! - `window`: whose window decides the size
//! - `raw`: viewers that speak bytes and nothing else
//! - `messages`: what viewers may send, and what is refused
//! - `modes`: a terminal for each viewer, or none until one is asked for
//! - `host`: who is there, the right to type given and taken, throwing out, the control socket
//! - `readonly`: that no road gets a byte into a read-only session
//! - `http`: the page, its files, headers
//! - `tls`: certificates of both sides, reloading, plain HTTP where TLS is spoken
//! - `rest`: Jupyter's REST API: answers, rights, many at once
//! - `requests`: requests that are too much, ambiguous or none
//! - `limits`: connections, viewers, times, sizes, rates
//! - `socketio`: what depends on time in Socket.IO
//! - `record`: recordings, whole, after a kill, on a full disk, as asciinema reads them
//! - `end`: how it ends, and that nothing stays
//! - `programs`: bash, vim, htop, tmux, less, python, random bytes
//! - `lines`: programs that talk in lines, one for each connection
//! - `watch`: watching over sessions, and one line for several
//! - `sandbox`: what the command may execute, read, write and connect to
//! - `replay`: a recording in the place of a command
//! - `recordings`: what is told and given of recordings, and to whom
//! - `documents`: the generated documents are fresh
//! - `layers`: imports point down

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod access;
mod audit;
mod cli;
mod documents;
mod end;
mod host;
mod http;
mod layers;
mod limits;
mod lines;
mod log;
mod messages;
mod modes;
mod place;
mod programs;
mod pty;
mod raw;
mod readonly;
mod record;
mod recordings;
mod replay;
mod requests;
mod rest;
mod sandbox;
mod session;
mod socketio;
mod support;
mod tls;
mod watch;
mod window;
