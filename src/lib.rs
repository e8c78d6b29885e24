//! webterm shares a terminal over the web. This is the map of its parts, in reading order: each
//! knows those above it, none of those below.

// words
pub mod directories;
pub mod name;
pub mod offset;
pub mod right;
pub mod size;
pub mod source;
pub mod spending;
pub mod utc;
pub mod viewer_id;
pub mod visible;
pub mod who;

// edges
pub mod access;
pub mod asciicast;
pub mod audit;
pub mod backend;
pub mod control;
pub mod lines;
pub mod pipe;
pub mod process;
pub mod protocol;
pub mod pty;
pub mod reach;
pub mod recordings;
pub mod screen;
pub mod tls;

// session
pub mod replay;
pub mod session;

// service
pub mod recorder;
pub mod registry;

// server
pub mod server;

// command
pub mod banner;
pub mod cli;
pub mod cmd;
pub mod config;
pub mod secrets;
pub mod signals;
pub mod trace;
